import { describe, expect, it } from 'vitest'
import { exportRejects, rejectedRows, rejectGroups } from '../../src/ingest/ingest.ts'
import type { Change } from '../../src/model/change.ts'
import type { ImportReport } from '../../src/model/import.ts'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** Rejected rows that were exported, mended by a person and imported again. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

type Line = readonly (string | number)[]
const header = ['order_number', 'order_date', 'sku', 'quantity', 'unit_price', 'customer_id']
const orders = (...lines: readonly Line[]) => csv(header, ...lines)

const mug: Line = ['1001', '2024-01-15', 'MUG', 2, '9.50', 'c1']
const cup: Line = ['1001', '2024-01-15', 'CUP', 1, '3.00', 'c1']
const pot: Line = ['1002', '2024-01-16', 'POT', 1, '20.00', 'c2']

/** The same line with a quantity that is none. */
function wrong(line: Line, quantity: string): Line {
  return [...line.slice(0, 3), quantity, ...line.slice(4)]
}

const most = { maxRejects: 1 }

/** The text of the only file of rejected rows. */
async function exported(): Promise<string> {
  const [file, ...others] = await exportRejects(shop.warehouse, {})
  expect(others).toEqual([])
  return file?.text ?? ''
}

/** All order lines as text, in a fixed order. */
async function lines(): Promise<string[]> {
  const rows = await shop.query(
    `SELECT concat_ws(' ', CASE WHEN anonymous THEN '-' ELSE orders.order_number END, sales_fact.order_date, products.product_key,
       quantity::DOUBLE, total_price::DECIMAL(18,2)) AS line
     FROM sales_fact JOIN orders ON orders.order_id = sales_fact.order_id
     JOIN products ON products.product_id = sales_fact.product_id ORDER BY line`,
  )
  return rows.map(({ line }) => String(line))
}

async function returned(): Promise<string[]> {
  const rows = await shop.query(
    `SELECT concat_ws(' ', document_number, product_key, quantity::DOUBLE, amount::DECIMAL(18,2)) AS line
     FROM returns_fact JOIN products ON products.product_id = returns_fact.product_id ORDER BY line`,
  )
  return rows.map(({ line }) => String(line))
}

const known = [
  '1001 2024-01-15 CUP 1.0 3.00',
  '1001 2024-01-15 MUG 2.0 19.00',
  '1002 2024-01-16 POT 1.0 20.00',
]

const codes = (report: ImportReport) => report.warnings.map(({ code }) => code)

