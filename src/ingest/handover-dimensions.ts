import { kindOf } from './fees.ts'
import { quote } from './format.ts'
import type { Judged } from './judged.ts'
import { placeOf } from './places.ts'
import { reading, unionOf, type Workbench } from './workbench.ts'

const unnamed = `NULL::VARCHAR AS sku, NULL::VARCHAR AS product_name, NULL::VARCHAR AS category,
  NULL::DECIMAL(18,4) AS price, NULL::DECIMAL(18,4) AS unit_cost, false AS stated`

/**
 * SQL that rises with the hour of a row and, within an hour, with `tie` (0 to 10^8): the same rows always
 * give the same latest value, in whatever order they are read.
 */
function recency(tie: string): string {
  return `((order_date - DATE '1970-01-01')::BIGINT * 24 + coalesce(order_hour, 0)) * 100000000 + ${tie}`
}

const byPrice = recency('(least(abs(unit_price), 999999) * 100)::BIGINT')
const byCost = recency('(least(abs(unit_cost), 999999) * 100)::BIGINT')
const byPlace = recency('(hash(place_key) % 100000000)::BIGINT')

const productColumns = `product_key VARCHAR, sku VARCHAR, product_name VARCHAR, category VARCHAR, price DECIMAL(18,4),
  unit_cost DECIMAL(18,4), stated BOOLEAN`

/** One row per product: its own table counts most, else the name its lines use most, the latest price. */
export async function writeProducts(
  bench: Workbench,
  {
    lines,
    judged,
    declared,
  }: {
    readonly lines: readonly string[]
    readonly judged: Judged
    /** Tables like these come again and again. */
    readonly declared: boolean
  },
): Promise<string> {
  const parts: string[] = []
  if (judged.products.length > 0) {
    parts.push(`SELECT product_key, last(sku ORDER BY file_number, record_number) AS sku,
        last(product_name ORDER BY file_number, record_number) AS product_name,
        last(category ORDER BY file_number, record_number) AS category,
        last(nullif(list_price, 0) ORDER BY file_number, record_number)::DECIMAL(18,4) AS price,
        last(unit_cost ORDER BY file_number, record_number)::DECIMAL(18,4) AS unit_cost, true AS stated
      FROM ${reading(judged.products)} WHERE outcome = 'accepted' GROUP BY product_key`)
  }
  if (lines.length > 0) {
    const from = `${reading(lines)} WHERE outcome IN ('line', 'return', 'refunded') AND product_key IS NOT NULL`
    parts.push(`SELECT product_key, sku, product_name, category, price, unit_cost, false AS stated
      FROM (SELECT product_key, min(sku) AS sku, min(category) AS category,
          arg_max(unit_price, ${byPrice}) FILTER (unit_price > 0) AS price,
          arg_max(unit_cost, ${byCost}) FILTER (unit_cost IS NOT NULL) AS unit_cost
        FROM ${from} GROUP BY product_key)
      LEFT JOIN (SELECT product_key, arg_max(product_name, (times, product_name)) AS product_name
        FROM (SELECT product_key, product_name, count(*) AS times FROM ${from} AND product_name IS NOT NULL
          GROUP BY product_key, product_name) GROUP BY product_key) USING (product_key)`)
  }
  // What is only counted is a product as well.
  for (const file of judged.stock) {
    parts.push(
      `SELECT DISTINCT product_key, ${unnamed} FROM ${reading([file])} WHERE outcome = 'accepted' AND stock IS NOT NULL`,
    )
  }
  const [only] = parts
  // Each part has a product once.
  if (only !== undefined && parts.length === 1) {
    const withKind = (from: string) =>
      `SELECT product_key, sku, product_name, category, price, unit_cost, ${kindOf('product_name', 'product_key')} AS kind, stated
       FROM ${from}`
    if (!declared) return bench.write('products', withKind(`(${only})`))
    // The words of fees take longer to be read than a few products to be told by them.
    const table = 'told_products'
    await bench.staging.fill({ table, columns: productColumns, select: only })
    return bench.writeAgain('products', withKind(table))
  }
  return bench.write(
    'products',
    `SELECT product_key, any_value(sku ORDER BY stated DESC) AS sku,
       any_value(product_name ORDER BY stated DESC) AS product_name,
       any_value(category ORDER BY stated DESC) AS category, any_value(price ORDER BY stated DESC) AS price,
       any_value(unit_cost ORDER BY stated DESC) AS unit_cost,
       ${kindOf('any_value(product_name ORDER BY stated DESC)', 'product_key')} AS kind, bool_or(stated) AS stated
     FROM (${unionOf(parts, `SELECT NULL::VARCHAR AS product_key, ${unnamed} WHERE false`)}) GROUP BY product_key`,
  )
}

