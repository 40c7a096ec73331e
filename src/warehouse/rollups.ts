import { type Rollup, rollups, summedFacts } from '../model/rollups.ts'
import type { AuditFinding } from './audit.ts'
import type { AppendedRows, Engine, Transaction } from './engine.ts'
import {
  appendInPieces,
  countedBy,
  firstLines,
  type Instead,
  withoutAnonymous,
} from './rollup-counts.ts'
import { everySumFits, inserted, insertedInPieces, rowsOf, singleRowsOf } from './rollup-rows.ts'
import {
  bucketOf,
  cellColumns,
  cellsOf,
  createRollup,
  factsOf,
  measuresOf,
  sumUp,
} from './rollup-sql.ts'
import type { Dialect } from './schema.ts'

/**
 * Makes rollups of the facts, adds up what was appended to them, and compares both. The first load of all makes them; what
 * changes facts later keeps them equal (`rollup-changes.ts`). Days that others than the loader wrote are `dirty_days`: the
 * rollups say nothing of them until they are made anew.
 */

/** Makes all rollups anew from the facts. */
export async function fillRollups(transaction: Transaction): Promise<void> {
  for (const table of ['dirty_days', 'rollup_deltas', ...rollups.map(({ name }) => name)])
    await transaction.execute(`DELETE FROM ${table}`)
  const instead = {
    ...((await hasFirstLines(transaction)) ? firstLines : {}),
    ...(await withoutAnonymous(transaction)),
  }
  const fit = await doAllSumsFit(transaction)
  for (const rows of allCells(instead)) {
    if (!fit) await appendInPieces(transaction, rows)
    else if (rows.columns.includes('customer_id')) await transaction.execute(inserted(rows))
    else await transaction.appendSums(rows)
  }
}

async function doAllSumsFit(transaction: Transaction): Promise<boolean> {
  for (const fact of ['sales', 'returns', 'charges'] as const) {
    const [row] = await transaction.query(
      `SELECT ${everySumFits(fact)} AS fits FROM ${summedFacts[fact].table} AS f`,
    )
    if (row?.fits !== true) return false
  }
  return true
}

/**
 * Whether every order has exactly one line of number 1: no number stands twice in an order, so there are as many of
 * those as counted orders only if each has one.
 */
async function hasFirstLines(transaction: Transaction): Promise<boolean> {
  const [row] = await transaction.query(
    `SELECT (SELECT count(*) FROM sales_fact WHERE line_number = 1)
       = (SELECT count(*) FROM orders WHERE state = 'counted') AS all_orders`,
  )
  return row?.all_orders === true
}

/** Each customer and month has one row of sales where the rollup was just made. */
const buyersOfNewCells = `SELECT day, count(*) FROM rollup_customer_month
WHERE customer_id <> 0 AND sale_lines > 0 GROUP BY day ORDER BY day`

/** Finer rollups before those that are made of them. */
const inOrder: readonly Rollup[] = [
  ...rollups.filter((one) => !one.from && !factsOf(one).includes('buyers')),
  ...rollups.filter(({ from }) => from),
  ...rollups.filter((one) => factsOf(one).includes('buyers')),
]

function allCells(instead: Instead): AppendedRows[] {
  return inOrder.flatMap((rollup) => {
    const finer = rollups.find(({ name }) => name === rollup.from)
    const known = finer ? factsOf(finer) : []
    const derived = factsOf(rollup).filter((fact) => known.includes(fact))
    const direct = factsOf(rollup).filter((fact) => !known.includes(fact))
    const counted = countedBy(rollup, instead)
    return [
      ...(finer && derived.length > 0
        ? [
            singleRowsOf(
              rollup,
              derived,
              ordered(rollup, cellsOf(rollup, { from: finer.name, facts: derived })),
            ),
          ]
        : []),
      ...direct.map((fact) =>
        rowsOf(
          rollup,
          [fact],
          fact === 'buyers'
            ? buyersOfNewCells
            : ordered(rollup, sumUp(rollup, fact, { instead: counted })),
        ),
      ),
    ]
  })
}

