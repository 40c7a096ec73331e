import { lineTables, type Rule, unreadable } from '../rule.ts'

export const missingQuantity: Rule = {
  name: 'missing quantity',
  outcome: 'rejected',
  reason: 'missing_quantity',
  holds: lineTables,
  role: 'quantity',
  when: ({ has, text }) =>
    has('quantity') ? `quantity IS NULL AND ${text('quantity')} IS NULL` : null,
}

export const unreadableQuantity: Rule = {
  name: 'unreadable quantity',
  outcome: 'rejected',
  reason: 'unreadable_quantity',
  holds: lineTables,
  role: 'quantity',
  when: ({ has, text }) =>
    has('quantity') ? `quantity IS NULL AND NOT ${allDigits(text('quantity'))}` : null,
}

export const tooLargeQuantity: Rule = {
  name: 'quantity too large',
  outcome: 'rejected',
  reason: 'number_too_large',
  holds: lineTables,
  role: 'quantity',
  when: ({ has }) => (has('quantity') ? 'quantity IS NULL OR abs(quantity) > 99999999999' : null),
}

export const zeroQuantity: Rule = {
  name: 'zero quantity',
  outcome: 'rejected',
  reason: 'zero_quantity',
  holds: lineTables,
  role: 'quantity',
  // A return of no pieces gives back money only.
  when: ({ has }) =>
    has('quantity')
      ? `round(quantity, 3) = 0${has('return_id') ? ' AND NOT coalesce(return_amount > 0, false)' : ''}`
      : null,
}

/**
 * Goods that left the shelf without a sale: breakage, samples, corrections of the count. A table that states
 * no prices at all does not tell them from returns.
 */
export const stockWriteOff: Rule = {
  name: 'stock write-off',
  outcome: 'ignored',
  reason: 'stock_write_off',
  holds: ['order_lines'],
  role: 'quantity',
  when: (columns) =>
    columns.has('quantity') && (columns.has('unit_price') || columns.has('line_total'))
      ? `quantity < 0 AND coalesce(unit_price, 0) = 0 AND coalesce(line_total, 0) = 0 AND NOT ${unreadable(columns, 'unit_price')} AND NOT ${unreadable(columns, 'line_total')}`
      : null,
}

/** SQL: the text is a number by its shape, so a failed cast means that it is too large. */
export function allDigits(text: string): string {
  return `regexp_full_match(${text}, '[+-]?[0-9]{12,}([.,][0-9]*)?')`
}
