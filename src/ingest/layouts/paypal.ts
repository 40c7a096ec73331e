import { type Cells, type KnownTable, layoutByHeaders } from './by-headers.ts'
import { firstOf, less, negative, unsigned } from './texts.ts'

/** Of what the column "Type" says: payments that came in, and such that went back. */
const payment = '(payment|checkout|sale|order|auction|refund|reversal|chargeback)'
const noPayment =
  '(fee|withdrawal|transfer|deposit|conversion|hold|release|authorization|payout|request|bill|loan|credit|bank|reserve|mass pay|sent)'

/** SQL condition, never null: money went back. */
function wentBack(of: Cells['of']): string {
  return `coalesce(regexp_matches(lower(${of('type')}), '(refund|reversal|chargeback)'), false)`
}

/** What the shop itself paid goes out without being a refund. */
function isSale(of: Cells['of']): string {
  const type = `lower(${of('type')})`
  const gross = `regexp_replace(${of('gross')}, '[^0-9-]', '', 'g')`
  return `regexp_matches(${type}, '${payment}') AND NOT regexp_matches(${type}, '${noPayment}')
    AND ${wentBack(of)} = starts_with(${gross}, '-')`
}

function ofRefund(of: Cells['of'], back: string, paid = 'NULL'): string {
  return `CASE WHEN ${wentBack(of)} THEN ${back} ELSE ${paid} END`
}

/** An amount with commas between its thousands as a number. */
function plain(text: string): string {
  return `CASE WHEN regexp_full_match(${text}, '-?[0-9]{1,3}(,[0-9]{3})+\\.[0-9]{2}') THEN replace(${text}, ',', '') ELSE ${text} END`
}

/** What was given back, without the shipping and the tax in it. */
function refundOf({ of }: Cells): string {
  const charges = ['shipping and handling amount', 'insurance amount', 'sales tax']
  const beside = charges.map((header) => unsigned(of(header)))
  return ofRefund(
    of,
    beside.reduce((rest, charge) => less(rest, charge), unsigned(plain(of('gross')))),
  )
}

const activity: KnownTable = {
  what: "PayPal's activity",
  required: ['date', 'type', 'status', 'currency', 'gross', 'transaction id'],
  sales: isSale,
  makes: {
    // A refund names the payment that it belongs to, and goes from the shop to the customer.
    'Transaction ID, of refunds Reference Txn ID': ({ of }) =>
      ofRefund(of, firstOf(of('reference txn id'), of('transaction id')), of('transaction id')),
    'Transaction ID of refunds': ({ of }) => ofRefund(of, of('transaction id')),
    'Gross of refunds, less charges': refundOf,
    'From, of refunds To Email Address': ({ of }) =>
      ofRefund(of, of('to email address'), of('from email address')),
  },
  roles: {
    'transaction id of refunds reference txn id': 'order_number',
    'transaction id of refunds': 'return_id',
    'gross of refunds less charges': 'return_amount',
    date: 'order_date',
    time: 'order_time',
    status: 'status',
    currency: 'currency',
    gross: 'line_total',
    name: 'customer_name',
    'from of refunds to email address': 'customer_email',
    'item title': 'product_name',
    'item id': 'product_key',
    'shipping and handling amount': { role: 'shipping', per: 'line' },
    'insurance amount': { role: 'fee', per: 'line' },
    'sales tax': { role: 'tax', per: 'line' },
    'country code': 'country',
  },
  price: 'total',
  payments: true,
  totalsHoldCharges: true,
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

/** A payment that states no pieces is one. */
function pieces({ of }: Cells): string {
  const stated = `CASE WHEN regexp_matches(${of('quantity')}, '[1-9]') THEN ${unsigned(of('quantity'))} ELSE '1' END`
  return ofRefund(of, negative(`(${stated})`), stated)
}

/**
 * PayPal's report of activity: payments and refunds among transfers, fees and conversions, which its column "Type" tells
 * apart. Gross holds shipping and tax. Source: PayPal Developer, "Activity download" and "Transaction types".
 */
export const paypal = layoutByHeaders({ name: 'paypal', source: 'paypal' }, [
  {
    ...activity,
    required: [...activity.required, 'quantity'],
    makes: { ...activity.makes, 'Quantity, below zero for refunds': pieces },
    roles: { ...activity.roles, 'quantity below zero for refunds': 'quantity' },
  },
  activity,
])
