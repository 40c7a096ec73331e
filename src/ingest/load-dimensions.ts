import type { ChangedRows } from '../warehouse/warehouse.ts'
import { type LoadContext, laterUnless } from './load-context.ts'
import { loadCustomers } from './load-customers.ts'

/**
 * Regions, customers and products of the import. New members get the next ids in the order of their
 * keys; known ones take the newest values (type 1), and keep a value that the import does not state.
 */
export async function loadDimensions(context: LoadContext): Promise<DimensionsOutcome> {
  const news = await findNews(context)
  const regions = news.regions ? await loadRegions(context) : 0
  const customers = await loadCustomers(context)
  const updated = news.ofProducts ? await updateProducts(context) : 0
  const added = news.newProducts ? await addProducts(context) : 0
  return {
    changed: regions + customers.rows + updated + added > 0,
    membersChanged: customers.updated + customers.merged.customers + updated > 0,
    mergedCustomers: customers.merged.customers,
    days: customers.merged.days,
  }
}

export interface DimensionsOutcome {
  readonly changed: boolean
  /** Members that were known before are described in another way now, or are one with others. */
  readonly membersChanged: boolean
  /** Customers that an e-mail showed to be one with another. */
  readonly mergedCustomers: number
  /** The first and the last day of earlier sales that differ now. */
  readonly days: readonly string[]
}

/** What an import says that is not known. */
interface News {
  readonly regions: boolean
  readonly newProducts: boolean
  /** Of products that are known. */
  readonly ofProducts: boolean
}

/** SQL of what is known of a product as long as nothing is, by its column. */
const openValues = {
  sku: 'NULL',
  product_name: 'known.product_key',
  category: "'Unknown'",
  price: 'NULL',
  unit_cost: 'NULL',
}

async function findNews({ transaction, source }: LoadContext): Promise<News> {
  const says = Object.entries(openValues).map(
    ([column, open]) =>
      `(incoming.${column} IS NOT NULL AND incoming.${column} IS DISTINCT FROM known.${column}
        AND (NOT (${isSettled}) OR known.${column} IS NOT DISTINCT FROM ${open}))`,
  )
  const [row] = await transaction.query(
    `SELECT count(CASE WHEN product_id IS NULL THEN 1 END) > 0 AS new_products, count(CASE WHEN has_news THEN 1 END) > 0 AS of_products,
       EXISTS (SELECT 1 FROM incoming_regions WHERE region_name NOT IN (SELECT region_name FROM regions)) AS regions
     FROM (SELECT known.product_id, known.product_id IS NOT NULL AND ((incoming.stated AND NOT known.stated)
           OR (incoming.product_name IS NOT NULL AND incoming.kind <> known.kind
             AND NOT (${isSettled} AND known.product_name <> known.product_key)) OR ${says.join(' OR ')}) AS has_news
       FROM incoming_products AS incoming
       LEFT JOIN products AS known ON known.source = $1 AND known.product_key = incoming.product_key) AS told`,
    [source],
  )
  return {
    regions: row?.regions === true,
    newProducts: row?.new_products === true,
    ofProducts: row?.of_products === true,
  }
}

async function loadRegions({ transaction }: LoadContext): Promise<number> {
  return transaction.execute(
    `INSERT INTO regions (region_id, region_name, level, country_code, subdivision_code, country, continent)
     SELECT (SELECT max(region_id) FROM regions) + row_number() OVER (ORDER BY region_name), region_name, level,
       country_code, subdivision_code, country, continent
     FROM (SELECT region_name, min(level) AS level, min(country_code) AS country_code,
         min(subdivision_code) AS subdivision_code, min(country) AS country, min(continent) AS continent
       FROM incoming_regions GROUP BY region_name) AS named
     WHERE region_name NOT IN (SELECT region_name FROM regions)`,
  )
}

/** SQL condition: a table of products described the product, and the import only names it in order lines. */
const isSettled = 'known.stated AND NOT incoming.stated'

/** What rollups know by the category and the cost of products. */
const ofChangedProducts: readonly ChangedRows[] = (['sales', 'returns'] as const).map((fact) => ({
  fact,
  where: 'f.product_id IN (SELECT product_id FROM changed_products WHERE rolled_up)',
  withinOrders: true,
}))

/** Gives how many products are described in another way now. */
async function updateProducts({ transaction, source, rollups }: LoadContext): Promise<number> {
  await transaction.execute(
    `CREATE TEMP TABLE changed_products AS
     SELECT fresh.*, products.category <> fresh.category OR products.unit_cost IS DISTINCT FROM fresh.unit_cost AS rolled_up
     FROM (SELECT known.product_id, ${laterUnless(isSettled, 'known.sku', 'incoming.sku')} AS sku,
         coalesce(${laterUnless(isSettled, 'nullif(known.product_name, known.product_key)', 'incoming.product_name')}, known.product_name) AS product_name,
         coalesce(${laterUnless(isSettled, "nullif(known.category, 'Unknown')", 'incoming.category')}, known.category) AS category,
         ${laterUnless(isSettled, 'known.price', 'incoming.price')} AS price, ${laterUnless(isSettled, 'known.unit_cost', 'incoming.unit_cost')} AS unit_cost,
         CASE WHEN incoming.product_name IS NULL OR (${isSettled} AND known.product_name <> known.product_key)
           THEN known.kind ELSE incoming.kind END AS kind,
         known.stated OR incoming.stated AS stated
       FROM incoming_products AS incoming
       JOIN products AS known ON known.source = $1 AND known.product_key = incoming.product_key) AS fresh
     JOIN products ON products.product_id = fresh.product_id
     WHERE (products.sku IS DISTINCT FROM fresh.sku OR products.product_name <> fresh.product_name
         OR products.category <> fresh.category OR products.price IS DISTINCT FROM fresh.price
         OR products.unit_cost IS DISTINCT FROM fresh.unit_cost OR products.kind <> fresh.kind
         OR products.stated <> fresh.stated)`,
    [source],
  )
  const [changed] = await transaction.query(
    `SELECT count(*) AS products, count(CASE WHEN rolled_up THEN 1 END) AS rolled_up FROM changed_products`,
  )
  const updated = Number(changed?.products)
  const update = () =>
    transaction.execute(
      `UPDATE products SET sku = fresh.sku, product_name = fresh.product_name, category = fresh.category,
         price = fresh.price, unit_cost = fresh.unit_cost, kind = fresh.kind, stated = fresh.stated
       FROM changed_products AS fresh WHERE products.product_id = fresh.product_id`,
    )
  if (Number(changed?.rolled_up) > 0) await rollups.around(ofChangedProducts, update)
  else if (updated > 0) await update()
  await transaction.execute('DROP TABLE changed_products')
  return updated
}

async function addProducts({ transaction, source }: LoadContext): Promise<number> {
  return transaction.execute(
    `INSERT INTO products (product_id, source, product_key, sku, product_name, category, price, unit_cost, kind, stock, stated)
     SELECT (SELECT max(product_id) FROM products) + row_number() OVER (ORDER BY product_key), $1, product_key, sku,
       coalesce(product_name, product_key), coalesce(category, 'Unknown'), price, unit_cost, kind, NULL, stated
     FROM incoming_products
     WHERE product_key NOT IN (SELECT product_key FROM products WHERE source = $1)`,
    [source],
  )
}
