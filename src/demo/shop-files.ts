import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildAssortment, ringSize } from './assortment.ts'
import { type Category, categories } from './assortment-words.ts'
import { buildCalendar } from './calendar.ts'
import { buildCatalogue, catalogueSize, type Product, priceBefore } from './catalogue.ts'
import { createChance } from './chance.ts'
import { customerCount, customerIdBase, customersSelect, loadNames } from './customers.ts'
import { moments } from './day-rhythm.ts'
import { type Fault, spreadPlantings, writePlanted } from './faults.ts'
import { growingRegion, regionPickList, regions } from './market.ts'
import { customerColumns, customerFaults, productColumns, productFaults } from './planted-faults.ts'
import type { Shop } from './sales.ts'
import { type SalesWritten, writeSales } from './sales-files.ts'
import { loadStockPlans, makeStockLevels, stockAtEnd, stockSelect } from './stock.ts'
import type { DemoContent, DemoPatterns, DemoStep, NamedProduct } from './summary.ts'
import {
  type DemoFile,
  datesSelect,
  loadTable,
  money,
  type Workshop,
  writeTable,
} from './workshop.ts'

/** The realistic shop: everything that is sold, to whom, what came back and what is left. */

export interface ShopOptions {
  readonly orders: number
  readonly years: number
  readonly until: string
  readonly seed: number
  readonly dirty: boolean
  readonly ordersPerChunk: number
  readonly ordersPerFile: number
  readonly onProgress: (step: DemoStep, done: number) => void
}

/** Products and customers with their faults: each this often. */
const copies = 2

export async function writeShopFiles(
  workshop: Workshop,
  options: ShopOptions,
): Promise<DemoContent> {
  const { onProgress } = options
  const chance = createChance(options.seed)
  const calendar = buildCalendar(chance, options)
  const products = buildCatalogue(chance, catalogueSize(options.orders))
  const shop: Shop = {
    chance,
    calendar,
    orders: options.orders,
    customers: customerCount(options.orders),
    products: products.length,
  }
  onProgress('catalogue', 0)
  await loadShop(workshop, shop, products)
  await loadStockPlans(workshop, chance, products)
  onProgress('orders', 0.02)
  const sales = await writeSales(workshop, shop, {
    ...options,
    onProgress: (done) => onProgress('orders', 0.02 + 0.83 * done),
  })
  onProgress('stock', 0.85)
  await makeStockLevels(workshop, calendar)
  const stock = await writeTable(workshop, 'stock', stockSelect(calendar))
  const returns = await writeTable(workshop, 'returns', returnsSelect)
  onProgress('customers', 0.9)
  const written = await writeDimensions(workshop, shop, options)
  onProgress('finishing', 0.99)
  const faults = [...sales.faults, ...written.faults]
  if (options.dirty) await writeFaultList(workshop, faults)
  return {
    files: [...sales.files, ...written.files, returns, stock],
    period: calendar.period,
    totals: { ...sales.totals, customers: shop.customers, products: products.length },
    patterns: await findPatterns(workshop, { products, shop, sales }),
    faults: faults.length,
  }
}

export const faultList = 'faults.json'

async function writeFaultList(workshop: Workshop, faults: readonly Fault[]): Promise<void> {
  await writeFile(join(workshop.folder, faultList), `${JSON.stringify(faults, null, 2)}\n`)
}

/** The small tables that orders are drawn from. */
async function loadShop(
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
  await loadTable(workshop, 'region_slots', {
    columns: { slot: 'BIGINT', region_id: 'INTEGER' },
    rows: regionPickList(),
  })
  await loadProducts(workshop, shop, products)
  await loadRing(workshop, shop, products)
}

