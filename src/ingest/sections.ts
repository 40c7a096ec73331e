import { changedTable, quote, type StagedTable } from './format.ts'
import { words } from './headers.ts'
import type { TableSample } from './sample.ts'
import { trimmed } from './survey.ts'
import { kindIn } from './table-names.ts'
import type { Workbench } from './workbench.ts'

/**
 * One sheet may hold several tables below each other, each with a title and the header again: "Orders", then "Refunds".
 * Where such a title says that the rows below it are no sales they become tables of their own; null where none does.
 */
export async function sectionsOf(
  bench: Workbench,
  sample: TableSample,
): Promise<readonly StagedTable[] | null> {
  const { table } = sample
  const titles = titlesIn(sample)
  if (!titles.some(({ text }) => kindIn(words(text)) !== null)) return null
  const starts: { text: string; title: number; header: number }[] = []
  for (const { text, sql } of titles) {
    const after = starts.at(-1)?.header ?? 0
    const { title } = await bench.row(
      `SELECT min(record_number) AS title FROM ${table.relation} WHERE record_number > ${after} AND ${trimmed(sql)} = ${quote(text)}`,
    )
    const { header } = await bench.row(
      `SELECT min(record_number) AS header FROM ${table.relation} WHERE record_number > ${Number(title)}`,
    )
    starts.push({ text, title: Number(title), header: Number(header) })
  }
  const [first] = starts
  const head = part(table, `record_number < ${first?.title ?? 0}`, {})
  const sections = starts.map(({ text, header }, index) => {
    const end = starts[index + 1]?.title
    const rows = `record_number > ${header}${end === undefined ? '' : ` AND record_number < ${end}`}`
    const name = starts.slice(0, index).some((other) => other.text === text)
      ? `${text} ${index + 1}`
      : text
    return part(table, rows, { part: name, malformed: async () => [] })
  })
  return [head, ...sections]
}

/** The rows of a table that fit the condition; its lines that are no records stay with the first of its parts. */
function part(table: StagedTable, rows: string, said: Partial<StagedTable>): StagedTable {
  return changedTable(table, (own) => {
    const relation = `(SELECT * FROM ${own.relation} WHERE ${rows})`
    return { relation, unnumbered: relation, statedRows: null, ...said }
  })
}

/** Texts alone in their row above a row that repeats the header. */
function titlesIn({ table, columns, rows }: TableSample): { text: string; sql: string }[] {
  if (!table.headerStated || columns.length < 3) return []
  return rows.flatMap((row, at) => {
    const next = rows[at + 1]
    if (!next || !columns.slice(0, 3).every(({ name }, place) => next[place] === name)) return []
    const filled = row.flatMap((text, place) => (text === null ? [] : [{ text, place }]))
    const [only] = filled
    const sql = columns[only?.place ?? -1]?.sql
    return only && sql && filled.length === 1 ? [{ text: only.text, sql }] : []
  })
}
