import type { Warning } from '../model/import.ts'
import { countText } from '../model/sentence.ts'
import { type ChangedRows, noEarlierOrder, type Transaction } from '../warehouse/warehouse.ts'
import { type LoadContext, laterUnless } from './load-context.ts'
import { touchedDaysIn } from './touched-days.ts'

const placeId = `SELECT place_key, region_id FROM incoming_regions
  JOIN regions ON regions.region_name = incoming_regions.region_name`

type CustomersContext = Pick<LoadContext, 'transaction' | 'source' | 'rollups' | 'coming'>

interface CustomersOutcome {
  /** Rows of customers and their keys that were written. */
  readonly rows: number
  /** Known customers that are described in another way now. */
  readonly updated: number
  readonly merged: Merged
}

interface Merged {
  readonly customers: number
  /** The first and the last day of the sales that count for another customer now. */
  readonly days: readonly string[]
}

const noneMerged: Merged = { customers: 0, days: [] }

/**
 * A customer is found by (source, key), else by e-mail; several keys of one e-mail are one customer, whether
 * they come together or one import tells it of customers of earlier ones. The name falls back to the key.
 * Leaves the temporary table `incoming_keys` (customer_key, customer_id, known): who each customer of the import is.
 */
export async function loadCustomers(context: CustomersContext): Promise<CustomersOutcome> {
  const { transaction } = context
  const found = await findKnownCustomers(context)
  const added = found.known < context.coming.customers ? await loadNewCustomers(context) : 0
  if (found.known === 0) return { rows: added, updated: 0, merged: noneMerged }
  let forget = await meetKnownCustomers(transaction, found.known)
  const merged = await mergeCustomers(context)
  if (merged.customers > 0) {
    await forget()
    forget = await meetKnownCustomers(transaction, found.known)
  }
  const updated = await updateCustomers(transaction)
  await forget()
  return { rows: found.mapped + added + merged.customers + updated, updated, merged }
}

/** Gives how many customers of the import are known, and how many of these were found by their e-mail. */
async function findKnownCustomers({
  transaction,
  source,
  coming,
}: CustomersContext): Promise<{ readonly known: number; readonly mapped: number }> {
  await transaction.execute(
    `CREATE TEMP TABLE incoming_keys AS SELECT customer_key, customer_id, true AS known FROM customer_keys
     WHERE source = $1 AND customer_key IN (SELECT customer_key FROM incoming_customers)`,
    [source],
  )
  const [row] = await transaction.query('SELECT count(*) AS customers FROM incoming_keys')
  const byKey = Number(row?.customers)
  if (coming.emails === 0) return { known: byKey, mapped: 0 }
  const mapped = await transaction.execute(
    `INSERT INTO incoming_keys SELECT incoming.customer_key, known.customer_id, true
     FROM incoming_customers AS incoming JOIN customers AS known ON known.email = incoming.email
     WHERE incoming.customer_key NOT IN (SELECT customer_key FROM incoming_keys)`,
  )
  if (mapped > 0)
    await transaction.execute(
      `INSERT INTO customer_keys (source, customer_key, customer_id)
       SELECT $1, customer_key, customer_id FROM incoming_keys
       WHERE customer_key NOT IN (SELECT customer_key FROM customer_keys WHERE source = $1)`,
      [source],
    )
  return { known: byKey + mapped, mapped }
}

/** Gives how many customers there are more. */
async function loadNewCustomers(context: CustomersContext): Promise<number> {
  await nameNewCustomers(context)
  const added = await addCustomers(context)
  await context.transaction.execute('DROP TABLE new_customers')
  return added
}

/**
 * Gives ids to the customers that are not known yet, in the order of their keys. Leaves the temporary table
 * `new_customers` (customer_key, customer_id, shared). Names and addresses stay out of it: to sort and group them along
 * costs several times as much.
 */
async function nameNewCustomers({ transaction, coming }: CustomersContext): Promise<void> {
  const fresh = `SELECT customer_key, email FROM incoming_customers
    WHERE customer_key NOT IN (SELECT customer_key FROM incoming_keys)`
  const named = (keyed: string) => `CREATE TEMP TABLE new_customers AS
     SELECT customer_key, shared, (SELECT max(customer_id) FROM customers) + dense_rank() OVER (ORDER BY first_key) AS customer_id
     FROM (${keyed}) AS keyed`
  const alone = `SELECT customer_key, customer_key AS first_key, false AS shared FROM (${fresh}) AS alone`
  if (coming.emails === 0) {
    await transaction.execute(named(alone))
    return
  }
  await transaction.execute(
    `CREATE TEMP TABLE shared_emails AS SELECT email FROM (${fresh}) AS fresh
     WHERE email IS NOT NULL GROUP BY email HAVING count(*) > 1`,
  )
  await transaction.execute(
    named(`${alone} WHERE email IS NULL OR email NOT IN (SELECT email FROM shared_emails)
       UNION ALL SELECT customer_key, min(customer_key) OVER (PARTITION BY email), true FROM (${fresh}) AS together
         WHERE email IN (SELECT email FROM shared_emails)`),
  )
  await transaction.execute('DROP TABLE shared_emails')
}

