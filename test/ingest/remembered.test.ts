import { describe, expect, it } from 'vitest'
import { exportRejects, forgetAnswers, rememberedAnswers } from '../../src/ingest/ingest.ts'
import type { ImportReport } from '../../src/model/import.ts'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, now, type TemporaryShop } from './temporary-shop.ts'

/** What people answer and correct holds for later files of the same source and headers. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

const header = ['order_number', 'order_date', 'sku', 'quantity', 'unit_price']
const dayFirst = { answers: { 'day-order': 'day-first' } }

/** One order for each date, of one piece at 2.50. */
function orders(first: number, ...dates: readonly string[]): string {
  return csv(header, ...dates.map((date, index) => [first + index, date, 'A', 1, '2.50']))
}

const codes = (report: ImportReport) => report.warnings.map(({ code }) => code)
const said = async () =>
  (await rememberedAnswers(shop.warehouse)).flatMap((one) =>
    one.said.map(({ name, value }) => `${one.source} ${name}=${value}`),
  )

describe('an answer', () => {
  it('holds for the next file with the same headers, and is said', async () => {
    const before = await shop.importText('may.csv', orders(1, '03/04/2024', '05/06/2024'), dayFirst)
    expect(before).toMatchObject({ state: 'committed', remembered: [] })
    const shuffled = csv(
      ['unit_price', 'sku', 'order_number', 'quantity', 'order_date'],
      ['2.50', 'A', 11, 1, '07/08/2024'],
    )
    const report = await shop.importText('june.csv', shuffled)
    expect(report).toMatchObject({
      state: 'committed',
      period: { from: '2024-08-07', to: '2024-08-07' },
      remembered: [
        {
          file: expect.stringContaining('june.csv'),
          kind: 'answer',
          name: 'day-order',
          value: 'day-first',
          text: 'the day stands first',
          saidAt: now().toISOString(),
        },
      ],
    })
  })

  it('does not hold for other headers or another source', async () => {
    await shop.importText('may.csv', orders(1, '03/04/2024'), dayFirst)
    const wider = csv([...header, 'note'], [9, '03/04/2024', 'A', 1, '2.50', 'x'])
    expect((await shop.importText('other.csv', wider)).state).toBe('question')
    const second = await shop.importText('again.csv', orders(5, '03/04/2024'), { source: 'two' })
    expect(second.state).toBe('question')
  })

  it('is not kept by a dry run or an open question', async () => {
    const content = orders(1, '03/04/2024')
    await shop.importText('may.csv', content, { ...dayFirst, dryRun: true })
    expect((await shop.importText('may.csv', content)).state).toBe('question')
    expect(await said()).toEqual([])
  })

  it('gives way to the values that disprove it, is forgotten, and asked for anew', async () => {
    await shop.importText('may.csv', orders(1, '03/04/2024'), dayFirst)
    const report = await shop.importText('june.csv', orders(5, '03/04/2024', '02/28/2024'))
    expect(report.period).toEqual({ from: '2024-02-28', to: '2024-03-04' })
    expect(codes(report)).toContain('remembered_contradicted')
    expect(report.remembered).toEqual([])
    expect(await said()).toEqual([])
    expect((await shop.importText('july.csv', orders(9, '05/06/2024'))).state).toBe('question')
  })

  it('is asked for anew where the file contradicts itself', async () => {
    await shop.importText('may.csv', orders(1, '03/04/2024'), dayFirst)
    const mixed = orders(5, '13/02/2024', '02/14/2024', '03/04/2024')
    expect((await shop.importText('mixed.csv', mixed)).state).toBe('question')
  })

  it('can be changed by another, and the file then counts by that', async () => {
    const content = orders(1, '03/04/2024')
    await shop.importText('may.csv', content, dayFirst)
    const answers = { 'day-order': 'month-first' }
    const report = await shop.importText('may.csv', content, { answers })
    expect(report).toMatchObject({
      state: 'committed',
      period: { from: '2024-03-04', to: '2024-03-04' },
      orders: { new: 0, replaced: 1 },
      remembered: [],
    })
    expect(codes(report)).toContain('remembered_replaced')
    expect(await shop.value('SELECT min(order_date)::VARCHAR FROM sales_fact')).toBe('2024-03-04')
    expect(await said()).toEqual(['shop day-order=month-first'])
    expect((await shop.importText('june.csv', orders(5, '05/06/2024'))).period?.from).toBe(
      '2024-05-06',
    )
  })

  it('can be left aside, and forgotten', async () => {
    await shop.importText('may.csv', orders(1, '03/04/2024'), dayFirst)
    const later = orders(5, '05/06/2024')
    expect((await shop.importText('june.csv', later, { askAgain: true })).state).toBe('question')
    const [kept] = await rememberedAnswers(shop.warehouse)
    expect(kept).toMatchObject({ source: 'shop', headers: header })
    await forgetAnswers(shop.warehouse, kept?.id ?? '')
    expect(await said()).toEqual([])
    expect((await shop.importText('june.csv', later)).state).toBe('question')
    await expect(forgetAnswers(shop.warehouse, kept?.id ?? '')).rejects.toMatchObject({
      code: 'answers_not_found',
    })
  })

  it('on figures of one import is not kept', async () => {
    const line = (sku: string) => ['1', '2024-01-15', sku, 1, '2.00']
    const files = ['one', 'two'].map((name, index) =>
      shop.file(`${name}.csv`, csv(header, line('A'), line(index === 0 ? 'B' : 'C'))),
    )
    await shop.import(files, { answers: { 'repeated-lines': 'once' } })
    expect(await said()).toEqual([])
  })

  it('on a price holds for a file too small to tell', async () => {
    const growing = Array.from({ length: 40 }, (_, index) => {
      const quantity = 1 + (index % 4)
      return [index, '2024-01-15', `P${index % 3}`, quantity, (quantity * 2.5).toFixed(2)]
    })
    const columns = ['order', 'date', 'product', 'quantity', 'price']
    const answers = { 'price-meaning': 'total' }
    await shop.importText('long.csv', csv(columns, ...growing), { answers })
    const short = csv(columns, [100, '2024-02-01', 'P1', 4, '10.00'])
    const report = await shop.importText('short.csv', short, { dryRun: true })
    // Ten for the whole line, not for each of four pieces.
    expect(report.totals.revenue).toBe('10.00')
    expect(report.remembered).toMatchObject([{ name: 'price-meaning', value: 'total' }])
  })
})

