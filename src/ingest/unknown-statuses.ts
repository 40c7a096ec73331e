import type { Warning } from '../model/import.ts'
import { plural } from '../model/sentence.ts'
import { quote } from './format.ts'
import { columnOf } from './layout.ts'
import { headerOf, type ProfiledTable } from './settle.ts'
import { knownState } from './statuses.ts'
import { trimmed } from './survey.ts'
import type { Workbench } from './workbench.ts'

/** A column with more of them, and none that is known, holds no words of a status, but remarks or places. */
const mostStatuses = 40
const mostListed = 5

/**
 * Statuses that stand in no list, with their orders: they count, and nobody said that they should. Rows are read for it
 * only where there are some.
 */
export async function unknownStatuses(
  bench: Workbench,
  tables: readonly ProfiledTable[],
): Promise<Warning[]> {
  const found: Warning[] = []
  for (const table of tables) {
    const { recognised, profile } = table
    const sql = columnOf(recognised.claim, 'status')
    if (!sql || recognised.claim.holds !== 'order_lines' || recognised.claim.cancelled) continue
    const unknown = profile.statuses.filter(
      (status) =>
        !recognised.claim.states?.has(status.toLowerCase()) && knownState(status) === null,
    )
    const tooMany = unknown.length > mostStatuses && unknown.length === profile.statuses.length
    if (unknown.length === 0 || tooMany) continue
    found.push({
      code: 'unknown_status',
      text: `Nothing is known of ${unknown.length === 1 ? 'a status' : `${unknown.length} statuses`} in "${headerOf(recognised, sql)}" of ${recognised.table.file.name}, and orders with ${unknown.length === 1 ? 'it' : 'them'} count as sold: ${await ordersWith(bench, table, unknown)}.`,
    })
  }
  return found
}

async function ordersWith(
  bench: Workbench,
  { recognised: { claim, table } }: ProfiledTable,
  statuses: readonly string[],
): Promise<string> {
  const status = trimmed(columnOf(claim, 'status') ?? '')
  const order = columnOf(claim, 'order_number')
  const rows = await bench.rows(
    `SELECT ${status} AS status, count(${order ? `DISTINCT ${trimmed(order)}` : '*'}) AS orders FROM ${table.unnumbered}
     WHERE ${status} IN (${statuses.map(quote).join(', ')}) GROUP BY ALL ORDER BY orders DESC, status LIMIT ${mostListed}`,
  )
  const listed = rows.map(
    (row) => `"${row.status}" (${plural(String(row.orders), 'order', 'orders')})`,
  )
  const rest = statuses.length - rows.length
  return [...listed, ...(rest > 0 ? [`${rest} more`] : [])].join(', ')
}
