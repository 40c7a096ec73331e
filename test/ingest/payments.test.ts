import { describe, expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** Exports of payments: sales of their own, or the other side of orders that are known from the shop. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

type Cells = readonly (string | number)[]

const stripeHeader = [
  'id',
  'Description',
  'Created (UTC)',
  'Amount',
  'Amount Refunded',
  'Currency',
  'Converted Amount',
  'Converted Amount Refunded',
  'Fee',
  'Tax',
  'Converted Currency',
  'Mode',
  'Status',
  'Customer ID',
  'Customer Email',
  'Captured',
]
const stripeRows: readonly Cells[] = [
  [
    'ch_1',
    'Mug',
    '2025-01-05 08:04',
    '24.00',
    '0.00',
    'eur',
    '24.00',
    '0.00',
    '0.60',
    '4.00',
    'eur',
    'Live',
    'Paid',
    'cus_1',
    'a@example.com',
    'true',
  ],
  [
    'ch_2',
    'Mug',
    '2025-01-05 23:30',
    '30.00',
    '10.00',
    'usd',
    '27.00',
    '9.00',
    '0.60',
    '',
    'eur',
    'Live',
    'Paid',
    'cus_2',
    'b@example.com',
    'true',
  ],
  [
    'ch_3',
    'Pot',
    '2025-01-06 10:00',
    '12.00',
    '12.00',
    'eur',
    '12.00',
    '12.00',
    '0.60',
    '',
    'eur',
    'Live',
    'Refunded',
    'cus_1',
    'a@example.com',
    'true',
  ],
  [
    'ch_4',
    'Pot',
    '2025-01-06 11:00',
    '99.00',
    '0.00',
    'eur',
    '99.00',
    '0.00',
    '0.60',
    '',
    'eur',
    'Live',
    'Failed',
    'cus_3',
    'c@example.com',
    'false',
  ],
  [
    'ch_5',
    'Pot',
    '2025-01-06 12:00',
    '50.00',
    '0.00',
    'eur',
    '50.00',
    '0.00',
    '0.60',
    '',
    'eur',
    'Test',
    'Paid',
    'cus_4',
    'd@example.com',
    'true',
  ],
]

describe('payments of Stripe', () => {
  it('are asked about first, with what each answer makes of the figures', async () => {
    const report = await shop.importText('payments.csv', csv(stripeHeader, ...stripeRows))
    expect(report.state).toBe('question')
    const [question] = report.questions
    expect(question?.key).toBe('payments')
    expect(question?.choices.map(({ value, effect }) => [value, effect.split(',')[0]])).toEqual([
      ['orders', 'revenue 59.00'],
      ['leave-out', 'revenue 0.00'],
    ])
    expect(await shop.value('SELECT count(*) FROM runs')).toBe('0')
  })

  it('count as orders where they are the only record: converted, without tax, less what went back', async () => {
    const report = await shop.importText('payments.csv', csv(stripeHeader, ...stripeRows), {
      answers: { payments: 'orders' },
      timeZone: 'Europe/Berlin',
    })
    // 24.00 - 4.00 tax + 27.00 + 12.00; 9.00 of the second and all of the third went back.
    expect(report.totals).toMatchObject({
      revenue: '59.00',
      returns: '21.00',
      orders: 3,
      currency: 'EUR',
    })
    expect(report.rows).toEqual({ in: 5, accepted: 3, rejected: 0, duplicate: 0, ignored: 2 })
    expect(report.ignoredBy).toEqual({ order_not_counted: 1, no_sale: 1 })
    const days = await shop.query(
      `SELECT concat(order_number, ' ', order_date) AS day FROM orders WHERE state = 'counted' ORDER BY day`,
    )
    // 23:30 in UTC is the next day in Berlin.
    expect(days.map(({ day }) => day)).toEqual([
      'ch_1 2025-01-05',
      'ch_2 2025-01-06',
      'ch_3 2025-01-06',
    ])
    expect(await shop.value('SELECT sum(amount)::DOUBLE FROM order_charges_fact')).toBe(4)
    const again = await shop.importText('payments.csv', csv(stripeHeader, ...stripeRows), {
      answers: { payments: 'orders' },
    })
    expect(again.state).toBe('unchanged')
  })

  it('are left out where the orders come from elsewhere', async () => {
    const report = await shop.importText('payments.csv', csv(stripeHeader, ...stripeRows), {
      answers: { payments: 'leave-out' },
    })
    expect(report.totals.orders).toBe(0)
    expect(report.rows).toEqual({ in: 5, accepted: 0, rejected: 0, duplicate: 0, ignored: 5 })
    expect(report.warnings.map(({ code }) => code)).toContain('payments_left_out')
  })

  it.each(['orders', 'leave-out'])(
    'are not asked about again once they were answered: %s',
    async (answer) => {
      const file = shop.file('payments.csv', csv(stripeHeader, ...stripeRows))
      await shop.import(file, { answers: { payments: answer } })
      const again = await shop.import(file)
      expect(again).toMatchObject({ state: 'unchanged', questions: [] })
      expect(again.remembered.map(({ name, value }) => [name, value])).toEqual([
        ['payments', answer],
      ])
    },
  )

  it('do not count beside the orders of the same import', async () => {
    const orders = csv(
      ['order number', 'date', 'product', 'quantity', 'unit price'],
      ['1', '2025-01-05', 'Mug', 2, '10.00'],
    )
    const report = await shop.import([
      shop.file('payments.csv', csv(stripeHeader, ...stripeRows)),
      shop.file('orders.csv', orders),
    ])
    expect(report.totals).toMatchObject({ revenue: '20.00', orders: 1 })
    expect(report.warnings.map(({ code }) => code)).toContain('amounts_beside_lines')
  })
})

describe('payments of PayPal', () => {
  const header = [
    'Date',
    'Time',
    'TimeZone',
    'Name',
    'Type',
    'Status',
    'Currency',
    'Gross',
    'Fee',
    'Net',
    'From Email Address',
    'To Email Address',
    'Transaction ID',
    'Item Title',
    'Shipping and Handling Amount',
    'Sales Tax',
    'Reference Txn ID',
  ]
  const row = (
    transaction: string,
    type: string,
    gross: string,
    more: Partial<Record<string, string>> = {},
  ) => {
    const cells: Record<string, string> = {
      Date: '25/01/2025',
      Time: '10:05:22',
      TimeZone: 'GMT',
      Name: 'Ada',
      Type: type,
      Status: 'Completed',
      Currency: 'EUR',
      Gross: gross,
      'Transaction ID': transaction,
      'From Email Address': 'ada@example.com',
      ...more,
    }
    return header.map((name) => cells[name] ?? '')
  }

  it('count what was paid and what went back, and no transfer, fee or conversion', async () => {
    const report = await shop.importText(
      'activity.csv',
      csv(
        header,
        row('T1', 'Express Checkout Payment', '1,029.90', {
          'Shipping and Handling Amount': '4.90',
          'Sales Tax': '25.00',
        }),
        row('T2', 'Website Payment', '20.00', { Status: 'Pending' }),
        row('T3', 'Payment Refund', '-100.00', { 'Reference Txn ID': 'T1' }),
        row('T4', 'General Withdrawal - Bank Account', '-500.00'),
        row('T5', 'General Currency Conversion', '12.00'),
        row('T6', 'Express Checkout Payment', '-70.00'),
        row('T7', 'Payment Fee', '-1.20'),
        row('T8', 'Mobile Payment', '50.00'),
      ),
      { answers: { payments: 'orders' } },
    )
    expect(report.totals).toMatchObject({ revenue: '1050.00', returns: '100.00', orders: 2 })
    expect(report.ignoredBy).toEqual({ no_sale: 4, order_not_counted: 1 })
  })
})

describe('files of several systems', () => {
  it('are not mixed, unless they get one name', async () => {
    const paths = [
      shop.file('stripe.csv', csv(stripeHeader, ...stripeRows)),
      shop.file(
        'amazon.txt',
        'amazon-order-id\tpurchase-date\tquantity\titem-price\tsku\tproduct-name\n1-1\t2025-01-01T10:00:00+00:00\t1\t9.00\tS\tCup\n',
      ),
    ]
    const answers = { payments: 'orders' }
    const beside = await shop.import(paths, { answers })
    // Beside lines with products payments are left out, and no system is mixed with another.
    expect(beside.totals.revenue).toBe('9.00')
    const woocommerce =
      'Order Number,Order Status,Order Date,Name,Quantity,Item Cost,Order Line (w/o tax)\nW1,completed,2025-01-01,Cup,1,5.00,5.00\n'
    const [, amazon = ''] = paths
    const mixed = [amazon, shop.file('woo.csv', woocommerce)]
    expect(await shop.failure(mixed)).toMatchObject({ code: 'several_systems' })
    const together = await shop.import(mixed, { source: 'all' })
    expect(together.totals.revenue).toBe('14.00')
  })
})