describe('mended rows', () => {
  it('come to their orders once, and change nothing when they come again', async () => {
    await shop.importText('orders.csv', orders(mug, wrong(cup, 'some'), pot), most)
    const mended = (await exported()).replace('some', '1')
    const report = await shop.importText('mended.csv', mended)
    expect(report).toMatchObject({
      state: 'committed',
      source: 'shop',
      questions: [],
      rows: { in: 1, accepted: 1, rejected: 0 },
      orders: { new: 0, replaced: 1, unchanged: 0 },
    })
    expect(codes(report)).toContain('lines_added')
    expect(await lines()).toEqual(known)
    const again = await shop.importText('mended.csv', mended)
    expect(again).toMatchObject({
      state: 'unchanged',
      orders: { new: 0, replaced: 0, unchanged: 1 },
    })
    expect(codes(again)).toContain('lines_already_known')
    expect(await lines()).toEqual(known)
    // The lines that were known stay with the import that they came with.
    const runs = await shop.query(
      `SELECT run_id::VARCHAR AS run FROM sales_fact ORDER BY order_date, line_number`,
    )
    expect(runs.map(({ run }) => run)).toEqual(['1', '2', '1'])
  })

  it('are offered no more, and count once even when an old export is mended otherwise', async () => {
    await shop.importText('orders.csv', orders(mug, wrong(cup, 'some'), wrong(pot, 'few')), most)
    const old = await exported()
    await shop.importText('mended.csv', old.replace('some', '1'), most)
    expect(await exported()).not.toContain('CUP')
    expect(await exported()).toContain('POT')
    const otherwise = old.replace('some', '3').replace('few', '1')
    const report = await shop.importText('otherwise.csv', otherwise)
    expect(report.warnings.find(({ code }) => code === 'mended_before')?.text).toMatch(/^1 row was/)
    expect(await lines()).toEqual(known)
    // Nor does it count twice under another order.
    const moved = old.replace('1001', '7777').replace('some', '1').replace('few', '1')
    expect(codes(await shop.importText('moved.csv', moved))).toContain('mended_before')
    expect(await lines()).toEqual(known)
    expect(await exportRejects(shop.warehouse, {})).toEqual([])
  })

  it('of returns count once as well', async () => {
    const sent = ['1001', '2024-01-20', 'MUG', -1, '9.50', 'c1'] as const
    await shop.importText('orders.csv', orders(mug, cup, wrong([...sent], '-one')), most)
    const old = await exported()
    await shop.importText('mended.csv', old.replace('-one', '-1'))
    const before = await returned()
    expect(before).toHaveLength(1)
    const report = await shop.importText('otherwise.csv', old.replace('-one', '-2'))
    expect(codes(report)).toContain('mended_before')
    expect(await returned()).toEqual(before)
  })

  it('are told from the rows that are still wrong', async () => {
    const content = orders(mug, wrong(cup, 'some'), wrong(pot, 'few'))
    await shop.importText('orders.csv', content, most)
    const half = (await exported()).replace('some', '1')
    const report = await shop.importText('half.csv', half, most)
    expect(report).toMatchObject({
      rows: { in: 2, accepted: 1, rejected: 1 },
      rejectedBy: { unreadable_quantity: 1 },
    })
    expect(await lines()).toEqual(known.slice(0, 2))
    // The row that is wrong a second time comes once, with the place where it stood first.
    const files = await exportRejects(shop.warehouse, {})
    const rest = files.find(({ fileName }) => fileName === 'rejected-half.csv')?.text ?? ''
    expect(rest.split('\r\n')[0]).toBe(`${header.join(',')},why it was rejected`)
    expect(rest).toContain('shop #1.1.3: the quantity is not a number')
    expect(
      files
        .map(({ text }) => text)
        .join('')
        .match(/POT/g),
    ).toHaveLength(1)
    await shop.importText('rest.csv', rest.replace('few', '1'))
    expect(await lines()).toEqual(known)
  })

  it('come once from a file that was imported twice', async () => {
    const path = shop.file('orders.csv', orders(mug, wrong(cup, 'some'), pot))
    await shop.import(path, most)
    await shop.import(path, most)
    const text = await exported()
    expect(text.match(/some/g)).toHaveLength(1)
    await shop.importText('mended.csv', text.replace('some', '1'))
    expect(await lines()).toEqual(known)
  })

  it('make the orders that are not known yet', async () => {
    await shop.importText('orders.csv', orders(mug, cup, wrong(pot, 'few')), most)
    const mended = (await exported()).replace('few', '1')
    const report = await shop.importText('mended.csv', mended)
    expect(report.orders).toEqual({ new: 1, replaced: 0, unchanged: 0 })
    expect(await lines()).toEqual(known)
    expect((await shop.importText('mended.csv', mended)).state).toBe('unchanged')
    const first = `SELECT first_order_date FROM customers JOIN customer_keys
      ON customer_keys.customer_id = customers.customer_id WHERE customer_key = 'c2'`
    expect(await shop.value(first)).toBe('2024-01-16')
  })

  it('are not lost without a question when the file they came from comes again', async () => {
    const path = shop.file('orders.csv', orders(mug, wrong(cup, 'some'), pot))
    await shop.import(path, most)
    await shop.importText('mended.csv', (await exported()).replace('some', '1'))
    const asked = await shop.import(path, most)
    expect(asked).toMatchObject({ state: 'question', questions: [{ key: 'known-orders' }] })
    expect(await lines()).toEqual(known)
    // The whole file with the row mended in it holds nothing new.
    expect((await shop.importText('whole.csv', orders(mug, cup, pot))).state).toBe('unchanged')
  })

  it('are not lost when a document comes again in which they are still wrong', async () => {
    const document = (quantity: string | number, ...others: Line[]) =>
      JSON.stringify([
        {
          order_number: '1001',
          created_at: '2024-01-15',
          items: [mug, ...others, wrong(cup, String(quantity))].map(([, , sku, count, price]) => ({
            sku,
            quantity: count,
            price,
          })),
        },
      ])
    const path = shop.file('orders.json', document('some'))
    await shop.import(path, most)
    expect(
      (await shop.importText('mended.csv', (await exported()).replace('some', '1'))).state,
    ).toBe('committed')
    expect(await lines()).toEqual(known.slice(0, 2))
    expect((await shop.import(path, most)).questions.map(({ key }) => key)).toEqual([
      'known-orders',
    ])
    expect(await lines()).toEqual(known.slice(0, 2))
  })

  it('keep their line number, and take the next one where it is taken', async () => {
    const numbered = ['line number', ...header]
    const content = csv(
      numbered,
      [1, ...mug],
      [2, ...wrong(cup, 'some')],
      [3, '1001', '2024-01-15', 'PAN', 1, '30.00', 'c1'],
      [1, ...pot],
    )
    await shop.importText('orders.csv', content, most)
    const mended = (await exported()).replace('some', '1')
    await shop.importText('mended.csv', mended)
    const numbers = () =>
      shop.query(
        `SELECT line_number, product_key FROM sales_fact JOIN products ON products.product_id = sales_fact.product_id
         WHERE order_date = DATE '2024-01-15' ORDER BY 1`,
      )
    const three = ['MUG', 'CUP', 'PAN'].map((key, index) => ({
      line_number: index + 1,
      product_key: key,
    }))
    expect(await numbers()).toEqual(three)
    expect((await shop.importText('mended.csv', mended)).state).toBe('unchanged')
    const answers = { 'known-orders': 'part' }
    const taken = csv(numbered, [2, '1001', '2024-01-15', 'LID', 1, '1.00', 'c1'])
    await shop.importText('lid.csv', taken, { answers })
    expect(await numbers()).toEqual([...three, { line_number: 4, product_key: 'LID' }])
  })

  it('that are the same as a line of their order are taken for it, and said so', async () => {
    await shop.importText('orders.csv', orders(mug, wrong(mug, 'two'), pot), most)
    const report = await shop.importText('mended.csv', (await exported()).replace('two', '2'))
    expect(report).toMatchObject({ state: 'unchanged', questions: [] })
    expect(report.warnings.find(({ code }) => code === 'lines_already_known')?.text).toContain(
      '1 row was not added',
    )
    expect(await lines()).toEqual([known[1], known[2]])
    // A second one is a second one: two in the file, one of them known.
    const two = csv([...header, 'why it was rejected'], [...mug, ''], [...mug, ''])
    const second = await shop.importText('two.csv', two)
    expect(codes(second)).toEqual(expect.arrayContaining(['lines_added', 'lines_already_known']))
    expect(await lines()).toEqual([known[1], known[1], known[2]])
    // Fewer copies than are known add nothing.
    const one = csv([...header, 'why it was rejected'], [...mug, ''])
    expect((await shop.importText('one.csv', one)).state).toBe('unchanged')
  })

  it('count on the day of their order and for its customer, and are known again so', async () => {
    const late = ['1001', '2024-01-17', 'CUP', 'some', '3.00', '']
    await shop.importText('orders.csv', orders(mug, late, pot), most)
    const mended = (await exported()).replace('some', '1')
    const changed: Change['days'][] = []
    const stop = shop.warehouse.onCommit(({ days }) => changed.push(days))
    const report = await shop.importText('mended.csv', mended)
    stop()
    expect(changed).toEqual([{ from: '2024-01-15', to: '2024-01-15' }])
    expect(codes(report)).toContain('order_with_several_days')
    expect(await lines()).toEqual(known)
    expect(await shop.value('SELECT count(DISTINCT customer_id) FROM sales_fact')).toBe('2')
    expect((await shop.importText('mended.csv', mended)).state).toBe('unchanged')
    expect(await lines()).toEqual(known)
  })

  it('give their order the customer that it lacked', async () => {
    const guest = [...mug.slice(0, 5), '']
    await shop.importText('orders.csv', orders(guest, wrong(cup, 'some'), pot), most)
    await shop.importText('mended.csv', (await exported()).replace('some', '1'))
    const customers = await shop.query(
      `SELECT product_key, customers.name, first_order_date::VARCHAR AS first FROM sales_fact
       JOIN products ON products.product_id = sales_fact.product_id
       JOIN customers ON customers.customer_id = sales_fact.customer_id ORDER BY 1`,
    )
    expect(customers).toEqual([
      { product_key: 'CUP', name: 'c1', first: '2024-01-15' },
      { product_key: 'MUG', name: 'c1', first: '2024-01-15' },
      { product_key: 'POT', name: 'c2', first: '2024-01-16' },
    ])
  })

  it('change no order that is known in a newer version, or as cancelled', async () => {
    const stated = [...header, 'status', 'updated_at']
    const first = csv(
      stated,
      [...mug, 'completed', '2024-01-15T10:00:00Z'],
      [...wrong(cup, 'some'), 'completed', '2024-01-15T10:00:00Z'],
      [...pot, 'completed', '2024-01-16T10:00:00Z'],
      [...wrong(pot, 'few'), 'cancelled', '2024-01-16T10:00:00Z'],
    )
    await shop.importText('first.csv', first, most)
    const mended = (await exported()).replace('some', '1').replace('few', '2')
    const newer = csv(stated, [...mug, 'completed', '2024-01-18T10:00:00Z'])
    await shop.importText('newer.csv', newer)
    const report = await shop.importText('mended.csv', mended)
    expect(codes(report)).toContain('order_known_newer')
    expect(await lines()).toEqual(known.slice(1))
    // The row is still left out, so it is still offered.
    expect(await exported()).toContain('some')
  })

  it('make their order as new as they are', async () => {
    const stated = [...header, 'updated_at']
    const at = (day: number, ...own: Line[]) =>
      csv(stated, ...own.map((line) => [...line, `2024-01-${day}T10:00:00Z`]))
    await shop.importText('first.csv', at(15, mug, pot))
    await shop.importText('part.csv', at(20, cup), { answers: { 'known-orders': 'part' } })
    expect(await lines()).toEqual(known)
    const between = await shop.importText('between.csv', at(18, mug, pot))
    expect(between).toMatchObject({ state: 'unchanged', questions: [] })
    expect(await lines()).toEqual(known)
  })

  it('of lines that do not count leave the rest of their order counted', async () => {
    const stated = [...header, 'status']
    const content = csv(
      stated,
      [...mug, 'completed'],
      [...cup.slice(0, 1), 'some day', ...cup.slice(2), 'cancelled'],
    )
    await shop.importText('orders.csv', content, most)
    const mended = (await exported()).replace('some day', '2024-01-15')
    const report = await shop.importText('mended.csv', mended)
    expect(report.ignoredBy).toEqual({ order_cancelled: 1 })
    expect(codes(report)).toContain('order_still_counted')
    expect(await lines()).toEqual([known[1]])
  })
})

