import { describe, expect, it, onTestFinished } from 'vitest'
import type { LiveItem, PlatformName } from '../../src/model/live.ts'
import { TemporaryShop } from '../ingest/temporary-shop.ts'
import { everyEngine } from './engines.ts'
import { message, openLiveShop } from './live-shop.ts'

/** What shop systems tell by webhooks, on every engine: the same figures as the same documents in a file. */

const engines = everyEngine()
type Fields = Readonly<Record<string, unknown>>

const address = { name: 'Ada Byron', country_code: 'DE', province_code: 'BE' }

const shopifyItem = (quantity: number, name: string, price: string, fields: Fields = {}) => ({
  id: 46_000_000_000_000 + name.charCodeAt(0),
  title: name,
  name,
  sku: name.toUpperCase(),
  quantity,
  price,
  total_discount: '0.00',
  discount_allocations: [],
  tax_lines: [],
  ...fields,
})

function shopifyOrder(number: number, lines: readonly Fields[], fields: Fields = {}) {
  return {
    id: 450_789_000 + number,
    name: `#${number}`,
    created_at: '2025-10-05T21:06:21+02:00',
    updated_at: '2025-10-05T21:10:00+02:00',
    cancelled_at: null,
    financial_status: 'paid',
    currency: 'EUR',
    email: 'ada@example.com',
    test: false,
    taxes_included: false,
    total_tax: '1.90',
    shipping_lines: [{ title: 'Post', price: '5.00', discounted_price: '5.00', tax_lines: [] }],
    customer: { id: 207_119_551, email: 'ada@example.com', first_name: 'Ada', last_name: 'Byron' },
    billing_address: address,
    shipping_address: address,
    line_items: lines,
    refunds: [],
    ...fields,
  }
}

function refund(id: number, lines: readonly Fields[]) {
  return {
    id,
    created_at: '2025-11-10T09:00:00+01:00',
    order_adjustments: [],
    refund_line_items: lines,
  }
}

const backLine = (id: number, quantity: number, line: Fields, subtotal: string, tax = '0.00') => ({
  id,
  quantity,
  line_item_id: line.id,
  line_item: line,
  subtotal,
  total_tax: tax,
})

const mugs = shopifyItem(2, 'Mug', '10.00', { discount_allocations: [{ amount: '1.50' }] })
const cup = shopifyItem(1, 'Cup', '4.10')
const taxed = shopifyItem(3, 'Bowl', '11.90', { tax_lines: [{ price: '5.70' }] })

/** Several states of several orders, oldest first. */
const shopifyStates = [
  shopifyOrder(1001, [mugs, cup]),
  shopifyOrder(1001, [mugs, cup], {
    updated_at: '2025-11-10T09:00:01+01:00',
    financial_status: 'partially_refunded',
    refunds: [refund(1, [backLine(11, 1, mugs, '9.25')])],
  }),
  shopifyOrder(1002, [taxed], {
    taxes_included: true,
    total_tax: '5.70',
    email: 'bob@example.com',
  }),
  shopifyOrder(1002, [taxed], {
    updated_at: '2025-11-11T09:00:00+01:00',
    taxes_included: true,
    total_tax: '5.70',
    email: 'bob@example.com',
    financial_status: 'refunded',
    refunds: [refund(2, [backLine(21, 3, taxed, '35.70', '5.70')])],
  }),
  shopifyOrder(1003, [cup, cup], { email: null, customer: null }),
  shopifyOrder(1003, [cup, cup], {
    email: null,
    customer: null,
    updated_at: '2025-10-06T09:00:00+02:00',
    cancelled_at: '2025-10-06T09:00:00+02:00',
    financial_status: 'voided',
  }),
  shopifyOrder(1004, [mugs], { email: null, customer: null, billing_address: null }),
  // A line was taken out of it.
  shopifyOrder(1005, [mugs, cup], { email: 'cy@example.com' }),
  shopifyOrder(1005, [cup], { email: 'cy@example.com', updated_at: '2025-10-07T09:00:00+02:00' }),
  shopifyOrder(1006, [mugs], { test: true }),
]

