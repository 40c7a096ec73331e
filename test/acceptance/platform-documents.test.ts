import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { importFiles } from '../../src/ingest/ingest.ts'
import type { ImportReport } from '../../src/model/import.ts'
import { shopForEachTest } from '../ingest/shop-for-each-test.ts'
import { csv, type TemporaryShop } from '../ingest/temporary-shop.ts'
import { shared, sharedData, skipReason } from './shared-data.ts'

/** What the APIs of platforms give as JSON, as it comes, held to sums made of the same files in plain code. */

if (sharedData === null) {
  describe('documents of platforms', () => {
    it.skip(skipReason)
  })
}

interface WooOrder {
  readonly id: number
  readonly status: string
  readonly line_items: readonly { readonly quantity: number; readonly total: string }[]
}
interface WooRefund {
  readonly amount: string
  readonly line_items: readonly { readonly total: string }[]
}

const read = (path: string): unknown => JSON.parse(readFileSync(shared(path), 'utf8'))

/** "12.30" as 1230: whole cents, so that nothing is rounded. */
const cents = (text: string) => Number(text.replace('.', ''))
const money = (sum: number) => `${Math.trunc(sum / 100)}.${String(sum % 100).padStart(2, '0')}`
const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)

describe.runIf(sharedData)('documents of platforms', () => {
  let shop: TemporaryShop
  shopForEachTest((opened) => {
    shop = opened
  })

  function imported(...paths: string[]): Promise<ImportReport> {
    return importFiles(shop.warehouse, {
      paths,
      now: () => new Date('2026-12-01T12:00:00Z'),
      workFolder: shop.workFolder,
      memoryLimit: '512MB',
    })
  }

  it.each(['orders_00', 'orders_01', 'orders_02', 'orders_03', 'orders_04'])(
    'WooCommerce, %s: lines without tax',
    async (name) => {
      const path = `woocommerce/json/${name}.json`
      const orders = [read(path)].flat() as WooOrder[]
      const lines = orders.flatMap(({ line_items }) => line_items)
      const report = await imported(shared(path))
      expect(report).toMatchObject({
        source: 'woocommerce',
        questions: [],
        rows: { in: lines.length, accepted: lines.length },
        totals: {
          revenue: money(sum(lines.map(({ total }) => cents(total)))),
          orders: orders.length,
          units: String(sum(lines.map(({ quantity }) => quantity))),
          currency: 'USD',
        },
      })
    },
  )

  it.each(['order-refunds_00', 'order-refunds_02'])(
    'WooCommerce, %s: what came back',
    async (name) => {
      const path = `woocommerce/json/${name}.json`
      const refunds = [read(path)].flat() as WooRefund[]
      const amounts = refunds.flatMap(({ amount, line_items }) =>
        line_items.length > 0 ? line_items.map(({ total }) => -cents(total)) : [cents(amount)],
      )
      const report = await imported(shared(path))
      expect(report.rows).toMatchObject({ in: amounts.length, accepted: amounts.length })
      expect(report.totals).toMatchObject({ revenue: '0.00', returns: money(sum(amounts)) })
    },
  )

  it('WooCommerce: orders and their refunds together', async () => {
    const report = await imported(
      shared('woocommerce/json/orders_02.json'),
      shared('woocommerce/json/order-refunds_02.json'),
    )
    // By hand: 6.00 + 12.00 + 9.00 + 20.00, less 10.00 of money alone and an album for 9.00.
    expect(report.totals).toMatchObject({ revenue: '47.00', returns: '19.00', net_sales: '28.00' })
    const link = `SELECT count(*)::INTEGER FROM returns_fact JOIN orders ON orders.order_id = returns_fact.order_id WHERE order_number = '723'`
    expect(await shop.value(link)).toBe(2)
  })

  it('WooCommerce: its sample of products', async () => {
    const report = await imported(shared('woocommerce/sample_products.csv'))
    expect(report.rows).toMatchObject({ in: 24, accepted: 24 })
    // Counted in the file: 24 SKUs, regular prices of 21 of them that sum up to 729, all with a category of their own or of their product.
    const found = await shop.query(
      `SELECT count(*)::INTEGER AS products, count(price)::INTEGER AS priced, sum(price)::DECIMAL(18,2)::VARCHAR AS prices,
         count(*) FILTER (category = 'Clothing > Hoodies')::INTEGER AS hoodies FROM products WHERE product_id <> 0`,
    )
    expect(found).toEqual([{ products: 24, priced: 21, prices: '729.00', hoodies: 9 }])
  })

  it('Shopify: an order counts as its own subtotal', async () => {
    const report = await imported(shared('shopify/api_fixtures/order.json'))
    // Three lines of 199.00; the order says that its goods are 398.00 after discounts.
    expect(report).toMatchObject({
      source: 'shopify',
      questions: [],
      rows: { in: 3, accepted: 3 },
      totals: { revenue: '398.00', orders: 1, units: '3', currency: 'USD' },
    })
    expect(report.period).toEqual({ from: '2008-01-10', to: '2008-01-10' })
  })

  it('Shopify: the lines of a refund are returns of their products', async () => {
    const refund = await imported(shared('shopify/api_fixtures/refund.json'))
    expect(refund.rows).toMatchObject({ in: 2, accepted: 2 })
    const skus = await shop.query(
      'SELECT product_key FROM returns_fact JOIN products ON products.product_id = returns_fact.product_id ORDER BY 1',
    )
    expect(skus.map(({ product_key }) => product_key)).toEqual(['IPOD2008BLACK', 'IPOD2008GREEN'])
  })

  it('Shopify: drafts are no orders', async () => {
    const drafts = await imported(shared('shopify/api_fixtures/draft_orders.json'))
    expect(drafts.rows).toMatchObject({ in: 2, accepted: 0, ignored: 2 })
  })

  it('Shopify: variants are products', async () => {
    const products = await imported(shared('shopify/api_fixtures/product.json'))
    expect(products.rows).toMatchObject({ in: 4, accepted: 4 })
    const prices = await shop.query(
      "SELECT product_key, price::DECIMAL(18,2)::VARCHAR AS price FROM products WHERE product_key LIKE 'IPOD%' ORDER BY 1",
    )
    expect(prices).toEqual(
      ['IPOD2008BLACK', 'IPOD2008GREEN', 'IPOD2008PINK', 'IPOD2008RED'].map((product_key) => ({
        product_key,
        price: '199.00',
      })),
    )
  })

  it('Shopify: the body of a webhook and the export of the same order are one order', async () => {
    const { order } = read('shopify/api_fixtures/order.json') as {
      order: { name: string; line_items: { name: string; sku: string; price: string }[] }
    }
    await imported(shop.file('webhook.json', JSON.stringify(order)))
    const header = [
      'Name',
      'Email',
      'Financial Status',
      'Currency',
      'Subtotal',
      'Created at',
      'Lineitem quantity',
      'Lineitem name',
      'Lineitem price',
      'Lineitem sku',
      'Billing Name',
      'Shipping Province',
      'Shipping Country',
    ]
    const day = '2008-01-10 11:00:00 -0500'
    const rows = order.line_items.map(({ name, sku, price }, index) =>
      index === 0
        ? [
            order.name,
            'bob.norman@hostmail.com',
            'authorized',
            'USD',
            '398.00',
            day,
            1,
            name,
            price,
            sku,
            'Bob Norman',
            'KY',
            'US',
          ]
        : [order.name, 'bob.norman@hostmail.com', '', '', '', day, 1, name, price, sku, '', '', ''],
    )
    const exported = await imported(shop.file('orders_export.csv', csv(header, ...rows)))
    expect(exported.questions).toEqual([])
    expect(exported.orders).toEqual({ new: 0, replaced: 0, unchanged: 1 })
    expect(
      await shop.value('SELECT sum(total_price)::DECIMAL(18,2)::VARCHAR FROM sales_fact'),
    ).toBe('398.00')
  })
})
