import type { Transaction } from '../warehouse/warehouse.ts'

/** What every step of a load works with. */
export interface LoadContext {
  readonly transaction: Transaction
  readonly source: string
  readonly runId: number
  /** ISO instant. */
  readonly loadedAt: string
}

/**
 * Regions, customers and products of the import. New members get the next ids in the order of their
 * keys; known ones take the newest values (type 1), and keep a value that the import does not state.
 */
export async function loadDimensions(context: LoadContext): Promise<{ changed: boolean }> {
  const regions = await loadRegions(context)
  const customers = await loadCustomers(context)
  const products = await loadProducts(context)
  return { changed: regions + customers + products > 0 }
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

const placeId = `SELECT place_key, region_id FROM incoming_regions
  JOIN regions ON regions.region_name = incoming_regions.region_name`

/**
 * A customer is found by (source, key), else by e-mail; several keys of one e-mail are one customer.
 * The name falls back to the key.
 */
async function loadCustomers({ transaction, source }: LoadContext): Promise<number> {
  const mapped = await transaction.execute(
    `INSERT INTO customer_keys (source, customer_key, customer_id)
     SELECT $1, incoming.customer_key, known.customer_id
     FROM incoming_customers AS incoming JOIN customers AS known ON known.email = incoming.email
     WHERE incoming.customer_key NOT IN (SELECT customer_key FROM customer_keys WHERE source = $1)`,
    [source],
  )
  await nameNewCustomers({ transaction, source })
  const added = await addCustomers(transaction)
  await transaction.execute(
    `INSERT INTO customer_keys (source, customer_key, customer_id)
     SELECT $1, customer_key, customer_id FROM new_customers`,
    [source],
  )
  const [incoming] = await transaction.query('SELECT count(*) AS customers FROM incoming_customers')
  const [fresh] = await transaction.query('SELECT count(*) AS customers FROM new_customers')
  const known = incoming?.customers !== fresh?.customers
  const updated = known ? await updateCustomers({ transaction, source }) : 0
  for (const table of ['new_customers', 'shared_emails'])
    await transaction.execute(`DROP TABLE ${table}`)
  return mapped + added + updated
}

/**
 * Gives ids to the customers that are not known yet, in the order of their keys. Leaves the temporary tables
 * `shared_emails` and `new_customers` (customer_key, customer_id, shared). Names and addresses stay out of it:
 * to sort and group them along costs several times as much.
 */
async function nameNewCustomers({
  transaction,
  source,
}: Pick<LoadContext, 'transaction' | 'source'>): Promise<void> {
  const fresh = `SELECT customer_key, email FROM incoming_customers
    WHERE customer_key NOT IN (SELECT customer_key FROM customer_keys WHERE source = $1)`
  await transaction.execute(
    `CREATE TEMP TABLE shared_emails AS SELECT email FROM (${fresh}) AS fresh
     WHERE email IS NOT NULL GROUP BY email HAVING count(*) > 1`,
    [source],
  )
  await transaction.execute(
    `CREATE TEMP TABLE new_customers AS
     SELECT customer_key, shared, (SELECT max(customer_id) FROM customers) + dense_rank() OVER (ORDER BY first_key) AS customer_id
     FROM (SELECT customer_key, customer_key AS first_key, false AS shared FROM (${fresh}) AS alone
         WHERE email IS NULL OR email NOT IN (SELECT email FROM shared_emails)
       UNION ALL SELECT customer_key, min(customer_key) OVER (PARTITION BY email), true FROM (${fresh}) AS together
         WHERE email IN (SELECT email FROM shared_emails)) AS keyed`,
    [source],
  )
}

async function addCustomers(transaction: Transaction): Promise<number> {
  const incoming = `new_customers JOIN incoming_customers AS incoming ON incoming.customer_key = new_customers.customer_key
     LEFT JOIN (${placeId}) AS places ON places.place_key = incoming.place_key`
  const columns = 'customer_id, name, email, age, region_id, first_order_date'
  const alone = await transaction.execute(
    `INSERT INTO customers (${columns})
     SELECT customer_id, coalesce(name, incoming.customer_key), email, age, coalesce(places.region_id, 0), NULL
     FROM ${incoming} WHERE NOT shared`,
  )
  const together = await transaction.execute(
    `INSERT INTO customers (${columns})
     SELECT customer_id, coalesce(max(name), min(incoming.customer_key)), max(email), max(age),
       coalesce(max(places.region_id), 0), NULL
     FROM ${incoming} WHERE shared GROUP BY customer_id`,
  )
  return alone + together
}

async function updateCustomers(
  context: Pick<LoadContext, 'transaction' | 'source'>,
): Promise<number> {
  return context.transaction.execute(
    `UPDATE customers SET name = fresh.name, email = fresh.email, age = fresh.age, region_id = fresh.region_id
     FROM (SELECT known.customer_id, coalesce(max(incoming.name), known.name) AS name,
         coalesce(known.email, max(incoming.email)) AS email, coalesce(max(incoming.age), known.age) AS age,
         coalesce(max(places.region_id), known.region_id) AS region_id
       FROM incoming_customers AS incoming
       JOIN customer_keys AS keys ON keys.source = $1 AND keys.customer_key = incoming.customer_key
       JOIN customers AS known ON known.customer_id = keys.customer_id
       LEFT JOIN (${placeId}) AS places ON places.place_key = incoming.place_key
       WHERE incoming.customer_key NOT IN (SELECT customer_key FROM new_customers)
         AND (incoming.email IS NULL OR incoming.email NOT IN
           (SELECT email FROM customers AS others WHERE others.email IS NOT NULL AND others.customer_id <> known.customer_id))
       GROUP BY known.customer_id, known.name, known.email, known.age, known.region_id) AS fresh
     WHERE customers.customer_id = fresh.customer_id
       AND (customers.name <> fresh.name OR customers.email IS DISTINCT FROM fresh.email
         OR customers.age IS DISTINCT FROM fresh.age OR customers.region_id <> fresh.region_id)`,
    [context.source],
  )
}

async function loadProducts({ transaction, source }: LoadContext): Promise<number> {
  const updated = await transaction.execute(
    `UPDATE products SET sku = fresh.sku, product_name = fresh.product_name, category = fresh.category,
       price = fresh.price, unit_cost = fresh.unit_cost, kind = fresh.kind
     FROM (SELECT known.product_id, coalesce(incoming.sku, known.sku) AS sku,
         coalesce(incoming.product_name, known.product_name) AS product_name,
         coalesce(incoming.category, known.category) AS category, coalesce(incoming.price, known.price) AS price,
         coalesce(incoming.unit_cost, known.unit_cost) AS unit_cost,
         CASE WHEN incoming.product_name IS NULL THEN known.kind ELSE incoming.kind END AS kind
       FROM incoming_products AS incoming
       JOIN products AS known ON known.source = $1 AND known.product_key = incoming.product_key) AS fresh
     WHERE products.product_id = fresh.product_id
       AND (products.sku IS DISTINCT FROM fresh.sku OR products.product_name <> fresh.product_name
         OR products.category <> fresh.category OR products.price IS DISTINCT FROM fresh.price
         OR products.unit_cost IS DISTINCT FROM fresh.unit_cost OR products.kind <> fresh.kind)`,
    [source],
  )
  const added = await transaction.execute(
    `INSERT INTO products (product_id, source, product_key, sku, product_name, category, price, unit_cost, kind, stock)
     SELECT (SELECT max(product_id) FROM products) + row_number() OVER (ORDER BY product_key), $1, product_key, sku,
       coalesce(product_name, product_key), coalesce(category, 'Unknown'), price, unit_cost, kind, NULL
     FROM incoming_products
     WHERE product_key NOT IN (SELECT product_key FROM products WHERE source = $1)`,
    [source],
  )
  return updated + added
}

/** Stock counts and movements; the same entry again changes nothing. Gives the number of new ones. */
export async function loadStock(context: LoadContext): Promise<number> {
  const { transaction, source, runId, loadedAt } = context
  const added = await transaction.execute(
    `INSERT INTO stock_fact (product_id, occurred_at, occurred_on, kind, quantity, location, source, loaded_at, run_id)
     SELECT fresh.product_id, fresh.occurred_at, fresh.occurred_on, fresh.kind, fresh.quantity, fresh.location, $1,
       $2::TIMESTAMPTZ, $3::BIGINT
     FROM (SELECT DISTINCT products.product_id, incoming.occurred_at, incoming.occurred_on, incoming.kind,
         incoming.quantity, incoming.location
       FROM incoming_stock AS incoming
       JOIN products ON products.source = $1 AND products.product_key = incoming.product_key) AS fresh
     LEFT JOIN stock_fact AS known ON known.product_id = fresh.product_id AND known.occurred_at = fresh.occurred_at
       AND known.kind = fresh.kind AND known.location IS NOT DISTINCT FROM fresh.location
       AND known.quantity = fresh.quantity
     WHERE known.product_id IS NULL
     ORDER BY fresh.occurred_on`,
    [source, loadedAt, runId],
  )
  if (added > 0) await refreshStock(context)
  return added
}

/** The last count of each product, over all its places. */
async function refreshStock({ transaction }: LoadContext): Promise<void> {
  await transaction.execute(
    `UPDATE products SET stock = counted.stock FROM (
       SELECT product_id, greatest(sum(quantity), 0) AS stock FROM (
         SELECT product_id, quantity, row_number() OVER (PARTITION BY product_id, location ORDER BY occurred_at DESC, run_id DESC) AS place
         FROM stock_fact WHERE kind = 'count') AS counts
       WHERE place = 1 GROUP BY product_id) AS counted
     WHERE products.product_id = counted.product_id AND products.stock IS DISTINCT FROM counted.stock`,
  )
}