const shopifyProduct = {
  id: 632,
  title: 'Mug',
  product_type: 'Dishes',
  updated_at: '2025-10-01T10:00:00+02:00',
  variants: [
    { id: 1, title: 'Default Title', sku: 'MUG', price: '12.00', inventory_item_id: 9001 },
    { id: 2, title: 'blue', sku: '', price: '13.00', inventory_item_id: 9002 },
  ],
}
const shopifyCustomer = {
  id: 207_119_551,
  email: 'ada@example.com',
  first_name: 'Ada',
  last_name: 'Lovelace',
  orders_count: 3,
  total_spent: '100.00',
  updated_at: '2025-10-01T10:00:00+02:00',
  default_address: { country_code: 'GB' },
}

const wooItem = (name: string, quantity: number, [subtotal, total]: readonly [string, string]) => ({
  id: 300 + name.charCodeAt(0),
  name,
  product_id: 93,
  quantity,
  subtotal,
  subtotal_tax: '0.90',
  total,
  total_tax: '0.90',
  sku: name.toUpperCase(),
  price: 3.3333333,
})

function wooOrder(number: string, lines: readonly Fields[], fields: Fields = {}) {
  return {
    id: Number(number),
    number,
    status: 'processing',
    currency: 'EUR',
    date_created: '2025-10-05T22:30:00',
    date_modified: '2025-10-05T22:31:00',
    date_modified_gmt: '2025-10-05T20:31:00',
    shipping_total: '10.00',
    total: '25.80',
    total_tax: '1.80',
    prices_include_tax: true,
    customer_id: 26,
    billing: {
      first_name: 'Ada',
      last_name: 'Byron',
      country: 'DE',
      state: 'DE-BE',
      email: 'ada@example.com',
    },
    shipping: { first_name: 'Bob', last_name: 'Byron', country: 'AT', state: '' },
    line_items: lines,
    fee_lines: [],
    refunds: [],
    ...fields,
  }
}

const jug = wooItem('Jug', 2, ['20.00', '18.00'])
const pan = wooItem('Pan', 1, ['7.50', '7.50'])
const guest = {
  customer_id: 0,
  billing: { first_name: '', last_name: '', country: 'FR', state: '', email: '' },
  shipping: {},
}

const wooStates = [
  wooOrder('501', [jug, pan]),
  wooOrder('501', [jug, pan], {
    date_modified: '2025-11-02T10:00:00',
    date_modified_gmt: '2025-11-02T09:00:00',
    refunds: [{ id: 71, reason: 'broken', total: '-7.50' }],
  }),
  // The clock of the site went back between the two.
  wooOrder('502', [jug], {
    date_modified: '2025-10-26T02:50:00',
    date_modified_gmt: '2025-10-26T00:50:00',
    ...guest,
  }),
  wooOrder('502', [pan], {
    date_modified: '2025-10-26T02:10:00',
    date_modified_gmt: '2025-10-26T01:10:00',
    ...guest,
  }),
  wooOrder('503', [pan]),
  wooOrder('503', [pan], {
    status: 'cancelled',
    date_modified: '2025-10-07T10:00:00',
    date_modified_gmt: '2025-10-07T08:00:00',
  }),
  wooOrder('504', [pan], { status: 'pending' }),
  wooOrder('505', [jug, pan], {
    fee_lines: [{ id: 1, name: 'Wrapping', total: '2.50', total_tax: '0.00' }],
  }),
]

const wooProduct = {
  id: 93,
  name: 'Jug',
  sku: 'JUG',
  regular_price: '10.00',
  price: '9.00',
  catalog_visibility: 'visible',
  categories: [{ id: 4, name: 'Kitchen' }],
  stock_quantity: null,
  date_modified: '2025-10-01T10:00:00',
  date_modified_gmt: '2025-10-01T08:00:00',
}
const wooCustomer = {
  id: 26,
  email: 'ada@example.com',
  username: 'ada',
  first_name: 'Ada',
  last_name: 'Lovelace',
  billing: { country: 'GB' },
  date_modified: '2025-10-01T10:00:00',
  date_modified_gmt: '2025-10-01T08:00:00',
}

