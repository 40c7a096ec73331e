import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TemporaryShop } from './temporary-shop.ts'

/** What lines and totals of orders add up to tells whose a total is, and what a discount takes off. */

let shop: TemporaryShop
beforeAll(async () => {
  shop = await TemporaryShop.open()
})
afterAll(() => shop.close())

let count = 0
async function figures(...texts: readonly string[]) {
  count += 1
  const source = `told ${count}`
  const names = texts.length > 1 ? ['orders', 'items'] : ['lines']
  const paths = texts.map((text, at) => shop.file(`${count}/${names[at]}.csv`, text))
  const report = await shop.import(paths, { source })
  const charged = await shop.query(
    `SELECT kind, sum(amount)::DECIMAL(18,2)::VARCHAR AS amount FROM order_charges_fact
     WHERE order_id IN (SELECT order_id FROM orders WHERE source = '${source}') GROUP BY kind ORDER BY kind`,
  )
  return {
    asked: report.questions.map(({ key }) => key),
    revenue: report.totals.revenue,
    returns: report.totals.returns,
    charges: charged.map(({ kind, amount }) => `${kind} ${amount}`).join(', '),
    codes: report.warnings.map(({ code }) => code),
  }
}

interface Told {
  readonly texts: readonly string[]
  readonly revenue: string
  readonly returns?: string
  readonly charges?: string
  readonly silent?: boolean
}

/** With what their orders come to on each of them: goods, discount, total. */
const ordersOnLines = `1,2025-01-05,Mug,2,10.00,25.00,5.00,20.00
1,2025-01-05,Plate,1,5.00,25.00,5.00,20.00
2,2025-01-16,Mug,1,10.00,10.00,0.00,10.00
3,2025-01-27,Bowl,1,8.00,18.00,1.80,16.20
3,2025-01-27,Mug,1,10.00,18.00,1.80,16.20`

