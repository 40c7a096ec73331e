import { words } from '../headers.ts'
import type { Claim, ColumnClaim, Layout } from '../layout.ts'
import type { Role } from '../role.ts'
import type { TableSample } from '../sample.ts'

/**
 * Stripe's export of payments: one row per charge. Amounts that Stripe converted are all in the currency of the account,
 * and count before those in the currency of each customer. Source: Stripe Documentation, "Export payments".
 */
export const stripe: Layout = { name: 'stripe', source: 'stripe', claim }

const required = ['id', 'amount', 'amount refunded', 'currency', 'status', 'captured']

const roles: Readonly<Record<string, Role>> = {
  id: 'order_number',
  'created utc': 'order_date',
  'created date utc': 'order_date',
  created: 'order_date',
  status: 'status',
  'customer id': 'customer_key',
  'customer email': 'customer_email',
  tax: 'tax',
  description: 'product_name',
}
const stated: Readonly<Record<string, Role>> = {
  amount: 'line_total',
  'amount refunded': 'line_refund',
  currency: 'currency',
}
const converted: Readonly<Record<string, Role>> = {
  'converted amount': 'line_total',
  'converted amount refunded': 'line_refund',
  'converted currency': 'currency',
}

function claim({ table, columns: sampled }: TableSample): Claim | null {
  if (!table.headerStated) return null
  const headers = sampled.map(({ name, sql }) => ({ name, sql, header: words(name) }))
  const has = (header: string) => headers.some((column) => column.header === header)
  if (!required.every(has)) return null
  const all = { ...roles, ...(Object.keys(converted).every(has) ? converted : stated) }
  const columns = new Map<string, ColumnClaim>()
  for (const { name, sql, header } of headers) {
    const role = all[header]
    if (!role || [...columns.values()].some((taken) => taken.role === role)) continue
    const per = role === 'tax' ? { per: 'line' as const } : {}
    const evidence = `"${name}" of Stripe's export of payments`
    columns.set(sql, { role, confidence: 1, evidence, ...per })
  }
  const mode = headers.find(({ header }) => header === 'mode')
  return {
    layout: 'stripe',
    source: 'stripe',
    holds: 'order_lines',
    confidence: 1,
    columns,
    price: 'total',
    payments: true,
    totalsHoldCharges: true,
    // What was tried out in Stripe's test mode is no sale.
    ...(mode ? { sales: `lower(trim(coalesce(${mode.sql}, 'live'))) <> 'test'` } : {}),
    states: new Map([
      ['requires_payment_method', 'not_counted'],
      ['requires payment method', 'not_counted'],
      ['requires_action', 'not_counted'],
      ['requires_capture', 'not_counted'],
      ['uncaptured', 'not_counted'],
      ['incomplete', 'not_counted'],
      ['blocked', 'not_counted'],
    ]),
  }
}