async function loadProducts(
  workshop: Workshop,
  shop: Shop,
  products: readonly Product[],
): Promise<void> {
  const firstYear = Number(shop.calendar.period.from.slice(0, 4))
  const lastYear = Number(shop.calendar.period.to.slice(0, 4))
  const years = Array.from({ length: lastYear - firstYear + 1 }, (_, index) => index)
  await loadTable(workshop, 'prices', {
    columns: {
      key: 'BIGINT',
      price: 'BIGINT',
      cost: 'BIGINT',
      category: 'INTEGER',
      return_percent: 'INTEGER',
    },
    rows: products.flatMap((product) =>
      years.map((year) => ({
        key: product.id * 100 + year,
        ...priceBefore(product, lastYear - firstYear - year),
        category: product.category,
        return_percent: returnPercent(product),
      })),
    ),
  })
  await loadTable(workshop, 'promotions', {
    columns: { key: 'BIGINT', percent: 'INTEGER', reach: 'INTEGER' },
    rows: promotionDays(shop),
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

/** Of what runs out nothing comes back, so that what is left of it is known exactly. */
function returnPercent(product: Product): number {
  const isPlanned = product.plan === 'out' || product.plan === 'running_out'
  return isPlanned ? 0 : categoryOf(product.category).returnPercent
}

function categoryOf(index: number): Category {
  return categories[index] as Category
}

/** One row per day and category on sale; where promotions meet, the higher one holds. */
function promotionDays(shop: Shop): object[] {
  const best = new Map<number, { percent: number; reach: number }>()
  for (const { day, day_index } of shop.calendar.days) {
    for (const { from, to, categories: onSale, percent, reach } of shop.calendar.promotions) {
      if (day < from || day > to) continue
      for (const category of onSale) {
        const key = day_index * 100 + category
        if (percent > (best.get(key)?.percent ?? 0)) best.set(key, { percent, reach })
      }
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
    rows: buildAssortment(products, shop.calendar),
  })
  await workshop.staging.run(`
    CREATE OR REPLACE TABLE ring AS
    SELECT step * ${ringSize(shop.products)} + unnest(range(first_slot, first_slot + slots)) AS place,
      product_id, partner_id
    FROM runs JOIN products USING (product_id)`)
}

async function writeDimensions(
  workshop: Workshop,
  shop: Shop,
  options: ShopOptions,
): Promise<{ files: DemoFile[]; faults: Fault[] }> {
  await loadNames(workshop, options.seed)
  await loadTable(workshop, 'regions', {
    columns: { id: 'INTEGER', name: 'VARCHAR', country: 'VARCHAR' },
    rows: regions,
  })
  const customers = customersSelect(shop.chance, {
    from: 1,
    to: shop.customers,
    customers: shop.customers,
  })
  const regionFile = await writeTable(
    workshop,
    'regions',
    `SELECT id AS RegionID, name AS RegionName, country AS Country, 'country' AS Level
     FROM regions ORDER BY id`,
  )
  const dates = await writeTable(workshop, 'dates', datesSelect)
  if (!options.dirty) {
    return {
      files: [
        await writeTable(workshop, 'customers', customers),
        await writeTable(workshop, 'products', productsSelect),
        regionFile,
        dates,
      ],
      faults: [],
    }
  }
  const dirty = await writeDirtyDimensions(workshop, shop, customers)
  return { files: [...dirty.files, regionFile, dates], faults: dirty.faults }
}

async function writeDirtyDimensions(workshop: Workshop, shop: Shop, customers: string) {
  const fits = ({ csvOnly }: { csvOnly?: true }) => workshop.format === 'csv' || !csvOnly
  const [first] = await workshop.staging.rows('SELECT min(product_id) AS id FROM products')
  const customerTable = await writePlanted(workshop, 'customers', {
    select: customers,
    columns: customerColumns,
    group: 'CustomerID',
    orderBy: 'CustomerID',
    rows: spreadPlantings(customerFaults.filter(fits), {
      copies,
      groups: shop.customers,
      anchorOf: (group) => customerIdBase + 1 + group,
    }),
  })
  const productTable = await writePlanted(workshop, 'products', {
    select: productsSelect,
    columns: productColumns,
    group: 'ProductID',
    orderBy: 'ProductID',
    rows: spreadPlantings(productFaults.filter(fits), {
      copies,
      groups: shop.products,
      anchorOf: (group) => Number(first?.id) + group,
    }),
  })
  return {
    files: [customerTable.file, productTable.file],
    faults: [...customerTable.faults, ...productTable.faults],
  }
}

const productsSelect = `
  SELECT product_id AS ProductID, name AS ProductName, category AS Category,
    ${money('price')} AS Price, stock AS Stock, sku AS SKU, ${money('cost')} AS UnitCost
  FROM products JOIN (${stockAtEnd}) USING (product_id)
  ORDER BY ProductID`

const returnsSelect = `
  SELECT row_number() OVER (ORDER BY return_day, OrderID, LineNumber) AS ReturnID, OrderID, ProductID,
    CustomerID, RegionID, back AS Quantity, ${money('back_cents')} AS Amount, return_day AS ReturnDate
  FROM returned ORDER BY ReturnID`

async function findPatterns(
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
