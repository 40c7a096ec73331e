import { meanings } from '../headers.ts'

/** Where a table starts below what people and programs write above it. */
export interface FoundHeader {
  /** Names as they stand there; null where nothing names the columns. */
  readonly header: readonly string[] | null
  /** Records above the header; none where there is no header. */
  readonly above: number
}

/** Titles, days of the report, and the like: no export has more of them. */
const mostAbove = 30
/** Cells that are looked at to know what rows are like. */
const mostCells = 100_000
/** Names that tell a header from titles. */
const mostNames = 500
/** Lines of names that may stand above one another, as titles of groups do. */
const mostTitles = 3

/**
 * The header is the first record that names the columns: as many cells as the rows below have, none of them a
 * number or a date. What stands above it must be unlike the rows below; it is left out, so no row may be among it.
 */
export function findHeader(records: readonly (readonly string[])[], width: number): FoundHeader {
  const typical = typicalOf(records.slice(0, Math.max(mostAbove + 1, mostCells / width)))
  for (const [at, record] of records.slice(0, mostAbove).entries()) {
    if (namesColumns(record, { rest: records.slice(at + 1), typical, width })) {
      const below = titlesAbove(records, { at, typical, width })
      return { header: records[at + below] ?? record, above: at + below }
    }
    if (isRow(record, typical)) break
  }
  return { header: null, above: 0 }
}

/** What most rows of a table have. */
interface Typical {
  readonly filled: number
  readonly numbers: number
}

function typicalOf(records: readonly (readonly string[])[]): Typical {
  // Rows are the fullest records; of a short table there may be more titles than rows.
  const filled = quantile(records.map(filledIn), 0.9)
  const rows = records.filter((record) => filledIn(record) >= 0.7 * filled)
  return { filled, numbers: quantile(rows.map(numbersIn), 0.5) }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

function filledIn(record: readonly string[]): number {
  return record.filter((cell) => cell.trim() !== '').length
}

const numberOrDate = /^[\s£$€¥]*[+-]?[\d.,'\s]*\d[\d.,'\s%]*$|^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}/

function numbersIn(record: readonly string[]): number {
  return record.filter((cell) => numberOrDate.test(cell.trim())).length
}

interface Surroundings {
  readonly rest: readonly (readonly string[])[]
  readonly typical: Typical
  readonly width: number
}

/** A header names its columns: no numbers or dates, few blanks, and no name twice as data would have. */
function namesColumns(record: readonly string[], { rest, typical, width }: Surroundings): boolean {
  const names = record.map((name) => name.trim())
  const filled = filledIn(record)
  if (filled < Math.min(2, width) || filled < typical.filled / 2) return false
  if (names.some((name) => numberOrDate.test(name))) return false
  return (
    rest.length === 0 ||
    names.some((name, column) => !rest.every((row) => row[column]?.trim() === name))
  )
}

/** Like the rows of the table: as full, and with as many numbers and dates. */
function isRow(record: readonly string[], { filled, numbers }: Typical): boolean {
  return filledIn(record) >= 0.7 * filled && numbersIn(record) >= 0.7 * numbers
}

/** How many lines further down the names stand, where the first line has titles of groups of columns. */
function titlesAbove(
  records: readonly (readonly string[])[],
  {
    at,
    typical,
    width,
  }: { readonly at: number; readonly typical: Typical; readonly width: number },
): number {
  const known = knownNames(records[at] ?? [])
  for (let below = 1; below <= mostTitles; below += 1) {
    const record = records[at + below]
    if (!record || (isRow(record, typical) && typical.numbers > 0)) return 0
    const rest = records.slice(at + below + 1)
    if (namesColumns(record, { rest, typical, width }) && knownNames(record) > Math.max(1, known)) {
      return below
    }
  }
  return 0
}

/** Different names whose meaning is known. */
function knownNames(record: readonly string[]): number {
  const names = record.slice(0, mostNames)
  return new Set(names.filter((name) => (meanings(name)[0]?.score ?? 0) >= 0.7)).size
}

/** Names for columns: blank ones by position, repeated ones numbered. */
export function uniqueNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return names.map((raw, index) => {
    const name = raw.trim() || `column ${index + 1}`
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name} (${count})`
  })
}
