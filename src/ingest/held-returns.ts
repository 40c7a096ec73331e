import type { Warning } from '../model/import.ts'
import { plural } from '../model/sentence.ts'
import { table } from '../model/star.ts'
import type { LoadContext } from './load-context.ts'
import { touchedDaysIn } from './touched-days.ts'

/**
 * What comes back of an order that does not count counts no more than the order, whichever of the two is heard of first:
 * it is held apart, and counts again once the order does.
 */

type Context = Pick<
  LoadContext,
  'transaction' | 'rollups' | 'coming' | 'standing' | 'mayBeKnown' | 'source'
>

export interface HeldReturns {
  /** Returns that this load brought, or that counted before it, and that do not count now. */
  readonly held: number
  /** Those that were held before it and are not any more. */
  readonly released: number
  /** The first and the last of their days. */
  readonly days: readonly string[]
}

export const nothingHeld: HeldReturns = { held: 0, released: 0, days: [] }

/**
 * Before a load compares: held returns of its orders and documents stand among all others meanwhile. Leaves the temporary
 * table `brought_returns` (return_id, return_date) and gives true, where there are some.
 */
export async function bringHeldReturns({
  transaction,
  rollups,
  standing,
  mayBeKnown,
  source,
}: Context): Promise<boolean> {
  if (!standing.heldReturns || !mayBeKnown) return false
  await transaction.execute(
    `CREATE TEMP TABLE brought_returns AS SELECT return_id, return_date FROM held_returns
     WHERE source = $1 AND (order_id IN (SELECT order_id FROM incoming_orders)
       OR document_number IN (SELECT document_number FROM incoming_returns))`,
    [source],
  )
  const brought = 'return_id IN (SELECT return_id FROM brought_returns)'
  const moved = await transaction.execute(
    `INSERT INTO returns_fact (${columns}) SELECT ${columns} FROM held_returns WHERE ${brought}`,
  )
  if (moved === 0) {
    await transaction.execute('DROP TABLE brought_returns')
    return false
  }
  await transaction.execute(`DELETE FROM held_returns WHERE ${brought}`)
  await rollups.added({ fact: 'returns', where: `f.${brought}` })
  return true
}

/** After orders and returns were loaded: puts aside what does not count, `wereBrought` as `bringHeldReturns` gave it. */
export async function holdReturns(context: Context, wereBrought: boolean): Promise<HeldReturns> {
  const { transaction, rollups, coming, source } = context
  if (coming.returns === 0 && coming.uncounted === 0 && !wereBrought) return nothingHeld
  await transaction.execute(
    `CREATE TEMP TABLE returns_to_hold AS SELECT returned.return_id, returned.return_date
     FROM returns_fact AS returned JOIN orders ON orders.order_id = returned.order_id
     WHERE returned.source = $1 AND orders.state <> 'counted'
       AND (returned.order_id IN (SELECT order_id FROM incoming_orders)
         OR returned.order_id IN (SELECT order_id FROM incoming_returns))`,
    [source],
  )
  const held = 'return_id IN (SELECT return_id FROM returns_to_hold)'
  const known = wereBrought ? 'SELECT return_id, return_date FROM brought_returns' : noReturns
  const [found] = await transaction.query(
    `SELECT count(CASE WHEN side = 'held' THEN 1 END) AS held, count(CASE WHEN side = 'released' THEN 1 END) AS released,
       min(return_date) AS from_day, max(return_date) AS to_day
     FROM (SELECT 'held' AS side, return_date FROM returns_to_hold WHERE return_id NOT IN (SELECT return_id FROM (${known}) AS known)
       UNION ALL SELECT 'released', return_date FROM (${known}) AS known
         WHERE return_id NOT IN (SELECT return_id FROM returns_to_hold)) AS sides`,
  )
  await rollups.goes({ fact: 'returns', where: `f.${held}` })
  await transaction.execute(
    `INSERT INTO held_returns (${columns}) SELECT ${columns} FROM returns_fact WHERE ${held}`,
  )
  await transaction.execute(`DELETE FROM returns_fact WHERE ${held}`)
  for (const name of ['returns_to_hold', ...(wereBrought ? ['brought_returns'] : [])])
    await transaction.execute(`DROP TABLE ${name}`)
  return {
    held: Number(found?.held ?? 0),
    released: Number(found?.released ?? 0),
    days: touchedDaysIn(found),
  }
}

const columns = table('returns_fact')
  .columns.map(({ name }) => name)
  .join(', ')

const noReturns = 'SELECT NULL::BIGINT AS return_id, NULL::DATE AS return_date WHERE false'

/** What a person should know of returns that do not count. */
export function heldWarnings(held: number): Warning[] {
  if (held === 0) return []
  const returns = plural(String(held), 'return belongs', 'returns belong')
  const text = `${returns} to orders that do not count, such as cancelled ones: what was given back does not count either, until they do.`
  return [{ code: 'returns_held', text }]
}
