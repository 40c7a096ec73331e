import { type Cells, layoutByHeaders } from './by-headers.ts'

/** Of what the column "Type" says: payments that came in, and such that went back. */
const payment = '(payment|checkout|sale|order|auction|refund|reversal|chargeback)'
const noPayment =
  '(fee|withdrawal|transfer|deposit|conversion|hold|release|authorization|payout|request|bill|loan|credit|bank|reserve|mass pay|sent)'

/** What the shop itself paid goes out without being a refund. */
function isSale(of: Cells['of']): string {
  const type = `lower(${of('type')})`
  const gross = `regexp_replace(${of('gross')}, '[^0-9-]', '', 'g')`
  const back = `regexp_matches(${type}, '(refund|reversal|chargeback)')`
  return `regexp_matches(${type}, '${payment}') AND NOT regexp_matches(${type}, '${noPayment}')
    AND (${back}) = starts_with(${gross}, '-')`
}

/**
 * PayPal's report of activity: payments and refunds among transfers, fees and conversions, which its column "Type" tells
 * apart. Gross holds shipping and tax. Source: PayPal Developer, "Activity download" and "Transaction types".
 */
export const paypal = layoutByHeaders({ name: 'paypal', source: 'paypal' }, [
  {
    what: "PayPal's activity",
    required: ['date', 'type', 'status', 'currency', 'gross', 'transaction id'],
    sales: isSale,
    roles: {
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
  },
])