describe('mended returns', () => {
  const credit = (sku: string, quantity: string | number, price = '1.00') => [
    'C9',
    '2024-01-17',
    sku,
    quantity,
    price,
    'c1',
  ]

  it('come to their credit note once, beside what it holds', async () => {
    const content = orders(mug, credit('MUG', -1), credit('MUG', 'two'), credit('CUP', 'one'))
    await shop.importText('orders.csv', content, most)
    expect(await returned()).toEqual(['C9 MUG 1.0 1.00'])
    const mended = (await exported()).replace('two', '-2').replace('one', '-1')
    const report = await shop.importText('mended.csv', mended)
    expect(report).toMatchObject({ state: 'committed', questions: [] })
    const all = ['C9 CUP 1.0 1.00', 'C9 MUG 1.0 1.00', 'C9 MUG 2.0 2.00']
    expect(await returned()).toEqual(all)
    expect((await shop.importText('mended.csv', mended)).state).toBe('unchanged')
    expect(await returned()).toEqual(all)
    // The whole file without the mistakes says the same.
    const whole = orders(mug, credit('MUG', -1), credit('MUG', -2), credit('CUP', -1))
    expect((await shop.importText('whole.csv', whole)).state).toBe('unchanged')
    // With them it would lose what was mended.
    const asked = await shop.importText('orders.csv', content, most)
    expect(asked.questions.map(({ key }) => key)).toEqual(['known-orders'])
    expect(await returned()).toEqual(all)
  })

  it('of one row without an order number replace what it was mended to before', async () => {
    const plain = ['date', 'product', 'quantity', 'unit price']
    const content = csv(plain, ['2024-01-15', 'A', 1, '2.00'], ['2024-01-15', 'A', 'one', '2.00'])
    await shop.importText('lines.csv', content, most)
    const mended = await exported()
    await shop.importText('mended.csv', mended.replace('one', '-1'))
    expect((await returned()).map((line) => line.replace(/^.* A/, 'A'))).toEqual(['A 1.0 2.00'])
    await shop.importText('mended.csv', mended.replace('one', '-3'))
    expect((await returned()).map((line) => line.replace(/^.* A/, 'A'))).toEqual(['A 3.0 6.00'])
  })
})

