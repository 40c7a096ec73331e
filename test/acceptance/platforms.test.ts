import { describe, expect, it } from 'vitest'
import { importFiles } from '../../src/ingest/ingest.ts'
import type { ImportReport } from '../../src/model/import.ts'
import { shopForEachTest } from '../ingest/shop-for-each-test.ts'
import type { TemporaryShop } from '../ingest/temporary-shop.ts'
import { shared, sharedData, skipReason } from './shared-data.ts'

/** Exports under the real headers of platforms, as they come. */

if (sharedData === null) {
  describe('platforms', () => {
    it.skip(skipReason)
  })
}

describe.runIf(sharedData)('platforms', () => {
  let shop: TemporaryShop
  shopForEachTest((opened) => {
    shop = opened
  })

  function imported(path: string, answers: Record<string, string> = {}): Promise<ImportReport> {
    return importFiles(shop.warehouse, {
      paths: [shared(path)],
      now: () => new Date('2026-12-01T12:00:00Z'),
      workFolder: shop.workFolder,
      memoryLimit: '512MB',
      maxRejects: 1,
      answers,
    })
  }

  it('Amazon asks for the currency, and the answer leads to the figure', async () => {
    const path = 'platform_formats/amazon_all_orders.txt'
    const asked = await imported(path)
    expect(asked.questions.map(({ key }) => key)).toEqual(['currency'])
    const report = await imported(path, { currency: 'USD' })
    expect(report.totals).toMatchObject({
      revenue: '45.98',
      orders: 1,
      units: '3',
      currency: 'USD',
    })
    expect(await shop.value('SELECT sum(gross_price)::DOUBLE FROM sales_fact')).toBe(47.98)
  })

  it('WooCommerce counts without tax, less what came back', async () => {
    const report = await imported('platform_formats/woocommerce_advanced_order_export.csv')
    expect(report.questions).toEqual([])
    expect(report.totals).toMatchObject({
      revenue: '35.50',
      returns: '15.50',
      net_sales: '20.00',
      orders: 2,
    })
  })

  it('Stripe asks whether its payments double orders, and the answer leads to the figure', async () => {
    const path = 'platform_formats/stripe_payments.csv'
    const asked = await imported(path)
    expect(asked.questions.map(({ key }) => key)).toEqual(['payments'])
    const report = await imported(path, { payments: 'orders' })
    expect(report.totals).toMatchObject({
      revenue: '1375.50',
      returns: '108.10',
      orders: 3,
      currency: 'USD',
    })
  })

  it('eBay counts its lines and not what sums them up', async () => {
    const report = await imported('platform_formats/ebay_orders_report.csv')
    expect(report.totals).toMatchObject({ revenue: '3165.00', orders: 2, units: '3' })
  })

  it('the 92 tables of a Shopify warehouse count once, by what the orders state', async () => {
    const report = await imported('fivetran_shopify')
    expect(report.questions).toEqual([])
    // Subtotals of the three orders whose lines are there: 2.80, 4.40 and 2.80.
    expect(report.totals).toMatchObject({ revenue: '10.00', orders: 3, units: '4' })
  }, 180_000)

  it('Shopify counts its lines less the discounts of their orders', async () => {
    const report = await imported('shopify/orders_export_bdt_cod_synthetic.csv')
    expect(report.questions).toEqual([])
    expect(report.totals).toMatchObject({ revenue: '3000.00', orders: 2, currency: 'BDT' })
  })
})