const cases: Readonly<Record<string, Told>> = {
  'blank discounts beside percentages': {
    texts: [
      `order_id,date,product,qty,price,discount_percent
1,2025-02-01,Mug,2,10.00,10
1,2025-02-01,Plate,1,20.00,0
2,2025-02-15,Mug,1,10.00,5
3,2025-02-28,Bowl,4,7.50,
2,2025-02-16,Mug,-1,10.00,`,
    ],
    revenue: '77.50',
    returns: '10.00',
  },
  'a discount as much as the tax on what is left': {
    texts: [
      `order,date,product,qty,price,discount,tax,total
1,2025-02-01,Mug,2,10.00,2.00,2.00,20.00
2,2025-02-15,Plate,1,10.00,1.00,1.00,10.00
3,2025-02-28,Bowl,1,10.00,1.00,1.00,10.00`,
    ],
    revenue: '36.00',
    charges: 'tax 4.00',
    silent: false,
  },
  'a discount on what came back': {
    texts: [
      `Order,Date,Product,Qty,Price,Discount amount
1,2025-01-05,Mug,2,10.00,4.00
2,2025-01-16,Plate,1,5.00,0.00
1,2025-01-20,Mug,-1,10.00,2.00
3,2025-01-27,Mug,1,10.00,0.00`,
    ],
    revenue: '31.00',
    returns: '8.00',
  },
  'subtotal, discount and total of the order beside a price': {
    texts: [
      `Order,Date,Product,Qty,Price,Order subtotal,Order discount,Order total\n${ordersOnLines}`,
    ],
    revenue: '46.20',
    silent: true,
  },
  'the same without saying whose they are': {
    texts: [`Order,Date,Product,Qty,Price,Subtotal,Discount,Total\n${ordersOnLines}`],
    revenue: '46.20',
    silent: true,
  },
  'a subtotal before the discount in a table of orders': {
    texts: [
      `order_no,order_date,subtotal,discount,shipping,total
1,2025-01-05,25.00,5.00,4.00,24.00
2,2025-01-16,10.00,0.00,4.00,14.00
3,2025-01-27,20.00,2.00,4.00,22.00`,
      `order_no,product,quantity,unit_price
1,Mug,2,10.00
1,Plate,1,5.00
2,Mug,1,10.00
3,Plate,4,5.00`,
    ],
    revenue: '48.00',
    charges: 'shipping 12.00',
    silent: true,
  },
  'the total of the only order of several lines': {
    texts: [
      `Order;Date;Product;Qty;Unit price;Discount;Shipping;Total
B1;2025-01-03;Mug;2;12.50;-2.50;4.90;42.40
B1;2025-01-03;Plate;1;15.00;0.00;4.90;42.40
B2;2025-01-04;Mug;1;12.50;-1.25;4.90;16.15
B3;2025-01-25;Pot;1;45.00;0.00;0.00;45.00`,
    ],
    revenue: '93.75',
    charges: 'shipping 9.80',
    silent: true,
  },
  'the total of the only order of the file': {
    texts: [
      `Order,Date,Product,Qty,Price,Shipping,Total
1,2025-01-03,Mug,2,12.50,4.90,44.90
1,2025-01-03,Plate,1,15.00,4.90,44.90`,
    ],
    revenue: '40.00',
    charges: 'shipping 4.90',
    silent: true,
  },
  'a percentage in a table of orders': {
    texts: [
      `order_no,order_date,discount_pct
1,2025-01-05,10
2,2025-01-16,0
3,2025-01-27,5`,
      `order_no,product,quantity,unit_price
1,Mug,2,10.00
1,Plate,1,5.00
2,Mug,1,10.00
3,Plate,4,5.00`,
    ],
    revenue: '51.50',
  },
  'an amount that repeats on the lines of orders': {
    texts: [
      `Order,Date,Product,Qty,Price,Discount amount
1,2025-01-05,Mug,2,10.00,3.35
1,2025-01-05,Plate,1,5.00,3.35
2,2025-01-16,Mug,1,10.00,0.00
3,2025-01-27,Bowl,1,8.00,1.85
3,2025-01-27,Mug,1,10.00,1.85`,
    ],
    revenue: '47.80',
  },
  'a discount of the order that its total tells': {
    texts: [
      `Order,Date,Item,Qty,Price,Discount,Order Total
1,2025-02-01,Mug,2,10.00,5.00,35.00
1,2025-02-01,Plate,1,20.00,5.00,35.00
2,2025-02-15,Mug,1,10.00,0.00,10.00
3,2025-02-28,Bowl,4,7.50,3.00,37.00
3,2025-02-28,Mug,1,10.00,3.00,37.00`,
    ],
    revenue: '82.00',
    silent: true,
  },
  'a discount of lines that the totals tell': {
    texts: [
      `Ordine;Data;Articolo;Quantità;Prezzo;Sconto;Spedizione;Totale
1;05/01/2025;Tazza;2;10,00;2,00;3,50;21,50
2;15/01/2025;Piatto;1;15,00;0,00;3,50;18,50
3;25/01/2025;Tazza;1;10,00;1,00;3,50;12,50`,
    ],
    revenue: '42.00',
    charges: 'shipping 10.50',
    silent: true,
  },
  'a discount of lines that a table of orders tells': {
    texts: [
      `Order ID,Order Date,Customer,Status,Shipping,Total
A-1,2025-01-01,Ann,paid,5.00,71.00
A-2,2025-01-06,Bob,paid,0.00,60.00
A-4,2025-02-11,Cy,paid,5.00,45.00`,
      `Order ID,Product,Qty,Unit Price,Discount
A-1,Mug,2,20.00,4.00
A-1,Bowl,1,30.00,0.00
A-2,Mug,3,20.00,0.00
A-4,Tray,4,12.50,10.00`,
    ],
    revenue: '166.00',
    charges: 'shipping 10.00',
    silent: true,
  },
  'prices that are after the discount': {
    texts: [
      `Order,Date,Product,Qty,Price,Discount amount,Order total
1,2025-01-05,Mug,2,9.00,2.00,23.00
1,2025-01-05,Plate,1,5.00,0.00,23.00
2,2025-01-16,Mug,1,9.00,1.00,9.00
3,2025-01-27,Bowl,1,8.00,0.00,8.00`,
    ],
    revenue: '40.00',
    silent: true,
  },
  'a percentage that only the sign in its header tells': {
    texts: [
      `order_id,date,product,qty,price,Discount %
1,2025-02-01,Mug,2,10.00,10
1,2025-02-01,Plate,1,20.00,0
2,2025-02-15,Mug,1,10.00,5
3,2025-02-28,Bowl,4,7.50,20`,
    ],
    revenue: '71.50',
  },
  'totals with charges, one of ten wrong by itself': {
    texts: [
      `Order,Date,Product,Qty,Unit Price,Shipping,Total\n${Array.from({ length: 10 }, (_, at) => {
        const quantity = 1 + (at % 3)
        const total = at === 5 ? 31 : quantity * 10 + 4
        return `${at},2025-03-${10 + at},P${at % 3},${quantity},10.00,4.00,${total}.00`
      }).join('\n')}`,
    ],
    revenue: '190.00',
    charges: 'shipping 40.00',
  },
  'two taxes in the total of a line': {
    texts: [
      `Order,Date,Product,Qty,Price,GST,PST,Total
1,2025-01-03,Mug,2,10.00,1.00,1.40,22.40
2,2025-01-14,Book,1,15.00,0.75,1.05,16.80
3,2025-01-25,Mug,1,10.00,0.50,0.70,11.20`,
    ],
    revenue: '45.00',
    charges: 'tax 5.40',
  },
  'the tax of an order on each of its lines': {
    texts: [
      `Order,Date,Product,Qty,Unit Price,Line Total,Tax,Shipping,Order Total
1,2025-03-01,Mug,2,10.00,20.00,9.50,4.00,63.50
1,2025-03-01,Plate,1,12.00,12.00,9.50,4.00,63.50
1,2025-03-01,Bowl,1,18.00,18.00,9.50,4.00,63.50
2,2025-03-12,Mug,3,10.00,30.00,5.70,4.00,39.70
3,2025-03-23,Bowl,1,18.00,18.00,3.42,4.00,25.42`,
    ],
    revenue: '98.00',
    charges: 'shipping 12.00, tax 18.62',
    silent: true,
  },
  'totals of lines with what is charged for each': {
    texts: [
      `Order,Date,Product,Qty,Price,Shipping,Total
1,2025-01-03,Mug,2,10.00,2.00,22.00
1,2025-01-03,Book,1,15.00,1.50,16.50
2,2025-01-25,Mug,1,10.00,2.00,12.00`,
    ],
    revenue: '45.00',
    charges: 'shipping 5.50',
    silent: true,
  },
}

const doubts = ['order_total_differs', 'order_sum_differs', 'total_differs']

describe('sums that fit tell', () => {
  it.each(Object.entries(cases))('%s', async (_, { texts, silent, ...expected }) => {
    const { codes, ...found } = await figures(...texts)
    expect(found).toMatchObject({ asked: [], ...expected })
    if (silent) expect(codes.filter((code) => doubts.includes(code))).toEqual([])
  })
})