describe('mended lines without an order number', () => {
  const plain = ['date', 'product', 'quantity', 'unit price']
  const a = ['2024-01-15', 'A', 1, '2.00']
  const b = ['2024-01-15', 'B', 1, '3.00']

  it('are added once, also where the day has the same line', async () => {
    const content = csv(
      plain,
      a,
      b,
      ['2024-01-15', 'A', 'one', '2.00'],
      ['some day', 'B', 1, '3.00'],
    )
    await shop.importText('lines.csv', content, most)
    expect(await lines()).toEqual(['- 2024-01-15 A 1.0 2.00', '- 2024-01-15 B 1.0 3.00'])
    const mended = (await exported()).replace('one', '1').replace('some day', '2024-01-15')
    const report = await shop.importText('mended.csv', mended)
    expect(report).toMatchObject({ questions: [], orders: { new: 2, replaced: 0, unchanged: 0 } })
    const all = ['A 1.0 2.00', 'A 1.0 2.00', 'B 1.0 3.00', 'B 1.0 3.00'].map(
      (line) => `- 2024-01-15 ${line}`,
    )
    expect(await lines()).toEqual(all)
    expect((await shop.importText('mended.csv', mended)).state).toBe('unchanged')
    // In another order and alone they are still the same rows.
    const [head = '', first = '', second = ''] = mended.split('\r\n')
    const turned = await shop.importText('turned.csv', [head, second, first, ''].join('\r\n'))
    expect(turned.state).toBe('unchanged')
    // Mended once more, to something else, a row is replaced.
    const other = await shop.importText(
      'other.csv',
      [head, first.replace(',1,', ',2,'), ''].join('\r\n'),
    )
    expect(other).toMatchObject({ orders: { new: 0, replaced: 1 } })
    expect(await lines()).toContain('- 2024-01-15 A 2.0 4.00')
    expect(await lines()).toHaveLength(4)
    expect(await shop.value('SELECT count(*) FROM orders WHERE anonymous')).toBe('4')
    // The file they came from lacks them.
    const asked = await shop.importText('lines.csv', content, most)
    expect(asked.questions.map(({ key }) => key)).toEqual(['known-orders'])
  })

  it('are asked about as a part of their day, and added as one', async () => {
    await shop.importText('till-1.csv', csv(plain, a, b))
    const path = shop.file('till-2.csv', csv(plain, a, a, ['2024-01-15', 'C', 1, '5.00']))
    const asked = await shop.import(path)
    expect(asked.questions.map(({ key }) => key)).toEqual(['known-orders'])
    expect(await lines()).toHaveLength(2)
    const answers = { 'known-orders': 'part' }
    expect((await shop.import(path, { answers })).orders.new).toBe(3)
    const all = ['A 1.0 2.00', 'A 1.0 2.00', 'A 1.0 2.00', 'B 1.0 3.00', 'C 1.0 5.00']
    expect(await lines()).toEqual(all.map((line) => `- 2024-01-15 ${line}`))
    expect((await shop.import(path, { answers })).state).toBe('unchanged')
    expect(await lines()).toHaveLength(5)
  })
})

