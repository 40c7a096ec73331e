import { addDays, type DayRange, lengthOf } from '../model/day.ts'
import { type Category, categories } from './assortment-words.ts'
import { productNames } from './catalogue.ts'
import { type Chance, createChance } from './chance.ts'
import { mailName, nameFaker } from './customers.ts'
import type { DemoContent } from './summary.ts'
import {
  type DemoFile,
  datesSelect,
  loadTable,
  money,
  type Workshop,
  writeTable,
} from './workshop.ts'

/** The small data set of the brief, to the letter: five tables, exactly its columns, one year. */

const period: DayRange = { from: '2023-01-01', to: '2023-12-31' }
const regionNames = ['North America', 'Europe', 'Asia', 'South America', 'Africa']
const customerCount = 100
const productCount = 50
const saleCount = 500

const appliances: Category = {
  name: 'Appliances',
  prefix: 'AP',
  costPercent: 60,
  returnPercent: 5,
  season: [],
  styles: [
    'Compact',
    'Family',
    'Quiet',
    'Steel',
    'White',
    'Retro',
    'Eco',
    'Smart',
    'Pro',
    'Classic',
  ],
  things: [
    ['washing machine', 549],
    ['dishwasher', 499],
    ['refrigerator', 699],
    ['oven', 599],
    ['microwave', 129],
    ['vacuum cleaner', 199],
    ['toaster', 39],
    ['blender', 59],
    ['air fryer', 119],
    ['steam iron', 49],
  ],
}
const briefCategories = ['Electronics', 'Furniture', 'Books', 'Appliances'].map(
  (name) => categories.find((category) => category.name === name) ?? appliances,
)

interface BriefProduct {
  readonly product_id: number
  readonly name: string
  readonly category: string
  /** Whole cents, 10.00 to 1000.00. */
  readonly price: number
  readonly stock: number
}

export async function writeBriefFiles(workshop: Workshop, seed: number): Promise<DemoContent> {
  const chance = createChance(seed)
  const products = briefProducts(chance)
  const customers = await briefCustomers(chance, seed)
  const sales = briefSales(chance, products, customers)
  const files = [
    await writeSales(workshop, sales),
    await writeCustomers(workshop, customers),
    await writeProducts(workshop, products),
    await writeRegions(workshop),
    await writeDates(workshop),
  ]
  const [sums] = await workshop.staging.rows(
    `SELECT ${money('sum(total)')} AS revenue, sum(quantity) AS units FROM sales`,
  )
  const revenue = String(sums?.revenue)
  return {
    files,
    period,
    totals: {
      orders: saleCount,
      lines: saleCount,
      revenue,
      grossSales: revenue,
      discounts: '0.00',
      returns: '0.00',
      returnedLines: 0,
      units: Number(sums?.units),
      customers: customerCount,
      products: productCount,
    },
    patterns: null,
    faults: 0,
  }
}

/** From `low` to `high`, both included. */
function between(
  chance: Chance,
  purpose: string,
  at: { index: number; low: number; high: number },
) {
  return at.low + Math.floor(chance.number(purpose, at.index) * (at.high - at.low + 1))
}

function briefProducts(chance: Chance): BriefProduct[] {
  const names = briefCategories.map((category, index) => productNames(chance, category, index))
  return Array.from({ length: productCount }, (_, index) => {
    const category = index % briefCategories.length
    const place = Math.floor(index / briefCategories.length)
    const { name, typicalPrice } = names[category]?.[place] ?? { name: '', typicalPrice: 10 }
    const factor = 0.8 + 0.6 * chance.number('price', index)
    return {
      product_id: index + 1,
      name,
      category: briefCategories[category]?.name ?? '',
      price: Math.min(100_000, Math.max(1000, Math.round(typicalPrice * 100 * factor))),
      stock: between(chance, 'stock', { index, low: 10, high: 500 }),
    }
  })
}

