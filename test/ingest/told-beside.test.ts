import { afterAll, beforeAll, expect, it } from 'vitest'
import { TemporaryShop } from './temporary-shop.ts'

/** Of several amounts of one line some are after what stands beside them: it is not taken off again. */

let shop: TemporaryShop
beforeAll(async () => {
  shop = await TemporaryShop.open()
})
afterAll(() => shop.close())

let count = 0
async function imported(text: string) {
  count += 1
  const report = await shop.importText(`${count}.csv`, text, { source: `beside ${count}` })
  expect(report.questions).toEqual([])
  const { revenue, returns } = report.totals
  const codes = report.warnings.map(({ code }) => code)
  return { figures: `${revenue} sold, ${returns} returned`, codes }
}

const parts = (lines: string) => lines.replaceAll(' / ', '\n')

it.each([
  [
    'money',
    'Order,Date,Product,Qty,List price,Discount,Price / 1,2024-05-13,Mug,1,12.00,2.00,10.00 / 2,2024-05-14,Cup,2,6.50,1.50,5.00 / 3,2024-05-14,Pot,1,20.00,0.25,19.75',
    '39.75',
  ],
  [
    'a share',
    'Bestellnummer;Datum;Artikel;Menge;UVP;Rabatt;Preis / 1;13.05.2024;Tasse;2;12,00;10%;10,80 / 2;14.05.2024;Napf;1;20,00;0%;20,00 / 3;14.05.2024;Krug;1;30,00;50%;15,00',
    '56.60',
  ],
])('a price that is a list price less the discount is after it: %s', async (_, text, revenue) => {
  expect((await imported(parts(text))).figures).toBe(`${revenue} sold, 0.00 returned`)
})

it('a discount beside other prices is yet to be taken off', async () => {
  const text =
    'Order,Date,Product,Qty,Purchase price,Discount,Price / 1,2024-05-13,Mug,2,6.00,1.37,10.80 / 2,2024-05-14,Cup,1,8.00,2.41,15.00'
  expect((await imported(parts(text))).figures).toBe('32.82 sold, 0.00 returned')
})

it.each([
  [
    'money',
    'Order,Date,Product,Qty,Price,Refund,Total / 1,2024-05-13,Mug,3,10,10,20 / 2,2024-05-14,Cup,2,5,0,10 / 3,2024-05-15,Pot,4,3,6,6',
    '52.00 sold, 16.00 returned',
  ],
  [
    'pieces',
    'Order,Date,Product,Qty,Returned qty,Price,Net total / 1,2024-05-13,Mug,3,1,10,20 / 2,2024-05-14,Cup,2,0,5,10 / 3,2024-05-15,Pot,4,2,3,6',
    '52.00 sold, 16.00 returned',
  ],
  [
    'a discount before it',
    'Order,Date,Product,Qty,Price,Discount,Refund,Total / 1,2024-05-13,Mug,3,10,3,10,17 / 2,2024-05-14,Cup,2,5,0,0,10 / 3,2024-05-15,Pot,4,3,0,6,6',
    '49.00 sold, 16.00 returned',
  ],
  [
    'a discount that the price is after',
    'Order,Date,Product,Qty,Price,Discount,Refund,Total / 1,2024-05-13,Mug,3,10,3,10,20 / 2,2024-05-14,Cup,2,5,2,0,10 / 3,2024-05-15,Pot,4,3,0,6,6',
    '52.00 sold, 16.00 returned',
  ],
  [
    'a gross total beside it',
    'Order,Date,Product,Qty,Gross sales,Discounts,Returns,Net sales / 1,2024-05-13,Mug,3,30,-2,-10,18 / 2,2024-05-14,Cup,2,10,0,0,10 / 3,2024-05-15,Pot,4,12,0,-6,6',
    '50.00 sold, 16.00 returned',
  ],
  [
    'all of it',
    'Order,Date,Product,Qty,Price,Status,Refund,Total / 1,2024-05-13,Mug,3,10,Refunded,30,0 / 2,2024-05-14,Cup,2,5,Paid,0,10',
    '40.00 sold, 30.00 returned',
  ],
])('refunds are not taken off a total after them again: %s', async (_, text, figures) => {
  expect(await imported(parts(text))).toMatchObject({
    figures,
    codes: expect.not.arrayContaining(['total_differs', 'charges_untold']),
  })
})

it('a coupon that line totals are less by is off them already', async () => {
  const text =
    'Order,Date,Product,Qty,Price,Discount,Coupon amount,Total / 1,2024-05-13,Mug,2,50,5,10,85 / 2,2024-05-14,Cup,1,150,0,0,150'
  const { figures, codes } = await imported(parts(text))
  expect(figures).toBe('235.00 sold, 0.00 returned')
  expect(codes).not.toContain('ignored_columns')
})

it('a total before refunds stays what was sold', async () => {
  const text =
    'Order,Date,Product,Qty,Price,Refund,Total / 1,2024-05-13,Mug,3,10,10,30 / 2,2024-05-14,Cup,2,5,0,10'
  expect((await imported(parts(text))).figures).toBe('40.00 sold, 10.00 returned')
})

it('says where nothing tells whether a net total is after its refunds', async () => {
  const text =
    'Order,Date,Product,Qty,Refund,Net sales / 1,2024-05-13,Mug,3,10,20 / 2,2024-05-14,Cup,2,0,10 / 3,2024-05-15,Pot,4,6,6'
  expect((await imported(parts(text))).codes).toContain('charges_untold')
})

it('a discount that the total of orders does not miss is off their goods already', async () => {
  const text =
    'Order,Date,Customer,Subtotal,Discount,Shipping,Total / 1,2024-05-01,Ann,20,2,5,25 / 2,2024-05-02,Bob,10,0,0,10 / 3,2024-05-02,Cy,10,1,5,15'
  expect((await imported(parts(text))).figures).toBe('40.00 sold, 0.00 returned')
})