describe('mended rows of several sources', () => {
  it('go where they came from', async () => {
    await shop.importText('orders.csv', orders(mug, cup, pot))
    const own = ['1001', '2024-03-01', 'MUG', 1, '8.00', 'x']
    const outlet = orders(own, wrong(own, 'some'), own)
    await shop.importText('outlet.csv', outlet, { ...most, source: 'outlet' })
    const mended = (await exported()).replace('some', '5')
    const report = await shop.importText('mended.csv', mended)
    expect(report).toMatchObject({ source: 'outlet', orders: { replaced: 1 } })
    expect(await shop.value("SELECT count(*) FROM sales_fact WHERE source = 'outlet'")).toBe('3')
    // Rows of two shops in one import are refused.
    const both = mended.replace(
      /\r\n$/,
      `\r\n${mended.split('\r\n')[1]?.replace('outlet #', 'shop #')}\r\n`,
    )
    expect((await shop.failure(shop.file('both.csv', both))).code).toBe('invalid_option')
  })

  it('that meet orders of another day and customer are asked about', async () => {
    await shop.importText('orders.csv', orders(mug, cup, pot))
    const strange = csv(
      [...header, 'why it was rejected'],
      ['1001', '2024-03-01', 'PAN', 1, '8.00', 'x', ''],
    )
    const asked = await shop.importText('strange.csv', strange)
    expect(asked.questions.map(({ key }) => key)).toEqual(['known-orders'])
    expect(await lines()).toEqual(known)
  })

  it('of files of the same name come in files of their own', async () => {
    await shop.importText('a/orders.csv', orders(mug, wrong(cup, 'some')), most)
    await shop.importText('b/orders.csv', orders(pot, wrong(pot, 'few')), most)
    const files = await exportRejects(shop.warehouse, {})
    expect(files.map(({ fileName }) => fileName)).toEqual([
      'rejected-orders.csv',
      'rejected-orders-2.csv',
    ])
  })

  it('of the tables of the star are recognised with the column beside them', async () => {
    await shop.importText('orders.csv', orders(mug))
    const products = csv(
      ['ProductID', 'ProductName', 'Price'],
      ['MUG', 'Mug', '9.50'],
      ['CUP', 'Cup', 'dear'],
    )
    await shop.importText('products.csv', products, most)
    const report = await shop.importText('mended.csv', (await exported()).replace('dear', '3.00'))
    expect(report.rows).toMatchObject({ in: 1, accepted: 1 })
    expect(await shop.value("SELECT price::DOUBLE FROM products WHERE product_key = 'CUP'")).toBe(3)
    expect(await exportRejects(shop.warehouse, {})).toEqual([])
  })
})

