import { words } from '../headers.ts'
import type { Claim, ColumnClaim, Layout } from '../layout.ts'
import type { Role } from '../role.ts'
import type { TableSample } from '../sample.ts'

/**
 * PayPal's report of activity: payments and refunds among transfers, fees and conversions, which its column "Type" tells
 * apart. Gross holds shipping and tax. Source: PayPal Developer, "Activity download" and "Transaction types".
 */
export const paypal: Layout = { name: 'paypal', source: 'paypal', claim }

const required = ['date', 'type', 'status', 'currency', 'gross', 'transaction id']

const roles: Readonly<Record<string, Role>> = {
  'transaction id': 'order_number',
  date: 'order_date',
  time: 'order_time',
  status: 'status',
  currency: 'currency',
  gross: 'line_total',
  name: 'customer_name',
  'from email address': 'customer_email',
  'item title': 'product_name',
  'item id': 'product_key',
  'shipping and handling amount': 'shipping',
  'insurance amount': 'fee',
  'sales tax': 'tax',
  'country code': 'country',
}

const charges: readonly Role[] = ['shipping', 'fee', 'tax']

/** Of what the column "Type" says: payments that came in, and such that went back. */
const payment = '(payment|checkout|sale|order|auction|refund|reversal|chargeback)'
const noPayment =
  '(fee|withdrawal|transfer|deposit|conversion|hold|release|authorization|payout|request|bill|loan|credit|bank|reserve|mass pay|sent)'

function claim({ table, columns: sampled }: TableSample): Claim | null {
  if (!table.headerStated) return null
  const headers = sampled.map(({ name, sql }) => ({ name, sql, header: words(name) }))
  if (!required.every((one) => headers.some(({ header }) => header === one))) return null
  const columns = new Map<string, ColumnClaim>()
  for (const { name, sql, header } of headers) {
    const role = roles[header]
    if (!role || [...columns.values()].some((taken) => taken.role === role)) continue
    const per = charges.includes(role) ? { per: 'line' as const } : {}
    columns.set(sql, { role, confidence: 1, evidence: `"${name}" of PayPal's activity`, ...per })
  }
  const column = (wanted: string) => headers.find(({ header }) => header === wanted)?.sql ?? ''
  const type = `lower(${column('type')})`
  const gross = `regexp_replace(${column('gross')}, '[^0-9-]', '', 'g')`
  const back = `regexp_matches(${type}, '(refund|reversal|chargeback)')`
  return {
    layout: 'paypal',
    source: 'paypal',
    holds: 'order_lines',
    confidence: 1,
    columns,
    price: 'total',
    payments: true,
    totalsHoldCharges: true,
    // What the shop itself paid goes out without being a refund.
    sales: `regexp_matches(${type}, '${payment}') AND NOT regexp_matches(${type}, '${noPayment}')
      AND (${back}) = starts_with(${gross}, '-')`,
    states: new Map([
      ['partially refunded', 'counted'],
      // The refund stands as a row of its own.
      ['refunded', 'counted'],
      ['denied', 'not_counted'],
      ['removed', 'not_counted'],
      ['placed', 'not_counted'],
      ['unclaimed', 'not_counted'],
    ]),
  }
}
