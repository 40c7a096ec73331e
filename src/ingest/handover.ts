import { idOf } from './clean-keys.ts'
import { quote } from './format.ts'
import { writeCustomers, writeMended, writeProducts, writeRegions } from './handover-dimensions.ts'
import { writeStock } from './handover-stock.ts'
import type { InputFile } from './input.ts'
import type { Judged } from './judged.ts'
import { isStandingAlone } from './mended.ts'
import { chargeRoles } from './role.ts'
import { reading, type Workbench } from './workbench.ts'

/** Clean records, ready to be loaded: one or more Parquet files for each kind, null for a kind of which there are none. */
export interface Handover {
  /** Judged rows; those with outcome `line` or `refunded` are order lines. */
  readonly lines: readonly string[]
  /** The lines come so nearly by day that sorting them would gain nothing. */
  readonly inDayOrder: boolean
  readonly orders: string
  readonly returns: string | null
  /** Orders that say they were refunded, and of which rows of their own tell what came back: these count. */
  readonly refundsTold: number
  readonly charges: string | null
  readonly products: string
  readonly customers: readonly string[]
  readonly regions: string
  /** Regions that several tables place differently: the last table counts. */
  readonly differingRegions: number
  readonly stock: string | null
  /** Entries of stock that came several times with different quantities: the last counts. */
  readonly repeatedStock: number
  readonly mended: string | null
}

/** SQL condition: the row is a sale. */
export const isSale = "outcome IN ('line', 'refunded')"

/**
 * SQL of the amount of a return that states none: its pieces at the net unit price of the order's line.
 * `paid` and `pieces` are the sums of the lines of that product in the order.
 */
export function amountAtOrderPrice(
  names: Readonly<Record<'quantity' | 'paid' | 'pieces', string>>,
): string {
  return `(${names.quantity} * ${names.paid} / ${names.pieces})::DECIMAL(18,4)`
}

export interface HandoverRequest {
  /** Works beside the bench that writes all else; it sees nothing temporary of it. */
  readonly beside: Workbench
  /** Tables like these come again and again. */
  readonly declared: boolean
  readonly judged: Judged
  /** Judged rows of lines after duplicates were set aside and lines numbered. */
  readonly lines: readonly string[]
  readonly orders: string
  /** Some orders state charges: `order_amounts` is there. */
  readonly charged: boolean
  readonly source: string
  readonly files: readonly InputFile[]
  /** The shop's, IANA. */
  readonly timeZone: string
  /** Of all files. */
  readonly rows: number
}

export async function writeHandover(bench: Workbench, request: HandoverRequest): Promise<Handover> {
  const [others, products] = await Promise.all([
    writeOthers(bench, request),
    writeProducts(request.beside, request),
  ])
  return { ...others, products }
}

async function writeOthers(
  bench: Workbench,
  request: HandoverRequest,
): Promise<Omit<Handover, 'products'>> {
  const { judged, lines, orders } = request
  const regions = await writeRegions(bench, lines, judged)
  const stock = await writeStock(bench, request)
  return {
    lines,
    inDayOrder: request.rows >= leastWorthSparing && (await areInDayOrder(bench, lines)),
    orders,
    ...(await writeReturns(bench, request)),
    charges: await writeCharges(bench, request),
    customers: await writeCustomers(bench, lines, judged),
    regions: regions.file,
    differingRegions: regions.differing,
    stock: stock.file,
    repeatedStock: stock.repeated,
    mended: await writeMended(bench, judged),
  }
}

async function writeCharges(
  bench: Workbench,
  { charged, lines }: HandoverRequest,
): Promise<string | null> {
  if (!charged || lines.length === 0) return null
  const kinds = chargeRoles.map(
    (role) =>
      `SELECT order_id, order_date, place_key, channel, '${role}' AS kind, ${role} AS amount FROM order_amounts WHERE ${role} IS NOT NULL`,
  )
  return bench.write('charges', kinds.join(' UNION ALL '))
}

const leastWorthSparing = 200_000
/** How many times wider than in perfect order the blocks may be: two readers side by side make them three times as wide. */
const widest = 6

/**
 * Facts rest by day, so that a question about some days can skip the others. Exports mostly come that way:
 * the blocks of the clean files tell, by the days that each of them spans.
 */
async function areInDayOrder(bench: Workbench, lines: readonly string[]): Promise<boolean> {
  if (lines.length === 0) return true
  const row = await bench.row(
    `SELECT sum(rows) AS rows, sum(rows * (last - first + 1)) / sum(rows) AS width,
       (max(last) - min(first) + 1) / count(*) AS least
     FROM (SELECT row_group_num_rows AS rows, stats_min_value::DATE AS first, stats_max_value::DATE AS last
       FROM parquet_metadata([${lines.map(quote).join(', ')}]) WHERE path_in_schema = 'order_date')`,
  )
  const { rows, width, least } = row
  return Number(rows) >= leastWorthSparing && Number(width) <= Number(least) * widest
}