/** Blocks of rows that are in the order of days are left out where other days are asked. */
function ordered({ unit }: Rollup, select: string): string {
  return unit === 'ever' ? select : `${select}\nORDER BY 1`
}

/**
 * Plain SQL may spread an order over several days, places or customers. Its cells count it once each and do not add up,
 * so its days stay dirty, and are answered from the facts.
 */
function spreadDays(where?: string): string {
  const differs = (column: string) => `min(${column}) <> max(${column})`
  return `SELECT DISTINCT order_date AS day FROM sales_fact WHERE order_id IN (
  SELECT order_id FROM sales_fact ${where ? `WHERE ${where} ` : ''}GROUP BY order_id
  HAVING ${['order_date', 'region_id', 'channel', 'source', 'customer_id'].map(differs).join(' OR ')}
    OR (count(channel) > 0 AND count(channel) < count(*)))`
}

/** Makes all rollups anew where others than the loader may have written facts. */
export async function rebuildRollups(transaction: Transaction): Promise<void> {
  await fillRollups(transaction)
  await transaction.execute(`INSERT INTO dirty_days ${spreadDays()}`)
}

/** The statements that make and fill the rollups in a warehouse that may hold facts, and other rollups. */
export function rollupStatements(dialect: Dialect): string[] {
  const tables = ['dirty_days', 'rollup_deltas', ...rollups.map(({ name }) => name)]
  return [
    ...tables.map((name) => `DROP TABLE IF EXISTS ${name}`),
    `CREATE TABLE dirty_days (day ${dialect.types.date} NOT NULL)`,
    `CREATE TABLE rollup_deltas (day ${dialect.types.date} NOT NULL)`,
    ...rollups.flatMap((rollup) => [createRollup(rollup, dialect), ...dialect.indexesOf(rollup)]),
    ...allCells({}).flatMap(insertedInPieces),
    `INSERT INTO dirty_days ${spreadDays()}`,
  ]
}

/** Makes the rollups of dirty days anew, and those of the months that hold them. Gives whether there were any days. */
export async function renewDirtyDays(transaction: Transaction): Promise<boolean> {
  const [dirty] = await transaction.query('SELECT EXISTS (SELECT 1 FROM dirty_days) AS days')
  if (dirty?.days !== true) return false
  const days = (unit: 'day' | 'month') => `SELECT ${bucketOf(unit, 'day')} FROM dirty_days`
  const inMonths = (day: string) => `${bucketOf('month', day)} IN (${days('month')})`
  const ofAllDays = rollups.filter(({ unit }) => unit === 'ever')
  for (const rollup of ofAllDays) {
    const keys = cellColumns(rollup).join(', ')
    const known = rollup.from
      ? [`SELECT ${keys} FROM ${rollup.from} WHERE day IN (${days('month')})`]
      : []
    const facts = factsOf(rollup).map((fact) => {
      const { table, day } = summedFacts[fact]
      return `SELECT ${keys} FROM ${table} WHERE ${inMonths(day)}`
    })
    await transaction.execute(
      `CREATE TEMP TABLE dirty_${rollup.name} AS ${[...known, ...facts].join('\nUNION ')}`,
    )
  }
  for (const rollup of inOrder) {
    const { unit, name, from } = rollup
    const keys = cellColumns(rollup).join(', ')
    const isDirty =
      unit === 'ever'
        ? `(${keys}) IN (SELECT ${keys} FROM dirty_${name})`
        : `day IN (${days(unit)})`
    await transaction.execute(`DELETE FROM ${name} WHERE ${isDirty}`)
    if (unit === 'ever') {
      const cells = cellsOf(rollup, { where: isDirty, ...(from ? { from } : {}) })
      await appendInPieces(transaction, singleRowsOf(rollup, factsOf(rollup), cells))
      continue
    }
    for (const fact of factsOf(rollup)) {
      const where = `${bucketOf(unit, `f.${summedFacts[fact].day}`)} IN (${days(unit)})`
      await appendInPieces(transaction, rowsOf(rollup, [fact], sumUp(rollup, fact, { where })))
    }
  }
  for (const { name } of ofAllDays) await transaction.execute(`DROP TABLE dirty_${name}`)
  const touched =
    'order_id IN (SELECT order_id FROM sales_fact WHERE order_date IN (SELECT day FROM dirty_days))'
  await transaction.execute(`CREATE TEMP TABLE spread_days AS ${spreadDays(touched)}`)
  await transaction.execute('DELETE FROM dirty_days')
  await transaction.execute('INSERT INTO dirty_days SELECT day FROM spread_days')
  await transaction.execute('DROP TABLE spread_days')
  return true
}

