import type { Holds } from './layout.ts'
import { reading, type Workbench } from './workbench.ts'

/**
 * Lines that state no price at all are worth quantity x their product's price, where a products table of the
 * same import gives one. What a product costs today may not be what it cost then, so this is a last resort
 * and said so.
 */
export interface JudgedFile {
  readonly holds: Holds
  /** Path of the judged rows. */
  readonly file: string
  /** Rows that were kept aside have their numbers; where none are, none was kept aside. */
  readonly numbered: boolean
}

export interface WithListPrices<Table extends JudgedFile> {
  readonly results: readonly Table[]
  /** Lines that got the price of their product. */
  readonly pricedFromList: number
}

/**
 * Judges tables with unpriced lines once more, now with the list of prices. Others, and imports without such
 * a list, are left as they are. `again` gets a table and the path of the prices (product_key, list_price).
 */
export async function withListPrices<Table extends JudgedFile>(
  bench: Workbench,
  results: readonly Table[],
  again: (table: Table, listPrices: string) => Promise<Table>,
): Promise<WithListPrices<Table>> {
  const products = results.filter(({ holds }) => holds === 'products').map(({ file }) => file)
  const lines = results.filter(({ holds, numbered }) => holds === 'order_lines' && numbered)
  const unpriced = products.length > 0 && lines.length > 0 ? await unpricedIn(bench, lines) : []
  const listPrices = unpriced.length > 0 ? await writePrices(bench, products) : null
  if (listPrices === null) return { results, pricedFromList: 0 }
  const judged: Table[] = []
  let pricedFromList = 0
  for (const result of results) {
    if (!unpriced.includes(result)) judged.push(result)
    else {
      const before = await countAccepted(bench, result)
      const priced = await again(result, listPrices)
      pricedFromList += (await countAccepted(bench, priced)) - before
      judged.push(priced)
    }
  }
  return { results: judged, pricedFromList }
}

async function unpricedIn<Table extends JudgedFile>(
  bench: Workbench,
  tables: readonly Table[],
): Promise<Table[]> {
  const found: Table[] = []
  for (const table of tables) {
    const { rows } = await bench.row(
      `SELECT count(*) AS rows FROM ${reading([table.file])} WHERE reason = 'missing_price'`,
    )
    if (Number(rows) > 0) found.push(table)
  }
  return found
}

async function countAccepted(bench: Workbench, { file }: JudgedFile): Promise<number> {
  const { rows } = await bench.row(
    `SELECT count(*) AS rows FROM ${reading([file])} WHERE outcome IN ('line', 'return', 'refunded')`,
  )
  return Number(rows)
}

/** One price per product, the last that the tables state; null where they state none. */
async function writePrices(bench: Workbench, products: readonly string[]): Promise<string | null> {
  const path = await bench.write(
    'list-prices',
    `SELECT product_key, last(list_price ORDER BY file_number, record_number) AS list_price
     FROM ${reading(products)} WHERE outcome = 'accepted' AND list_price > 0 GROUP BY product_key`,
  )
  const { prices } = await bench.row(`SELECT count(*) AS prices FROM ${reading([path])}`)
  return Number(prices) > 0 ? path : null
}
