import { isSale } from './handover.ts'
import type { Workbench } from './workbench.ts'

/**
 * Exports of one shop overlap: an order stands in several of them, or several times in a stream of documents, each
 * time as it was then. Where its versions are told by when it was changed last, the newest counts; where they are
 * not, an order that some export calls cancelled is cancelled.
 */

/** SQL condition: the row says something of an order that is recorded. */
export const recorded = `(${isSale} OR reason IN ('order_cancelled', 'order_not_counted'))`

/** Rows of these files are whole documents, each of which may state another version of its order. */
const versionIn = (documents: readonly number[]) =>
  documents.length > 0
    ? `CASE WHEN file_number IN (${documents.join(', ')}) THEN source_version END`
    : 'NULL::VARCHAR'

/** SQL condition, never null: the file states which line of its order it is. Else it has its place there at most. */
export const isStatedLine = '(line_id IS NOT NULL AND line_placed IS NOT TRUE)'

/** What tells the lines of an order apart. */
const lineKey = `coalesce(CASE WHEN ${isStatedLine} THEN line_id::VARCHAR END, product_key, '')`

export interface OlderStatesRequest {
  /** Judged rows, all with record numbers. */
  readonly from: string
  /** Numbers of the files whose records are whole orders. */
  readonly documents: readonly number[]
  /**
   * What was answered on lines that stand in several files: `all` count, because they only look alike; `newest`: an
   * order counts as in the file whose orders go on longest.
   */
  readonly overlap: string | undefined
}

/**
 * Leaves the temporary table `older_rows` (file_number, record_number): sales and returns that a newer state of their
 * order takes the place of; `order_facts` is there, and is made anew for these orders by `orderFacts` of the rows
 * that are left. A state that shares no line with an older one is a part of its order and takes no other's place.
 * Gives the number of rows.
 */
export async function setOlderStatesAside(
  bench: Workbench,
  { from, documents, overlap }: OlderStatesRequest,
  orderFacts: (rows: string) => string,
): Promise<number> {
  const version = versionIn(documents)
  const several = `order_id IN (SELECT order_id FROM order_facts WHERE first_file <> last_file${
    documents.length > 0 ? ' OR changed' : ''
  })`
  const whole = documents.length > 0 ? `file_number IN (${documents.join(', ')}) OR` : ''
  const cancelledElsewhere =
    overlap === 'all'
      ? ''
      : `OR (version IS NULL AND NOT cancelled AND list_has_all(cancelled_keys, keys))`
  const earlier = overlap === 'newest' ? 'OR (version IS NULL AND file_number <> newest_file)' : ''
  await bench.staging.run(
    `CREATE OR REPLACE TEMP TABLE older_states AS
     WITH states AS (SELECT order_id, file_number, ${version} AS document_version, max(source_version) AS version,
         bool_and(coalesce(reason, '') = 'order_cancelled') AS cancelled, list(DISTINCT ${lineKey}) AS keys
       FROM ${from} WHERE ${recorded} AND ${several} GROUP BY ALL)
     SELECT order_id, file_number, document_version FROM (
       SELECT states.*, first_value(version) OVER newest AS newest_version, first_value(keys) OVER newest AS newest_keys,
         first_value(file_number) OVER (PARTITION BY order_id ORDER BY last_day DESC, file_number DESC) AS newest_file,
         first_value(CASE WHEN cancelled THEN keys END IGNORE NULLS) OVER (PARTITION BY order_id ORDER BY file_number
           ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS cancelled_keys
       FROM states JOIN (SELECT file_number, max(order_date) AS last_day FROM ${from} WHERE ${recorded} GROUP BY file_number)
         AS files USING (file_number)
       WINDOW newest AS (PARTITION BY order_id ORDER BY version DESC NULLS LAST, file_number DESC))
     WHERE (version < newest_version AND (${whole} list_has_any(newest_keys, keys))) ${cancelledElsewhere} ${earlier}`,
  )
  const isOlder = `EXISTS (SELECT 1 FROM older_states AS older WHERE older.order_id = lines.order_id
      AND older.file_number = lines.file_number AND older.document_version IS NOT DISTINCT FROM ${version})`
  await bench.staging.run(
    `CREATE OR REPLACE TEMP TABLE older_rows AS SELECT file_number, record_number FROM ${from} AS lines
     WHERE (${isSale} OR outcome = 'return') AND ${isOlder}`,
  )
  const { orders } = await bench.row('SELECT count(*) AS orders FROM older_states')
  if (Number(orders) > 0) {
    const left = `(SELECT * FROM ${from} AS lines WHERE order_id IN (SELECT order_id FROM older_states) AND NOT ${isOlder})`
    await bench.staging.run(`CREATE OR REPLACE TEMP TABLE newest_facts AS ${orderFacts(left)}`)
    await bench.staging.run(
      'DELETE FROM order_facts WHERE order_id IN (SELECT order_id FROM newest_facts)',
    )
    await bench.staging.run('INSERT INTO order_facts BY NAME SELECT * FROM newest_facts')
  }
  const { rows } = await bench.row('SELECT count(*) AS rows FROM older_rows')
  return Number(rows)
}