async function addCustomers({ transaction, source, coming }: CustomersContext): Promise<number> {
  const incoming = `new_customers JOIN incoming_customers AS incoming ON incoming.customer_key = new_customers.customer_key
     LEFT JOIN (${placeId}) AS places ON places.place_key = incoming.place_key`
  const columns = 'customer_id, name, email, age, region_id, first_order_date, stated'
  const alone = await transaction.execute(
    `INSERT INTO customers (${columns})
     SELECT customer_id, coalesce(name, incoming.customer_key), email, age, coalesce(places.region_id, 0), NULL, stated
     FROM ${incoming} WHERE NOT shared`,
  )
  const together =
    coming.emails === 0
      ? 0
      : await transaction.execute(
          `INSERT INTO customers (${columns})
           SELECT customer_id, coalesce(max(name), min(incoming.customer_key)), max(email), max(age),
             coalesce(max(places.region_id), 0), NULL, bool_or(stated)
           FROM ${incoming} WHERE shared GROUP BY customer_id`,
        )
  await transaction.execute(
    `INSERT INTO customer_keys (source, customer_key, customer_id)
     SELECT $1, customer_key, customer_id FROM new_customers`,
    [source],
  )
  await transaction.execute(
    'INSERT INTO incoming_keys SELECT customer_key, customer_id, false FROM new_customers',
  )
  return alone + together
}

/** Customers that a copy of them should not hold: some 150 bytes each. */
const manyCustomers = 200_000

/** Makes `met_customers`: what is known of those of the import. Gives what takes it away. */
async function meetKnownCustomers(
  transaction: Transaction,
  known: number,
): Promise<() => Promise<unknown>> {
  const kind = known > manyCustomers ? 'VIEW' : 'TABLE'
  await transaction.execute(
    `CREATE TEMP ${kind} met_customers AS SELECT * FROM customers
     WHERE customer_id IN (SELECT customer_id FROM incoming_keys WHERE known)`,
  )
  return () => transaction.execute(`DROP ${kind} met_customers`)
}

/** Incoming customers that were known before the import, with whom they are known as. */
const knownIncoming = `incoming_customers AS incoming
     JOIN incoming_keys AS keys ON keys.customer_key = incoming.customer_key AND keys.known
     JOIN met_customers AS known ON known.customer_id = keys.customer_id`

/** SQL condition: a table of customers described the customer, and the import only names it in order lines. */
const isSettled = 'known.stated AND NOT bool_or(incoming.stated)'

/** Takes what the import states of customers that were known before it. Their own e-mail stays theirs. */
async function updateCustomers(transaction: Transaction): Promise<number> {
  await transaction.execute(
    `CREATE TEMP TABLE changed_customers AS
     SELECT fresh.* FROM (SELECT known.customer_id,
         coalesce(${laterUnless(isSettled, 'CASE WHEN bool_or(incoming.customer_key = known.name) THEN NULL ELSE known.name END', 'max(incoming.name)')}, known.name) AS name,
         coalesce(known.email, max(incoming.email)) AS email,
         ${laterUnless(isSettled, 'known.age', 'max(incoming.age)')} AS age,
         coalesce(${laterUnless(isSettled, 'nullif(known.region_id, 0)', 'max(places.region_id)')}, 0) AS region_id,
         known.stated OR bool_or(incoming.stated) AS stated
       FROM ${knownIncoming}
       LEFT JOIN (${placeId}) AS places ON places.place_key = incoming.place_key
       GROUP BY known.customer_id, known.name, known.email, known.age, known.region_id, known.stated) AS fresh
     JOIN met_customers AS known ON known.customer_id = fresh.customer_id
     WHERE known.name <> fresh.name OR known.email IS DISTINCT FROM fresh.email OR known.age IS DISTINCT FROM fresh.age
       OR known.region_id <> fresh.region_id OR known.stated <> fresh.stated`,
  )
  const [changed] = await transaction.query('SELECT count(*) AS customers FROM changed_customers')
  if (Number(changed?.customers) > 0)
    await transaction.execute(
      `UPDATE customers SET name = fresh.name, email = fresh.email, age = fresh.age, region_id = fresh.region_id,
         stated = fresh.stated
       FROM changed_customers AS fresh WHERE customers.customer_id = fresh.customer_id`,
    )
  await transaction.execute('DROP TABLE changed_customers')
  return Number(changed?.customers)
}