describe('rows that are mended twice', () => {
  const place = 'why it was rejected'

  it('count as they were mended first, and the other way is not loaded and said so', async () => {
    await shop.importText('orders.csv', orders(mug, wrong(cup, 'some'), pot), most)
    const text = await exported()
    await shop.importText('first.csv', text.replace('some', '1'))
    const second = await shop.importText('second.csv', text.replace('some', '3'))
    expect(await lines()).toEqual(known)
    expect(second).toMatchObject({ state: 'unchanged', questions: [] })
    expect(second.warnings.find(({ code }) => code === 'mended_before')?.text).toContain(
      '1 row was not loaded, because of having been mended and loaded before',
    )
    expect(codes(second)).not.toContain('lines_added')
    // Nor in an order of another number, nor beside a line that is the same.
    const moved = await shop.importText(
      'moved.csv',
      text.replace('1001', '1003').replace('some', '1'),
    )
    expect(codes(moved)).toContain('mended_before')
    expect(await lines()).toEqual(known)
    // As they are they are known still.
    const again = await shop.importText('first.csv', text.replace('some', '1'))
    expect(again).toMatchObject({
      state: 'unchanged',
      orders: { new: 0, replaced: 0, unchanged: 1 },
    })
    expect(codes(again)).toContain('lines_already_known')
  })

  it('count once where two of them stand in one import', async () => {
    await shop.importText('orders.csv', orders(mug, wrong(cup, 'some'), pot), most)
    const text = await exported()
    const both = [
      shop.file('first.csv', text.replace('some', '1')),
      shop.file('second.csv', text.replace('some', '3')),
    ]
    const report = await shop.import(both)
    expect(report.rows).toMatchObject({ in: 2, accepted: 1, duplicate: 1 })
    expect(report.totals.revenue).toBe('3.00')
    expect(await lines()).toEqual(known)
    const [second] = await rejectedRows(shop.warehouse, { outcome: 'duplicate' })
    expect(second).toMatchObject({ reason: 'mended_twice', row: { quantity: '3' } })
  })

  it('are told copy by copy from lines that are the same', async () => {
    await shop.importText(
      'orders.csv',
      orders(mug, wrong(cup, 'some'), wrong(cup, 'few'), pot),
      most,
    )
    const text = await exported()
    await shop.importText('first.csv', text.replace('some', '1').replace('few', '2'))
    const all = [...known.slice(0, 1), '1001 2024-01-15 CUP 2.0 6.00', ...known.slice(1)]
    expect(await lines()).toEqual(all)
    // Both say now what only one of them said.
    const second = await shop.importText(
      'second.csv',
      text.replace('some', '1').replace('few', '1'),
    )
    expect(codes(second)).toEqual(expect.arrayContaining(['mended_before', 'lines_already_known']))
    expect(await lines()).toEqual(all)
  })

  it('are not offered again once they were loaded', async () => {
    const path = shop.file('orders.csv', orders(mug, wrong(cup, 'some'), wrong(pot, 'few')))
    await shop.import(path, most)
    const text = await exported()
    await shop.importText('half.csv', text.replace('some', '1'), most)
    const rest = (await exportRejects(shop.warehouse, {})).map((file) => file.text).join('')
    expect(rest).not.toContain('some')
    expect(rest.match(/few/g)).toHaveLength(1)
    const listed = await rejectedRows(shop.warehouse, { outcome: 'rejected' })
    // What is wrong a second time is listed as it was last, unless one run is asked for.
    expect(listed.map(({ runId, row }) => [runId, row.quantity])).toEqual([[2, 'few']])
    const groups = await rejectGroups(shop.warehouse, {})
    expect(groups.map(({ runId, rows }) => [runId, rows])).toEqual([[2, 1]])
    const first = await rejectGroups(shop.warehouse, { runId: 1 })
    expect(first.map(({ runId, rows, mended }) => [runId, rows, mended])).toEqual([[1, 1, 1]])
    // The report of the run that rejected it keeps its number, and so does the ledger.
    expect(await shop.value('SELECT rows_rejected FROM runs WHERE run_id = 1')).toBe('2')
    // Both as parts: the row that the file still has wrong is mended already.
    await shop.import(path, { ...most, answers: { 'known-orders': 'part' } })
    expect(await exportRejects(shop.warehouse, {})).toHaveLength(1)
    expect(await exported()).not.toContain('some')
  })

  it('are to be mended anew when their file took them back', async () => {
    const path = shop.file('orders.csv', orders(mug, wrong(cup, 'some'), pot))
    await shop.import(path, most)
    const text = await exported()
    await shop.importText('mended.csv', text.replace('some', '3'))
    await shop.import(path, { ...most, answers: { 'known-orders': 'same-shop' } })
    expect(await lines()).toEqual(known.slice(1))
    expect(await exported()).toBe(text)
    await shop.importText('again.csv', text.replace('some', '1'))
    expect(await lines()).toEqual(known)
  })

  it('stay in their order where it is replaced whole', async () => {
    await shop.importText('orders.csv', orders(mug, wrong(cup, 'some'), pot), most)
    const text = await exported()
    await shop.importText('first.csv', text.replace('some', '5'))
    const whole = [
      shop.file('whole.csv', orders(mug, pot)),
      shop.file('second.csv', text.replace('some', '1')),
    ]
    expect(codes(await shop.import(whole))).not.toContain('mended_before')
    expect(await lines()).toEqual(known)
  })

  it('count once as returns', async () => {
    const back = ['C9', '2024-01-17', 'MUG', 'one', '1.00', 'c1']
    await shop.importText('orders.csv', orders(mug, pot, back), most)
    const text = await exported()
    const first = text.replace('one', '-1')
    await shop.importText('first.csv', first)
    expect(await returned()).toEqual(['C9 MUG 1.0 1.00'])
    for (const other of ['-2', '2']) {
      const report = await shop.importText(`other${other}.csv`, text.replace('one', other))
      expect(codes(report)).toContain('mended_before')
      expect(await returned()).toEqual(['C9 MUG 1.0 1.00'])
      expect(await lines()).toEqual(known.slice(1))
    }
    expect(await shop.importText('first.csv', first)).toMatchObject({ state: 'unchanged' })
  })

  it('count once without an order number, whatever day they are mended to', async () => {
    const plain = ['date', 'product', 'quantity', 'unit price']
    const good = ['2024-01-15', 'A', 1, '2.00']
    await shop.importText('lines.csv', csv(plain, good, ['some day', 'B', 1, '3.00']), most)
    const text = await exported()
    await shop.importText('first.csv', text.replace('some day', '2024-01-15'))
    const all = ['- 2024-01-15 A 1.0 2.00', '- 2024-01-15 B 1.0 3.00']
    expect(await lines()).toEqual(all)
    const other = await shop.importText('other.csv', text.replace('some day', '2024-01-16'))
    expect(codes(other)).toContain('mended_before')
    // A sale that is mended to a return once more.
    const back = await shop.importText('back.csv', text.replace('some day,B,1', '2024-01-15,B,-1'))
    expect(codes(back)).toContain('mended_before')
    expect(await returned()).toEqual([])
    expect(await lines()).toEqual(all)
  })

  it('count once as receipts of stock', async () => {
    const stock = ['ProductID', 'CountedAt', 'Kind', 'Quantity']
    await shop.importText(
      'products.csv',
      csv(['ProductID', 'ProductName', 'Price'], ['MUG', 'Mug', '9.50']),
    )
    const content = csv(
      stock,
      ['MUG', '2024-01-15', 'receipt', 5],
      ['MUG', '2024-01-16', 'receipt', 'ten'],
    )
    await shop.importText('stock.csv', content, most)
    const text = await exported()
    await shop.importText('first.csv', text.replace('ten', '10'))
    const second = await shop.importText('second.csv', text.replace('ten', '12'))
    expect(codes(second)).toContain('mended_before')
    expect(await shop.value('SELECT sum(quantity)::DOUBLE FROM stock_fact')).toBe(15)
  })

  it('stand beside the rows that no export knows', async () => {
    await shop.importText('orders.csv', orders(mug, pot))
    const own = csv([...header, place], [...cup, 'not ours'])
    expect((await shop.importText('own.csv', own)).state).toBe('committed')
    expect(await lines()).toEqual(known)
  })

  it('count once in the order that they came to, whatever other order they are moved to', async () => {
    await shop.importText('orders.csv', orders(mug, wrong(cup, 'some'), pot), most)
    const text = await exported()
    await shop.importText('first.csv', text.replace('some', '1'))
    // 1002 is known, and comes whole beside the row.
    const both = [
      shop.file('whole.csv', orders(pot, [...pot.slice(0, 2), 'LID', 1, '1.00', 'c2'])),
      shop.file(
        'moved.csv',
        text.replace('1001,2024-01-15', '1002,2024-01-16').replace('some', '1'),
      ),
    ]
    const report = await shop.import(both, { answers: { 'known-orders': 'same-shop' } })
    expect(codes(report)).toContain('mended_before')
    expect(await lines()).toEqual([
      ...known.slice(0, 2),
      '1002 2024-01-16 LID 1.0 1.00',
      ...known.slice(2),
    ])
  })

  it('add to the receipts of their moment that were right', async () => {
    const stock = ['ProductID', 'CountedAt', 'Kind', 'Quantity']
    const content = csv(
      stock,
      ['MUG', '2024-01-15', 'receipt', 5],
      ['MUG', '2024-01-15', 'receipt', 'ten'],
      ['MUG', '2024-01-15', 'count', 'three'],
    )
    await shop.importText('stock.csv', content, most)
    const mended = (await exported()).replace('ten', '10').replace('three', '3')
    expect((await shop.importText('mended.csv', mended)).state).toBe('committed')
    const entries = 'SELECT kind, quantity::DOUBLE AS quantity FROM stock_fact ORDER BY kind'
    const all = [
      { kind: 'count', quantity: 3 },
      { kind: 'receipt', quantity: 15 },
    ]
    expect(await shop.query(entries)).toEqual(all)
    const again = await shop.importText('mended.csv', mended)
    expect(again.state).toBe('unchanged')
    expect(await shop.query(entries)).toEqual(all)
    expect(await exportRejects(shop.warehouse, {})).toEqual([])
  })
})
