import type { Warning } from '../model/import.ts'
import { countText } from '../model/sentence.ts'
import type { StagedRow } from '../staging/staging.ts'
import type { Handover } from './handover.ts'
import { reading, type Workbench } from './workbench.ts'

/** What spreadsheets do to identifiers: 4006381333931 becomes 4.00638E+12, and 0012 becomes 12. */
export async function identifierWarnings(bench: Workbench, handover: Handover): Promise<Warning[]> {
  const looks: Look[] = []
  for (const { relation, kinds } of identifiersOf(handover)) {
    const row = await bench.row(
      `SELECT ${kinds.map((kind, index) => looked(kind, index)).join(', ')} FROM ${relation}`,
    )
    for (const [index, kind] of kinds.entries())
      looks.push({ ...kind, relation, ...seen(row, index) })
  }
  const found = looks
    .filter(({ scientific: count }) => count > 0)
    .map(({ what, scientific: count, example }) => scientific(what, count, example))
  for (const look of looks) {
    const cut = await withoutZeros(bench, look)
    if (cut) found.push(zerosLost(look.what, cut))
  }
  return found
}

interface Identifiers {
  readonly what: string
  readonly column: string
  /** They may be numbers of articles. */
  readonly articles: boolean
}

/** What one look at all of them tells. */
interface Look extends Identifiers {
  readonly relation: string
  readonly scientific: number
  readonly example: string
  /** Some begin with a zero. */
  readonly zeros: boolean
  /** Some are as long as numbers of articles. */
  readonly long: boolean
}

function identifiersOf({ products, orders, customers }: Handover) {
  const listed: readonly { files: readonly string[]; kinds: readonly Identifiers[] }[] = [
    {
      files: [products],
      kinds: [
        { what: 'product ids', column: 'product_key', articles: true },
        { what: 'SKUs', column: 'nullif(sku, product_key)', articles: true },
      ],
    },
    {
      files: [orders],
      kinds: [{ what: 'order numbers', column: 'order_number', articles: false }],
    },
    { files: customers, kinds: [{ what: 'customer ids', column: 'customer_key', articles: true }] },
  ]
  return listed
    .filter(({ files }) => files.length > 0)
    .map(({ files, kinds }) => ({ relation: reading(files), kinds }))
}

function looked({ column, articles }: Identifiers, index: number): string {
  const long = articles ? `count(*) FILTER (${isLong(column)})` : '0'
  return `count(DISTINCT ${column}) FILTER (${isScientific(column)}) AS scientific${index},
    min(${column}) FILTER (${isScientific(column)}) AS example${index},
    count(*) FILTER (prefix(${column}, '0')) AS zeros${index}, ${long} AS long${index}`
}

function seen(row: StagedRow, index: number) {
  return {
    scientific: Number(row[`scientific${index}`]),
    example: String(row[`example${index}`]),
    zeros: Number(row[`zeros${index}`]) > 0,
    long: Number(row[`long${index}`]) > 0,
  }
}

function isLong(column: string): string {
  return `length(${column}) BETWEEN 9 AND 13 AND regexp_full_match(${column}, '[0-9]+')`
}

function isScientific(column: string): string {
  return `contains(${column}, 'E+') AND regexp_full_match(${column}, '[0-9](?:[.,][0-9]+)?E[+][0-9]{1,2}')`
}

function scientific(what: string, count: number, example: string): Warning {
  return {
    code: 'scientific_identifiers',
    text: `${countText(String(count))} ${what} are written like ${example}: a spreadsheet cut their last digits, and several may have become one. Give the column the format of text before the file is saved, and export it again.`,
  }
}

interface Cut {
  readonly count: number
  readonly example: string
  readonly whole: string
}

/**
 * Identifiers that stand with and without zeros in front; and numbers of articles (EAN) that lack a digit among
 * others that are whole, which their check digit tells. Source: GS1 General Specifications, 7.9.
 */
async function withoutZeros(
  bench: Workbench,
  { relation, column, zeros, long }: Look,
): Promise<Cut | null> {
  const digits = (condition: string) =>
    `SELECT DISTINCT ${column} AS key FROM ${relation} WHERE ${condition}`
  if (zeros) {
    const twice = await bench.row(
      `SELECT count(*) AS count, min(least) AS example, min(most) AS whole FROM (SELECT arg_min(key, length(key)) AS least, arg_max(key, length(key)) AS most
         FROM (${digits(`regexp_full_match(${column}, '[0-9]+')`)}) GROUP BY ltrim(key, '0') HAVING count(*) > 1)`,
    )
    if (Number(twice.count) > 0) return cutOf(twice)
  }
  if (!long) return null
  const checked = `list_sum(list_transform(range(1, 13), place -> TRY_CAST(substr(lpad(key, 13, '0'), place, 1) AS INTEGER) * CASE WHEN place % 2 = 0 THEN 3 ELSE 1 END))`
  const ean = await bench.row(
    `SELECT count(*) FILTER (length(key) < 13) AS count, count(*) FILTER (length(key) = 13) AS whole_count,
       min(key) FILTER (length(key) < 13) AS example, min(key) FILTER (length(key) = 13) AS whole
     FROM (${digits(isLong(column))})
     WHERE (10 - ${checked} % 10) % 10 = TRY_CAST(right(key, 1) AS INTEGER)`,
  )
  return Number(ean.count) > 0 && Number(ean.whole_count) > Number(ean.count) ? cutOf(ean) : null
}

function cutOf(row: Readonly<Record<string, unknown>>): Cut {
  return { count: Number(row.count), example: String(row.example), whole: String(row.whole) }
}

function zerosLost(what: string, { count, example, whole }: Cut): Warning {
  return {
    code: 'leading_zeros_lost',
    text: `${countText(String(count))} ${what} seem to have lost zeros in front: ${example} stands beside ${whole}. They count as they stand. Give the column the format of text before the file is saved, and export it again.`,
  }
}
