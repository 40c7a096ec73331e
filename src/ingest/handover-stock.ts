import { quote } from './format.ts'
import type { InputFile } from './input.ts'
import type { Judged } from './judged.ts'
import { reading, type Workbench } from './workbench.ts'

export interface WrittenStock {
  /** Null where there are none. */
  readonly file: string | null
  /** Entries that came several times with different quantities, of which one counts. */
  readonly repeated: number
}

export interface StockRequest {
  readonly judged: Judged
  readonly files: readonly InputFile[]
  readonly timeZone: string
  /** Live records: each says all of its entry, and the later one takes the place of the earlier. */
  readonly declared: boolean
}

const key = 'product_key, occurred_at, kind, location'
const columns = 'product_key, occurred_at, occurred_on, kind, quantity, location, origin'

/**
 * Stock counts, receipts and adjustments, one entry per product, moment, kind and place. Receipts and
 * adjustments of one file are added up, of its counts the last counts, and of several files the last. An
 * undated entry is taken at its file's time. `timeZone`: the shop's, IANA.
 */
export async function writeStock(
  bench: Workbench,
  { judged, files, timeZone, declared }: StockRequest,
): Promise<WrittenStock> {
  const [tables, entries] = entriesOf(judged)
  if (tables.length === 0) return { file: null, repeated: 0 }
  const fileTime = `CASE file_number ${files.map((file) => `WHEN ${file.number} THEN TIMESTAMPTZ ${quote(`${file.modifiedAt.slice(0, 19)}Z`)}`).join(' ')} END`
  const dated = `SELECT * EXCLUDE (counted_at, counted_at_instant), coalesce(counted_at_instant, ${fileTime}) AS occurred_at,
      coalesce(counted_at, timezone('${timeZone}', ${fileTime}))::DATE AS occurred_on FROM (${entries})`
  const isWhole = declared ? 'true' : "kind = 'count'"
  const ofFiles = `SELECT ${key}, file_number, min(occurred_on) AS occurred_on, NULL::VARCHAR AS origin,
      CASE WHEN ${isWhole} THEN arg_max(quantity, record_number) ELSE sum(quantity) END::DECIMAL(14,3) AS quantity,
      ${isWhole} AND min(quantity) <> max(quantity) AS differs
    FROM (${dated}) WHERE origin IS NULL GROUP BY ${key}, file_number`
  const whole = tables.length === 1 ? ofFiles : lastOfFiles(ofFiles)
  const file = await bench.write(
    'stock',
    `SELECT ${columns}, differs FROM (${whole})
     UNION ALL SELECT ${columns}, false AS differs FROM (${dated}) WHERE origin IS NOT NULL`,
  )
  const { repeated } = await bench.row(
    `SELECT count(*) FILTER (differs) AS repeated FROM ${reading([file])}`,
  )
  return { file, repeated: Number(repeated) }
}

function lastOfFiles(ofFiles: string): string {
  return `SELECT * EXCLUDE (differs), bool_or(differs) OVER entry OR min(quantity) OVER entry <> max(quantity) OVER entry AS differs
    FROM (${ofFiles}) WINDOW entry AS (PARTITION BY ${key})
    QUALIFY row_number() OVER (PARTITION BY ${key} ORDER BY file_number DESC) = 1`
}

/**
 * The tables that state stock, and SQL of their entries. A table of products states its stock as it is now;
 * where stock has a table of its own, that one counts.
 */
function entriesOf({ stock, products }: Judged): readonly [readonly string[], string] {
  const said = "WHERE outcome = 'accepted' AND stock IS NOT NULL"
  if (stock.length > 0) {
    return [
      stock,
      `SELECT file_number, record_number, product_key, counted_at, counted_at_instant, stock::DECIMAL(14,3) AS quantity, location, origin,
         CASE WHEN lower(stock_kind) LIKE 'rec%' THEN 'receipt' WHEN lower(stock_kind) LIKE 'adj%' THEN 'adjustment' ELSE 'count' END AS kind
       FROM ${reading(stock)} ${said}`,
    ]
  }
  return [
    products,
    `SELECT file_number, record_number, product_key, NULL::TIMESTAMP AS counted_at, NULL::TIMESTAMPTZ AS counted_at_instant,
       stock::DECIMAL(14,3) AS quantity,
       NULL::VARCHAR AS location, NULL::VARCHAR AS origin, 'count' AS kind
     FROM ${reading(products)} ${said}`,
  ]
}