const emptyCustomer = `NULL::VARCHAR AS customer_key, NULL::VARCHAR AS name, NULL::VARCHAR AS email,
  NULL::INTEGER AS age, NULL::VARCHAR AS place_key, false AS stated`

/** One row per customer: what their own table says, and those that only the lines know. */
export async function writeCustomers(
  bench: Workbench,
  lines: readonly string[],
  judged: Judged,
): Promise<string[]> {
  const stated = judged.customers.length > 0 ? statedCustomers(judged.customers) : null
  const seen = lines.length > 0 ? seenCustomers(lines) : null
  if (!stated || !seen) {
    const only = stated ?? seen ?? `SELECT ${emptyCustomer} WHERE false`
    return [await bench.write('customers', only)]
  }
  const facts = await bench.row(
    `SELECT count(place_key) AS places, count(*) FILTER (outcome <> 'accepted') AS aside FROM ${reading(judged.customers)}`,
  )
  // One table of which every row counts is handed over as it is.
  if (judged.customers.length === 1 && Number(facts.places) > 0 && Number(facts.aside) === 0) {
    return [...judged.customers, await bench.write('customers', onlySeen(lines, judged.customers))]
  }
  // Where the customers' table names no places, their orders tell where they live.
  const known =
    Number(facts.places) > 0
      ? stated
      : `SELECT own.* REPLACE (seen.place_key AS place_key) FROM (${stated}) AS own
         LEFT JOIN (${seen}) AS seen USING (customer_key)`
  return [await bench.write('customers', `${known} UNION ALL ${onlySeen(lines, judged.customers)}`)]
}

/** Customers of the lines that stand in none of the customers' own tables. */
function onlySeen(lines: readonly string[], tables: readonly string[]): string {
  return seenCustomers(
    lines,
    `AND customer_key NOT IN (SELECT customer_key FROM ${reading(tables)} WHERE outcome = 'accepted')`,
  )
}

/** A key stands once in each file; of several files the last counts. */
function statedCustomers(files: readonly string[]): string {
  return `SELECT customer_key, name, email, age, place_key, stated
    FROM ${reading(files)} WHERE outcome = 'accepted'
    ${files.length > 1 ? 'QUALIFY row_number() OVER (PARTITION BY customer_key ORDER BY file_number DESC) = 1' : ''}`
}

function seenCustomers(lines: readonly string[], condition = ''): string {
  return `SELECT customer_key, max(customer_name) AS name, max(customer_email) AS email,
      NULL::INTEGER AS age, arg_max(place_key, ${byPlace}) AS place_key, false AS stated
    FROM ${reading(lines)}
    WHERE outcome IN ('line', 'return', 'refunded') AND customer_key IS NOT NULL ${condition}
    GROUP BY customer_key`
}

/** The rows of these tables that were rejected once. Their keys stand once, so that they need no other care. */
export async function writeMended(bench: Workbench, judged: Judged): Promise<string | null> {
  const tables = [...judged.customers, ...judged.products, ...judged.regions]
  if (tables.length === 0) return null
  const parts = tables.map(
    (file) =>
      `SELECT origin FROM ${reading([file])} WHERE outcome = 'accepted' AND origin IS NOT NULL`,
  )
  return bench.write('mended', parts.join(' UNION ALL '))
}

