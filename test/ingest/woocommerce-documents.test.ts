import { expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import type { TemporaryShop } from './temporary-shop.ts'

/** Orders and refunds of WooCommerce as JSON: all totals of lines without tax, days by the site's clock. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

type Fields = Readonly<Record<string, unknown>>

const item = (name: string, quantity: number, amounts: readonly [string, string]): Fields => ({
  id: 300 + name.charCodeAt(0),
  name,
  product_id: 93,
  variation_id: 0,
  quantity,
  subtotal: amounts[0],
  subtotal_tax: '0.90',
  total: amounts[1],
  total_tax: '0.90',
  taxes: [{ id: 75, total: '0.90', subtotal: '0.90' }],
  sku: name.toUpperCase(),
  price: 3.3333333,
})

const order = (number: string, lines: readonly Fields[], fields: Fields = {}): Fields => ({
  id: Number(number),
  number,
  status: 'processing',
  currency: 'USD',
  date_created: '2025-10-31T22:30:00',
  date_created_gmt: '2025-11-01T01:30:00',
  date_modified: '2025-10-31T22:31:00',
  shipping_total: '10.00',
  cart_tax: '1.80',
  total: '25.80',
  total_tax: '1.80',
  prices_include_tax: true,
  customer_id: 26,
  billing: {
    first_name: 'Ada',
    last_name: 'Byron',
    country: 'US',
    state: 'CA',
    email: 'ada@example.com',
  },
  shipping: { first_name: 'Bob', last_name: 'Byron', country: 'CA', state: 'ON' },
  line_items: lines,
  tax_lines: [{ id: 1, tax_total: '1.80', shipping_tax_total: '0.00' }],
  shipping_lines: [
    { id: 2, method_title: 'Flat rate', total: '10.00', total_tax: '0.00', taxes: [] },
  ],
  fee_lines: [],
  coupon_lines: [],
  refunds: [],
  ...fields,
})

/** Three mugs for 10.00 with a coupon of 1.00, a cup made dearer by hand: 9.00 + 5.00. */
const mugs = item('Mug', 3, ['10.00', '9.00'])
const cup = item('Cup', 1, ['4.00', '5.00'])
const first = order('727', [mugs, cup])

it.each([
  ['in a list', JSON.stringify([first])],
  ['as the body of a webhook', JSON.stringify(first)],
  ['one on each line', `${JSON.stringify(first)}\n${JSON.stringify(order('728', [], {}))}\n`],
])('counts what lines cost without tax and after coupons, %s', async (_, text) => {
  const report = await shop.importText('orders.json', text)
  expect(report).toMatchObject({
    state: 'committed',
    source: 'woocommerce',
    questions: [],
    totals: { revenue: '14.00', orders: 1, units: '4', currency: 'USD' },
  })
  expect(report.warnings).toEqual([])
  expect(await shop.lines()).toEqual([
    '727 2025-10-31 CUP 1.0 5.00 5.00 Ada Byron CA ON',
    '727 2025-10-31 MUG 3.0 10.00 9.00 Ada Byron CA ON',
  ])
  expect((await shop.importText('orders.json', text)).state).toBe('unchanged')
})

it('counts what waits for its payment, not what is pending, failed or cancelled', async () => {
  const orders = ['on-hold', 'pending', 'failed', 'cancelled', 'completed', 'refunded'].map(
    (status, index) => order(String(800 + index), [mugs], { status }),
  )
  const report = await shop.importText('orders.json', JSON.stringify(orders))
  expect(report.totals).toMatchObject({ revenue: '27.00', returns: '9.00', orders: 3 })
  expect(report.ignoredBy).toEqual({ order_not_counted: 2, order_cancelled: 1 })
})

const refund = (id: number, amount: string, lines: readonly Fields[]): Fields => ({
  id,
  date_created: '2025-11-20T17:07:11',
  date_created_gmt: '2025-11-20T20:07:11',
  amount,
  reason: '',
  refunded_by: 1,
  line_items: lines,
  _links: { up: [{ href: 'https://example.com/wp-json/wc/v3/orders/727' }] },
})
const back = { ...mugs, id: 314, quantity: -1, subtotal: '-3.33', total: '-3.00', price: -3 }

it('counts refunds on their own days, without tax, and money alone without pieces', async () => {
  const refunds = [refund(726, '2.50', []), refund(724, '3.30', [back])]
  const orders = order('727', [mugs, cup], {
    refunds: [
      { id: 726, reason: '', total: '-2.50' },
      { id: 724, reason: '', total: '-3.30' },
    ],
  })
  const told = await shop.importText('orders.json', JSON.stringify([orders]))
  const said = told.warnings.find(({ code }) => code === 'refunds_unused')
  // Once for the order, not for each of its lines.
  expect(said?.text).toMatch(/^5\.80 was refunded/)
  const text = JSON.stringify(refunds)
  const report = await shop.importText('refunds.json', text)
  expect(report).toMatchObject({ rows: { in: 2, accepted: 2 }, totals: { returns: '5.50' } })
  const rows = await shop.query(
    `SELECT concat_ws(' ', return_date, product_key, quantity::DOUBLE, amount::DECIMAL(18,2), order_number) AS line
     FROM returns_fact JOIN products ON products.product_id = returns_fact.product_id
     LEFT JOIN orders ON orders.order_id = returns_fact.order_id ORDER BY line`,
  )
  expect(rows.map(({ line }) => line)).toEqual([
    '2025-11-20 MUG 1.0 3.00 727',
    '2025-11-20 Unknown 0.0 2.50 727',
  ])
  expect((await shop.importText('refunds.json', text)).state).toBe('unchanged')
})

it('counts an order refunded as a whole by its refunds, where it lists them', async () => {
  const orders = [
    order('727', [mugs], {
      status: 'refunded',
      refunds: [{ id: 724, reason: '', total: '-9.90' }],
    }),
  ]
  const report = await shop.importText('orders.json', JSON.stringify(orders))
  expect(report.totals).toMatchObject({ revenue: '9.00', returns: '0.00' })
  expect(report.warnings.map(({ code }) => code)).toContain('refunds_unused')
})

it('takes refunds off once where orders tell them and they come by themselves in the same import', async () => {
  const orders = [
    order('727', [mugs, cup], { refunds: [{ id: 724, reason: '', total: '-3.30' }] }),
    order('728', [mugs], { status: 'refunded' }),
  ]
  const report = await shop.import([
    shop.file('orders.json', JSON.stringify(orders)),
    shop.file('refunds.json', JSON.stringify([refund(724, '3.30', [back])])),
  ])
  expect(report.totals).toMatchObject({ revenue: '23.00', returns: '3.00' })
  expect(report.warnings.map(({ code }) => code)).toContain('refunds_beside_orders')
})
