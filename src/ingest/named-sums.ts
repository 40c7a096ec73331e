import type { Warning } from '../model/import.ts'
import { amountText, plural } from '../model/sentence.ts'
import { quote } from './format.ts'
import { firstOfTotals, longestTotal, sumWordPattern, totalPattern } from './remarks.ts'
import { reading, type Workbench } from './workbench.ts'

/** What lines with all that a sale has are, where they name a sum or no product. */
export interface NamedSums {
  /** Record numbers of lines that sum up others: their numbers say so. */
  readonly sums: readonly number[]
  /** Those of them that nothing but their numbers tells: they could be goods that cost as much as others together. */
  readonly left: Sold | null
  /** Lines whose product is called like a sum, "Total" or "Summe", and that are none. */
  readonly sold: Sold | null
}

export interface Sold {
  readonly rows: number
  /** The first of the names, as written; null where none of them names a product. */
  readonly name: string | null
  /** What they count for, or would. */
  readonly revenue: string
}

const names = ['product_name', 'sku', 'product_key']

function someName(test: (name: string) => string): string {
  return names.map((name) => `coalesce(${test(name)}, false)`).join(' OR ')
}

/** SQL condition, never null, of lines whose product is called like a sum and nothing else. Few names are looked at closer. */
const called = someName(
  (name) =>
    `${name} >= '${firstOfTotals}' AND strlen(${name}) <= ${longestTotal} AND right(${name}, 1) > '9' AND regexp_full_match(lower(${name}), ${quote(totalPattern)})`,
)

/** The same of lines that may sum up others: "Day total", "Total for May", or no product. */
const doubted = `(${called} OR coalesce(${names.join(', ')}) IS NULL OR ${someName((name) => `regexp_matches(lower(${name}), ${quote(sumWordPattern)})`)})`

/** More lines than this are a product that sells, not sums. */
const mostSums = 1_000

/** People write sums below some hundred lines; in a table of more than this a machine did, and calls them so. */
const mostOfPeople = 200_000

/**
 * Looks at the judged, numbered lines of a table for sums among them; null where none may be one. A line is a sum if its
 * pieces and its amount are those of the table's other lines, of the others of its order, or of at least two since the
 * last line that may be one. Where one line called "Total" is a sum all of that kind are.
 */
export async function namedSums(
  bench: Workbench,
  { file, rows: all }: { readonly file: string; readonly rows: number },
): Promise<NamedSums | null> {
  const mayBe = all > mostOfPeople ? called : doubted
  const lines = `(SELECT record_number, order_number, quantity, total_price, ${names.join(', ')}, ${called} AS called, ${mayBe} AS doubted
    FROM ${reading([file])} WHERE outcome IN ('line', 'refunded'))`
  const counted = await bench.row(
    `SELECT count(*) FILTER (doubted) AS doubted, count(*) FILTER (called) AS called, any_value(coalesce(${names.join(', ')})) FILTER (called) AS name,
       coalesce(sum(total_price) FILTER (called), 0)::DECIMAL(38,4)::VARCHAR AS revenue FROM ${lines}`,
  )
  if (Number(counted.doubted) === 0) return null
  const found = Number(counted.doubted) > mostSums ? [] : await sumsAmong(bench, lines)
  const isSum = found.some((row) => row.sums === true && row.called === true)
  const rows = Number(counted.called)
  const sums = found
    .filter((row) => row.sums === true || (isSum && row.called === true))
    .map((row) => Number(row.record_number))
  return {
    sums,
    left: sums.length > 0 ? await leftAlone(bench, lines, sums) : null,
    sold:
      rows > 0 && !isSum
        ? { rows, name: String(counted.name), revenue: String(counted.revenue) }
        : null,
  }
}

/** The sums that are not called so and stand in an order, which people give to what they sell. */
async function leftAlone(
  bench: Workbench,
  lines: string,
  sums: readonly number[],
): Promise<Sold | null> {
  const { rows, name, revenue } = await bench.row(
    `SELECT count(*) AS rows, min(coalesce(${names.join(', ')})) AS name, coalesce(sum(total_price), 0)::DECIMAL(38,4)::VARCHAR AS revenue
     FROM ${lines} WHERE record_number IN (${sums.join(', ')}) AND NOT called AND order_number IS NOT NULL`,
  )
  if (Number(rows) === 0) return null
  return { rows: Number(rows), name: name === null ? null : String(name), revenue: String(revenue) }
}

/** The lines that may be sums, each with whether its numbers say so. */
function sumsAmong(bench: Workbench, lines: string) {
  const others = (
    over: string,
  ) => `coalesce(sum(quantity) FILTER (NOT doubted) OVER ${over} = quantity
    AND abs(sum(total_price) FILTER (NOT doubted) OVER ${over} - total_price) < 0.01
    AND count(*) FILTER (NOT doubted) OVER ${over} >= 2, false)`
  return bench.rows(
    `SELECT record_number, called, sums FROM (
       SELECT record_number, called, doubted, ${others('()')} OR (order_number IS NOT NULL AND ${others('(PARTITION BY order_number)')})
         OR ${others('(PARTITION BY part)')} AS sums
       FROM (SELECT *, count(*) FILTER (doubted) OVER (ORDER BY record_number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS part
         FROM ${lines}))
     WHERE doubted`,
  )
}

/** What was left out by its numbers alone must be said: it may have been sold. */
export function leftAsSumWarning({ rows, name, revenue }: Sold): Warning {
  const lines = plural(String(rows), 'line', 'lines')
  const called = name === null ? 'without a product' : `("${name}")`
  return {
    code: 'named_like_sum',
    text: `${lines} ${called} for ${amountText(revenue)} ${rows === 1 ? 'was' : 'were'} taken for sums of other lines and left out, by pieces and amount alone. If they were sold, give their product another name and import the file again.`,
  }
}

/** Nothing else in the table says that they are sums, and nothing says that they are not. */
export function namedLikeSumWarning({ rows, name, revenue }: Sold): Warning {
  const lines = plural(String(rows), 'line sells', 'lines sell')
  return {
    code: 'named_like_sum',
    text: `${lines} a product called "${name}" or the like for ${amountText(revenue)}: counted as sales, as they are not what other lines add up to. If they are totals, take them out of the file and import it again.`,
  }
}
