import { describe, expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** Quantity x price less discount, against arithmetic on whole numbers. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

/** A decimal text times ten to the `places`, as a whole number. */
function scaled(text: string, places: number): bigint {
  const [whole = '', decimals = ''] = text.split('.')
  return BigInt(whole + decimals.padEnd(places, '0'))
}

/** Product to four decimals, half away from zero. */
function product(quantity: string, price: string): string {
  const exact = scaled(quantity, 10) * scaled(price, 10)
  const unit = 10n ** 16n
  const rounded = (exact + unit / 2n) / unit
  const text = rounded.toString().padStart(5, '0')
  return `${text.slice(0, -4)}.${text.slice(-4)}`
}

const everyday = [
  ['2', '9.99'],
  ['1.2345', '1000.00'],
  ['0.0625', '16'],
  ['0.0005', '123.4567'],
  ['99999.9999', '99999.9999'],
  ['100000', '99999.99'],
  ['3', '123456.7891'],
  ['1234567', '0.0101'],
  ['1', '9999999999.9999'],
  ['3', '33333333333333.3333'],
] as const
const fine = [
  ['1000', '1.12345'],
  ['1000000', '0.000001'],
  ['0.00512', '19.99'],
  ['250', '0.333333333'],
  ['12.345678', '87.654321'],
  ['1', '9999999.99'],
] as const

async function amounts() {
  const rows = await shop.query(
    'SELECT order_number, gross_price::VARCHAR AS gross FROM sales_fact JOIN orders USING (order_id) ORDER BY order_number::INTEGER',
  )
  return rows.map(({ gross }) => gross)
}

describe('amounts', () => {
  it.each([
    ['numbers of up to four decimals', everyday],
    ['finer numbers', [...everyday.slice(0, 4), ...fine]],
  ])('of %s are exact', async (_, pairs) => {
    const rows = pairs.map(([quantity, price], index) => [
      index + 1,
      '2024-01-01',
      'a',
      quantity,
      price,
    ])
    const report = await shop.import(
      shop.file('orders.csv', csv(['Order', 'Date', 'SKU', 'Quantity', 'Price'], ...rows)),
    )
    expect(report.rows).toMatchObject({ accepted: pairs.length, rejected: 0 })
    expect(await amounts()).toEqual(pairs.map(([quantity, price]) => product(quantity, price)))
  })

  it('less a rate of many decimals are exact', async () => {
    const rows = [
      [1, '2024-01-01', 'a', 1, '3000.00', '0.3333333'],
      [2, '2024-01-01', 'a', 2, '500.00', '0.1'],
      [3, '2024-01-01', 'a', 4, '25.00', '0.25'],
    ]
    const header = ['Order', 'Date', 'SKU', 'Quantity', 'Price', 'Discount Rate']
    await shop.import(shop.file('orders.csv', csv(header, ...rows)))
    const totals = await shop.query(
      'SELECT total_price::VARCHAR AS total FROM sales_fact JOIN orders USING (order_id) ORDER BY order_number',
    )
    expect(totals.map(({ total }) => total)).toEqual(['2000.0001', '900.0000', '75.0000'])
  })
})
