import { categoryOf } from './assortment-words.ts'
import type { Product } from './catalogue.ts'
import { growingRegion, regions } from './market.ts'
import type { Shop } from './orders.ts'
import type { SalesWritten } from './sales-files.ts'
import { stockAtEnd } from './stock.ts'
import type { DemoPatterns, NamedProduct } from './summary.ts'
import type { Workshop } from './workshop.ts'

/** Where the planted patterns are, with what became of them. */
export async function findPatterns(
  workshop: Workshop,
  found: { products: readonly Product[]; shop: Shop; sales: SalesWritten },
): Promise<DemoPatterns> {
  const { flashSale } = found.shop.calendar
  const stock = new Map(
    (await workshop.staging.rows(stockAtEnd)).map((row) => [
      Number(row.product_id),
      Number(row.stock),
    ]),
  )
  const named = ({ id, name }: Product): NamedProduct => ({ productId: id, productName: name })
  const planned = (plan: Product['plan']) => found.products.filter((one) => one.plan === plan)
  const stocked = (plan: Product['plan']) =>
    planned(plan).map((one) => ({ ...named(one), stock: stock.get(one.id) ?? 0 }))
  const dying = planned('dying')[0] as Product
  const out = planned('out')[0] as Product
  return {
    flashSale: {
      day: flashSale.from,
      category: categoryOf(flashSale.categories[0] ?? 0).name,
      percent: flashSale.percent,
    },
    dyingProduct: named(dying),
    growingRegion: {
      regionId: growingRegion,
      regionName: regions.find(({ id }) => id === growingRegion)?.name ?? '',
    },
    stockOut: { ...named(out), lastSaleDay: found.sales.lastSaleOf(out.id) },
    runningOut: stocked('running_out'),
    overstock: stocked('overstock'),
    boughtTogether: found.products.flatMap((product) => {
      const partner = found.products.find(({ id }) => id === product.partner)
      return partner ? [{ product: named(product), partner: named(partner) }] : []
    }),
  }
}