interface SaidPlace {
  readonly key: string
  readonly country: string | null
  readonly subdivision: string | null
  readonly region: string | null
}

export interface WrittenRegions {
  readonly file: string
  /** Regions that several tables place differently. */
  readonly differing: number
}

/** The places of the import, resolved to countries where their words mean one. A key stands once. */
export async function writeRegions(
  bench: Workbench,
  lines: readonly string[],
  judged: Judged,
): Promise<WrittenRegions> {
  const { places: said, differing } =
    judged.regions.length > 0
      ? await statedPlaces(bench, judged.regions)
      : { places: [], differing: 0 }
  const known = new Set(said.map(({ key }) => key))
  const keys = [
    ...(lines.length > 0 ? [`SELECT DISTINCT place_key AS key FROM ${reading(lines)}`] : []),
    ...judged.customers.map((file) => `SELECT DISTINCT place_key AS key FROM ${reading([file])}`),
  ]
  const used =
    keys.length > 0
      ? await bench.rows(
          `SELECT DISTINCT key FROM (${keys.join(' UNION ALL ')}) WHERE key IS NOT NULL ORDER BY key`,
        )
      : []
  const all = [
    ...said,
    ...used.map((row) => fromKey(String(row.key))).filter(({ key }) => !known.has(key)),
  ]
  const rows = all.flatMap(({ key, ...parts }) => {
    const place = placeOf(parts)
    return place ? [{ place_key: key, ...place }] : []
  })
  const text = (value: string | null) => (value === null ? 'NULL::VARCHAR' : quote(value))
  const values = rows.map(
    (row) =>
      `(${[row.place_key, row.region_name, row.level, row.country_code, row.subdivision_code, row.country, row.continent].map(text).join(', ')})`,
  )
  const names = 'place_key, region_name, level, country_code, subdivision_code, country, continent'
  const select =
    values.length > 0
      ? `SELECT * FROM (VALUES ${values.join(', ')}) AS places(${names})`
      : `SELECT ${names
          .split(', ')
          .map((name) => `NULL::VARCHAR AS ${name}`)
          .join(', ')} WHERE false`
  return { file: await bench.write('regions', select), differing }
}

/** A key stands once in each file; of several files the last counts. */
async function statedPlaces(
  bench: Workbench,
  files: readonly string[],
): Promise<{ places: SaidPlace[]; differing: number }> {
  const rows = await bench.rows(
    `SELECT region_key, country, subdivision, region FROM ${reading(files)} WHERE outcome = 'accepted'
     ORDER BY region_key, file_number`,
  )
  const text = (value: unknown) => (typeof value === 'string' ? value : null)
  const all = rows.map((row) => ({
    key: String(row.region_key),
    // The region's own name is what people know it by; a country code beside it only places it.
    country: text(row.country) ?? text(row.region),
    subdivision:
      text(row.country) && text(row.region) !== text(row.country) ? text(row.subdivision) : null,
    region: text(row.region),
  }))
  const places = new Map(all.map((place) => [place.key, place]))
  const meaning = (place: SaidPlace | undefined) => JSON.stringify(place ? placeOf(place) : null)
  const differing = all.filter((place) => meaning(place) !== meaning(places.get(place.key)))
  return { places: [...places.values()], differing: new Set(differing.map(({ key }) => key)).size }
}

/** See `placeKey` in clean.ts: one text, or country, subdivision and region in that order. */
function fromKey(key: string): SaidPlace {
  const parts = key.split('\u001f')
  if (parts.length === 1) return { key, country: key, subdivision: null, region: null }
  const [country = '', subdivision = '', region = ''] = parts
  return { key, country: country || null, subdivision: subdivision || null, region: region || null }
}