async function briefCustomers(chance: Chance, seed: number) {
  const faker = await nameFaker('en_GB', seed)
  return Array.from({ length: customerCount }, (_, index) => {
    const first = faker.person.firstName()
    const last = faker.person.lastName()
    return {
      customer_id: index + 1,
      name: `${first} ${last}`,
      email: `${mailName(first)}.${mailName(last)}.${index + 1}@example.com`,
      age: between(chance, 'age', { index, low: 18, high: 70 }),
      region_id: between(chance, 'region', { index, low: 1, high: regionNames.length }),
    }
  })
}

function briefSales(
  chance: Chance,
  products: readonly BriefProduct[],
  customers: readonly { customer_id: number; region_id: number }[],
) {
  const drawn = Array.from({ length: saleCount }, (_, index) => {
    const customer = customers[between(chance, 'buyer', { index, low: 0, high: customerCount - 1 })]
    const product = products[between(chance, 'product', { index, low: 0, high: productCount - 1 })]
    const quantity = between(chance, 'quantity', { index, low: 1, high: 10 })
    return {
      customer_id: customer?.customer_id,
      region_id: customer?.region_id,
      product_id: product?.product_id,
      quantity,
      total: quantity * (product?.price ?? 0),
      day: addDays(
        period.from,
        between(chance, 'day', { index, low: 0, high: lengthOf(period) - 1 }),
      ),
    }
  })
  return drawn
    .sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
    .map((sale, index) => ({ order_id: index + 1, ...sale }))
}

async function writeSales(workshop: Workshop, rows: readonly object[]): Promise<DemoFile> {
  const columns = {
    order_id: 'INTEGER',
    customer_id: 'INTEGER',
    product_id: 'INTEGER',
    quantity: 'INTEGER',
    total: 'BIGINT',
    day: 'DATE',
    region_id: 'INTEGER',
  }
  await loadTable(workshop, 'sales', { columns, rows })
  return writeTable(
    workshop,
    'sales_fact',
    `SELECT order_id AS OrderID, customer_id AS CustomerID, product_id AS ProductID, quantity AS Quantity,
       ${money('total')} AS TotalPrice, day AS OrderDate, region_id AS RegionID
     FROM sales ORDER BY OrderID`,
  )
}

async function writeCustomers(workshop: Workshop, rows: readonly object[]): Promise<DemoFile> {
  const columns = {
    customer_id: 'INTEGER',
    name: 'VARCHAR',
    email: 'VARCHAR',
    age: 'INTEGER',
    region_id: 'INTEGER',
  }
  await loadTable(workshop, 'customers', { columns, rows })
  return writeTable(
    workshop,
    'customers',
    `SELECT customer_id AS CustomerID, name AS Name, email AS Email, age AS Age, region_id AS RegionID
     FROM customers ORDER BY CustomerID`,
  )
}

async function writeProducts(workshop: Workshop, rows: readonly BriefProduct[]): Promise<DemoFile> {
  const columns = {
    product_id: 'INTEGER',
    name: 'VARCHAR',
    category: 'VARCHAR',
    price: 'BIGINT',
    stock: 'INTEGER',
  }
  await loadTable(workshop, 'products', { columns, rows })
  return writeTable(
    workshop,
    'products',
    `SELECT product_id AS ProductID, name AS ProductName, category AS Category,
       ${money('price')} AS Price, stock AS Stock
     FROM products ORDER BY ProductID`,
  )
}

async function writeRegions(workshop: Workshop): Promise<DemoFile> {
  const rows = regionNames.map((name, index) => ({ region_id: index + 1, name }))
  await loadTable(workshop, 'regions', { columns: { region_id: 'INTEGER', name: 'VARCHAR' }, rows })
  return writeTable(
    workshop,
    'regions',
    'SELECT region_id AS RegionID, name AS RegionName FROM regions ORDER BY RegionID',
  )
}

async function writeDates(workshop: Workshop): Promise<DemoFile> {
  const rows = Array.from({ length: lengthOf(period) }, (_, index) => ({
    day: addDays(period.from, index),
  }))
  await loadTable(workshop, 'days', { columns: { day: 'DATE' }, rows })
  return writeTable(workshop, 'dates', datesSelect)
}
