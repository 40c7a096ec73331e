import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TemporaryShop } from '../temporary-shop.ts'
import { styled, workbookOf } from './workbook-of.ts'
import { zipOf } from './zip-of.ts'

let shop: TemporaryShop
beforeAll(async () => {
  shop = await TemporaryShop.open()
})
afterAll(() => shop.close())

const header = ['order number', 'order date', 'sku', 'product name', 'quantity', 'unit price']
const styles = ['yyyy-mm-dd', 'dd/mm/yyyy hh:mm', '0.0%', '00000', '#,##0.00 "€"']
const [day, moment, percent, padded, euros] = [1, 2, 3, 4, 5]

/** 5 January 2024 is day 45296 of a spreadsheet: 45292 is the first of that January. */
const january5 = 45296

describe('a workbook', () => {
  it('is read to the cent: dates, texts, numbers as the cells mean them', async () => {
    const content = workbookOf({
      styles,
      sheets: [
        {
          name: 'Orders',
          rows: [
            header,
            ['1001', styled(january5, day), '00042', 'Mug & "saucer" <1>', 2, 12.1],
            ['1001', styled(january5, day), styled(42, padded), 'Bowl', 1, styled(4.35, euros)],
            [1002, styled(january5 + 0.75, moment), 'C-1', 'Cup\nwide', 3, 0.1],
            [styled('1.2345678901234568E+17', 0), styled(january5 + 31, day), 'D', 'Dish', 1.234, 1000],
          ],
        },
      ],
    })
    const report = await shop.importText('orders.xlsx', content, { source: 'typed' })
    // 24.20 + 4.35 + 0.30 + 1234.00
    expect(report.totals).toMatchObject({ revenue: '1262.85', orders: 3, units: '7.234', currency: 'EUR' })
    expect(report.rows).toEqual({ in: 4, accepted: 4, rejected: 0, duplicate: 0, ignored: 0 })
    expect(report.period).toEqual({ from: '2024-01-05', to: '2024-02-05' })
    expect(report.files).toMatchObject([{ format: 'xlsx', encoding: 'binary', rows: 4 }])
    const lines = await shop.query(
      `SELECT order_number, sales_fact.order_date::VARCHAR AS day, order_hour, sku, product_name
       FROM sales_fact JOIN orders USING (order_id) JOIN products USING (product_id) ORDER BY total_price`,
    )
    expect(lines.map(({ sku }) => sku)).toEqual(['C-1', '00042', '00042', 'D'])
    expect(lines[0]).toMatchObject({ order_number: '1002', order_hour: 18, product_name: 'Cup\nwide' })
    expect(lines[2]).toMatchObject({ order_number: '1001', day: '2024-01-05' })
    expect(lines[3]).toMatchObject({ order_number: '123456789012345680', day: '2024-02-05' })
  })
})

describe('what is no workbook to read', () => {
  it('is refused in clear words', async () => {
    const document = zipOf({ name: '[Content_Types].xml', content: '' }, { name: 'word/document.xml', content: '<w/>' })
    expect(await shop.failure(shop.file('letter.xlsx', document))).toMatchObject({
      code: 'unreadable_format',
      details: { problem: 'it is a Word document' },
    })
  })
})

void percent
