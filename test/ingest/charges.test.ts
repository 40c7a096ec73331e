import { describe, expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** What orders carry beside their goods: told apart, counted once, and compared with what the order states. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

type Row = readonly (string | number)[]

async function charges(): Promise<string[]> {
  const rows = await shop.query(
    `SELECT concat_ws(' ', order_number, kind, amount::DECIMAL(18,2), order_charges_fact.order_date) AS charge
     FROM order_charges_fact JOIN orders ON orders.order_id = order_charges_fact.order_id ORDER BY charge`,
  )
  return rows.map(({ charge }) => String(charge))
}

async function told(header: Row, ...rows: readonly Row[]) {
  const report = await shop.importText('orders.csv', csv(header, ...rows))
  const said = new Map(report.warnings.map(({ code, text }) => [code, text]))
  return { report, said, codes: [...said.keys()] }
}

const header = ['order number', 'order date', 'product', 'quantity', 'unit price']

describe('charges', () => {
  it('of an order that stand on all of its lines count once, those of lines add up', async () => {
    const { report, codes } = await told(
      [...header, 'shipping cost', 'tax', 'tip', 'order total'],
      ['1', '2025-01-01', 'Cup', 2, '5.00', '4.90', '1.90', '0', '21.80'],
      ['1', '2025-01-01', 'Pot', 1, '3.00', '4.90', '0.57', '0', '21.80'],
      ['1', '2025-01-01', 'Pan', 1, '1.00', '4.90', '0.43', '0', '21.80'],
      ['2', '2025-01-02', 'Pan', 1, '9.00', '0', '1.71', '2.00', '12.71'],
    )
    expect(await charges()).toEqual([
      '1 shipping 4.90 2025-01-01',
      '1 tax 2.90 2025-01-01',
      '2 tax 1.71 2025-01-02',
      '2 tip 2.00 2025-01-02',
    ])
    expect(report.totals.revenue).toBe('23.00')
    expect(codes).not.toContain('order_total_differs')
    expect(codes).not.toContain('tax_untold')
  })

  it('that stand on the first row of an order only are the order’s', async () => {
    await told(
      [...header, 'Versandkosten'],
      ['1', '2025-01-01', 'Cup', 2, '5.00', '4.90'],
      ['1', '2025-01-01', 'Pot', 1, '3.00', ''],
      ['2', '2025-01-02', 'Pot', 1, '3.00', '5.90'],
    )
    expect(await charges()).toEqual(['1 shipping 4.90 2025-01-01', '2 shipping 5.90 2025-01-02'])
  })

  it('are none where a column holds a rate, a method or what is not read', async () => {
    const { said } = await told(
      [...header, 'tax', 'shipping method', 'delivery fee'],
      ['1', '2025-01-01', 'Cup', 2, '5.00', '19', '1', '4.90'],
      ['2', '2025-01-01', 'Pot', 1, '3.00', '19', '2', 'free'],
      ['3', '2025-01-02', 'Pan', 1, '9.00', '19', '1', '4.90'],
      ['4', '2025-01-02', 'Pan', 3, '7.00', '7', '1', '4.90'],
      ['5', '2025-01-02', 'Pan', 3, '8.00', '7', '1', '4.90'],
      ['6', '2025-01-02', 'Pan', 3, '8.50', '7', '1', '4.90'],
      ['7', '2025-01-02', 'Pan', 3, '8.60', '7', '1', '4.90'],
      ['8', '2025-01-02', 'Pan', 3, '8.70', '7', '1', '4.90'],
      ['9', '2025-01-02', 'Pan', 3, '8.80', '7', '1', '4.90'],
      ['10', '2025-01-02', 'Pan', 3, '8.90', '7', '1', '4.90'],
    )
    expect((await charges()).map((charge) => charge.split(' ')[1])).toEqual(
      Array.from({ length: 9 }, () => 'shipping'),
    )
    expect(said.get('charges_unread')).toMatch(/^1 /)
    expect(said.get('ignored_columns')).toMatch(/^"tax"/)
  })
})

describe('totals of orders', () => {
  it('tell whether a discount of the order is on its lines already', async () => {
    const { report, codes } = await told(
      [...header, 'order discount', 'shipping', 'grand total'],
      ['1', '2025-01-01', 'Cup', 2, '5.00', '3.00', '4.00', '14.00'],
      ['1', '2025-01-01', 'Pot', 1, '3.00', '3.00', '4.00', '14.00'],
      ['2', '2025-01-02', 'Pan', 1, '9.00', '1.00', '4.00', '13.00'],
    )
    // Order 1: 13.00 - 3.00 + 4.00 = 14.00. Order 2: 9.00 + 4.00 = 13.00, so its discount is on the line.
    expect(report.totals.revenue).toBe('19.00')
    expect(codes).not.toContain('order_total_differs')
    const lines = await shop.query(
      `SELECT concat_ws(' ', product_name, total_price::DECIMAL(18,2), gross_price::DECIMAL(18,2)) AS line
       FROM sales_fact JOIN products ON products.product_id = sales_fact.product_id ORDER BY line`,
    )
    // 3.00 spread over 10.00 and 3.00: 2.3077 and 0.6923.
    expect(lines.map(({ line }) => line)).toEqual([
      'Cup 7.69 10.00',
      'Pan 9.00 9.00',
      'Pot 2.31 3.00',
    ])
  })

  it('say where a discount is more than the goods cost', async () => {
    const { report, said } = await told(
      [...header, 'order discount'],
      ['1', '2025-01-01', 'Cup', 2, '10.00', '25.00'],
      ['2', '2025-01-02', 'Pot', 1, '20.00', '5.00'],
      ['3', '2025-01-02', 'Pot', 1, '20.00', '20.00'],
    )
    expect(said.get('discount_beyond_goods')).toMatch(/^1 order states a discount of more/)
    expect(report.totals.revenue).toBe('35.00')
  })

  it('take the discount off where tax happens to be as much', async () => {
    const { report } = await told(
      [...header, 'order discount', 'tax', 'grand total'],
      ['1', '2025-01-01', 'Cup', 2, '50.00', '10.00', '10.00', '100.00'],
    )
    expect(report.totals.revenue).toBe('90.00')
  })

  it('that nothing explains are reported, with the difference', async () => {
    const { said, report } = await told(
      [...header, 'shipping', 'order total'],
      ['1', '2025-01-01', 'Cup', 2, '5.00', '4.00', '14.00'],
      ['2', '2025-01-02', 'Pan', 1, '9.00', '4.00', '11.50'],
      ['3', '2025-01-02', 'Pan', 1, '9.00', '4.00', '12.00'],
    )
    expect(report.totals.revenue).toBe('28.00')
    expect(said.get('order_total_differs')).toBe(
      '2 orders state a total that lines and charges do not come to: together it is 2.50 less. The lines count.',
    )
  })

  it('tell that prices include tax', async () => {
    const { said, report } = await told(
      [...header, 'vat', 'shipping', 'order total'],
      ['1', '2025-01-01', 'Cup', 2, '6.00', '2.00', '4.00', '16.00'],
      ['2', '2025-01-02', 'Pan', 1, '9.00', '1.50', '4.00', '13.00'],
    )
    expect(report.totals.revenue).toBe('21.00')
    expect(said.get('tax_in_revenue')).toBe(
      '2 orders show by the total that prices include tax: revenue includes 3.50 of it.',
    )
  })
})

describe('tax', () => {
  it('that is in the totals of lines, as their parts show, is no revenue', async () => {
    const { report, said } = await told(
      [...header, 'vat amount', 'line total'],
      ['1', '2025-01-01', 'Cup', 2, '5.00', '2.00', '12.00'],
      ['2', '2025-01-02', 'Pan', 1, '9.00', '1.80', '10.80'],
      ['3', '2025-01-02', 'Pot', 3, '4.00', '2.40', '14.40'],
    )
    expect(report.totals.revenue).toBe('31.00')
    expect(said.get('tax_taken_off')).toMatch(/"vat amount"/)
    expect(await charges()).toEqual([
      '1 tax 2.00 2025-01-01',
      '2 tax 1.80 2025-01-02',
      '3 tax 2.40 2025-01-02',
    ])
    expect(await shop.value('SELECT sum(gross_price - total_price)::DOUBLE FROM sales_fact')).toBe(
      0,
    )
  })
})

describe('charges of orders that are known', () => {
  const wide = [...header, 'status', 'shipping', 'tax']
  const first: Row[] = [
    ['1', '2025-01-01', 'Cup', 2, '5.00', 'paid', '4.00', '1.90'],
    ['2', '2025-01-02', 'Pan', 1, '9.00', 'paid', '4.00', '1.71'],
  ]

  it('change nothing when they come again', async () => {
    await told(wide, ...first)
    const { report } = await told(wide, ...first)
    expect(report.state).toBe('unchanged')
    expect(await charges()).toHaveLength(4)
  })

  it('are replaced kind by kind, and stay where an export does not state them', async () => {
    await told(wide, ...first)
    const { report } = await told(
      [...header, 'status', 'shipping'],
      ['1', '2025-01-03', 'Cup', 2, '5.00', 'paid', '6.00'],
      ['2', '2025-01-02', 'Pan', 1, '9.00', 'paid', '0.00'],
    )
    expect(report.state).toBe('committed')
    expect(await charges()).toEqual([
      '1 shipping 6.00 2025-01-03',
      '1 tax 1.90 2025-01-03',
      '2 tax 1.71 2025-01-02',
    ])
  })

  it('go with an order that is cancelled', async () => {
    await told(wide, ...first)
    await told(wide, ['1', '2025-01-01', 'Cup', 2, '5.00', 'cancelled', '4.00', '1.90'])
    expect(await charges()).toEqual(['2 shipping 4.00 2025-01-02', '2 tax 1.71 2025-01-02'])
  })

  it('count once where exports of one import overlap', async () => {
    await shop.import([
      shop.file('a.csv', csv(wide, ...first)),
      shop.file('b.csv', csv(wide, ...first.slice(1))),
    ])
    expect(await charges()).toHaveLength(4)
    expect(await shop.value('SELECT sum(amount)::DOUBLE FROM order_charges_fact')).toBe(11.61)
  })
})

describe('refunds of parts', () => {
  it('are taken off the line that states them, and no more than was paid for it', async () => {
    const { report } = await told(
      [...header, 'refund amount'],
      ['1', '2025-01-01', 'Cup', 2, '5.00', '4.00'],
      ['1', '2025-01-01', 'Pot', 1, '3.00', '0'],
      ['2', '2025-01-02', 'Pan', 1, '9.00', '11.50'],
    )
    expect(report.totals).toMatchObject({ revenue: '22.00', returns: '13.00' })
  })

  it('of an order are spread over its lines, without their share of tax and shipping', async () => {
    const { report, said } = await told(
      [...header, 'shipping', 'tax', 'order total', 'refunded amount'],
      ['1', '2025-01-01', 'Cup', 2, '15.00', '5.00', '5.00', '50.00', '10.00'],
      ['1', '2025-01-01', 'Pot', 1, '10.00', '5.00', '5.00', '50.00', '10.00'],
      ['2', '2025-01-02', 'Pan', 1, '9.00', '5.00', '1.00', '15.00', '15.00'],
      ['2', '2025-01-02', 'Lid', 1, '0.00', '5.00', '1.00', '15.00', '15.00'],
    )
    // 10.00 of 50.00, of which 40.00 were goods: 8.00. All of order 2: its 9.00 of goods.
    expect(report.totals).toMatchObject({ revenue: '49.00', returns: '17.00' })
    expect(said.get('refunds_spread')).toMatch(/17\.00 was taken off/)
    const rows = await shop.query(
      `SELECT concat(product_name, ' ', amount::DECIMAL(18,2)) AS line FROM returns_fact
       JOIN products ON products.product_id = returns_fact.product_id ORDER BY line`,
    )
    expect(rows.map(({ line }) => line)).toEqual(['Cup 6.00', 'Pan 9.00', 'Pot 2.00'])
  })
})

describe('charges of orders that are cut between files', () => {
  const wide = [...header, 'shipping']

  it('count once, also where no order of a file has several rows', async () => {
    await shop.import([
      shop.file(
        'a.csv',
        csv(
          wide,
          ['1', '2025-01-01', 'Cup', 2, '10.00', '4.00'],
          ['2', '2025-01-02', 'Hat', 1, '10.00', '5.00'],
        ),
      ),
      shop.file(
        'b.csv',
        csv(
          wide,
          ['2', '2025-01-02', 'Pot', 1, '5.00', '5.00'],
          ['3', '2025-01-02', 'Bag', 1, '30.00', '3.00'],
        ),
      ),
    ])
    expect(await charges()).toEqual([
      '1 shipping 4.00 2025-01-01',
      '2 shipping 5.00 2025-01-02',
      '3 shipping 3.00 2025-01-02',
    ])
  })

  it('are of lines where another file of the kind shows it', async () => {
    await shop.import([
      shop.file('a.csv', csv(wide, ['1', '2025-01-01', 'Cup', 2, '10.00', '4.00'])),
      shop.file(
        'b.csv',
        csv(
          wide,
          ['1', '2025-01-01', 'Pot', 1, '5.00', '5.00'],
          ['2', '2025-01-02', 'Bag', 1, '30.00', '3.00'],
          ['2', '2025-01-02', 'Hat', 1, '20.00', '2.00'],
        ),
      ),
    ])
    expect(await charges()).toEqual(['1 shipping 9.00 2025-01-01', '2 shipping 5.00 2025-01-02'])
  })

  it('that are the same on equal lines are the order’s where its total says so', async () => {
    const { codes } = await told(
      [...header, 'tax', 'order total'],
      ['1', '2025-01-01', 'Cup', 1, '10.00', '4.00', '24.00'],
      ['1', '2025-01-01', 'Pot', 1, '10.00', '4.00', '24.00'],
      ['2', '2025-01-02', 'Hat', 1, '5.00', '1.00', '6.00'],
    )
    expect(await charges()).toEqual(['1 tax 4.00 2025-01-01', '2 tax 1.00 2025-01-02'])
    expect(codes).not.toContain('order_total_differs')
    expect(codes).not.toContain('tax_untold')
  })
})
