import { TakingsError } from '../model/errors.ts'
import { whyHeader } from '../model/reasons.ts'
import { quote, type SourceColumn, type StagedTable } from './format.ts'
import type { RecognisedTable } from './layout.ts'

/** The place of a row is its run, its file in the run and its record. */
const placePattern = '[0-9]+\\.[0-9]+\\.[0-9]+'

/** SQL of whose row it is and where it stood, as `shop #3.1.52`. */
export function originAt(source: string, place: readonly string[]): string {
  return `concat(${source}, ' #', ${place.join(", '.', ")})`
}

/** The source that a text of the column begins with; none when a person wrote something else. */
function sourceIn(why: string): string[] {
  return new RegExp(`^(.+) #${placePattern}: `).exec(why)?.slice(1) ?? []
}

/** SQL of the origin in the column that says why; null where a person wrote something else. */
export function originIn(why: SourceColumn): string {
  return `nullif(regexp_extract(${why.sql}, '^(.+ #${placePattern}): ', 1), '')`
}

/** SQL of the whole row as JSON of header to text where it is set aside; any mended row may be yet. */
export function keptRow(table: StagedTable, aside: string): string {
  const whole = table.columns
    .filter(({ made }) => made !== 'by_layout')
    .map(({ sql, name }) => `${quote(name)}, ${sql}`)
    .join(', ')
  return `CASE WHEN ${whyColumn(table) ? 'true' : aside} THEN json_object(${whole})::VARCHAR END`
}

export function isWhyHeader(header: string): boolean {
  return header.trim().toLowerCase() === whyHeader
}

export function whyColumn({ columns }: Pick<StagedTable, 'columns'>): SourceColumn | undefined {
  return columns.find(({ name }) => isWhyHeader(name))
}

/**
 * SQL of the number that stands for a line without an order number: one order each, found again by file and
 * record within its day. Rows that come alone, mended or as a part of their day, would take the numbers of
 * others so: they are found again by where they stood first, else by what they say, copy by copy.
 */
export function anonymousNumber(table: StagedTable, part: boolean): string {
  const { number } = table.file
  const why = whyColumn(table)
  if (!why && !part) return `concat(moment::DATE, ' #', ${number}, '.', record_number)`
  const own = table.columns.filter((column) => column !== why).map(({ sql }) => sql)
  const content = `left(md5(concat_ws(chr(31), ${own.map((sql) => `coalesce(${sql}, '')`).join(', ')})), 12)`
  const copy = `row_number() OVER (PARTITION BY ${own.join(', ')} ORDER BY record_number)`
  const place = why ? `regexp_extract(${why.sql}, ' #(${placePattern}): ', 1)` : `''`
  return `concat(moment::DATE, ' #', coalesce(nullif(${place}, ''), concat('+${number}.', ${content}, '.', ${copy})))`
}

/** SQL condition: the number stands for one row without an order number. */
export function isStandingAlone(number: string): string {
  return `${number} LIKE '____-__-__ #%'`
}

/**
 * The source that mended rows state, null where none does. Throws `invalid_option` where the tables of an
 * import belong to several: numbers of one shop must not meet the orders of another.
 */
export function sourceOfMended(
  tables: readonly RecognisedTable[],
  otherwise: string,
): string | null {
  const mended = tables.map(statedSources)
  const found = new Set(mended.flatMap((sources) => sources ?? [otherwise]))
  const [only] = found
  if (mended.every((sources) => sources === null)) return null
  if (found.size <= 1) return only ?? null
  throw new TakingsError('invalid_option', {
    option: '--source',
    problem: `the rows belong to several sources: ${[...found].sort().join(', ')}`,
    advice: 'Import them apart, or say with --source NAME where all of them belong.',
  })
}

/** Null for a table that is not of mended rows; empty when its texts name none. */
export function statedSources({ sample }: Pick<RecognisedTable, 'sample'>): string[] | null {
  const index = sample.columns.findIndex(({ name }) => isWhyHeader(name))
  if (index < 0) return null
  return [...new Set(sample.rows.flatMap((row) => sourceIn(row[index] ?? '')))]
}
