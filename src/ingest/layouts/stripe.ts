import { exactDecimal, shortDecimal } from '../exact-decimal.ts'
import { type Cells, type KnownTable, layoutByHeaders } from './by-headers.ts'
import { firstOf } from './texts.ts'

const required = ['id', 'amount', 'amount refunded', 'currency', 'status', 'captured']

/** Of Stripe's payments, whichever amounts count. */
const payments = {
  price: 'total',
  payments: true,
  totalsHoldCharges: true,
  states: new Map([
    ['requires_payment_method', 'not_counted'],
    ['requires payment method', 'not_counted'],
    ['requires_action', 'not_counted'],
    ['requires_capture', 'not_counted'],
    ['uncaptured', 'not_counted'],
    ['incomplete', 'not_counted'],
    ['blocked', 'not_counted'],
  ]),
} satisfies Partial<KnownTable>

const exported = {
  ...payments,
  what: "Stripe's export of payments",
  // What was tried out in Stripe's test mode is no sale.
  sales: (of) => `lower(coalesce(${of('mode')}, 'live')) <> 'test'`,
} satisfies Partial<KnownTable>

const roles: KnownTable['roles'] = {
  id: 'order_number',
  'created utc': 'order_date',
  'created date utc': 'order_date',
  created: 'order_date',
  // The last of them, where parts went back on several days.
  'refunded date utc': 'returned_on',
  status: 'status',
  'customer id': 'customer_key',
  'customer email': 'customer_email',
  tax: { role: 'tax', per: 'line' },
  description: 'product_name',
}

/** Currencies whose smallest unit is the whole, and such of which it is a thousandth; of all others it is a hundredth. */
const whole = 'bif|clp|djf|gnf|jpy|kmf|krw|mga|pyg|rwf|vnd|vuv|xaf|xof|xpf'
const thousandths = 'bhd|jod|kwd|omr|tnd'

/** An amount in the smallest unit of its currency as one of the currency itself. */
function inCurrency({ of }: Cells, header: string): string {
  const amount = of(header)
  const isOf = (codes: string) => `regexp_full_match(lower(${of('currency')}), '${codes}')`
  const factor = `CASE WHEN ${isOf(whole)} THEN 1 WHEN ${isOf(thousandths)} THEN 0.001 ELSE 0.01 END`
  const product = `(TRY_CAST(${amount} AS DECIMAL(19,0)) * ${factor}::DECIMAL(4,3))::${exactDecimal}`
  return `CASE WHEN ${amount} IS NOT NULL THEN coalesce(${shortDecimal(product)}, concat(${amount}, ' in the smallest unit')) END`
}

/**
 * Charges as Stripe's API gives them: amounts in the smallest unit of the currency, which the export states in the
 * currency itself. Source: Stripe API reference, "The Charge object" and "Zero-decimal currencies".
 */
const charges: Omit<KnownTable, 'required'> = {
  ...payments,
  what: "Stripe's charges as its API gives them",
  sales: (of) => `lower(coalesce(${of('livemode')}, 'true')) <> 'false'`,
  without: ['created utc', 'created date utc'],
  makes: {
    'amount in the currency': (cells) => inCurrency(cells, 'amount'),
    'amount_refunded in the currency': (cells) => inCurrency(cells, 'amount refunded'),
    // What was authorised and never captured was not paid.
    'status as it counts': ({ of }) =>
      `CASE WHEN lower(${of('captured')}) = 'false' AND ${of('status')} = 'succeeded' THEN 'uncaptured' ELSE ${of('status')} END`,
  },
  roles: {
    id: 'order_number',
    created: 'order_date',
    'status as it counts': 'status',
    'amount in the currency': 'line_total',
    'amount refunded in the currency': 'line_refund',
    currency: 'currency',
    customer: 'customer_key',
    'customer id': 'customer_key',
    'billing details email': 'customer_email',
    'receipt email': 'customer_email',
    'billing details name': 'customer_name',
    'billing details address country': 'country',
    'billing details address state': 'subdivision',
    description: 'product_name',
  },
}

/** Invoices as the API gives them, with their lines. */
const invoices: KnownTable = {
  what: "Stripe's invoices as its API gives them",
  documents: true,
  required: ['id', 'amount due', 'amount paid', 'created', 'currency', 'lines data amount'],
  sales: (of) => `lower(coalesce(${of('livemode')}, 'true')) <> 'false'`,
  makes: {
    'number, else id': ({ of }) => firstOf(of('number'), of('id')),
    'lines.data[].amount in the currency': (cells) => inCurrency(cells, 'lines data amount'),
    'lines.data[].discounts in the currency': (cells) =>
      inCurrency(cells, 'lines data discount amounts amount sum'),
    'tax in the currency': (cells) => inCurrency(cells, 'tax'),
    'shipping in the currency': (cells) => inCurrency(cells, 'shipping cost amount subtotal'),
    'total in the currency': (cells) => inCurrency(cells, 'total'),
    'credit notes in the currency': (cells) =>
      inCurrency(cells, 'post payment credit notes amount'),
  },
  roles: {
    'number else id': 'order_number',
    created: 'order_date',
    status: 'status',
    currency: 'currency',
    customer: 'customer_key',
    'customer id': 'customer_key',
    'customer email': 'customer_email',
    'customer name': 'customer_name',
    'customer address country': 'country',
    'lines data description': 'product_name',
    'lines data quantity': 'quantity',
    'lines data amount in the currency': 'line_total',
    'lines data discounts in the currency': 'discount',
    'tax in the currency': { role: 'tax', per: 'order' },
    'shipping in the currency': { role: 'shipping', per: 'order' },
    'total in the currency': 'order_total',
    'credit notes in the currency': 'return_amount',
  },
  price: 'total',
  discount: 'line_amount',
  // What is not paid yet, and will not be.
  states: new Map([
    ['open', 'not_counted'],
    ['uncollectible', 'not_counted'],
  ]),
}

/**
 * Stripe's export of payments: one row per charge. Amounts that Stripe converted are all in the currency of the account,
 * and count before those in the currency of each customer. Source: Stripe Documentation, "Export payments".
 */
export const stripe = layoutByHeaders({ name: 'stripe', source: 'stripe' }, [
  // Only the API calls a charge one; copies of its answers as CSV do too.
  { ...charges, required: [...required, 'created', 'object'] },
  { ...charges, required: [...required, 'created'], documents: true },
  invoices,
  {
    ...exported,
    required: [...required, 'converted amount', 'converted amount refunded', 'converted currency'],
    roles: {
      ...roles,
      'converted amount': 'line_total',
      'converted amount refunded': 'line_refund',
      'converted currency': 'currency',
    },
  },
  {
    ...exported,
    required,
    roles: {
      ...roles,
      amount: 'line_total',
      'amount refunded': 'line_refund',
      currency: 'currency',
    },
  },
])
