import { type KnownTable, layoutByHeaders } from './by-headers.ts'

const required = ['id', 'amount', 'amount refunded', 'currency', 'status', 'captured']

/** Of Stripe's export of payments, whichever amounts count. */
const payments = {
  what: "Stripe's export of payments",
  // What was tried out in Stripe's test mode is no sale.
  sales: (of) => `lower(coalesce(${of('mode')}, 'live')) <> 'test'`,
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

const roles: KnownTable['roles'] = {
  id: 'order_number',
  'created utc': 'order_date',
  'created date utc': 'order_date',
  created: 'order_date',
  status: 'status',
  'customer id': 'customer_key',
  'customer email': 'customer_email',
  tax: { role: 'tax', per: 'line' },
  description: 'product_name',
}

/**
 * Stripe's export of payments: one row per charge. Amounts that Stripe converted are all in the currency of the account,
 * and count before those in the currency of each customer. Source: Stripe Documentation, "Export payments".
 */
export const stripe = layoutByHeaders({ name: 'stripe', source: 'stripe' }, [
  {
    ...payments,
    required: [...required, 'converted amount', 'converted amount refunded', 'converted currency'],
    roles: {
      ...roles,
      'converted amount': 'line_total',
      'converted amount refunded': 'line_refund',
      'converted currency': 'currency',
    },
  },
  {
    ...payments,
    required,
    roles: {
      ...roles,
      amount: 'line_total',
      'amount refunded': 'line_refund',
      currency: 'currency',
    },
  },
])
