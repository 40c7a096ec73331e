import { type Rollup, rollups, type SummedFact, summedFacts } from '../model/rollups.ts'
import type { Transaction } from './engine.ts'
import {
  appendInPieces,
  countedBy,
  firstLines,
  type Instead,
  noneAnonymous,
  withoutAnonymous,
} from './rollup-counts.ts'
import { everySumFits, everything, inserted, rowsOf } from './rollup-rows.ts'
import { bucketOf, cellColumns, factsOf, measuresOf, sumUp } from './rollup-sql.ts'
import { sumUpAll } from './rollup-sums.ts'

/**
 * Keeps the rollups equal to facts that change: whoever changes rows takes them away from the rollups before, and adds
 * them again after.
 */

/** Rows of a fact that are about to change, or did. */
export interface ChangedRows {
  readonly fact: SummedFact
  /** SQL condition on the rows `f`; without it all. Orders must be whole, or their count is left out. */
  readonly where?: string
  /** A relation that holds them, where they do not stand in the facts, with the columns that rollups know. */
  readonly from?: string
  /** More rows than a copy of them should hold. */
  readonly many?: boolean
  /** Lines of orders whose other lines stay as they are: how many orders there are does not change. */
  readonly withinOrders?: boolean
  /** Sales of which no order stands for one line: that need not be looked up. */
  readonly numbered?: boolean
}

/** Rows of one fact that went, and rows that came in their place. */
export interface Replacement {
  readonly gone?: ChangedRows
  readonly come?: ChangedRows
}

/** Before rows change or go. */
export async function takeFromRollups(transaction: Transaction, rows: ChangedRows): Promise<void> {
  await replaceInRollups(transaction, { gone: rows })
}

/** After rows came or were changed. */
export async function addToRollups(transaction: Transaction, rows: ChangedRows): Promise<void> {
  await replaceInRollups(transaction, { come: rows })
}

/** Both at once: one statement for each rollup. Rows that went must stand in a relation of their own by then. */
export async function replaceInRollups(
  transaction: Transaction,
  { gone, come }: Replacement,
): Promise<void> {
  const found = [
    gone ? await touch(transaction, gone, -1) : null,
    come ? await touch(transaction, come, 1) : null,
  ]
  const sides = found.filter((side) => side !== null)
  const fact = (gone ?? come)?.fact
  if (fact && sides.length > 0) await append(transaction, fact, sides)
  for (const { forget } of sides) await forget()
}

/** Rows that are taken away or added, where they can be read. */
interface Side {
  readonly relation: string
  readonly sign: 1 | -1
  readonly instead: Instead
  /** Its orders can be told by their first lines: each has exactly one. */
  readonly hasFirstLines: boolean
  /** All lines of an order have one hour. */
  readonly hasOneHour: boolean
  /** Whatever its rows are summed up to fits into the columns of rollups. */
  readonly fits: boolean
  readonly many: boolean
  forget(): Promise<unknown>
}

/** Null where there are no such rows. */
async function touch(
  transaction: Transaction,
  { fact, where, from, many = false, withinOrders = false, numbered = false }: ChangedRows,
  sign: 1 | -1,
): Promise<Side | null> {
  const source = summedFacts[fact]
  const conditions = [source.where, where].filter((one) => one !== undefined)
  // Rows that stand by themselves, and whose sums always fit, need neither a copy nor a look.
  if (from && where === undefined && everySumFits(fact) === everything)
    return { ...plainSide, relation: from, sign }
  const all = conditions.map((one) => ` AND (${one})`).join('')
  const kind = many ? 'VIEW' : 'TABLE'
  const relation = sign === 1 ? 'rows_that_came' : 'rows_that_went'
  await transaction.execute(
    `CREATE TEMP ${kind} ${relation} AS SELECT f.* FROM ${from ?? source.table} AS f WHERE true${all}`,
  )
  const forget = () => transaction.execute(`DROP ${kind} ${relation}`)
  const [days] = await transaction.query(
    `SELECT min(f.${source.day}) AS from_day, max(f.${source.day}) AS to_day, ${everySumFits(fact)} AS fits,
       ${fact === 'sales' ? ordersAreTold(many) : 'false AS has_first_lines, false AS has_one_hour'}
     FROM ${relation} AS f`,
  )
  if (typeof days?.from_day !== 'string') {
    await forget()
    return null
  }
  const isTheirDay = `order_date BETWEEN '${days.from_day}'::DATE AND '${days.to_day}'::DATE`
  const instead = {
    ...(withinOrders ? { order_count: '0' } : {}),
    ...(numbered ? noneAnonymous : {}),
    ...(fact === 'sales' && !numbered ? await withoutAnonymous(transaction, isTheirDay) : {}),
  }
  return {
    relation,
    sign,
    instead,
    hasFirstLines: days.has_first_lines === true,
    hasOneHour: days.has_one_hour === true,
    fits: days.fits === true,
    many,
    forget,
  }
}

const plainSide = {
  instead: {},
  hasFirstLines: false,
  hasOneHour: false,
  fits: true,
  many: false,
  forget: async () => undefined,
} as const