interface Told {
  readonly platform: PlatformName
  readonly states: readonly Fields[]
  readonly product: Fields
  readonly customer: Fields
  readonly topics: readonly [string, string, string]
}

const tellings: readonly Told[] = [
  {
    platform: 'shopify',
    states: shopifyStates,
    product: shopifyProduct,
    customer: shopifyCustomer,
    topics: ['orders/updated', 'products/update', 'customers/update'],
  },
  {
    platform: 'woocommerce',
    states: wooStates,
    product: wooProduct,
    customer: wooCustomer,
    topics: ['order.updated', 'product.updated', 'customer.updated'],
  },
]

/** All that figures are made of, without the ids and runs that differ by the way they came. */
async function factsOf(shop: TemporaryShop) {
  const texts = async (sql: string) =>
    (await shop.query(sql)).map((row) => Object.values(row).join(' | '))
  return {
    lines: await texts(
      `SELECT order_number, f.order_date, f.order_hour, f.ordered_at, product_key, quantity, unit_price, gross_price, total_price, c.name, region_name,
         source_currency FROM sales_fact AS f JOIN orders ON orders.order_id = f.order_id JOIN products AS p ON p.product_id = f.product_id
       JOIN customers AS c ON c.customer_id = f.customer_id JOIN regions AS r ON r.region_id = f.region_id
       ORDER BY order_number, product_key, quantity, total_price`,
    ),
    orders: await texts(
      'SELECT order_number, order_date, state, source_version FROM orders ORDER BY order_number',
    ),
    returns: await texts(
      `SELECT document_number, order_number, product_key, quantity, amount, return_date, c.name FROM returns_fact AS f
       LEFT JOIN orders ON orders.order_id = f.order_id JOIN products AS p ON p.product_id = f.product_id
       JOIN customers AS c ON c.customer_id = f.customer_id ORDER BY document_number, product_key`,
    ),
    charges: await texts(
      `SELECT order_number, kind, amount FROM order_charges_fact AS f JOIN orders ON orders.order_id = f.order_id
       ORDER BY order_number, kind, amount`,
    ),
    customers: await texts(
      `SELECT c.name, c.email, region_name, first_order_date, stated FROM customers AS c
       JOIN regions AS r ON r.region_id = c.region_id ORDER BY c.name, c.email`,
    ),
    products: await texts(
      `SELECT product_key, sku, product_name, category, price, kind, stated FROM products ORDER BY product_key`,
    ),
  }
}

/** Reason, file, and whatever else is asked, of the rows that were rejected. */
async function rejected(shop: TemporaryShop, ...more: readonly string[]): Promise<string[][]> {
  const rows = await shop.query(
    `SELECT ${['reason', 'path', ...more].join(', ')} FROM rejected_rows AS r
     JOIN run_files AS f ON f.run_id = r.run_id AND f.file_number = r.file_number
     WHERE outcome = 'rejected' ORDER BY r.run_id, r.file_number, record_number`,
  )
  return rows.map((row) => Object.values(row).map(String))
}

