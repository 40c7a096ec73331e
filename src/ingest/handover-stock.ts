import { quote } from './format.ts'
import type { InputFile } from './input.ts'
import type { Judged } from './judged.ts'
import { reading, type Workbench } from './workbench.ts'

export interface WrittenStock {
  readonly file: string
  /** Entries that came several times with different quantities, of which one counts. */
  readonly repeated: number
}

const emptyEntry = `NULL::INTEGER AS file_number, NULL::BIGINT AS record_number, NULL::VARCHAR AS product_key,
  NULL::TIMESTAMP AS counted_at, 'count' AS kind, NULL::DECIMAL(14,3) AS quantity, NULL::VARCHAR AS location,
  NULL::VARCHAR AS origin`

/**
 * Stock counts, receipts and adjustments, one entry per product, moment, kind and place. Receipts and
 * adjustments of one file are added up, of its counts the last counts, and of several files the last. An
 * undated entry is taken at its file's time.
 */
export async function writeStock(
  bench: Workbench,
  { judged, files }: { readonly judged: Judged; readonly files: readonly InputFile[] },
): Promise<WrittenStock> {
  const time = `CASE file_number ${files.map((file) => `WHEN ${file.number} THEN TIMESTAMP ${quote(file.modifiedAt.slice(0, 19).replace('T', ' '))}`).join(' ')} END`
  const key = 'product_key, occurred_at, kind, location'
  await bench.staging.run(
    `CREATE OR REPLACE TEMP TABLE stock_entries AS
     SELECT * EXCLUDE (counted_at), coalesce(counted_at, ${time})::TIMESTAMPTZ AS occurred_at,
       coalesce(counted_at, ${time})::DATE AS occurred_on
     FROM (${entriesOf(judged)})`,
  )
  await bench.staging.run(
    `CREATE OR REPLACE TEMP TABLE stock_of_files AS
     SELECT ${key}, file_number, min(occurred_on) AS occurred_on, kind = 'count' AND count(DISTINCT quantity) > 1 AS differs,
       CASE WHEN kind = 'count' THEN last(quantity ORDER BY record_number) ELSE sum(quantity) END::DECIMAL(14,3) AS quantity
     FROM stock_entries WHERE origin IS NULL GROUP BY ${key}, file_number`,
  )
  const repeated = await bench.row(
    `SELECT count(*) AS entries FROM (SELECT ${key} FROM stock_of_files GROUP BY ${key}
       HAVING bool_or(differs) OR count(DISTINCT quantity) > 1)`,
  )
  const columns = 'product_key, occurred_at, occurred_on, kind, quantity, location'
  const file = await bench.write(
    'stock',
    `SELECT ${columns}, NULL::VARCHAR AS origin FROM stock_of_files
     QUALIFY row_number() OVER (PARTITION BY ${key} ORDER BY file_number DESC) = 1
     UNION ALL SELECT ${columns}, origin FROM stock_entries WHERE origin IS NOT NULL`,
  )
  return { file, repeated: Number(repeated.entries) }
}

/** A table of products states its stock as it is now; where stock has a table of its own, that one counts. */
function entriesOf(judged: Judged): string {
  if (judged.stock.length > 0) {
    return `SELECT file_number, record_number, product_key, counted_at,
        CASE WHEN lower(stock_kind) LIKE 'rec%' THEN 'receipt' WHEN lower(stock_kind) LIKE 'adj%' THEN 'adjustment' ELSE 'count' END AS kind,
        stock::DECIMAL(14,3) AS quantity, location, origin
      FROM ${reading(judged.stock)} WHERE outcome = 'accepted' AND stock IS NOT NULL`
  }
  if (judged.products.length === 0) return `SELECT ${emptyEntry} WHERE false`
  return `SELECT file_number, record_number, product_key, NULL::TIMESTAMP AS counted_at, 'count' AS kind,
      stock::DECIMAL(14,3) AS quantity, NULL::VARCHAR AS location, NULL::VARCHAR AS origin
    FROM ${reading(judged.products)} WHERE outcome = 'accepted' AND stock IS NOT NULL`
}
