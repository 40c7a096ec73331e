import { describe, expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import type { TemporaryShop } from './temporary-shop.ts'

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

const [first, second] = [
  { id: 'A1', created_at: '2025-03-01T10:00:00Z' },
  { id: 'A2', created_at: '2025-03-16T10:00:00Z' },
]

/** Two orders of two lines and one, with what each line and each order says of its amounts. */
function orders(
  line: (price: number, quantity: number) => object,
  order: (total: number, quantity: number) => object = () => ({}),
): object[] {
  const mug = (quantity: number) => ({ name: 'Mug', quantity, ...line(20, quantity) })
  return [
    {
      ...first,
      ...order(70, 3),
      line_items: [mug(2), { name: 'Bowl', quantity: 1, ...line(30, 1) }],
    },
    { ...second, ...order(60, 3), line_items: [mug(3)] },
  ]
}

const priced = (price: number) => ({ price })

describe('documents of no known platform', () => {
  it.each<[string, object[]]>([
    ['price.amount', orders((price) => ({ price: { amount: `${price}.00`, currency: 'USD' } }))],
    ['unitPrice.value', orders((price) => ({ unitPrice: { value: price, currencyCode: 'USD' } }))],
    [
      'originalUnitPriceSet.shopMoney.amount, beside other amounts',
      orders((price) => ({
        tax: { amount: '1.00' },
        discountAllocation: { amount: '0.00' },
        originalUnitPriceSet: { shopMoney: { amount: `${price}.0`, currencyCode: 'USD' } },
      })),
    ],
    [
      "an order's own quantity, amount, discount and total",
      orders(priced, (total, quantity) => ({
        quantity,
        amount: total,
        discount: 0,
        total: total + 4,
        shipping: 4,
        currency: 'USD',
      })),
    ],
  ])('count line by line: %s', async (_, documents) => {
    const report = await shop.importText('orders.json', JSON.stringify(documents))
    expect(report.questions).toEqual([])
    expect(report.totals).toMatchObject({ revenue: '130.00', orders: 2, units: '6' })
    expect(report.warnings.map(({ code }) => code)).not.toContain('total_differs')
  })

  it('takes what an order says beside its items once, whatever its lines', async () => {
    const documents = orders(priced, (total) => ({
      shipping: 4,
      tax: 4.6,
      total: total + 8.6,
    }))
    await shop.importText('orders.json', JSON.stringify(documents))
    const charges = await shop.query(
      "SELECT concat_ws(' ', kind, sum(amount)::DECIMAL(18,2)) AS text FROM order_charges_fact GROUP BY kind ORDER BY kind",
    )
    expect(charges.map(({ text }) => text)).toEqual(['shipping 8.00', 'tax 9.20'])
  })

  it.each<[string, string, string]>([
    [
      'money of whole amounts beside a currency',
      'orders.json',
      JSON.stringify({
        orders: orders((price, quantity) => ({
          base_price_money: { amount: price * 100, currency: 'USD' },
          total_tax_money: { amount: 0, currency: 'USD' },
          total_money: { amount: price * quantity * 100, currency: 'USD' },
        })),
      }),
    ],
    [
      'money in yen, which have no cents',
      'orders.json',
      JSON.stringify(orders((price) => ({ base_price_money: { amount: price, currency: 'JPY' } }))),
    ],
    [
      'a divisor',
      'orders.json',
      JSON.stringify(
        orders((price) => ({
          price: { amount: price * 1000, divisor: 1000, currency_code: 'USD' },
        })),
      ),
    ],
    ...(
      [
        ['unit_price_cents,total_cents', '2000,4000', '3000,3000', '2000,6000'],
        ['amount_in_pence', '4000', '3000', '6000'],
        ['Preis (Cent)', '2000', '3000', '2000'],
        ['tax per cent,price', '20,20.00', '20,30.00', '20,20.00'],
      ] as const
    ).map(([headers, a, b, c]): [string, string, string] => [
      headers,
      'orders.csv',
      `order_id,date,product_name,quantity,${headers}\nA1,2025-03-01,Mug,2,${a}\nA1,2025-03-01,Bowl,1,${b}\nA2,2025-03-02,Mug,3,${c}\n`,
    ]),
  ])('divides amounts that are said to be in cents: %s', async (_, name, content) => {
    const report = await shop.importText(name, content)
    expect(report.totals).toMatchObject({ revenue: '130.00', units: '6' })
  })

  it.each<[string, (list: object[]) => object]>([
    ['data.orders', (list) => ({ data: { orders: list }, status: 'ok', page: { next: null } })],
    ['payload.Result.Orders', (list) => ({ payload: { Result: { Orders: list } } })],
    [
      'data.orders.edges[].node',
      (list) => ({
        data: { orders: { edges: list.map((node) => ({ cursor: 'x', node })), pageInfo: {} } },
        extensions: { cost: { throttleStatus: { currentlyAvailable: 1990 } } },
      }),
    ],
  ])('are found in what wraps them: %s', async (_, wrap) => {
    const report = await shop.importText('orders.json', JSON.stringify(wrap(orders(priced))))
    expect(report.totals).toMatchObject({ revenue: '130.00', orders: 2 })
  })

  it('count where only one comes, wrapped twice', async () => {
    const [order] = orders(priced)
    const report = await shop.importText('order.json', JSON.stringify({ data: { order } }))
    expect(report.totals).toMatchObject({ revenue: '70.00', orders: 1 })
  })

  it.each<[string, object, { returns: string; told: boolean }]>([
    ['an amount', { product: 'Bowl', quantity: 1, amount: 5 }, { returns: '5.00', told: true }],
    [
      'a day and an amount',
      { date: '2025-03-09', total: '-5.00' },
      { returns: '5.00', told: true },
    ],
    ['no amount', { product: 'Bowl', quantity: 1 }, { returns: '0.00', told: false }],
  ])('take off what a list of refunds says: %s', async (_, refund, { returns, told }) => {
    const [one, other] = orders(priced)
    const documents = [
      { ...one, refunds: [refund] },
      { ...other, refunds: [] },
    ]
    const report = await shop.importText('orders.json', JSON.stringify(documents))
    expect(report.totals).toMatchObject({ revenue: '130.00', returns })
    const codes = report.warnings.map(({ code }) => code)
    expect(codes.includes('refunds_unknown')).toBe(!told)
  })

  it('reads paths in the headers of a table alike', async () => {
    const report = await shop.importText(
      'orders.csv',
      'id,created_at,product_name,quantity,unit_price.amount,unit_price.currency,shipping.amount\nA1,2025-03-01,Mug,2,20.00,USD,5\nA1,2025-03-01,Bowl,1,30.00,USD,5\nA2,2025-03-16,Mug,3,20.00,USD,5\n',
    )
    expect(report.totals).toMatchObject({ revenue: '130.00', currency: 'USD' })
  })
})
