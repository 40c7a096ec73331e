import { expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** Words that stand for a missing value are blank everywhere; elsewhere the same words are names. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

const header = ['order', 'date', 'product', 'quantity', 'unit price', 'customer']
const line = (order: string, ...rest: readonly (string | number)[]) => [order, ...rest]
const good = Array.from({ length: 8 }, (_, index) =>
  line(`A${index}`, '2024-01-15', 'MUG', 1, '2.00', 'c1'),
)

async function products(): Promise<string[]> {
  const rows = await shop.query(
    `SELECT product_key || ' ' || count(*) AS product FROM sales_fact
     JOIN products ON products.product_id = sales_fact.product_id GROUP BY product_key ORDER BY 1`,
  )
  return rows.map(({ product }) => String(product))
}

it('are told by the columns of numbers and dates that hold them', async () => {
  const text = csv(
    header,
    ...good,
    line('B1', '2024-01-15', 'ERROR', 1, '2.00', 'c1'),
    line('B2', '2024-01-15', 'MUG', 1, '2.00', 'ERROR'),
    line('B3', 'ERROR', 'MUG', 1, '2.00', 'c1'),
    line('B4', '2024-01-15', 'MUG', 'ERROR', '2.00', 'c1'),
  )
  const report = await shop.importText('sales.csv', text, { maxRejects: 1 })
  expect(report.rejectedBy).toEqual({ unreadable_date: 1, unreadable_quantity: 1 })
  expect(report.warnings.find(({ code }) => code === 'placeholders')?.text).toContain('"ERROR" in ')
  expect(await products()).toEqual(['MUG 9', 'Unknown 1'])
  const customers = 'SELECT count(*) FROM sales_fact WHERE customer_id = 0'
  expect(await shop.value(customers)).toBe('1')
})

it.each(['ERROR', 'N/A', 'null', 'None', 'undefined'])(
  'are names where no such column says otherwise: %s',
  async (name) => {
    const text = csv(
      header,
      ...good,
      line('B1', '2024-01-15', name, 1, '2.00', 'c1'),
      // One column alone may have a word of its own.
      line('B2', '2024-01-15', 'MUG', name, '2.00', 'c1'),
    )
    const report = await shop.importText('sales.csv', text, { maxRejects: 1 })
    expect(report.warnings.map(({ code }) => code)).not.toContain('placeholders')
    expect(await products()).toEqual(['MUG 8', `${name} 1`].sort())
  },
)
