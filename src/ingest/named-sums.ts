import type { Warning } from '../model/import.ts'
import { amountText, plural } from '../model/sentence.ts'
import { quote } from './format.ts'
import { totalPattern } from './remarks.ts'
import { reading, type Workbench } from './workbench.ts'

/** Lines of one table whose product is called like a sum, and that have all that a sale has. */
export interface NamedSums {
  readonly rows: number
  /** The first of the names, as written. */
  readonly name: string
  /** What they count for. */
  readonly revenue: string
  /** One of them states what others add up to: the word stands for sums in this table. */
  readonly areSums: boolean
}

/** SQL condition, never null, of lines whose product is called like a sum: the roles are columns of judged rows. */
const called = ['product_name', 'sku', 'product_key']
  .map((name) => `coalesce(regexp_full_match(lower(${name}), ${quote(totalPattern)}), false)`)
  .join(' OR ')

/** More lines than this are a product that sells, not sums. */
const mostSums = 1_000

/**
 * Looks at the judged, numbered lines of a table for products called "Total" and the like; null where there are none.
 * Such a line is a sum if its pieces and its amount are those of the table's other lines, of the others of its order,
 * or of at least two since the last line called so.
 */
export async function namedSums(bench: Workbench, file: string): Promise<NamedSums | null> {
  const lines = `(SELECT record_number, order_number, quantity, total_price, product_name, sku, product_key, ${called} AS called
    FROM ${reading([file])} WHERE outcome IN ('line', 'refunded'))`
  const counted = await bench.row(
    `SELECT count(*) AS rows, any_value(coalesce(product_name, sku, product_key)) AS name,
       coalesce(sum(total_price), 0)::DECIMAL(38,4)::VARCHAR AS revenue FROM ${lines} WHERE called`,
  )
  const rows = Number(counted.rows)
  if (rows === 0) return null
  const others = (over: string) => `(sum(quantity) FILTER (NOT called) OVER ${over} = quantity
    AND abs(sum(total_price) FILTER (NOT called) OVER ${over} - total_price) < 0.01
    AND count(*) FILTER (NOT called) OVER ${over} >= 2)`
  const found =
    rows > mostSums
      ? { some: false }
      : await bench.row(
          `SELECT coalesce(bool_or(sums), false) AS some FROM (
             SELECT called, ${others('()')} OR (order_number IS NOT NULL AND ${others('(PARTITION BY order_number)')})
               OR ${others('(PARTITION BY part)')} AS sums
             FROM (SELECT *, count(*) FILTER (called) OVER (ORDER BY record_number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS part
               FROM ${lines}))
           WHERE called`,
        )
  return {
    rows,
    name: String(counted.name),
    revenue: String(counted.revenue),
    areSums: found.some === true,
  }
}

/** Nothing else in the table says that they are sums, and nothing says that they are not. */
export function namedLikeSumWarning({ rows, name, revenue }: NamedSums): Warning {
  const lines = plural(String(rows), 'line sells', 'lines sell')
  return {
    code: 'named_like_sum',
    text: `${lines} a product called "${name}" or the like for ${amountText(revenue)}: counted as sales, as they are not what other lines add up to. If they are totals, take them out of the file and import it again.`,
  }
}
