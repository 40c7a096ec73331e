import { mayStandFor } from '../notation/currencies.ts'
import { type CleanColumns, lineTables, type Rule } from '../rule.ts'

export const missingOrder: Rule = {
  name: 'missing order number',
  outcome: 'rejected',
  reason: 'missing_order',
  holds: ['order_lines'],
  role: 'order_number',
  when: ({ has, text }) => (has('order_number') ? `${text('order_number')} IS NULL` : null),
}

/** A document that is an order and lists no lines. */
export const orderWithoutLines: Rule = {
  name: 'order without lines',
  outcome: 'ignored',
  reason: 'order_without_lines',
  holds: ['order_lines'],
  role: null,
  when: ({ raw }) => {
    const own = raw.filter(({ header }) => /\[\]\.[^()]*$/.test(header))
    if (own.length === 0) return null
    return `concat(${own.map(({ sql }) => `trim(${sql})`).join(', ')}) = ''`
  },
}

export const cancelledOrder: Rule = {
  name: 'cancelled order',
  outcome: 'ignored',
  reason: 'order_cancelled',
  holds: lineTables,
  role: 'status',
  when: ({ has, cancelled }) =>
    cancelled || has('status') || has('cancelled_at') ? "state = 'cancelled'" : null,
}

export const orderNotCounted: Rule = {
  name: 'order not counted',
  outcome: 'ignored',
  reason: 'order_not_counted',
  holds: lineTables,
  role: 'status',
  when: ({ has }) => (has('status') ? "state = 'not_counted'" : null),
}

export const otherCurrency: Rule = {
  name: 'other currency',
  outcome: 'rejected',
  reason: 'unknown_currency',
  holds: lineTables,
  role: 'currency',
  when: (columns) => {
    const { has, text, currency, converts } = columns
    const unrated = converts ? ' AND exchange_rate IS NULL' : ''
    if (has('currency') && currency) return `upper(${text('currency')}) <> '${currency}'${unrated}`
    return inOtherCurrency(columns) ? 'true' : null
  },
}

/** Euro signs beside the amounts of a shop that counts in pounds. */
export function inOtherCurrency({ has, currency, stated }: CleanColumns): boolean {
  if (has('currency') || stated === null || currency === null) return false
  return !mayStandFor(stated, currency)
}