/**
 * What makes two lines of a credit note the same, in whatever file and beside whatever others they stand. The
 * lines of a refunded order take their day from each other.
 */
const returnContent = [
  'product_key',
  "CASE WHEN outcome = 'return' THEN order_date END",
  'quantity',
  'total_price',
  'return_amount',
]

/** SQL condition of lines of which nothing is known but that their order was refunded. */
export const isOnlyRefunded =
  "outcome = 'refunded' AND returned_quantity IS NULL AND line_refund IS NULL"

/** Orders that say they were refunded, and that have rows of their own for what came back; counted twice it would be. */
async function refundsTold(bench: Workbench, from: string): Promise<number> {
  const { orders } = await bench.row(
    `SELECT count(*) AS orders FROM (SELECT order_id FROM ${from}
       WHERE outcome IN ('return', 'refunded') AND order_id IS NOT NULL
       GROUP BY order_id HAVING bool_or(outcome = 'return') AND bool_or(${isOnlyRefunded}))`,
  )
  return Number(orders)
}

/**
 * Goods and money that went back. A line of a credit note is found again by its number and what it says,
 * copy by copy; a return without an amount takes the net unit price of its order's line, where this import
 * has it.
 */
async function writeReturns(
  bench: Workbench,
  { lines, orders, source }: HandoverRequest,
): Promise<Pick<Handover, 'returns' | 'refundsTold'>> {
  if (lines.length === 0) return noReturns
  const from = reading(lines)
  const document = `CASE WHEN outcome = 'refunded' THEN concat('refund of ', order_number) ELSE coalesce(return_key, order_number) END`
  const copy = `row_number() OVER (PARTITION BY ${document}, ${returnContent.join(', ')} ORDER BY file_number, record_number)`
  const key = returnContent.map((column) => `coalesce((${column})::VARCHAR, '')`).join(', ')
  const known = await bench.row(
    `SELECT count(*) AS rows, count(*) FILTER (outcome = 'return'
         AND CASE WHEN return_key IS NOT NULL THEN return_amount ELSE total_price END IS NULL) AS missing
     FROM ${from} WHERE outcome IN ('return', 'refunded')`,
  )
  if (Number(known.rows) === 0) return noReturns
  const priced = Number(known.missing) > 0
  const prices = `(SELECT order_id AS priced_order, product_key AS priced_product,
      sum(total_price) AS paid, sum(quantity) AS pieces FROM ${from} WHERE ${isSale} GROUP BY ALL)`
  const told = await refundsTold(bench, from)
  const counted =
    told > 0
      ? ` AND NOT (${isOnlyRefunded} AND order_id IN (SELECT order_id FROM ${from} WHERE outcome = 'return'))`
      : ''
  const returns = await bench.write(
    'returns',
    `SELECT ${idOf(source, `concat_ws(chr(31), 'return', document, ${key}, copy)`)} AS return_id,
       CASE WHEN return_key IS NOT NULL AND NOT ${isStandingAlone('order_number')} OR outcome = 'refunded' OR order_id IN (SELECT order_id FROM ${reading([orders])})
         THEN order_id END AS order_id,
       document AS document_number, customer_key, product_key, place_key, coalesce(returned_quantity, quantity) AS quantity,
       ${priced ? `coalesce(stated, ${amountAtOrderPrice({ quantity: 'quantity', paid: 'paid', pieces: 'pieces' })})` : 'stated'} AS amount,
       coalesce(later, order_date) AS return_date, CASE WHEN later IS NULL THEN order_hour END AS return_hour, channel, origin
     FROM (SELECT *, ${document} AS document, ${copy} AS copy,
         CASE WHEN outcome = 'refunded' AND returned_on > order_date THEN returned_on END AS later,
         CASE WHEN return_key IS NOT NULL THEN return_amount
           WHEN line_refund > 0 THEN least(line_refund, total_price)
           WHEN returned_quantity < quantity THEN (total_price * returned_quantity / quantity)::DECIMAL(18,4)
           ELSE abs(total_price) END AS stated
       FROM ${from} WHERE outcome IN ('return', 'refunded')${counted})
     ${priced ? `LEFT JOIN ${prices} ON priced_order = order_id AND priced_product = product_key` : ''}`,
  )
  return { returns, refundsTold: told }
}

const noReturns = { returns: null, refundsTold: 0 }