describe('a corrected column', () => {
  const odd = ['ref', 'when', 'thing', 'how many', 'each']
  const lines = (first: number) =>
    csv(odd, [first, '2024-01-15', 'Mug', 2, '9.50'], [first + 1, '2024-01-16', 'Cup', 1, '3.00'])
  const columns = {
    ref: 'order_number',
    when: 'order_date',
    thing: 'product_name',
    'how many': 'quantity',
    each: 'unit_price',
  } as const

  it('makes a file out that nobody recognised, and holds for the next', async () => {
    const path = shop.file('odd.csv', lines(1))
    const refused = await shop.failure(path)
    expect(refused).toMatchObject({
      code: 'not_recognised',
      files: [{ columns: odd.map((name) => ({ name })) }],
    })
    const report = await shop.import(path, { columns })
    expect(report.totals).toMatchObject({ revenue: '22.00', orders: 2 })
    const next = await shop.importText('next.csv', lines(5))
    expect(next.totals.revenue).toBe('22.00')
    expect(next.remembered.map(({ kind, name, value }) => [kind, name, value])).toEqual(
      Object.entries(columns).map(([name, role]) => ['column', name, role]),
    )
    expect(next.files[0]?.columns[0]?.evidence).toBe('said on 15 Jan 2026')
  })

  it('suffices where the other headers speak for themselves', async () => {
    const content = csv(
      ['order number', 'Booked on', 'sku', 'quantity', 'each one'],
      ['1', '2024-01-15', 'A', 2, '9.50'],
    )
    const path = shop.file('half.csv', content)
    // What a header says is shown as such, and what it lacks is to be told.
    expect(await shop.failure(path)).toMatchObject({
      code: 'not_recognised',
      files: [
        {
          columns: [
            { name: 'order number', role: 'order_number' },
            { name: 'Booked on', role: null },
            { name: 'sku', role: 'sku' },
            { name: 'quantity', role: 'quantity' },
            { name: 'each one', role: null },
          ],
        },
      ],
    })
    const told = { 'Booked on': 'order_date', 'each one': 'unit_price' } as const
    const report = await shop.import(path, { columns: told, dryRun: true })
    expect(report.totals).toMatchObject({ revenue: '19.00', orders: 1 })
  })

  it('of one file leaves the same header of another alone', async () => {
    const both = ['order_number', 'order_date', 'sku', 'quantity', 'unit_price', 'total']
    const table = (order: number) => csv(both, [order, '2024-01-15', 'A', 2, '9.50', '17.00'])
    const files = [shop.file('one.csv', table(1)), shop.file('two.csv', table(2))]
    const report = await shop.import(files, {
      dryRun: true,
      files: { 'one.csv': { columns: { total: null } } },
    })
    expect(report.files[0]?.columns.at(-1)).toMatchObject({ role: null, evidence: 'you said so' })
    // 2 x 9.50 in the one, the stated 17.00 in the other.
    expect(report.totals.revenue).toBe('36.00')
  })

  it('that stands in no file is refused', async () => {
    const path = shop.file('odd.csv', lines(1))
    const error = await shop.failure(path, { columns: { 'no such': 'sku' } })
    expect(error).toMatchObject({ code: 'invalid_option' })
    expect(error.message).toContain('no file has a column "no such"')
  })

  it('can say that a file holds something else, or nothing', async () => {
    const path = shop.file('orders.csv', orders(1, '2024-01-15'))
    const list = shop.file('list.csv', csv(['code', 'label', 'p'], ['A', 'Mug', '9.50']))
    const files = {
      'list.csv': {
        holds: 'products' as const,
        columns: { code: 'product_key', label: 'product_name', p: 'list_price' } as const,
      },
    }
    await shop.import([path, list], { files })
    expect(await shop.value("SELECT product_name FROM products WHERE product_key = 'A'")).toBe(
      'Mug',
    )
    const without = await shop.import([path, list], {
      dryRun: true,
      files: { 'orders.csv': { holds: 'nothing' } },
    })
    expect(without.totals.orders).toBe(0)
  })
})

describe('rows that are mended', () => {
  it('are read as the file was from which they come', async () => {
    // The 28th proves the day first; the row that is mended could be read either way.
    const content = orders(1, '28/02/2024', '03/04/2024').replace(
      '2,03/04/2024,A,1',
      '2,03/04/2024,A,some',
    )
    await shop.importText('may.csv', content, { maxRejects: 1 })
    const [file] = await exportRejects(shop.warehouse, {})
    const report = await shop.importText('mended.csv', (file?.text ?? '').replace('some', '1'))
    expect(report).toMatchObject({
      state: 'committed',
      period: { from: '2024-04-03', to: '2024-04-03' },
    })
    // What the values proved was said by nobody, so other files are asked about as ever.
    expect(await said()).toEqual([])
    expect((await shop.importText('june.csv', orders(9, '05/06/2024'))).state).toBe('question')
  })
})
