import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildShop } from './build-shop.ts'
import { customerIdBase, customersSelect, loadNames } from './customers.ts'
import { type Fault, spreadPlantings, writePlanted } from './faults.ts'
import { regions } from './market.ts'
import type { Shop } from './orders.ts'
import { findPatterns } from './patterns.ts'
import { customerColumns, customerFaults, productColumns, productFaults } from './planted-faults.ts'
import { writeSales } from './sales-files.ts'
import { loadShop } from './shop-tables.ts'
import { loadStockPlans, makeStockLevels, stockAtEnd, stockSelect } from './stock.ts'
import type { DemoContent, DemoStep } from './summary.ts'
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
  const { shop, products } = buildShop(options)
  const { chance, calendar } = shop
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
    numbers: `range(1, ${shop.customers + 1}) AS numbers(number)`,
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