async function append(
  transaction: Transaction,
  fact: SummedFact,
  sides: readonly Side[],
): Promise<void> {
  const fit = sides.every(({ fits }) => fits)
  const touched = rollups.filter((one) => factsOf(one).includes(fact))
  const { selectOf, forget } = await sumsOf(transaction, { fact, touched, sides })
  for (const rollup of touched) {
    const sums = selectOf(rollup)
    const rows = rowsOf(rollup, [fact], sides.length > 1 ? netOf(rollup, fact, sums) : sums)
    if (fit) await transaction.execute(inserted(rows))
    else await appendInPieces(transaction, rows)
  }
  await forget()
  if (fact === 'sales') await countBuyers(transaction, sides)
  const { day, where = 'true' } = summedFacts[fact]
  const touchedDays = sides.map(
    ({ relation }) => `SELECT f.${day} FROM ${relation} AS f WHERE ${where}`,
  )
  await transaction.execute(`INSERT INTO rollup_deltas (day) ${touchedDays.join(' UNION ')}`)
}

interface SoughtSums {
  readonly fact: SummedFact
  readonly touched: readonly Rollup[]
  readonly sides: readonly Side[]
}

/** SELECTs of what the sides add up to, cell by cell and side by side. */
async function sumsOf(
  transaction: Transaction,
  { fact, touched, sides }: SoughtSums,
): Promise<{ selectOf(rollup: Rollup): string; forget(): Promise<unknown> }> {
  const together = sides.map((side) => ({
    relation: side.relation,
    sign: side.sign,
    insteadOf: (rollup: Rollup) => insteadOf(side, rollup),
  }))
  // Many rows are read once for each rollup: all of their cells at once would take that much more memory.
  if (touched.length === 1 || sides.some(({ many }) => many))
    return {
      selectOf: (rollup) =>
        together
          .map(({ relation, sign, insteadOf: instead }) =>
            sumUp(rollup, fact, { from: relation, sign, instead: instead(rollup) }),
          )
          .join('\nUNION ALL '),
      forget: async () => undefined,
    }
  const sums = sumUpAll(touched, fact, together)
  await transaction.execute(`CREATE TEMP TABLE sums_of_all AS ${sums.select}`)
  return {
    selectOf: (rollup) => sums.of(rollup, 'sums_of_all'),
    forget: () => transaction.execute('DROP TABLE sums_of_all'),
  }
}

function insteadOf({ hasFirstLines, hasOneHour, instead }: Side, rollup: Rollup): Instead {
  if (!hasFirstLines) return instead
  return { ...(hasOneHour ? firstLines : countedBy(rollup, firstLines)), ...instead }
}

/** What sums for the same cells come to; cells in which nothing changes are left out. */
function netOf(rollup: Rollup, fact: SummedFact, sums: string): string {
  const cells = cellColumns(rollup)
  const columns = measuresOf(rollup, fact)
  const net = columns.map((name) => `sum(${name})`)
  const named = columns.map((name) => `sum(${name}) AS ${name}`)
  return `SELECT ${[...cells, ...named].join(', ')} FROM (${sums}) AS sides
${cells.length > 0 ? `GROUP BY ${cells.join(', ')}` : ''}
HAVING ${net.map((sum) => `${sum} <> 0`).join(' OR ')}`
}

/** Months in which customers began or ceased to have any line, once `rollup_customer_month` knows. */
async function countBuyers(transaction: Transaction, sides: readonly Side[]): Promise<void> {
  const month = bucketOf('month', 'order_date')
  const touched = sides.map(
    ({ relation, sign }) =>
      `SELECT ${month} AS day, customer_id, ${sign} AS line FROM ${relation} WHERE customer_id <> 0`,
  )
  for (const rollup of rollups.filter((one) => factsOf(one).includes('buyers'))) {
    const changed = `SELECT day, customer_id, sum(line) AS lines FROM (${touched.join(' UNION ALL ')}) AS touched
       GROUP BY day, customer_id`
    const known = `SELECT known.day, known.customer_id, sum(known.sale_lines) AS lines, max(changed.lines) AS change
       FROM rollup_customer_month AS known
       JOIN (${changed}) AS changed ON changed.day = known.day AND changed.customer_id = known.customer_id
       GROUP BY known.day, known.customer_id`
    const buyers =
      'sum(CASE WHEN lines > 0 THEN 1 ELSE 0 END - CASE WHEN lines - change > 0 THEN 1 ELSE 0 END)'
    await transaction.execute(
      `INSERT INTO ${rollup.name} (day, buyer_count)
       SELECT day, ${buyers} FROM (${known}) AS customers GROUP BY day HAVING ${buyers} <> 0`,
    )
  }
}

/** Of sales: whether orders are told by their first lines, and whether each has one hour, which many rows would take long to tell. */
const ordersAreTold = (
  many: boolean,
) => `count(DISTINCT f.order_id) = ${firstLines.order_count} AS has_first_lines,
       ${many ? 'false' : "count(DISTINCT f.order_id) = count(DISTINCT concat(f.order_id, ' ', f.order_hour))"} AS has_one_hour`
