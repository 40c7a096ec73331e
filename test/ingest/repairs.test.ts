import { describe, expect, it } from 'vitest'
import { runReport } from '../../src/ingest/ingest.ts'
import type { ImportReport } from '../../src/model/import.ts'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** Every value that an import changed beyond reading it is listed, before and after. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

/** Reason, how many, and the examples as `record column: before -> after`. */
function repairs(report: ImportReport): Record<string, readonly [number, ...string[]]> {
  return Object.fromEntries(
    report.repairs.map(({ reason, rows, examples }) => [
      reason,
      [
        rows,
        ...examples.map(({ record, column, before, after }) => {
          return `${record} ${column}: ${before ?? ''} -> ${after ?? ''}`
        }),
      ] as const,
    ]),
  )
}

const header = ['order_number', 'order_date', 'sku', 'quantity', 'unit_price']

describe('repairs', () => {
  it('are none in a clean file', async () => {
    const content = csv([...header, 'email'], ['1', '2024-01-15', 'A', 1, '2.50', 'a@x.org'])
    expect((await shop.importText('clean.csv', content)).repairs).toEqual([])
  })

  it('are identifiers, e-mails and words for nobody, and stand in the ledger', async () => {
    const content = csv(
      [...header, 'customer_id', 'email'],
      ['1001.0', '2024-01-15', 'A', 1, '2.50', 'guest', 'Ada@X.org'],
      ['1002.0', '2024-01-15', 'A', 1, '2.50', 'c2', 'b@x.org'],
      ['1003.0', '2024-01-15', 'A', 'some', '2.50', 'guest', 'Cy@X.org'],
    )
    const report = await shop.importText('orders.csv', content, { maxRejects: 1 })
    // The third row is rejected: nothing of it was taken, so nothing of it was changed.
    expect(repairs(report)).toEqual({
      identifier_without_zero: [
        2,
        '1 order_number: 1001.0 -> 1001',
        '2 order_number: 1002.0 -> 1002',
      ],
      email_lower_case: [1, '1 email: Ada@X.org -> ada@x.org'],
      no_customer: [1, '1 customer_id: guest -> '],
    })
    expect((await runReport(shop.warehouse, report.runId ?? 0)).repairs).toEqual(report.repairs)
  })

  it('are what two of quantity, price and total told of the third, words and costs that are none', async () => {
    const content = csv(
      [...header, 'line total', 'product name', 'unit cost'],
      ['1', '2024-01-15', 'A', 'ERROR', '2.50', '10.00', 'Mug', '1.00'],
      ['2', '2024-01-15', 'A', 3, '2.50', 'ERROR', 'ERROR', '-1.00'],
      ['3', '2024-01-15', 'B', 1, '2.50', '2.50', 'Cup', '1.00'],
      ['4', '2024-01-16', 'B', 2, '2.50', '5.00', 'Cup', '1.00'],
      ['5', '2024-01-16', 'B', 1, '2.50', '2.50', 'Cup', '1.00'],
    )
    const report = await shop.importText('orders.csv', content)
    // 10.00 + 3 x 2.50 + 2.50 + 5.00 + 2.50
    expect(report.totals.revenue).toBe('27.50')
    expect(repairs(report)).toEqual({
      quantity_told: [1, '1 quantity: ERROR -> 4'],
      total_told: [1, '2 line total: ERROR -> 7.5'],
      word_blanked: [1, '2 product name: ERROR -> '],
      cost_unused: [1, '2 unit cost: -1.00 -> '],
    })
  })

  it("are times in UTC that fall on another hour in the shop's zone", async () => {
    const content = csv(
      header,
      ['1', '2024-01-15T23:30:00Z', 'A', 1, '2.50'],
      ['2', '2024-01-16T10:00:00Z', 'A', 1, '2.50'],
    )
    const report = await shop.importText('orders.csv', content, { timeZone: 'Europe/Berlin' })
    expect(repairs(report)).toEqual({
      time_moved: [
        2,
        '1 order_date: 2024-01-15T23:30:00Z -> 2024-01-16 00:30:00',
        '2 order_date: 2024-01-16T10:00:00Z -> 2024-01-16 11:00:00',
      ],
    })
    const utc = await shop.importText('orders.csv', content, { dryRun: true, timeZone: 'UTC' })
    expect(Object.keys(repairs(utc))).toEqual(['time_moved'])
  })

  it('are lines that count on the day and for the customer of their order', async () => {
    const content = csv(
      [...header, 'customer_id'],
      ['1', '2024-01-15', 'A', 1, '2.50', 'c1'],
      ['1', '2024-01-16', 'B', 1, '2.50', 'c2'],
    )
    expect(repairs(await shop.importText('orders.csv', content))).toEqual({
      day_of_order: [1, '2 order_date: 2024-01-16 -> 2024-01-15'],
      customer_of_order: [1, '2 customer_id: c2 -> c1'],
    })
  })

  it('are prices from the list of products, and numbers that were rounded', async () => {
    const lines = csv(
      header,
      ['1', '2024-01-15', 'A', 2, ''],
      ['2', '2024-01-15', 'A', 1, '2.5012345'],
    )
    const products = csv(['product_id', 'sku', 'name', 'price'], ['A', 'A', 'Mug', '3.00'])
    const report = await shop.import([
      shop.file('orders.csv', lines),
      shop.file('products.csv', products),
    ])
    expect(repairs(report)).toEqual({
      number_rounded: [1, '2 unit_price: 2.5012345 -> 2.5012'],
      price_from_list: [1, '1 unit_price:  -> 3'],
    })
  })

  it('are ages that are none', async () => {
    const content = csv(['customer_id', 'name', 'age'], ['c1', 'Ada', 36], ['c2', 'Cy', 900])
    expect(repairs(await shop.importText('customers.csv', content))).toEqual({
      age_unused: [1, '2 age: 900 -> '],
    })
  })
})