/** The same every time, and no order that somebody chose. */
function shuffled<T>(all: readonly T[], seed: number): T[] {
  let state = seed
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state
  }
  return all
    .map((one) => ({ one, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one)
}

const seeds = [1, 2]

describe.each(engines)('webhooks on $name', (engine) => {
  it.each(tellings)(
    'of $platform count as the same documents in files, in any order and repetition',
    async (told) => {
      const { platform, states, product, customer, topics } = told
      const file = await TemporaryShop.open(await engine.newAddress())
      onTestFinished(() => file.close())
      await file.import(
        [
          file.file('orders.json', JSON.stringify({ orders: states })),
          file.file('products.json', JSON.stringify({ products: [product] })),
          file.file('customers.json', JSON.stringify({ customers: [customer] })),
        ],
        { timeZone: 'Europe/Berlin' },
      )
      const expected = await factsOf(file)
      expect(expected.lines).toHaveLength(5)
      const messages = [
        ...states.map((state) => message(platform, topics[0], state)),
        message(platform, topics[1], product),
        message(platform, topics[2], customer),
      ]
      for (const seed of seeds) {
        const { shop, send } = await openLiveShop(await engine.newAddress())
        const sent = shuffled([...messages, ...messages], seed)
        const cuts = [3, 11, sent.length]
        for (const [index, cut] of cuts.entries())
          await send(...sent.slice(cuts[index - 1] ?? 0, cut))
        expect(await factsOf(shop), `seed ${seed}`).toEqual(expected)
      }
    },
  )

  it('count only in the currency of the shop', async () => {
    const { shop, send } = await openLiveShop(await engine.newAddress())
    await send(message('shopify', 'orders/create', shopifyOrder(1001, [cup])))
    await send(
      message('shopify', 'orders/create', shopifyOrder(1002, [mugs, cup], { currency: 'USD' })),
      message('shopify', 'orders/create', shopifyOrder(1003, [cup])),
    )
    const { lines } = await factsOf(shop)
    expect(lines.map((line) => line.split(' | ')[0])).toEqual(['#1001', '#1003'])
    expect(await rejected(shop)).toEqual([
      ['unknown_currency', 'shopify orders'],
      ['unknown_currency', 'shopify orders'],
    ])
  })

  it('take away an order that was deleted, and all that came back of it, whatever comes late', async () => {
    const [, paid, , refunded] = [...shopifyStates]
    const deleted = message('shopify', 'orders/delete', { id: 450_789_000 + 1001 })
    const states = [shopifyStates[0], paid].map((state) =>
      message('shopify', 'orders/updated', state ?? {}),
    )
    const other = message('shopify', 'orders/updated', refunded ?? {})
    const orders = [
      [...states, other, deleted],
      [deleted, other, ...states, deleted],
      [states[1], deleted, other, states[0], states[1]],
    ]
    for (const some of orders) {
      const { shop, send } = await openLiveShop(await engine.newAddress())
      for (const one of some) await send(one as LiveItem)
      const { orders: known, lines, returns, charges } = await factsOf(shop)
      expect(known.map((line) => line.split(' | ').slice(0, 3))).toEqual([
        ['#1001', '2025-10-05', 'cancelled'],
        ['#1002', '2025-10-05', 'counted'],
      ])
      expect([...lines, ...returns, ...charges].filter((line) => line.includes('#1001'))).toEqual(
        [],
      )
      expect(lines).toHaveLength(1)
    }
  })

  it('bring back an order that was restored, and say which deleted one is not known', async () => {
    const { shop, send } = await openLiveShop(await engine.newAddress())
    const later = { date_modified: '2026-03-11T09:00:00', date_modified_gmt: '2026-03-11T08:00:00' }
    await send(message('woocommerce', 'order.created', wooOrder('501', [jug])))
    await send(message('woocommerce', 'order.deleted', { id: 501 }))
    expect((await factsOf(shop)).lines).toEqual([])
    await send(message('woocommerce', 'order.updated', wooOrder('501', [jug])))
    expect((await factsOf(shop)).lines).toEqual([])
    await send(message('woocommerce', 'order.restored', wooOrder('501', [jug], later)))
    expect((await factsOf(shop)).lines).toHaveLength(1)
    await send(message('woocommerce', 'order.deleted', { id: 777 }))
    const [[reason, file, why] = []] = await rejected(shop, 'value')
    expect([reason, file]).toEqual(['malformed_row', 'live orders'])
    expect(why).toMatch(/id 777 was deleted, and no message told its number/)
  })

  it('keep levels of stock, the newest of each place, once their products are known', async () => {
    const { shop, send } = await openLiveShop(await engine.newAddress())
    const level = (item: string, available: number | null, at: string, place = 1) =>
      message(
        'shopify',
        'inventory_levels/update',
        `{"inventory_item_id":${item},"location_id":${place},"available":${available},"updated_at":"${at}"}`,
      )
    await send(level('9007199254740993', 5, '2025-10-02T10:00:00+02:00'))
    const [[reason, file, why] = []] = await rejected(shop, 'value')
    expect([reason, file]).toEqual(['malformed_row', 'live stock'])
    expect(why).toMatch(/inventory item 9007199254740993 is: subscribe to products\/create/)
    // Two numbers that are one to a program that counts in floats.
    const variants = [
      '{"sku":"MUG","title":"Default Title","price":1.10,"inventory_item_id":9007199254740993}',
      '{"sku":null,"title":"blue","price":2.50,"inventory_item_id":9007199254740992}',
    ]
    await send(
      message(
        'shopify',
        'products/update',
        `{"id":1,"title":"Mug","product_type":"","inventory_quantity":99,"updated_at":"2025-10-02T10:00:00Z",\n\t"variants":[${variants}]}`,
      ),
      level('9007199254740993', 7, '2025-10-02T10:00:00+02:00'),
    )
    await send(
      level('9007199254740993', 4, '2025-10-03T10:00:00+02:00'),
      level('9007199254740993', 8, '2025-10-02T12:00:00+02:00'),
      level('9007199254740993', 3, '2025-10-03T09:00:00+02:00', 2),
      level('9007199254740992', -2, '2025-10-03T09:00:00+02:00'),
    )
    await send(level('9007199254740993', 6, '2025-10-03T09:30:00+02:00'))
    expect(
      (
        await shop.query(
          'SELECT product_key, price, stock FROM products WHERE product_id > 0 ORDER BY 1',
        )
      ).map((row) => Object.values(row).join(' ')),
    ).toEqual(['MUG 1.1000 7.000', 'Mug - blue 2.5000 0.000'])
  })

  it("read a product's own stock with its time, and no older state of a product or a customer", async () => {
    const { shop, send } = await openLiveShop(await engine.newAddress())
    const product = (stock: number, at: string, name = 'Jug') =>
      message('woocommerce', 'product.updated', {
        ...wooProduct,
        name,
        stock_quantity: stock,
        date_modified_gmt: at,
      })
    await send(product(12, '2025-10-02T08:00:00', 'Jug of glass'))
    await send(product(15, '2025-10-01T08:00:00'))
    await send(
      message('woocommerce', 'customer.updated', {
        ...wooCustomer,
        date_modified_gmt: '2025-10-02T08:00:00',
      }),
    )
    await send(message('woocommerce', 'customer.updated', { ...wooCustomer, last_name: 'Byron' }))
    expect(
      await shop.query('SELECT product_name, stock FROM products WHERE product_id > 0'),
    ).toEqual([{ product_name: 'Jug of glass', stock: '12.000' }])
    expect(await shop.value('SELECT occurred_at FROM stock_fact')).toBe('2025-10-02T08:00:00.000Z')
    expect(await shop.value('SELECT name FROM customers WHERE customer_id > 0')).toBe(
      'Ada Lovelace',
    )
  })

  it('set aside what is no such document, and count what came with it', async () => {
    const { shop, send } = await openLiveShop(await engine.newAddress())
    await send(
      message('shopify', 'orders/create', shopifyOrder(1001, [cup])),
      message('shopify', 'orders/create', { id: 5, hello: 'world' }),
      message('shopify', 'products/create', { id: 6, hello: 'world' }),
      message('shopify', 'orders/create', { no: 'id' }),
      message('shopify', 'orders/create', shopifyOrder(1002, [shopifyItem(1, 'Cup', 'dear')])),
    )
    const { lines } = await factsOf(shop)
    expect(lines.map((line) => line.split(' | ')[0])).toEqual(['#1001'])
    expect((await rejected(shop)).map(([reason]) => reason).sort()).toEqual([
      'malformed_row',
      'malformed_row',
      'missing_date',
      'unreadable_price',
    ])
  })
})
