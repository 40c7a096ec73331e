import { subtract } from '../model/money.ts'
import { type Restatement, type RestatementFilter, restatedMetrics } from '../model/restatement.ts'
import type { SqlValue, Warehouse } from '../warehouse/warehouse.ts'

/** What loads changed of days that had been told before: the newest run first, and of a run the newest day. */
export async function restatements(
  warehouse: Warehouse,
  { from, to, since, limit = 100 }: RestatementFilter = {},
): Promise<Restatement[]> {
  const parameters: SqlValue[] = []
  const conditions: string[] = []
  const where = (condition: (place: string) => string, value: string | undefined) => {
    if (value === undefined) return
    parameters.push(value)
    conditions.push(condition(`$${parameters.length}`))
  }
  where((place) => `restatements.day >= ${place}::DATE`, from)
  where((place) => `restatements.day <= ${place}::DATE`, to)
  where((place) => `runs.finished_at >= ${place}::TIMESTAMPTZ`, since)
  parameters.push(limit)
  const rows = await warehouse.query(
    `WITH restated AS (
       SELECT DISTINCT restatements.run_id, restatements.day, runs.finished_at
       FROM restatements JOIN runs ON runs.run_id = restatements.run_id
       ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
       ORDER BY run_id DESC, day DESC LIMIT $${parameters.length}::INTEGER)
     SELECT restated.run_id, restated.day, restated.finished_at, restatements.metric, restatements.before, restatements.after,
       (SELECT string_agg(path, chr(10) ORDER BY file_number) FROM run_files WHERE run_files.run_id = restated.run_id) AS files
     FROM restated JOIN restatements ON restatements.run_id = restated.run_id AND restatements.day = restated.day
     ORDER BY restated.run_id DESC, restated.day DESC`,
    parameters,
  )
  const found = new Map<string, Restatement & { figures: Restatement['figures'][number][] }>()
  for (const row of rows) {
    const key = `${row.run_id} ${row.day}`
    const restated = found.get(key) ?? {
      day: String(row.day),
      runId: Number(row.run_id),
      at: String(row.finished_at),
      files: row.files ? String(row.files).split('\n') : [],
      figures: [],
    }
    const metric = restatedMetrics.find((name) => name === row.metric)
    const [before, after] = [String(row.before), String(row.after)]
    if (metric) restated.figures.push({ metric, before, after, change: subtract(after, before) })
    found.set(key, restated)
  }
  const order = (metric: (typeof restatedMetrics)[number]) => restatedMetrics.indexOf(metric)
  for (const { figures } of found.values())
    figures.sort((a, b) => order(a.metric) - order(b.metric))
  return [...found.values()]
}
