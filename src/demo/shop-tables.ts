import { buildAssortment, ringSize } from './assortment.ts'
import { categoryOf } from './assortment-words.ts'
import type { Promotion } from './calendar.ts'
import { type Product, priceBefore } from './catalogue.ts'
import { moments } from './day-rhythm.ts'
import { regionPickList } from './market.ts'
import type { Shop } from './orders.ts'
import { loadTable, type Workshop } from './workshop.ts'

/** The small tables that orders are drawn from. */
export async function loadShop(
  workshop: Workshop,
  shop: Shop,
  products: readonly Product[],
): Promise<void> {
  const { calendar } = shop
  await loadTable(workshop, 'days', {
    columns: {
      day: 'DATE',
      day_index: 'INTEGER',
      week: 'INTEGER',
      year: 'INTEGER',
      is_weekend: 'BOOLEAN',
      step: 'INTEGER',
      first_order: 'BIGINT',
      orders: 'BIGINT',
    },
    rows: calendar.days,
  })
  await loadTable(workshop, 'moments', {
    columns: { moment: 'BIGINT', starts: 'INTEGER', seconds: 'INTEGER' },
    rows: moments(),
  })
  await loadGoods(workshop, shop, products)
  await loadTable(workshop, 'promotions', {
    columns: promotionColumns,
    rows: promotionDays(shop),
  })
}

/** What does not change from day to day: where customers live, prices, and which product is drawn. */
export async function loadGoods(
  workshop: Workshop,
  shop: Shop,
  products: readonly Product[],
): Promise<void> {
  await loadTable(workshop, 'region_slots', {
    columns: { slot: 'BIGINT', region_id: 'INTEGER' },
    rows: regionPickList(),
  })
  await loadProducts(workshop, shop, products)
  await loadRing(workshop, shop, products)
}

/** `key` is day_index * 100 + category. */
export const promotionColumns = { key: 'BIGINT', percent: 'INTEGER', reach: 'INTEGER' } as const

async function loadProducts(
  workshop: Workshop,
  shop: Shop,
  products: readonly Product[],
): Promise<void> {
  await loadTable(workshop, 'prices', {
    columns: {
      key: 'BIGINT',
      price: 'BIGINT',
      cost: 'BIGINT',
      category: 'INTEGER',
      return_percent: 'INTEGER',
    },
    rows: products.flatMap((product) => pricesOf(product, shop)),
  })
  await loadTable(workshop, 'products', {
    columns: {
      product_id: 'BIGINT',
      sku: 'VARCHAR',
      name: 'VARCHAR',
      category: 'VARCHAR',
      price: 'BIGINT',
      cost: 'BIGINT',
      partner_id: 'BIGINT',
    },
    rows: products.map(({ id, partner, ...product }) => ({
      ...product,
      product_id: id,
      partner_id: partner,
      category: categoryOf(product.category).name,
    })),
  })
}

/** One row per calendar year of the period. */
function pricesOf(product: Product, shop: Shop): object[] {
  const firstYear = Number(shop.calendar.period.from.slice(0, 4))
  const lastYear = Number(shop.calendar.period.to.slice(0, 4))
  return Array.from({ length: lastYear - firstYear + 1 }, (_, year) => ({
    key: product.id * 100 + year,
    ...priceBefore(product, lastYear - firstYear - year),
    category: product.category,
    return_percent: returnPercent(product),
  }))
}

/** Of what runs out nothing comes back, so that what is left of it is known exactly. */
function returnPercent(product: Product): number {
  const isPlanned = product.plan === 'out' || product.plan === 'running_out'
  return isPlanned ? 0 : categoryOf(product.category).returnPercent
}

/** One row per day and category on sale. */
function promotionDays({ calendar }: Shop): object[] {
  return calendar.days.flatMap(({ day, day_index }) => {
    const running = calendar.promotions.filter(({ from, to }) => from <= day && day <= to)
    return promotionRows(day_index, running)
  })
}

/** Rows of table `promotions`: where some meet, the higher one holds. */
export function promotionRows(
  dayIndex: number,
  running: readonly Pick<Promotion, 'categories' | 'percent' | 'reach'>[],
): object[] {
  const best = new Map<number, { percent: number; reach: number }>()
  for (const { categories: onSale, percent, reach } of running) {
    for (const category of onSale) {
      const key = dayIndex * 100 + category
      if (percent > (best.get(key)?.percent ?? 0)) best.set(key, { percent, reach })
    }
  }
  return [...best].map(([key, value]) => ({ key, ...value }))
}

/** Table `ring`: the product on every slot of every step, and what is often bought with it. */
async function loadRing(
  workshop: Workshop,
  shop: Shop,
  products: readonly Product[],
): Promise<void> {
  await loadTable(workshop, 'runs', {
    columns: { step: 'BIGINT', product_id: 'BIGINT', first_slot: 'BIGINT', slots: 'BIGINT' },
    rows: buildAssortment(products, shop.calendar.steps),
  })
  await workshop.staging.run(`
    CREATE OR REPLACE TABLE ring AS
    SELECT step * ${ringSize(shop.products)} + unnest(range(first_slot, first_slot + slots)) AS place,
      product_id, partner_id
    FROM runs JOIN products USING (product_id)`)
}
