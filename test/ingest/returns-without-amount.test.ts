import { describe, expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** Returns that state no amount, before, with and after the orders that tell it. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

const sales = csv(
  ['order_id', 'customer_id', 'product_id', 'quantity', 'unit_price', 'total_price', 'order_date'],
  ['o1', 'k1', 'p1', 2, '10.00', '18.00', '2024-01-01'],
  ['o1', 'k1', 'p1', 1, '10.00', '10.00', '2024-01-01'],
  ['o2', 'k2', 'p1', 1, '10.00', '10.00', '2024-01-02'],
)
const header = ['return_id', 'order_id', 'customer_id', 'product_id', 'quantity', 'return_date']
const first = ['r1', 'o1', 'k1', 'p1', 1, '2024-02-01'] as const
const second = ['r2', 'o2', 'k2', 'p1', 1, '2024-02-03'] as const
const lost = ['r3', 'o9', 'k2', 'p1', 1, '2024-02-03'] as const

async function amounts() {
  const rows = await shop.query(
    'SELECT document_number, amount::VARCHAR AS amount FROM returns_fact ORDER BY document_number',
  )
  return Object.fromEntries(rows.map(({ document_number, amount }) => [document_number, amount]))
}

describe('returns without an amount', () => {
  it('keep the price of their order when their file comes again alone', async () => {
    const returns = shop.file('returns.csv', csv(header, first))
    await shop.import([shop.file('sales_fact.csv', sales), returns])
    // Of three pieces for 28.00 one came back.
    expect(await amounts()).toEqual({ r1: '9.3333' })
    expect((await shop.import(returns)).state).toBe('unchanged')
    expect(await amounts()).toEqual({ r1: '9.3333' })
  })

  it('take it of orders that came before them', async () => {
    await shop.import(shop.file('sales_fact.csv', sales))
    const report = await shop.import(shop.file('returns.csv', csv(header, first, second, lost)))
    expect(await amounts()).toEqual({ r1: '9.3333', r2: '10.0000', r3: null })
    expect(report.warnings.map(({ code }) => code)).toContain('returns_without_amount')
  })

  it('take it of orders that come after them', async () => {
    const returns = shop.file('returns.csv', csv(header, first, second, lost))
    await shop.import(returns)
    expect(await amounts()).toEqual({ r1: null, r2: null, r3: null })
    await shop.import(shop.file('sales_fact.csv', sales))
    expect(await amounts()).toEqual({ r1: '9.3333', r2: '10.0000', r3: null })
    expect((await shop.import(returns)).state).toBe('unchanged')
  })
})
