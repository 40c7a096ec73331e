import { shopify as layout } from '../../layouts/shopify.ts'
import { shopifyStates } from '../../layouts/shopify-export.ts'
import type { Platform, Subject } from './platform.ts'

/** Source: Shopify, "WebhookSubscriptionTopic" and "Webhooks" of the REST Admin API reference. */
const subjects: ReadonlyMap<string, Subject | null> = new Map<string, Subject | null>([
  ['orders/create', 'order'],
  ['orders/updated', 'order'],
  ['orders/edited', null],
  ['orders/cancelled', 'order'],
  ['orders/paid', 'order'],
  ['orders/partially_fulfilled', 'order'],
  ['orders/fulfilled', 'order'],
  ['orders/delete', 'deleted_order'],
  // The order comes with all of its refunds as orders/updated. A refund by itself names no order number, and does not say
  // whether its amounts hold tax.
  ['refunds/create', null],
  ['products/create', 'product'],
  ['products/update', 'product'],
  // What was sold of it stays.
  ['products/delete', null],
  ['customers/create', 'customer'],
  ['customers/update', 'customer'],
  ['customers/enable', 'customer'],
  ['customers/disable', 'customer'],
  ['customers/delete', null],
  ['inventory_levels/connect', 'stock_level'],
  ['inventory_levels/update', 'stock_level'],
  ['inventory_levels/disconnect', null],
  // A draft is no order yet; the order that is made of it comes by itself.
  ['draft_orders/create', null],
  ['draft_orders/update', null],
  ['draft_orders/delete', null],
  // Asked for by law: docs/webhooks.md says what to do about them.
  ['customers/data_request', null],
  ['customers/redact', null],
  ['shop/redact', null],
])

export const shopify: Platform = {
  name: 'shopify',
  layout,
  subjectOf: (topic) => subjects.get(topic),
  broughtBy: (topic) =>
    topic === 'refunds/create' || topic === 'orders/edited' ? 'orders/updated' : null,
  members: {
    id: 'id',
    changed: ['updated_at'],
    number: 'name',
    created: 'created_at',
    status: 'financial_status',
  },
  states: shopifyStates,
  versionOf: (changed) => instantOf(changed),
  restoresOrders: false,
  changedAt,
  deletedOrder: ({ number, created, deletedAt }) => ({
    name: number,
    created_at: created,
    ...changedAt(deletedAt),
    cancelled_at: deletedAt,
    financial_status: 'voided',
    line_items: [{ quantity: 1, price: '0' }],
  }),
  refundsApart: null,
  stock: {
    told: 'by_level',
    holds: 'level',
    item: 'inventory_item_id',
    items: 'variants',
    saysOfItem: ['sku', 'title'],
    saysOfProduct: { product_title: 'title' },
  },
}

function changedAt(instant: string) {
  return { updated_at: instant }
}

/** Its times have an offset. */
function instantOf(text: string): string | null {
  const time = Date.parse(text)
  return Number.isNaN(time) ? null : new Date(time).toISOString()
}
