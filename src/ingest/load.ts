import { anyDay, type Change } from '../model/change.ts'
import type { ImportReport } from '../model/import.ts'
import { type RecordKind, records } from '../model/record.ts'
import type { Transaction, Warehouse } from '../warehouse/warehouse.ts'
import { compareOrders, type OrderCounts } from './compare-orders.ts'
import { bringHeldReturns } from './held-returns.ts'
import { sqlType } from './judged.ts'
import { type Keeping, keepLoad } from './kept-load.ts'
import { type KnownFigures, knownFigures } from './known-figures.ts'
import { knownTwins, noTwins } from './known-twins.ts'
import { countComing, type LoadContext, mayBeKnown, readStanding } from './load-context.ts'
import { loadDimensions } from './load-dimensions.ts'
import { loadFacts } from './load-facts.ts'
import type { LoadRequest } from './load-request.ts'
import { loadStock, noStock } from './load-stock.ts'
import { followMended, keepMended, leaveOutMended, withMended } from './mended-before.ts'
import { noteRestatements } from './restated-days.ts'
import { rollupsOfLoad } from './rollups-of-load.ts'
import { refuseSetAside } from './set-aside.ts'
import { spanOf } from './touched-days.ts'
import { writeLedger } from './write-ledger.ts'

/** Thrown inside the transaction, so that nothing of it stays, when the load needs an answer first. */
export class KnownOrders extends Error {
  override readonly name = 'KnownOrders'
  readonly counts: OrderCounts
  /** What the known ones of them state now. */
  readonly known: KnownFigures

  constructor(counts: OrderCounts, known: KnownFigures) {
    super('known orders come with fewer lines, or with another day and customer')
    this.counts = counts
    this.known = known
  }
}

export async function load(warehouse: Warehouse, request: LoadRequest): Promise<ImportReport> {
  const keeping = keepLoad(warehouse, request)
  try {
    return await transactLoad(warehouse, request, keeping)
  } catch (error) {
    await keeping.forget(error)
    throw error
  }
}

async function transactLoad(
  warehouse: Warehouse,
  request: LoadRequest,
  keeping: Keeping,
): Promise<ImportReport> {
  let change: Change | null = null
  return warehouse.transact(
    async (transaction) => {
      const step = (share: number) => request.onStep?.(share)
      const { context, leftOut } = await beginLoad(transaction, request)
      const { runId, rollups, standing } = context
      step(0.05)
      const dimensions = await loadDimensions(context)
      step(0.25)
      const { knownOrders, documents } = request
      const part = knownOrders === 'part' || knownOrders === 'mended'
      const twins = request.looksForTwins ? await knownTwins(context) : noTwins
      const wereHeld = await bringHeldReturns(context)
      const compared = await compareOrders(context, { part, documents })
      const parts = { ...compared.parts, mendedBefore: compared.parts.mendedBefore + leftOut }
      const orders = { ...compared, parts }
      if (isSuspicious(orders, knownOrders))
        throw new KnownOrders(orders, await knownFigures(transaction))
      await followMended(transaction, { ...request, wereSome: standing.mendedRows })
      const facts = await loadFacts(context, {
        orders,
        inDayOrder: request.handover.inDayOrder,
        touched: dimensions.days,
        part,
        whole: documents && !part,
        wereHeld,
      })
      step(0.75)
      await rollups.settle()
      step(0.85)
      const stock = request.handover.stock ? await loadStock(context, request) : noStock
      const changed = facts.changed || dimensions.changed || stock.changed > 0
      const state = changed ? ('committed' as const) : ('unchanged' as const)
      const { mergedCustomers } = dimensions
      const { chargesOfParts, heldReturns } = facts
      const merged = { mergedCustomers, chargesOfParts, heldReturns }
      const outcome = { runId, state, orders, stock, twins, ...merged }
      const report = request.report(outcome)
      await writeLedger(transaction, request, report)
      await keepMended(transaction, { ...request, runId, wereSome: standing.mendedRows })
      const days = spanOf([...facts.days, ...stock.days])
      await noteRestatements(warehouse, { transaction, runId, days, now: request.now })
      await keeping.describe(transaction, report)
      await request.alongside?.(transaction)
      step(0.95)
      change = {
        sequence: runId,
        tables: ['sales_fact', 'orders', 'returns_fact', 'order_charges_fact', 'stock_fact'],
        days: dimensions.membersChanged ? anyDay : days,
      }
      return report
    },
    {
      change: () => change,
      runToken: request.runToken,
      ...(request.signal ? { signal: request.signal } : {}),
    },
  )
}