/**
 * Adds up the rows of each cell where rows were appended since the last time. What holds all days is looked at cell by
 * cell: few of them were appended to.
 */
export async function compactRollups(transaction: Transaction): Promise<void> {
  const [appended] = await transaction.query('SELECT EXISTS (SELECT 1 FROM rollup_deltas) AS days')
  if (appended?.days !== true) return
  for (const rollup of rollups) {
    const { unit, name } = rollup
    const keys = cellColumns(rollup).join(', ')
    const where =
      unit === 'ever'
        ? `(${keys}) IN (SELECT ${keys} FROM ${name} WHERE appended)`
        : `day IN (SELECT ${bucketOf(unit, 'day')} FROM rollup_deltas)`
    await transaction.execute(
      `CREATE TEMP TABLE fragmented_rows AS SELECT * FROM ${name} WHERE ${where}`,
    )
    await transaction.execute(`DELETE FROM ${name} WHERE ${where}`)
    const cells = cellsOf(rollup, { from: 'fragmented_rows' })
    await appendInPieces(transaction, singleRowsOf(rollup, factsOf(rollup), cells))
    await transaction.execute('DROP TABLE fragmented_rows')
  }
  await transaction.execute('DELETE FROM rollup_deltas')
}

/** Compares every rollup with a full recount of the facts; days that are dirty are left out. Gives those that differ. */
export async function auditRollups(engine: Pick<Engine, 'query'>): Promise<AuditFinding[]> {
  const findings: AuditFinding[] = []
  for (const rollup of rollups) {
    const [row] = await engine.query(differencesSql(rollup))
    const rows = Number(row?.cells ?? 0)
    const text = `Sums of ${rollup.name} differ from the facts: takings doctor --rollups --rebuild makes them anew.`
    if (rows > 0) findings.push({ rule: 'rollup_equals_facts', table: rollup.name, rows, text })
  }
  return findings
}

/** Facts are taken away from the rollup, cell by cell; what is left differs. */
function differencesSql(rollup: Rollup): string {
  const clean = (day: string) =>
    rollup.unit === 'ever'
      ? 'NOT EXISTS (SELECT 1 FROM dirty_days)'
      : `${day} NOT IN (SELECT ${bucketOf(rollup.unit, 'day')} FROM dirty_days)`
  const columns = [...cellColumns(rollup), ...rollup.measures]
  const facts = factsOf(rollup).map((fact) => {
    const own = measuresOf(rollup, fact)
    const { day } = summedFacts[fact]
    const bucket = rollup.unit === 'ever' ? '' : bucketOf(rollup.unit, `f.${day}`)
    const sums = sumUp(rollup, fact, { where: clean(bucket), sign: -1 })
    const cells = cellColumns(rollup).map((name) => `cells.${name}`)
    const values = rollup.measures.map((name) => (own.includes(name) ? `cells.${name}` : '0'))
    return `SELECT ${[...cells, ...values].join(', ')} FROM (${sums}) AS cells`
  })
  const known = `SELECT ${columns.join(', ')} FROM ${rollup.name} WHERE ${clean('day')}`
  const keys = cellColumns(rollup)
  const left = `SELECT 1 AS one FROM (${[known, ...facts].join('\nUNION ALL ')}) AS sides
${keys.length > 0 ? `GROUP BY ${keys.join(', ')}` : ''}
HAVING ${rollup.measures.map((name) => `sum(${name}) <> 0`).join(' OR ')}`
  return `SELECT count(*) AS cells FROM (${left}) AS differences`
}
