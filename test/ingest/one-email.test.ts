import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { csv, TemporaryShop } from './temporary-shop.ts'

/** Customers whose e-mails come in other imports than their orders. */

let shop: TemporaryShop
beforeEach(async () => {
  shop = await TemporaryShop.open()
})
afterEach(async () => {
  expect(await shop.warehouse.audit()).toEqual([])
  await shop.close()
})

type Row = readonly (string | number)[]
const orders = (...rows: readonly Row[]) =>
  csv(['order_id', 'customer_id', 'product_id', 'quantity', 'total_price', 'order_date'], ...rows)
const customers = (...rows: readonly Row[]) => csv(['customer_id', 'name', 'email', 'age'], ...rows)
const returns = (...rows: readonly Row[]) =>
  csv(
    ['return_id', 'order_id', 'customer_id', 'product_id', 'quantity', 'amount', 'return_date'],
    ...rows,
  )

const ofAnn = ['1', 'k1', 'p1', 1, '10.00', '2024-01-02'] as const
const ofBob = ['2', 'k2', 'p1', 1, '20.00', '2024-01-01'] as const
const family = customers(['k1', 'Ann', 'fam@example.com', 30], ['k2', 'Bob', 'FAM@example.com', 31])

let imported = 0
function load(...contents: readonly string[]) {
  imported += 1
  return shop.import(
    contents.map((content, index) =>
      shop.file(`${imported}/${content.split(',')[0]}-${index}.csv`, content),
    ),
  )
}

async function known() {
  const [facts] = await shop.query(
    `SELECT (SELECT sum(total_price) FROM sales_fact)::VARCHAR AS revenue,
       (SELECT count(DISTINCT customer_id) FROM sales_fact)::INTEGER AS buyers,
       (SELECT count(*) FROM customers WHERE customer_id <> 0)::INTEGER AS customers,
       (SELECT string_agg(customer_key, ' ' ORDER BY customer_key) FROM customer_keys) AS keys`,
  )
  return facts
}

describe('customers with one e-mail', () => {
  it('are one customer, in whatever order their orders and e-mails come', async () => {
    await load(orders(ofAnn, ofBob), family)
    const together = await known()
    expect(together).toEqual({ revenue: '30.0000', buyers: 1, customers: 1, keys: 'k1 k2' })
    await shop.close()
    shop = await TemporaryShop.open()
    await load(orders(ofAnn, ofBob), returns(['r1', '2', 'k2', 'p1', 1, '5.00', '2024-01-05']))
    expect(await known()).toMatchObject({ buyers: 2, customers: 2 })
    const report = await load(family)
    expect(report.warnings.find(({ code }) => code === 'customers_merged')?.text).toMatch(
      /^1 customer /,
    )
    expect(await known()).toEqual(together)
    const [one] = await shop.query(
      `SELECT name, age, first_order_date::VARCHAR AS first_day, (SELECT count(*) FROM returns_fact
         WHERE returns_fact.customer_id = customers.customer_id)::INTEGER AS returns FROM customers WHERE customer_id <> 0`,
    )
    expect(one).toEqual({ name: 'Bob', age: 31, first_day: '2024-01-01', returns: 1 })
    expect((await load(family)).state).toBe('unchanged')
    expect((await load(orders(ofAnn, ofBob))).state).toBe('unchanged')
  })

  it('take in a third one by that e-mail, whose order counts once', async () => {
    await load(orders(ofAnn, ofBob))
    await load(family)
    const ofCid = ['3', 'k3', 'p1', 1, '5.00', '2024-01-03'] as const
    await load(orders(ofCid), customers(['k3', 'Cid', 'fam@example.com', 9]))
    expect(await known()).toEqual({ revenue: '35.0000', buyers: 1, customers: 1, keys: 'k1 k2 k3' })
  })

  it('are found where one of them is new and the other known without it', async () => {
    await load(orders(ofBob))
    const report = await load(
      orders(ofAnn),
      customers(['k1', 'Ann', 'fam@example.com', 30], ['k2', 'Bob', 'fam@example.com', 31]),
    )
    expect(await known()).toEqual({ revenue: '30.0000', buyers: 1, customers: 1, keys: 'k1 k2' })
    expect(report.totals.revenue).toBe('10.00')
  })

  it('are not made of customers who have e-mails of their own, whatever is stated later', async () => {
    await load(
      orders(ofAnn, ofBob),
      customers(['k1', 'Ann', 'ann@example.com', 30], ['k2', 'Bob', 'bob@example.com', 31]),
    )
    const report = await load(customers(['k1', 'Anna', 'bob@example.com', 40]))
    expect(report.warnings.map(({ code }) => code)).not.toContain('customers_merged')
    expect(await known()).toMatchObject({ buyers: 2, customers: 2 })
    const rows = await shop.query(
      'SELECT name, email, age FROM customers WHERE customer_id <> 0 ORDER BY name',
    )
    expect(rows).toEqual([
      { name: 'Anna', email: 'ann@example.com', age: 40 },
      { name: 'Bob', email: 'bob@example.com', age: 31 },
    ])
  })
})
