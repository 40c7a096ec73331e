import { describe, expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** Orders of Shopify as JSON: answers of its Admin API, and the bodies of webhooks. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

type Fields = Readonly<Record<string, unknown>>

const address = { name: 'Ada Byron', country_code: 'US', province_code: 'KY' }

const item = (quantity: number, name: string, price: string, fields: Fields = {}): Fields => ({
  id: 46_000_000_000_000 + name.charCodeAt(0),
  product_id: 632_910_392,
  variant_id: 39_072_856,
  title: name,
  name,
  sku: name.toUpperCase(),
  quantity,
  price,
  total_discount: '0.00',
  discount_allocations: [],
  tax_lines: [{ title: 'State Tax', price: '0.50', rate: 0.05 }],
  ...fields,
})

const order = (name: string, lines: readonly Fields[], fields: Fields = {}): Fields => ({
  id: 450_789_000 + Number(name.slice(1)),
  name,
  order_number: Number(name.slice(1)),
  created_at: '2025-10-05T21:06:21-05:00',
  updated_at: '2025-10-05T21:10:00-05:00',
  cancelled_at: null,
  financial_status: 'paid',
  currency: 'USD',
  email: 'Ada@Example.com',
  test: false,
  taxes_included: false,
  total_tax: '1.00',
  shipping_lines: [{ title: 'Post', price: '5.00', discounted_price: '5.00', tax_lines: [] }],
  customer: { id: 207_119_551, email: 'ada@example.com', first_name: 'Ada', last_name: 'Byron' },
  billing_address: address,
  shipping_address: { ...address, country_code: 'CA', province_code: 'ON' },
  line_items: lines,
  refunds: [],
  ...fields,
})

const refundOf = (id: number, fields: Fields): Fields => ({
  id,
  created_at: '2025-11-10T09:00:00-05:00',
  order_adjustments: [],
  refund_line_items: [],
  ...fields,
})
const backLine = (id: number, quantity: number, line: Fields, amounts: Fields): Fields => ({
  id,
  quantity,
  line_item_id: line.id,
  line_item: line,
  ...amounts,
})

/** A mug twice at 10.00 less 1.00 + 0.50, a cup at 4.10: 18.50 + 4.10 = 22.60. */
const mugs = item(2, 'Mug', '10.00', {
  discount_allocations: [{ amount: '1.00' }, { amount: '0.50' }],
})
const cup = item(1, 'Cup', '4.10')
const first = order('#1001', [mugs, cup], { subtotal_price: '22.60', total_price: '28.60' })

async function returned(): Promise<string[]> {
  const rows = await shop.query(
    `SELECT concat_ws(' ', return_date, product_key, quantity::DOUBLE, coalesce(amount::DECIMAL(18,2)::VARCHAR, 'no amount'), order_number) AS line
     FROM returns_fact JOIN products ON products.product_id = returns_fact.product_id
     LEFT JOIN orders ON orders.order_id = returns_fact.order_id ORDER BY line`,
  )
  return rows.map(({ line }) => String(line))
}

const expected = [
  '#1001 2025-10-05 CUP 1.0 4.10 4.10 Ada Byron CA ON',
  '#1001 2025-10-05 MUG 2.0 20.00 18.50 Ada Byron CA ON',
]

describe('an order of Shopify as JSON', () => {
  it.each([
    ['in a list', JSON.stringify({ orders: [first] })],
    ['alone', JSON.stringify({ order: first })],
    ['as the body of a webhook', JSON.stringify(first)],
    ['in a bare list', JSON.stringify([first])],
    ['one on each line', `${JSON.stringify(first)}\n`],
  ])('counts the same %s', async (_, text) => {
    const report = await shop.importText('orders.json', text)
    expect(report).toMatchObject({
      state: 'committed',
      source: 'shopify',
      questions: [],
      rows: { in: 2, accepted: 2 },
      totals: { revenue: '22.60', orders: 1, units: '3', currency: 'USD' },
    })
    expect(report.warnings.map(({ code }) => code)).toEqual(['time_zone_assumed'])
    expect(await shop.lines()).toEqual(expected)
    expect((await shop.importText('orders.json', text)).state).toBe('unchanged')
  })

  it('is the order of the export as CSV', async () => {
    const header = [
      'Name',
      'Email',
      'Financial Status',
      'Currency',
      'Subtotal',
      'Shipping',
      'Taxes',
      'Total',
      'Discount Amount',
      'Created at',
      'Lineitem quantity',
      'Lineitem name',
      'Lineitem price',
      'Lineitem sku',
      'Lineitem discount',
      'Billing Name',
      'Billing Country',
      'Billing Province',
      'Shipping Country',
      'Shipping Province',
      'Cancelled at',
      'Refunded Amount',
    ]
    const day = '2025-10-05 21:06:21 -0500'
    const text = csv(
      header,
      `#1001,Ada@Example.com,paid,USD,22.60,5.00,1.00,28.60,1.50,${day},2,Mug,10.00,MUG,1.50,Ada Byron,US,KY,CA,ON,,0.00`.split(
        ',',
      ),
      `#1001,Ada@Example.com,,,,,,,,${day},1,Cup,4.10,CUP,0.00,,,,,,,`.split(','),
    )
    const body = JSON.stringify(first)
    await shop.importText('webhook.json', body)
    expect((await shop.importText('orders_export.csv', text)).state).toBe('unchanged')
    expect((await shop.importText('webhook.json', body)).state).toBe('unchanged')
    expect(await shop.lines()).toEqual(expected)
  })

  it('counts once when it comes as CSV first', async () => {
    const text = csv(
      [
        'Name',
        'Email',
        'Financial Status',
        'Created at',
        'Lineitem quantity',
        'Lineitem name',
        'Lineitem price',
        'Lineitem sku',
        'Lineitem discount',
        'Subtotal',
        'Currency',
        'Billing Name',
        'Shipping Country',
        'Shipping Province',
      ],
      [
        '#1001',
        'ada@example.com',
        'paid',
        '2025-10-05 21:06:21 -0500',
        2,
        'Mug',
        '10.00',
        'MUG',
        '1.50',
        '22.60',
        'USD',
        'Ada Byron',
        'CA',
        'ON',
      ],
      [
        '#1001',
        '',
        '',
        '2025-10-05 21:06:21 -0500',
        1,
        'Cup',
        '4.10',
        'CUP',
        '0.00',
        '',
        '',
        '',
        '',
        '',
      ],
    )
    await shop.importText('orders_export.csv', text)
    const report = await shop.importText('webhook.json', JSON.stringify(first))
    expect(report.questions).toEqual([])
    expect(await shop.lines()).toEqual(expected)
    expect(await shop.value('SELECT count(*)::INTEGER FROM customers WHERE customer_id <> 0')).toBe(
      1,
    )
  })

  it('keeps its local day, is found by its name where lines have no SKU, and goes where it is billed', async () => {
    const late = order('#1002', [item(1, 'Gift', '3.00', { sku: '' })], {
      created_at: '2025-10-31T23:59:00-05:00',
      shipping_address: null,
    })
    await shop.importText('orders.json', JSON.stringify({ orders: [late] }))
    expect(await shop.lines()).toEqual(['#1002 2025-10-31 Gift 1.0 3.00 3.00 Ada Byron US KY'])
  })

  it('does not count when it is a test, a draft, cancelled or void, and says so', async () => {
    const orders = [
      first,
      order('#1002', [item(1, 'Mug', '10.00')], { test: true }),
      order('#1003', [item(1, 'Mug', '10.00')], { cancelled_at: '2025-10-06T10:00:00-05:00' }),
      order('#1004', [item(1, 'Mug', '10.00')], { financial_status: 'voided' }),
      order('#1005', [item(1, 'Mug', '10.00')], { financial_status: 'pending' }),
    ]
    const report = await shop.importText('orders.json', JSON.stringify({ orders }))
    expect(report.totals).toMatchObject({ revenue: '32.60', orders: 2 })
    expect(report.ignoredBy).toEqual({ order_not_counted: 1, order_cancelled: 2 })
    const draft = {
      id: 1,
      name: '#D1',
      status: 'completed',
      created_at: '2025-10-05T21:06:21-05:00',
      invoice_sent_at: null,
      line_items: [item(1, 'Mug', '10.00')],
    }
    const drafts = await shop.importText('drafts.json', JSON.stringify({ draft_orders: [draft] }))
    expect(drafts.ignoredBy).toEqual({ order_not_counted: 1 })
    expect(await shop.value('SELECT count(*)::INTEGER FROM sales_fact')).toBe(3)
  })

  it('counts once when a stream brings it twice, and as it was last when it was changed', async () => {
    const later = order('#1001', [mugs], { updated_at: '2025-10-06T10:00:00-05:00' })
    const stream = (...orders: readonly Fields[]) =>
      `${orders.map((one) => JSON.stringify(one)).join('\n')}\n`
    const twice = await shop.importText('webhooks.ndjson', stream(first, first))
    expect(twice.totals).toMatchObject({ revenue: '22.60', orders: 1, units: '3' })
    expect(twice.rows).toMatchObject({ in: 4, accepted: 2, duplicate: 2 })
    const changed = await shop.importText('webhooks.ndjson', stream(later, first))
    expect(changed.totals).toMatchObject({ revenue: '18.50', units: '2' })
  })

  it('counts once beside its export in the same import', async () => {
    const text = csv(
      [
        'Name',
        'Email',
        'Financial Status',
        'Created at',
        'Lineitem quantity',
        'Lineitem name',
        'Lineitem price',
        'Lineitem sku',
        'Lineitem discount',
        'Currency',
        'Billing Name',
        'Shipping Country',
        'Shipping Province',
      ],
      [
        '#1001',
        'ada@example.com',
        'paid',
        '2025-10-05 21:06:21 -0500',
        2,
        'Mug',
        '10.00',
        'MUG',
        '1.50',
        'USD',
        'Ada Byron',
        'CA',
        'ON',
      ],
      [
        '#1001',
        '',
        '',
        '2025-10-05 21:06:21 -0500',
        1,
        'Cup',
        '4.10',
        'CUP',
        '0.00',
        '',
        '',
        '',
        '',
      ],
    )
    const report = await shop.import([
      shop.file('orders_export.csv', text),
      shop.file('webhook.json', JSON.stringify(first)),
    ])
    expect(report).toMatchObject({ questions: [], rows: { in: 4, accepted: 2, duplicate: 2 } })
    expect(report.totals).toMatchObject({ revenue: '22.60', orders: 1, units: '3' })
  })

  it('without lines is a row that says so', async () => {
    const orders = [first, order('#1002', [])]
    const report = await shop.importText('orders.json', JSON.stringify({ orders }))
    expect(report.rows).toMatchObject({ in: 3, accepted: 2, ignored: 1 })
    expect(report.ignoredBy).toEqual({ order_without_lines: 1 })
  })

  it('is taken without tax only where it says that its prices hold it', async () => {
    const { taxes_included: _, total_price: __, ...silent } = first
    const report = await shop.importText('orders.json', JSON.stringify(silent))
    expect(report.totals.revenue).toBe('22.60')
  })

  it('has discounts that are no numbers rejected, not left out of their sum', async () => {
    const odd = item(1, 'Mug', '10.00', {
      discount_allocations: [{ amount: '1.00' }, { amount: '2.00 off' }],
    })
    const many = Array.from({ length: 600 }, (_, index) =>
      order(`#${2000 + index}`, [
        item(1, 'Cup', '4.10', { discount_allocations: [{ amount: '0.10' }] }),
      ]),
    )
    const orders = [...many, order('#1002', [odd])]
    const report = await shop.importText('orders.json', JSON.stringify(orders))
    expect(report.rows).toMatchObject({ in: 601, accepted: 600, rejected: 1 })
    expect(report.rejectedBy).toEqual({ unreadable_number: 1 })
    expect(report.totals.revenue).toBe('2400.00')
  })
})

describe('refunds of Shopify', () => {
  const partly = {
    ...first,
    financial_status: 'partially_refunded',
    refunds: [
      refundOf(801, {
        refund_line_items: [backLine(901, 1, mugs, { subtotal: '9.25', total_tax: '0.25' })],
      }),
      refundOf(802, {
        created_at: '2025-11-11T09:00:00-05:00',
        refund_line_items: [backLine(902, 1, cup, { subtotal: '4.10', total_tax: '0.20' })],
      }),
    ],
  }

  it('stand on their own days, without tax, beside the sales', async () => {
    const text = JSON.stringify({ orders: [partly, order('#1002', [item(1, 'Mug', '10.00')])] })
    const report = await shop.importText('orders.json', text)
    expect(report).toMatchObject({
      questions: [],
      rows: { in: 5, accepted: 5 },
      totals: { revenue: '32.60', returns: '13.35', net_sales: '19.25', orders: 2 },
    })
    expect(await returned()).toEqual([
      '2025-11-10 MUG 1.0 9.25 #1001',
      '2025-11-11 CUP 1.0 4.10 #1001',
    ])
    expect((await shop.importText('orders.json', text)).state).toBe('unchanged')
  })

  it('of an order refunded as a whole count once, as they are', async () => {
    const whole = { ...partly, financial_status: 'refunded' }
    const report = await shop.importText('order.json', JSON.stringify(whole))
    expect(report.totals).toMatchObject({ revenue: '22.60', returns: '13.35' })
    // Where nothing lists what came back, all of it did.
    const told = { ...first, name: '#1009', financial_status: 'refunded' }
    const later = await shop.importText('order.json', JSON.stringify(told))
    expect(later.totals).toMatchObject({ revenue: '22.60', returns: '22.60' })
  })

  it('are less their tax where prices include it', async () => {
    const included = { ...partly, taxes_included: true, total_price: '27.60' }
    const report = await shop.importText('order.json', JSON.stringify(included))
    // Of the sales 22.60 less 2 x 0.50, of the refunds 9.25 - 0.25 and 4.10 - 0.20.
    expect(report.totals).toMatchObject({ revenue: '21.60', returns: '12.90' })
    const charges = await shop.query(
      'SELECT kind, sum(amount)::DECIMAL(18,2)::VARCHAR AS amount FROM order_charges_fact GROUP BY kind ORDER BY kind',
    )
    expect(charges).toEqual([
      { kind: 'shipping', amount: '5.00' },
      { kind: 'tax', amount: '1.00' },
    ])
  })

  it('of money alone give back no pieces', async () => {
    const money = {
      ...first,
      refunds: [
        refundOf(803, {
          order_adjustments: [
            { id: 1, kind: 'refund_discrepancy', amount: '-3.00', tax_amount: '0.00' },
          ],
        }),
        refundOf(801, { refund_line_items: [backLine(901, 1, mugs, { subtotal: '9.25' })] }),
      ],
    }
    const report = await shop.importText('order.json', JSON.stringify(money))
    expect(report.totals).toMatchObject({ revenue: '22.60', returns: '12.25' })
    expect(report.rows).toMatchObject({ in: 4, accepted: 4 })
    expect(await shop.value('SELECT sum(quantity)::DOUBLE FROM returns_fact')).toBe(1)
  })

  it('of money alone are seen where no refund of the file names goods', async () => {
    const adjustments = [{ id: 1, kind: 'refund_discrepancy', amount: '-3.00' }]
    const money = { ...first, refunds: [refundOf(803, { order_adjustments: adjustments })] }
    const report = await shop.importText('order.json', JSON.stringify(money))
    expect(report).toMatchObject({ rows: { in: 3, accepted: 3 }, totals: { returns: '3.00' } })
  })

  it('of shipping are no returns of goods, and said', async () => {
    const adjustments = [{ id: 1, kind: 'shipping_refund', amount: '-5.00' }]
    const shipping = {
      ...partly,
      refunds: [...partly.refunds, refundOf(804, { order_adjustments: adjustments })],
    }
    const report = await shop.importText('order.json', JSON.stringify(shipping))
    expect(report.ignoredBy).toEqual({ no_sale: 1 })
    expect(report.totals.returns).toBe('13.35')
  })

  it('of cancelled and of test orders count as little as their sales', async () => {
    const orders = [
      { ...partly, cancelled_at: '2025-11-10T09:00:00-05:00' },
      { ...partly, name: '#1002', test: true },
    ]
    const report = await shop.importText('orders.json', JSON.stringify({ orders }))
    expect(report.rows).toMatchObject({ in: 8, accepted: 0, ignored: 8 })
    expect(report.ignoredBy).toEqual({ order_cancelled: 4, order_not_counted: 4 })
    expect(await returned()).toEqual([])
  })

  it('that come by themselves are the same returns, at the price of their orders where they state none', async () => {
    const alone = refundOf(801, {
      order_id: 450_790_001,
      refund_line_items: [backLine(901, 1, mugs, { subtotal: '9.25', total_tax: '0.25' })],
    })
    await shop.importText('refund.json', JSON.stringify({ refund: alone }))
    await shop.importText('order.json', JSON.stringify(partly))
    expect((await returned()).map((line) => line.slice(0, 23))).toEqual([
      '2025-11-10 MUG 1.0 9.25',
      '2025-11-11 CUP 1.0 4.10',
    ])
  })
})

it('counts orders without their lines by what their goods cost, and beside lines not at all', async () => {
  const {
    line_items: _,
    refunds: __,
    ...head
  } = order('#1002', [], {
    subtotal_price: '40.00',
    total_price: '45.50',
  })
  const heads = JSON.stringify({ orders: [head] })
  const report = await shop.importText('heads.json', heads)
  expect(report.totals).toMatchObject({ revenue: '40.00', orders: 1 })
  expect(report.warnings.map(({ code }) => code)).toContain('quantity_assumed')
  const both = await shop.import([
    shop.file('heads.json', heads),
    shop.file('orders.json', JSON.stringify({ orders: [first] })),
  ])
  expect(both.totals.revenue).toBe('22.60')
  expect(both.warnings.map(({ code }) => code)).toContain('amounts_beside_lines')
})

it('rejects orders without lines whose prices include tax: what their goods cost without it is not stated', async () => {
  const {
    line_items: _,
    refunds: __,
    ...head
  } = order('#1002', [], {
    subtotal_price: '40.00',
    total_price: '45.50',
    taxes_included: true,
  })
  const report = await shop.importText('heads.json', JSON.stringify({ orders: [head] }), {
    maxRejects: 1,
  })
  expect(report.rejectedBy).toEqual({ missing_price: 1 })
})

it('reads past names that no path can say', async () => {
  const odd = { ...first, '': 1, '[]': { '[]': 3 }, 'it\'s "so"': 2, note: [{ '[]': [{ '': 5 }] }] }
  const report = await shop.importText('orders.json', JSON.stringify([odd]))
  expect(report.totals).toMatchObject({ revenue: '22.60', orders: 1 })
})
