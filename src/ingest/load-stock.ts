import type { Warning } from '../model/import.ts'
import { countText } from '../model/sentence.ts'
import type { LoadContext } from './load-context.ts'
import { touchedDaysIn } from './touched-days.ts'

export interface StockOutcome {
  /** Entries that are new or hold another quantity now. */
  readonly changed: number
  /** The first and the last day of entries that came or were replaced. */
  readonly days: readonly string[]
  /** Of these, entries that were known with another quantity. */
  readonly replaced: number
}

export const noStock: StockOutcome = { changed: 0, replaced: 0, days: [] }

const key = 'product_id, occurred_at, kind, location'
const sameEntry = `known.product_id = fresh.product_id AND known.occurred_at = fresh.occurred_at
  AND known.kind = fresh.kind AND known.location IS NOT DISTINCT FROM fresh.location`

const incoming = `SELECT products.product_id, incoming.occurred_at, incoming.occurred_on, incoming.kind, incoming.location,
    incoming.quantity, incoming.origin
  FROM incoming_stock AS incoming
  JOIN products ON products.source = $1 AND products.product_key = incoming.product_key`

/** Each entry stands once, and nothing is to be added to it. */
const wholeEntries = `SELECT ${key}, occurred_on, quantity AS whole, NULL::DECIMAL(14,3) AS mended_count, 0 AS added FROM (${incoming}) AS incoming`

const withMendedRows = `SELECT ${key}, min(occurred_on) AS occurred_on, max(CASE WHEN origin IS NULL THEN quantity END) AS whole,
    max(CASE WHEN origin IS NOT NULL THEN quantity END) AS mended_count,
    coalesce(sum(CASE WHEN origin IS NOT NULL THEN quantity END), 0) AS added
  FROM (${incoming}) AS incoming GROUP BY ${key}`

/**
 * Stock counts, receipts and adjustments: an entry that comes again with another quantity is replaced. Mended
 * rows are parts: receipts and adjustments add to the entry of theirs, a count is the newer one.
 */
export async function loadStock(
  context: LoadContext,
  { mended }: { readonly mended: boolean },
): Promise<StockOutcome> {
  const { transaction, source, runId, loadedAt } = context
  const [some] = await transaction.query('SELECT EXISTS (SELECT 1 FROM incoming_stock) AS stock')
  if (some?.stock !== true) return noStock
  await transaction.execute(
    `CREATE TEMP TABLE changed_stock AS SELECT * FROM (
       SELECT fresh.product_id, fresh.occurred_at, fresh.occurred_on, fresh.kind, fresh.location,
         known.quantity AS known_quantity, known.product_id IS NOT NULL AND fresh.whole IS NOT NULL AS replaced,
         CASE WHEN fresh.kind = 'count' THEN coalesce(fresh.mended_count, fresh.whole)
           ELSE coalesce(fresh.whole, known.quantity, 0) + fresh.added END AS quantity
       FROM (${mended ? withMendedRows : wholeEntries}) AS fresh LEFT JOIN stock_fact AS known ON ${sameEntry}) AS entries
     WHERE known_quantity IS DISTINCT FROM quantity`,
    [source],
  )
  const [counts] = await transaction.query(
    `SELECT count(*) AS changed, count(CASE WHEN replaced THEN 1 END) AS replaced,
       min(occurred_on) AS from_day, max(occurred_on) AS to_day FROM changed_stock`,
  )
  const outcome = {
    changed: Number(counts?.changed),
    replaced: Number(counts?.replaced),
    days: touchedDaysIn(counts),
  }
  if (outcome.changed === 0) return outcome
  await transaction.execute(
    `DELETE FROM stock_fact AS known WHERE EXISTS (SELECT 1 FROM changed_stock AS fresh WHERE ${sameEntry})`,
  )
  await transaction.execute(
    `INSERT INTO stock_fact (product_id, occurred_at, occurred_on, kind, quantity, location, source, loaded_at, run_id)
     SELECT product_id, occurred_at, occurred_on, kind, quantity, location, $1, $2::TIMESTAMPTZ, $3::BIGINT
     FROM changed_stock ORDER BY occurred_on`,
    [source, loadedAt, runId],
  )
  await refreshStock(context)
  return outcome
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

/** What a person should know of stock that was known otherwise. */
export function stockWarnings({ replaced }: StockOutcome): Warning[] {
  if (replaced === 0) return []
  return [
    {
      code: 'stock_replaced',
      text: `${countText(String(replaced))} entries of stock were known with another quantity (the same product, moment, kind and place): the quantity of this import counts.`,
    },
  ]
}
