import { describe, expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

const header = ['order_number', 'order_date', 'sku', 'quantity', 'unit_price', 'customer_id']
type Line = readonly (string | number)[]

function orders(...lines: readonly Line[]): string {
  return csv(header, ...lines)
}

const mug: Line = ['1001', '2024-01-15', 'MUG', 2, '9.50', 'c1']
const cup: Line = ['1001', '2024-01-15', 'CUP', 1, '3.00', 'c1']
const pot: Line = ['1002', '2024-01-16', 'POT', 1, '20.00', 'c2']

/** All order lines as text, in a fixed order. */
async function lines(): Promise<string[]> {
  const rows = await shop.query(
    `SELECT concat_ws(' ', orders.order_number, sales_fact.order_date, products.product_key, quantity::DOUBLE,
       total_price::DECIMAL(18,2)) AS line
     FROM sales_fact JOIN orders ON orders.order_id = sales_fact.order_id
     JOIN products ON products.product_id = sales_fact.product_id ORDER BY line`,
  )
  return rows.map(({ line }) => String(line))
}

const known = [
  '1001 2024-01-15 CUP 1.0 3.00',
  '1001 2024-01-15 MUG 2.0 19.00',
  '1002 2024-01-16 POT 1.0 20.00',
]

describe('the same orders again', () => {
  it('change nothing, in whatever order their lines and columns stand', async () => {
    const first = await shop.importText('orders.csv', orders(mug, cup, pot))
    expect(first).toMatchObject({
      state: 'committed',
      orders: { new: 2, replaced: 0, unchanged: 0 },
    })
    const again = await shop.importText('again.csv', orders(pot, cup, mug))
    expect(again).toMatchObject({
      state: 'unchanged',
      orders: { new: 0, replaced: 0, unchanged: 2 },
      rows: { in: 3, accepted: 3 },
      totals: first.totals,
    })
    const turned = csv([...header].reverse(), ...[mug, cup, pot].map((line) => [...line].reverse()))
    expect((await shop.importText('turned.csv', turned)).state).toBe('unchanged')
    const quoted = orders(mug, cup, pot)
      .replaceAll(/[^,\n]+/g, '"$&"')
      .replaceAll(',', ';')
    expect((await shop.importText('quoted.csv', quoted)).state).toBe('unchanged')
    expect(await lines()).toEqual(known)
    expect(await shop.value('SELECT count(*) FROM runs')).toBe('4')
  })

  it('keep the id that every engine gives them', async () => {
    await shop.importText('orders.csv', orders(mug))
    expect(await shop.value('SELECT order_id FROM orders')).toBe('1718974236346012897')
    expect(await shop.value('SELECT order_id FROM sales_fact')).toBe('1718974236346012897')
  })

  it('under another source are other orders', async () => {
    await shop.importText('orders.csv', orders(mug, pot))
    const second = await shop.importText('orders.csv', orders(mug, pot), { source: 'second' })
    expect(second).toMatchObject({ state: 'committed', orders: { new: 2 }, source: 'second' })
    expect(await shop.value('SELECT count(DISTINCT order_id) FROM sales_fact')).toBe('4')
    expect(await shop.value('SELECT count(*) FROM customer_keys')).toBe('4')
  })
})

describe('an order that changed', () => {
  it('is replaced by what comes, the others stay', async () => {
    await shop.importText('orders.csv', orders(mug, cup, pot))
    const dearer = ['1001', '2024-01-15', 'MUG', 3, '9.50', 'c1']
    const report = await shop.importText('changed.csv', orders(dearer, cup, pot))
    expect(report.orders).toEqual({ new: 0, replaced: 1, unchanged: 1 })
    expect(await lines()).toEqual([
      '1001 2024-01-15 CUP 1.0 3.00',
      '1001 2024-01-15 MUG 3.0 28.50',
      '1002 2024-01-16 POT 1.0 20.00',
    ])
  })

  it('may gain lines, come with new orders, and move to another day', async () => {
    await shop.importText('orders.csv', orders(mug, pot))
    const moved = ['1002', '2024-01-18', 'POT', 1, '20.00', 'c2']
    const fresh = ['1003', '2024-01-17', 'CUP', 1, '3.00', 'c3']
    const report = await shop.importText('more.csv', orders(mug, cup, moved, fresh))
    expect(report.orders).toEqual({ new: 1, replaced: 2, unchanged: 0 })
    expect(await lines()).toEqual([
      '1001 2024-01-15 CUP 1.0 3.00',
      '1001 2024-01-15 MUG 2.0 19.00',
      '1002 2024-01-18 POT 1.0 20.00',
      '1003 2024-01-17 CUP 1.0 3.00',
    ])
    const first = `SELECT first_order_date FROM customers JOIN customer_keys
      ON customer_keys.customer_id = customers.customer_id WHERE customer_key = 'c2'`
    expect(await shop.value(first)).toBe('2024-01-18')
  })

  it('and loses lines is asked about first', async () => {
    await shop.importText('orders.csv', orders(mug, cup, pot))
    const path = shop.file('part.csv', orders(mug))
    const asked = await shop.import(path)
    expect(asked).toMatchObject({ state: 'question', runId: null })
    const [question] = asked.questions
    expect(question).toMatchObject({ key: 'known-orders' })
    expect(question?.evidence).toContain('1 known orders come with fewer lines')
    expect(question?.choices.map(({ value }) => value)).toEqual([
      'same-shop',
      'part',
      'another-shop',
    ])
    expect(question?.choices.map(({ effect }) => effect)).toEqual([
      'revenue of these orders becomes 19.00; it was 22.00',
      'revenue of up to 19.00 is added to the 22.00 that are known',
      'revenue of 19.00 is added beside the 22.00 that are known',
    ])
    expect(await lines()).toEqual(known)

    const another = { answers: { 'known-orders': 'another-shop' } }
    expect((await shop.failure(path, another)).code).toBe('invalid_option')
    const kept = await shop.import(path, { ...another, source: 'second' })
    expect(kept.orders).toEqual({ new: 1, replaced: 0, unchanged: 0 })
    const same = await shop.import(path, { answers: { 'known-orders': 'same-shop' } })
    expect(same.orders).toEqual({ new: 0, replaced: 1, unchanged: 0 })
    expect(await lines()).toEqual([
      '1001 2024-01-15 MUG 2.0 19.00',
      '1001 2024-01-15 MUG 2.0 19.00',
      '1002 2024-01-16 POT 1.0 20.00',
    ])
  })

  it('by another product is asked about: it may be the other part of the order', async () => {
    await shop.importText('orders.csv', orders(mug, pot))
    const path = shop.file('other.csv', orders(cup))
    const asked = await shop.import(path)
    expect(asked.questions.map(({ key }) => key)).toEqual(['known-orders'])
    const part = await shop.import(path, { answers: { 'known-orders': 'part' } })
    expect(part).toMatchObject({ state: 'committed', orders: { new: 0, replaced: 1 } })
    expect(await lines()).toEqual(known)
    const again = await shop.import(path, { answers: { 'known-orders': 'part' } })
    expect(again.state).toBe('unchanged')
    const numbers = await shop.query(
      "SELECT line_number FROM sales_fact WHERE order_date = DATE '2024-01-15' ORDER BY 1",
    )
    expect(numbers.map((row) => row.line_number)).toEqual([1, 2])
    await shop.import(path, { answers: { 'known-orders': 'same-shop' } })
    expect(await lines()).toEqual(['1001 2024-01-15 CUP 1.0 3.00', '1002 2024-01-16 POT 1.0 20.00'])
  })

  it('as a document is replaced as it is: what it lacks is gone', async () => {
    const document = (...items: readonly Line[]) =>
      JSON.stringify([
        {
          order_number: '1001',
          created_at: '2024-01-15',
          items: items.map(([, , sku, quantity, price]) => ({ sku, quantity, price })),
        },
      ])
    await shop.importText('1.json', document(mug, cup))
    const report = await shop.importText('2.json', document(mug))
    expect(report).toMatchObject({ state: 'committed', orders: { replaced: 1 }, questions: [] })
    expect(await lines()).toEqual(['1001 2024-01-15 MUG 2.0 19.00'])
  })

  it('into many with other days and customers is asked about: it may be another shop', async () => {
    const month = (start: number, customer: string) =>
      orders(
        ...Array.from({ length: 12 }, (_, i) => {
          return [`${2000 + i}`, `2024-02-${start + i}`, 'MUG', 1, '9.50', `${customer}${i}`]
        }),
      )
    await shop.importText('february.csv', month(10, 'a'))
    const asked = await shop.importText('other.csv', month(14, 'b'))
    expect(asked).toMatchObject({ state: 'question', questions: [{ key: 'known-orders' }] })
    expect(asked.questions[0]?.evidence).toContain('12 known orders come with another day')
    expect(await shop.value('SELECT min(order_date)::VARCHAR FROM sales_fact')).toBe('2024-02-10')
  })
})

describe('states and versions', () => {
  const stated = [
    'order_number',
    'order_date',
    'sku',
    'quantity',
    'unit_price',
    'status',
    'updated_at',
  ]
  const state = (status: string, at: string, quantity = 1) =>
    csv(
      stated,
      ['1001', '2024-01-15', 'MUG', quantity, '9.50', status, at],
      ['1002', '2024-01-16', 'POT', 1, '20.00', 'completed', '2024-01-16T10:00:00Z'],
    )

  async function stateOf(): Promise<string> {
    return String(await shop.value("SELECT state FROM orders WHERE order_number = '1001'"))
  }

  it('a cancelled order leaves the figures and stays cancelled when older news comes late', async () => {
    await shop.importText('1.csv', state('completed', '2024-01-15T10:00:00Z'))
    const cancelled = await shop.importText('2.csv', state('Cancelled', '2024-01-17T10:00:00Z'))
    expect(cancelled).toMatchObject({
      orders: { new: 0, replaced: 1, unchanged: 1 },
      ignoredBy: { order_cancelled: 1 },
      rows: { in: 2, accepted: 1, ignored: 1 },
      totals: { revenue: '20.00', orders: 1 },
    })
    expect(await stateOf()).toBe('cancelled')
    expect(await lines()).toEqual(['1002 2024-01-16 POT 1.0 20.00'])
    const late = await shop.importText('3.csv', state('completed', '2024-01-16T10:00:00Z'))
    expect(late).toMatchObject({ state: 'unchanged', orders: { replaced: 0, unchanged: 2 } })
    expect(await stateOf()).toBe('cancelled')
    const revived = await shop.importText('4.csv', state('completed', '2024-01-18T10:00:00Z'))
    expect(revived.orders).toMatchObject({ replaced: 1 })
    expect(await lines()).toHaveLength(2)
  })

  it('an older version never overwrites a newer one', async () => {
    await shop.importText('new.csv', state('completed', '2024-01-17T10:00:00Z', 3))
    const late = await shop.importText('old.csv', state('completed', '2024-01-16T09:00:00Z', 1))
    expect(late.orders).toEqual({ new: 0, replaced: 0, unchanged: 2 })
    expect(await lines()).toContain('1001 2024-01-15 MUG 3.0 28.50')
    const newer = await shop.importText('newer.csv', state('completed', '2024-01-19T09:00:00Z', 4))
    expect(newer.orders).toMatchObject({ replaced: 1 })
    expect(await lines()).toContain('1001 2024-01-15 MUG 4.0 38.00')
  })

  it('a draft or unpaid order does not count, and is said so', async () => {
    const report = await shop.importText('draft.csv', state('pending', '2024-01-15T10:00:00Z'))
    expect(report).toMatchObject({
      ignoredBy: { order_not_counted: 1 },
      totals: { revenue: '20.00', orders: 1 },
    })
    expect(await stateOf()).toBe('not_counted')
    await shop.importText('paid.csv', state('completed', '2024-01-16T10:00:00Z'))
    expect(await stateOf()).toBe('counted')
    expect(await lines()).toHaveLength(2)
  })

  it('a refunded order is a sale and a return', async () => {
    const report = await shop.importText('refund.csv', state('Refunded', '2024-01-17T10:00:00Z', 2))
    expect(report.totals).toMatchObject({
      revenue: '39.00',
      returns: '19.00',
      net_sales: '20.00',
      orders: 2,
    })
    const [returned] = await shop.query(
      'SELECT quantity::DOUBLE AS quantity, amount::DECIMAL(18,2)::VARCHAR AS amount, order_id FROM returns_fact',
    )
    expect(returned).toEqual({ quantity: 2, amount: '19.00', order_id: '1718974236346012897' })
    const again = await shop.importText('again.csv', state('Refunded', '2024-01-17T10:00:00Z', 2))
    expect(again.state).toBe('unchanged')
  })
})

describe('returns that come again', () => {
  const stated = [
    'order_number',
    'order_date',
    'sku',
    'quantity',
    'unit_price',
    'status',
    'updated_at',
  ]
  const order = (status: string, at: string) =>
    csv(stated, ['1001', '2024-01-15', 'MUG', 2, '9.50', status, at])
  const sale = ['1', '2024-01-15', 'A', 5, '2.00', 'c1']
  const credit = (product: string, price: string) => ['C1', '2024-01-16', product, -1, price, 'c1']

  const returned = () =>
    shop.value('SELECT coalesce(sum(amount), 0)::DECIMAL(18,2)::VARCHAR FROM returns_fact')

  it('go when their order is no longer refunded, or is cancelled', async () => {
    await shop.importText('1.csv', order('refunded', '2024-01-16T10:00:00Z'))
    expect(await returned()).toBe('19.00')
    const back = await shop.importText('2.csv', order('completed', '2024-01-17T10:00:00Z'))
    expect(back).toMatchObject({ state: 'committed', questions: [] })
    expect(await returned()).toBe('0.00')
    await shop.importText('3.csv', order('refunded', '2024-01-18T10:00:00Z'))
    expect(await returned()).toBe('19.00')
    await shop.importText('4.csv', order('cancelled', '2024-01-19T10:00:00Z'))
    expect(await returned()).toBe('0.00')
    expect(await lines()).toEqual([])
  })

  it('do not come from an older version of their order', async () => {
    await shop.importText('1.csv', order('completed', '2024-01-15T10:00:00Z'))
    // Nothing but the version is new; what lies between is late all the same.
    await shop.importText('2.csv', order('completed', '2024-01-17T10:00:00Z'))
    const late = await shop.importText('3.csv', order('refunded', '2024-01-16T10:00:00Z'))
    expect(late.state).toBe('unchanged')
    expect(await returned()).toBe('0.00')
  })

  it('are compared by the time of their versions, not by its text', async () => {
    await shop.importText('1.csv', order('completed', '12/31/2023 10:00'))
    await shop.importText('2.csv', order('refunded', '1/15/2024 10:00'))
    expect(await returned()).toBe('19.00')
  })

  it('are the same in another order', async () => {
    const [a, b] = [credit('A', '2.00'), credit('B', '3.00')]
    await shop.importText('1.csv', orders(sale, a, b))
    expect(await returned()).toBe('5.00')
    expect((await shop.importText('2.csv', orders(b, sale, a))).state).toBe('unchanged')
  })

  it('are asked about when their document loses some', async () => {
    await shop.importText('1.csv', orders(sale, credit('A', '2.00'), credit('B', '3.00')))
    const path = shop.file('2.csv', orders(sale, credit('A', '2.00')))
    const asked = await shop.import(path)
    expect(asked.questions.map(({ key }) => key)).toEqual(['known-orders'])
    expect(await returned()).toBe('5.00')
    const answered = await shop.import(path, { answers: { 'known-orders': 'same-shop' } })
    expect(answered.state).toBe('committed')
    expect(await returned()).toBe('2.00')
  })
})

describe('several files of one import', () => {
  it('hold one order together', async () => {
    const first = shop.file('a.csv', orders(mug, pot))
    const second = shop.file('b.csv', orders(cup))
    const report = await shop.import([first, second])
    expect(report).toMatchObject({ state: 'committed', orders: { new: 2 }, rows: { accepted: 3 } })
    expect(await lines()).toEqual(known)
    const numbers = await shop.query(
      "SELECT line_number FROM sales_fact WHERE order_date = DATE '2024-01-15' ORDER BY 1",
    )
    expect(numbers.map((row) => row.line_number)).toEqual([1, 2])
    expect((await shop.import([second, first])).state).toBe('unchanged')
  })

  it('count once when one is given twice', async () => {
    const first = shop.file('a.csv', orders(mug, cup, pot))
    const copy = shop.file('copy of a.csv', orders(mug, cup, pot))
    const report = await shop.import([first, copy])
    expect(report.rows).toEqual({ in: 6, accepted: 3, rejected: 0, duplicate: 3, ignored: 0 })
    expect(report.totals.revenue).toBe('42.00')
    expect(await lines()).toEqual(known)
    const aside = await shop.query('SELECT outcome, reason, file_number FROM rejected_rows')
    expect(aside).toEqual(
      Array.from({ length: 3 }, () => ({
        outcome: 'duplicate',
        reason: 'repeated_row',
        file_number: 2,
      })),
    )
    // The same path twice is one file.
    expect((await shop.import([first, first])).rows.in).toBe(3)
  })

  it('keep identical lines inside one order, warned about', async () => {
    const report = await shop.importText('twice.csv', orders(mug, mug, pot))
    expect(report.rows).toMatchObject({ accepted: 3, duplicate: 0 })
    expect(report.totals.revenue).toBe('58.00')
    expect(report.warnings.map(({ code }) => code)).toContain('identical_lines')
  })

  it('take a repeated line number as a duplicate, and another line under it as a conflict', async () => {
    const numbered = ['order_number', 'line number', 'order_date', 'sku', 'quantity', 'unit_price']
    const content = csv(
      numbered,
      ['1', 1, '2024-01-15', 'A', 1, '2.00'],
      ['1', 2, '2024-01-15', 'B', 1, '3.00'],
      ['1', 2, '2024-01-15', 'B', 1, '3.00'],
      ['1', 2, '2024-01-15', 'C', 1, '5.00'],
      ['2', 1, '2024-01-15', 'C', 1, '5.00'],
    )
    const report = await shop.importText('numbered.csv', content, { maxRejects: 1 })
    expect(report.rows).toEqual({ in: 5, accepted: 3, rejected: 1, duplicate: 1, ignored: 0 })
    expect(report.rejectedBy).toEqual({ duplicate_key: 1 })
    expect(report.totals.revenue).toBe('10.00')
  })
})

describe('lines of an order that differ in what it has one of', () => {
  it('count on its first day and for its first customer, warned about', async () => {
    const report = await shop.importText(
      'mixed.csv',
      orders(
        ['1', '2024-01-16', 'A', 1, '2.00', 'late'],
        ['1', '2024-01-15', 'B', 1, '3.00', 'early'],
        ['2', '2024-01-15', 'B', 1, '3.00', 'other'],
      ),
    )
    const codes = report.warnings.map(({ code }) => code)
    expect(codes).toEqual(
      expect.arrayContaining(['order_with_several_days', 'order_with_several_customers']),
    )
    expect(report.totals).toMatchObject({ revenue: '8.00', orders: 2 })
    const kept = await shop.query(
      `SELECT DISTINCT sales_fact.order_date::VARCHAR AS day, name FROM sales_fact
       JOIN customers ON customers.customer_id = sales_fact.customer_id
       JOIN orders USING (order_id) WHERE order_number = '1'`,
    )
    expect(kept).toEqual([{ day: '2024-01-15', name: 'early' }])
  })
})

describe('lines without an order number', () => {
  const plain = ['date', 'product', 'quantity', 'unit price']
  const day = (date: string, ...products: string[]) =>
    products.map((product) => [date, product, 1, '2.00'])

  it('stand for an order each, and orders are then not counted', async () => {
    const content = csv(plain, ...day('2024-01-15', 'A', 'A', 'B'), ...day('2024-01-16', 'C'))
    const report = await shop.importText('lines.csv', content)
    expect(report.totals.revenue).toBe('8.00')
    expect(report.warnings.map(({ code }) => code)).toContain('anonymous_orders')
    expect(await shop.value('SELECT count(*) FROM orders WHERE anonymous')).toBe('4')
    expect((await shop.importText('lines.csv', content)).state).toBe('unchanged')
  })
})