/**
 * Of customers that the import shows to have one e-mail the first stays, with the orders and the keys of all. Only who
 * had no e-mail before can turn out to be another. Gives what went.
 */
async function mergeCustomers({ transaction, rollups, coming }: CustomersContext): Promise<Merged> {
  if (coming.emails === 0) return noneMerged
  await transaction.execute(
    `CREATE TEMP TABLE stated_emails AS SELECT known.customer_id, max(incoming.email) AS email
     FROM ${knownIncoming} WHERE known.email IS NULL AND incoming.email IS NOT NULL GROUP BY known.customer_id`,
  )
  const [stated] = await transaction.query('SELECT count(*) AS customers FROM stated_emails')
  const merged =
    Number(stated?.customers) > 0 ? await mergeStated({ transaction, rollups }) : noneMerged
  await transaction.execute('DROP TABLE stated_emails')
  return merged
}

async function mergeStated({
  transaction,
  rollups,
}: Pick<CustomersContext, 'transaction' | 'rollups'>): Promise<Merged> {
  await transaction.execute(
    `CREATE TEMP TABLE merged_customers AS
     WITH owners AS (SELECT customer_id, email FROM stated_emails
         UNION SELECT customer_id, email FROM customers WHERE email IN (SELECT email FROM stated_emails))
     SELECT customer_id, email, first_id
     FROM (SELECT customer_id, email, min(customer_id) OVER (PARTITION BY email) AS first_id FROM owners) AS named
     WHERE customer_id <> first_id`,
  )
  const [gone] = await transaction.query('SELECT count(*) AS customers FROM merged_customers')
  const customers = Number(gone?.customers ?? 0)
  let days: string[] = []
  if (customers > 0) {
    const [found] = await transaction.query(
      `SELECT min(order_date) AS from_day, max(order_date) AS to_day FROM sales_fact
       WHERE customer_id IN (SELECT customer_id FROM merged_customers)`,
    )
    days = touchedDaysIn(found)
    for (const { table, id } of customersFacts)
      await transaction.execute(
        `CREATE TEMP TABLE merged_${table} AS SELECT DISTINCT ${id} FROM ${table}
         WHERE customer_id IN (SELECT customer_id FROM merged_customers)`,
      )
    await rollups.around(ofMerged, () => takeInto(transaction))
    for (const { table } of customersFacts) await transaction.execute(`DROP TABLE merged_${table}`)
  }
  return { customers, days }
}

const customersFacts = [
  { table: 'sales_fact', id: 'order_id' },
  { table: 'returns_fact', id: 'return_id' },
] as const

/** What rollups know of the customers that are merged, whoever they count for. */
const ofMerged: readonly ChangedRows[] = [
  { fact: 'sales', where: 'f.order_id IN (SELECT order_id FROM merged_sales_fact)' },
  { fact: 'returns', where: 'f.return_id IN (SELECT return_id FROM merged_returns_fact)' },
  {
    fact: 'first_orders',
    where: `f.customer_id IN (SELECT customer_id FROM merged_customers)
      OR f.customer_id IN (SELECT first_id FROM merged_customers)`,
  },
]

async function takeInto(transaction: Transaction): Promise<void> {
  await transaction.execute(
    `UPDATE customers SET email = shared.email, first_order_date = least(customers.first_order_date, shared.day),
       stated = customers.stated OR shared.stated
     FROM (SELECT merged.first_id, merged.email, min(gone.first_order_date) AS day, bool_or(gone.stated) AS stated
       FROM merged_customers AS merged
       JOIN customers AS gone ON gone.customer_id = merged.customer_id GROUP BY merged.first_id, merged.email) AS shared
     WHERE customers.customer_id = shared.first_id`,
  )
  for (const table of [
    'customer_keys',
    'incoming_keys',
    'sales_fact',
    'returns_fact',
    'held_returns',
    'set_aside_lines',
    'earlier_orders',
  ]) {
    await transaction.execute(
      `UPDATE ${table} SET customer_id = merged.first_id FROM merged_customers AS merged
       WHERE ${table}.customer_id = merged.customer_id`,
    )
  }
  await transaction.execute(
    `UPDATE customers SET first_order_date = NULL WHERE customer_id IN (SELECT first_id FROM merged_customers)
       AND NOT (${noEarlierOrder('customers.customer_id', 'customers.first_order_date')})`,
  )
  await transaction.execute(
    'DELETE FROM customers WHERE customer_id IN (SELECT customer_id FROM merged_customers)',
  )
}

/** What a person should know of customers that turned out to be one. */
export function customerWarnings(merged: number): Warning[] {
  if (merged === 0) return []
  const customers = merged === 1 ? '1 customer' : `${countText(String(merged))} customers`
  return [
    {
      code: 'customers_merged',
      text: `${customers} known before turned out to have the e-mail of another: their orders count for that one now.`,
    },
  ]
}
