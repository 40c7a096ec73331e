import { woocommerce as layout } from '../../layouts/woocommerce.ts'
import { woocommerceStates } from '../../layouts/woocommerce-export.ts'
import type { Platform, Subject } from './platform.ts'

/** Source: WooCommerce REST API documentation, "Webhooks", and `wc_is_webhook_valid_topic` in its code. */
const subjects: ReadonlyMap<string, Subject | null> = new Map<string, Subject | null>([
  ['order.created', 'order'],
  ['order.updated', 'order'],
  ['order.deleted', 'deleted_order'],
  ['order.restored', 'restored_order'],
  ['product.created', 'product'],
  ['product.updated', 'product'],
  // What was sold of it stays.
  ['product.deleted', null],
  ['product.restored', 'product'],
  ['customer.created', 'customer'],
  ['customer.updated', 'customer'],
  ['customer.deleted', null],
  ['coupon.created', null],
  ['coupon.updated', null],
  ['coupon.deleted', null],
  ['coupon.restored', null],
])

export const woocommerce: Platform = {
  name: 'woocommerce',
  layout,
  subjectOf: (topic) => subjects.get(topic),
  broughtBy: () => null,
  // The site's clock goes back an hour once a year, the other one never does.
  members: {
    id: 'id',
    changed: ['date_modified_gmt', 'date_modified'],
    number: 'number',
    created: 'date_created',
    status: 'status',
  },
  states: woocommerceStates,
  versionOf: (changed) => {
    const time = Date.parse(/[Zz]$|[+-]\d\d:?\d\d$/.test(changed) ? changed : `${changed}Z`)
    return Number.isNaN(time) ? null : new Date(time).toISOString()
  },
  restoresOrders: true,
  changedAt,
  deletedOrder: ({ number, created, deletedAt }) => ({
    number,
    status: 'trash',
    date_created: created,
    ...changedAt(deletedAt),
    prices_include_tax: false,
    line_items: [{ quantity: 1, total: '0' }],
  }),
  refundsApart: { list: 'refunds', amount: 'total' },
  stock: { told: 'by_product', holds: 'product', quantity: 'stock_quantity' },
}

/** Times in GMT bear no sign of it. */
function changedAt(instant: string) {
  return { date_modified_gmt: instant.replace(/Z$/, '') }
}