/** Gives also how many mended rows are left out, because they were loaded before. */
async function beginLoad(
  transaction: Transaction,
  request: LoadRequest,
): Promise<{ readonly context: LoadContext; readonly leftOut: number }> {
  const { source } = request
  await attachAll(transaction, request)
  const leftOut = request.mended ? await leaveOutMended(transaction) : 0
  const coming = await countComing(transaction)
  // Before any fact is read: what reads a table keeps others from making parts of it.
  if (coming.days) await transaction.makeRoom({ ...coming.days, lines: coming.lines })
  const standing = await readStanding(transaction, source)
  if (standing.setAsideMonths) await refuseSetAside(transaction)
  const loadedAt = request.now().toISOString()
  const rollups = await rollupsOfLoad(transaction, standing)
  const known = await mayBeKnown(transaction, coming, standing)
  const { runId } = standing
  return {
    context: {
      transaction,
      standing,
      mayBeKnown: known,
      rollups,
      coming,
      source,
      runId,
      loadedAt,
    },
    leftOut,
  }
}

async function attachAll(
  transaction: Transaction,
  { handover, rejected, mended }: LoadRequest,
): Promise<void> {
  const { lines, customers, products, regions } = handover
  const names = mended
    ? withMended
    : {
        lines: 'incoming_lines',
        orders: 'incoming_orders',
        returns: 'incoming_returns',
        stock: 'incoming_stock',
      }
  await transaction.attach('incoming_customers', customers)
  if (lines.length > 0) await transaction.attach(names.lines, lines)
  else await transaction.execute(`CREATE TEMP VIEW ${names.lines} AS ${noLines}`)
  const { orders, returns, stock, charges, mended: mendedRows } = handover
  const files = { orders, returns, stock, products, regions, charges, mended: mendedRows, rejected }
  for (const [kind, file] of Object.entries(files) as [keyof typeof files, string | null][]) {
    const name = kind in names ? names[kind as keyof typeof names] : `incoming_${kind}`
    if (file) await transaction.attach(name, [file])
    else await transaction.execute(`CREATE TEMP VIEW ${name} AS ${noneOf(kind)}`)
  }
}

function noneOf(kind: RecordKind): string {
  const columns = records[kind].map(({ name, type }) => `NULL::${sqlType(type)} AS ${name}`)
  return `SELECT ${columns.join(', ')} WHERE false`
}

const noLines = `SELECT 'none' AS outcome, 0::BIGINT AS order_id, 0::BIGINT AS line_id,
  ''::VARCHAR AS customer_key, ''::VARCHAR AS product_key, ''::VARCHAR AS place_key, 0::DECIMAL(14,3) AS quantity,
  0::DECIMAL(18,4) AS unit_price, 0::DECIMAL(18,4) AS gross_price, 0::DECIMAL(18,4) AS total_price,
  0::DECIMAL(18,4) AS unit_cost, CURRENT_DATE AS order_date, 0::SMALLINT AS order_hour, NULL::TIMESTAMPTZ AS ordered_at,
  ''::VARCHAR AS channel, ''::VARCHAR AS source_currency, 0::DECIMAL(18,8) AS exchange_rate, ''::VARCHAR AS origin WHERE false`

const suspiciousShare = 0.2

/** Known orders that lose lines, or many that come with another day and customer, need a person. */
function isSuspicious(orders: OrderCounts, answer: LoadRequest['knownOrders']): boolean {
  if (answer === 'mended') return orders.otherDayAndCustomer > 0
  if (answer !== undefined) return false
  const known = orders.replaced + orders.unchanged
  return orders.losing > 0 || (known > 10 && orders.otherDayAndCustomer > known * suspiciousShare)
}
