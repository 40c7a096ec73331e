import { utimesSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** Counts, receipts and adjustments of stock: an entry stands once for a product, moment, kind and place. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

type Entry = readonly (string | number)[]
const stock = (...entries: readonly Entry[]) =>
  csv(['ProductID', 'CountedAt', 'Kind', 'Quantity', 'Location'], ...entries)

async function entries(): Promise<string[]> {
  const rows = await shop.query(
    `SELECT concat_ws(' ', product_key, occurred_on, stock_fact.kind, quantity::DOUBLE, location) AS entry
     FROM stock_fact JOIN products ON products.product_id = stock_fact.product_id ORDER BY entry`,
  )
  return rows.map(({ entry }) => String(entry))
}

const counted: Entry = ['MUG', '2024-01-15', 'count', 20, 'Main']
const received: Entry = ['MUG', '2024-01-16', 'receipt', 5, 'Main']

describe('stock entries', () => {
  it('come before their products are known, which are products then', async () => {
    await shop.importText('stock.csv', stock(counted, ['CUP', '2024-01-15', 'count', 3, 'Main']))
    expect(await entries()).toEqual([
      'CUP 2024-01-15 count 3.0 Main',
      'MUG 2024-01-15 count 20.0 Main',
    ])
    await shop.importText(
      'products.csv',
      csv(['ProductID', 'ProductName', 'Price'], ['MUG', 'Mug', '9.50']),
    )
    const products = await shop.query(
      'SELECT product_name, stock::DOUBLE AS stock FROM products WHERE product_id <> 0 ORDER BY product_key',
    )
    expect(products).toEqual([
      { product_name: 'CUP', stock: 3 },
      { product_name: 'Mug', stock: 20 },
    ])
  })

  it('change nothing when they come again, and count anew when they come corrected', async () => {
    await shop.importText('stock.csv', stock(counted, received))
    expect((await shop.importText('stock.csv', stock(counted, received))).state).toBe('unchanged')
    const corrected = stock(
      [...counted.slice(0, 3), 21, 'Main'],
      [...received.slice(0, 3), 7, 'Main'],
    )
    const report = await shop.importText('stock.csv', corrected)
    expect(report.warnings.find(({ code }) => code === 'stock_replaced')?.text).toMatch(
      /^2 entries/,
    )
    expect(await entries()).toEqual([
      'MUG 2024-01-15 count 21.0 Main',
      'MUG 2024-01-16 receipt 7.0 Main',
    ])
    expect(await shop.value("SELECT stock::DOUBLE FROM products WHERE product_key = 'MUG'")).toBe(
      21,
    )
  })

  it('are added up where they are receipts of one file, the same quantity twice too', async () => {
    const report = await shop.importText(
      'stock.csv',
      stock(
        counted,
        received,
        received,
        [...received.slice(0, 3), 2, 'Main'],
        [...received.slice(0, 3), 1, 'Shop'],
      ),
    )
    expect(report.warnings.map(({ code }) => code)).not.toContain('stock_repeated')
    expect(await entries()).toEqual([
      'MUG 2024-01-15 count 20.0 Main',
      'MUG 2024-01-16 receipt 1.0 Shop',
      'MUG 2024-01-16 receipt 12.0 Main',
    ])
  })

  it('of several counts of one moment, and of several files, are the last, and it is said', async () => {
    const paths = [
      shop.file('a.csv', stock(counted, [...counted.slice(0, 3), 18, 'Main'], received)),
      shop.file('b.csv', stock([...received.slice(0, 3), 6, 'Main'])),
    ]
    const report = await shop.import(paths)
    expect(report.warnings.find(({ code }) => code === 'stock_repeated')?.text).toMatch(
      /^2 entries/,
    )
    expect(await entries()).toEqual([
      'MUG 2024-01-15 count 18.0 Main',
      'MUG 2024-01-16 receipt 6.0 Main',
    ])
  })

  it('are two where parts of a second tell them apart, and none of a day that is to come', async () => {
    const report = await shop.importText(
      'stock.csv',
      stock(
        ['MUG', '2024-01-16T08:00:00.100Z', 'receipt', 5, 'Main'],
        ['MUG', '2024-01-16T10:00:00,200+02:00', 'receipt', 3, 'Main'],
        ['MUG', '2999-01-01T00:00:00Z', 'count', 9, 'Main'],
        ['MUG', '1900-01-01T00:00:00Z', 'count', 9, 'Main'],
      ),
      { maxRejects: 1, timeZone: 'UTC' },
    )
    expect(report.rows).toMatchObject({ accepted: 2, rejected: 2 })
    expect(
      await shop.query('SELECT occurred_at, quantity FROM stock_fact ORDER BY occurred_at'),
    ).toEqual([
      { occurred_at: '2024-01-16T08:00:00.100Z', quantity: '5.000' },
      { occurred_at: '2024-01-16T08:00:00.200Z', quantity: '3.000' },
    ])
    expect(await shop.query('SELECT DISTINCT reason, column_name FROM rejected_rows')).toEqual([
      { reason: 'date_out_of_range', column_name: 'CountedAt' },
    ])
  })

  it('are taken at the moment at which the clocks of the shop show what is written', async () => {
    const path = shop.file(
      'products.csv',
      csv(['ProductID', 'ProductName', 'Stock'], ['BAG', 'Bag', 4]),
    )
    utimesSync(path, new Date('2024-06-20T22:30:00Z'), new Date('2024-06-20T22:30:00Z'))
    await shop.import(path, { timeZone: 'Europe/Berlin' })
    await shop.importText(
      'stock.csv',
      stock(
        ['MUG', '2024-06-15 11:00', 'count', 20, 'Main'],
        ['CUP', '2024-06-15', 'count', 3, 'Main'],
      ),
    )
    await shop.importText(
      'stated.csv',
      stock(
        ['MUG', '2024-06-16T11:00:00-04:00', 'count', 19, 'Main'],
        ['CUP', '2024-06-16T22:30:00Z', 'count', 2, 'Main'],
      ),
    )
    const moments = await shop.query(
      `SELECT concat_ws(' ', product_key, strftime(timezone('UTC', occurred_at), '%d %H:%M'), occurred_on) AS moment
       FROM stock_fact JOIN products ON products.product_id = stock_fact.product_id ORDER BY occurred_at`,
    )
    expect(moments.map(({ moment }) => moment)).toEqual([
      'CUP 14 22:00 2024-06-15',
      'MUG 15 09:00 2024-06-15',
      'MUG 16 15:00 2024-06-16',
      'CUP 16 22:30 2024-06-17',
      'BAG 20 22:30 2024-06-21',
    ])
  })
})
