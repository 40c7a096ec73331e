import type { Warning } from '../model/import.ts'
import { countText } from '../model/sentence.ts'
import type { Handover } from './handover.ts'
import { reading, type Workbench } from './workbench.ts'

/** What spreadsheets do to identifiers: 4006381333931 becomes 4.00638E+12, and 0012 becomes 12. */
export async function identifierWarnings(bench: Workbench, handover: Handover): Promise<Warning[]> {
  const found: Warning[] = []
  for (const { what, relation, column } of identifiersOf(handover)) {
    const row = await bench.row(
      `SELECT count(DISTINCT ${column}) AS identifiers, min(${column}) AS example FROM ${relation} WHERE ${isScientific(column)}`,
    )
    if (Number(row.identifiers) > 0)
      found.push(scientific(what, Number(row.identifiers), String(row.example)))
  }
  for (const { what, relation, column } of identifiersOf(handover).filter(({ zeros }) => zeros)) {
    const cut = await withoutZeros(bench, relation, column)
    if (cut) found.push(zerosLost(what, cut))
  }
  return found
}

interface Identifiers {
  readonly what: string
  readonly relation: string
  readonly column: string
  /** Lost zeros are looked for. */
  readonly zeros: boolean
}

function identifiersOf({ products, orders, customers }: Handover): Identifiers[] {
  const listed: readonly (Omit<Identifiers, 'relation'> & { readonly files: readonly string[] })[] =
    [
      { what: 'product ids', files: [products], column: 'product_key', zeros: true },
      { what: 'SKUs', files: [products], column: 'nullif(sku, product_key)', zeros: true },
      { what: 'order numbers', files: [orders], column: 'order_number', zeros: true },
      { what: 'customer ids', files: customers, column: 'customer_key', zeros: true },
    ]
  return listed
    .filter(({ files }) => files.length > 0)
    .map(({ files, ...identifiers }) => ({ ...identifiers, relation: reading(files) }))
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
  relation: string,
  column: string,
): Promise<Cut | null> {
  const digits = `SELECT DISTINCT ${column} AS key FROM ${relation} WHERE regexp_full_match(${column}, '[0-9]+')`
  const { zeros } = await bench.row(
    `SELECT coalesce(bool_or(prefix(${column}, '0')), false) AS zeros FROM ${relation}`,
  )
  if (zeros === true) {
    const twice = await bench.row(
      `SELECT count(*) AS count, min(least) AS example, min(most) AS whole FROM (SELECT arg_min(key, length(key)) AS least, arg_max(key, length(key)) AS most
         FROM (${digits}) GROUP BY ltrim(key, '0') HAVING count(*) > 1)`,
    )
    if (Number(twice.count) > 0) return cutOf(twice)
  }
  if (column === 'order_number') return null
  const checked = `list_sum(list_transform(range(1, 13), place -> TRY_CAST(substr(lpad(key, 13, '0'), place, 1) AS INTEGER) * CASE WHEN place % 2 = 0 THEN 3 ELSE 1 END))`
  const ean = await bench.row(
    `SELECT count(*) FILTER (length(key) < 13) AS count, count(*) FILTER (length(key) = 13) AS whole_count,
       min(key) FILTER (length(key) < 13) AS example, min(key) FILTER (length(key) = 13) AS whole
     FROM (${digits} AND length(${column}) BETWEEN 9 AND 13)
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
