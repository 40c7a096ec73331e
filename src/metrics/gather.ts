import type { DayRange } from '../model/day.ts'
import { type Cell, type Dimension, otherName, type Row } from '../model/query.ts'
import type { SqlCell, SqlRow, SqlValue, SqlWords, Warehouse } from '../warehouse/warehouse.ts'
import { asksOf, type Gathering } from './asks.ts'
import {
  type Ask,
  askedSql,
  askedTogetherSql,
  compile,
  keyColumn,
  type RankedBy,
  splitByRankSql,
} from './compile.ts'
import { hasKeyColumn, isAxis } from './dimensions.ts'
import { unknowable } from './figure.ts'
import type { FactFamily, Part } from './metric.ts'
import { anonymousLines, orderCount } from './parts.ts'
import { placeKeys } from './place-keys.ts'
import { segmentsText } from './rollup-plan.ts'
import { standingCounts } from './shop-facts.ts'
import { firstEnd, movementsSince, oldestCount } from './stock-levels.ts'

/** Sums of all families under one combination of dimension keys. */
export interface Group {
  /** What makes the combination unique, one per dimension of the answer. */
  readonly keys: readonly Cell[]
  /** The dimension cells of its row, but for axes of time, whose cells are their keys. */
  readonly cells: Row
  readonly sums: Record<string, string | null>
  /** Its place as text: on the axes of time, and among all other dimensions. See `placeKeys`. */
  readonly step: string
  readonly rest: string
}

/** Runs statements and keeps their text for the answer. */
export interface Asker {
  rows(statement: { sql: string; parameters: readonly SqlValue[] }): Promise<SqlRow[]>
  readonly statements: string[]
  /** Where figures came from, in words. */
  readonly sources: Set<string>
  /** What is known of the oldest counts of stock that stood at the end of a day. */
  readonly oldestCounts: Map<string, Promise<string | null>>
  /** See `standingCounts`. */
  standingCounts(): Promise<DayRange | null>
  readonly words: SqlWords
}

export function askerOf(warehouse: Warehouse, signal: AbortSignal | undefined): Asker {
  const statements: string[] = []
  const options = signal ? { signal } : {}
  return {
    statements,
    sources: new Set(),
    oldestCounts: new Map(),
    standingCounts: () => standingCounts(warehouse, options),
    words: warehouse.sql,
    rows: ({ sql, parameters }) => {
      statements.push(runnable(sql, parameters))
      return warehouse.query(sql, parameters, options)
    },
  }
}

/** Stands for the key of the row Other; no key of a shop holds this character. */
const otherKey = '\u0000other'

export function isOther(group: Pick<Group, 'keys'>): boolean {
  return group.keys.includes(otherKey)
}

/** Asks every family that the parts need and merges the rows by key. */
export async function gather(asker: Asker, gathering: Gathering): Promise<Group[]> {
  const { checked } = gathering
  const asks = asksOf(gathering)
  if (gathering.members?.keys.length === 0 && gathering.members.inside) return []
  const [first, second] = asks
  const answers =
    gathering.ranking && first && second
      ? [await answerTogether(asker, [first, second])]
      : await answersTo(asker, asks)
  const found = merged(answers, checked.by, null)
  markUnknowable(found)
  return found
}

/** The same for all that is outside the members, as groups of the row Other. */
export async function gatherOther(asker: Asker, gathering: Gathering): Promise<Group[]> {
  const { checked, members } = gathering
  if (!members) return []
  const by = checked.by.filter((name) => name !== members.dimension)
  const asks = asksOf({
    ...gathering,
    checked: { ...checked, by },
    members: { ...members, inside: false },
  })
  const answers = await answersTo(asker, asks)
  const found = merged(answers, checked.by, members.dimension).filter(({ sums }) =>
    holdsAnything(Object.values(sums)),
  )
  markUnknowable(found)
  return found
}

/** The first members of one dimension, and all others as groups of the row Other, from one statement. */
export async function gatherSplit(
  asker: Asker,
  gathering: Gathering,
  rankedBy: RankedBy,
): Promise<{ readonly shown: Group[]; readonly others: Group[] }> {
  const { checked, leaveOut } = gathering
  const asks = asksOf(gathering)
  const [ask] = asks
  if (!ask || asks.length > 1) throw new Error('one statement cannot tell all of this')
  noteSources(asker, asks)
  const split = splitByRankSql(await completed(asker, ask), { ...rankedBy, leaveOut })
  const rows = await asker.rows(compile(split))
  const answerOf = (isOther: boolean): Answer[] => [
    { parts: ask.parts, rows: rows.filter((row) => row.is_other === isOther) },
  ]
  return {
    shown: merged(answerOf(false), checked.by, null),
    others: merged(answerOf(true), checked.by, rankedBy.dimension),
  }
}

/** Marks what the lines without an order number make unknowable, once all families have answered. */
function markUnknowable(groups: readonly Group[]): void {
  for (const { sums } of groups) {
    const lines = sums[anonymousLines.name]
    if (lines !== undefined && lines !== null && lines !== '0') sums[orderCount.name] = unknowable
  }
}

/** The rows of one family. */
interface Answer {
  readonly parts: readonly Part[]
  readonly rows: readonly SqlRow[]
}

const factNames: Readonly<Record<FactFamily, string>> = {
  sales: 'sales_fact',
  anonymous_sales: 'orders',
  returns: 'returns_fact',
  charges: 'order_charges_fact',
  stock: 'stock_fact with the sales and returns since each count',
}

/** Keeps what is read, for whoever wants to know. */
export function noteSources(asker: Asker, asks: readonly Pick<Ask, 'family' | 'rollup'>[]): void {
  for (const { family, rollup } of asks) {
    if (rollup) asker.sources.add(segmentsText(rollup.segments))
    else if (family !== 'rollup') asker.sources.add(factNames[family])
  }
}

/** The first rows of two questions by a ranking that needs both. */
async function answerTogether(
  asker: Asker,
  asks: readonly [Omit<Ask, 'words'>, Omit<Ask, 'words'>],
): Promise<Answer> {
  noteSources(asker, asks)
  const both = [await completed(asker, asks[0]), await completed(asker, asks[1])] as const
  const rows = await asker.rows(compile(askedTogetherSql(both)))
  return { parts: both.flatMap(({ parts }) => parts), rows }
}

function answersTo(asker: Asker, asks: readonly Omit<Ask, 'words'>[]): Promise<Answer[]> {
  noteSources(asker, asks)
  return Promise.all(
    asks.map(async (ask) => ({
      parts: ask.parts,
      rows: await asker.rows(compile(askedSql(await completed(asker, ask)))),
    })),
  )
}

/** With what only the engine can tell of it: its words, and since when stock moved. */
export async function completed(asker: Asker, ask: Omit<Ask, 'words'>): Promise<Ask> {
  const { words } = asker
  if (ask.family !== 'stock') return { ...ask, words }
  const end = firstEnd(ask.by, ask.range)
  const known = asker.oldestCounts.get(end) ?? oldestCountAt(asker, end)
  asker.oldestCounts.set(end, known)
  const since = movementsSince(await known, ask.range)
  return { ...ask, words, since }
}

/** Counts that stand now stood at the end of the day of the newest of them, too. */
async function oldestCountAt(asker: Asker, end: string): Promise<string | null> {
  const standing = await asker.standingCounts()
  if (standing === null) return null
  if (end >= standing.to) return standing.from
  const [row] = await asker.rows(compile(oldestCount(end)))
  return typeof row?.first_day === 'string' ? row.first_day : null
}

/** One group per key over all families; `other` is the dimension that the rows do not have. */
function merged(
  answers: readonly Answer[],
  by: readonly Dimension[],
  other: Dimension | null,
): Group[] {
  const places = placeKeys(by)
  const columns = by.map((name) => (name === other ? null : keyColumn(name)))
  const members = by.filter((name) => !isAxis(name))
  const groups = new Map<string, Group>()
  for (const { parts, rows } of answers) {
    for (const row of rows) {
      const keys = columns.map((name) => (name === null ? otherKey : cell(row, name)))
      const step = places.step(keys)
      const rest = places.rest(keys)
      const place = step + rest
      const known = groups.get(place)
      const group = known ?? { keys, cells: cellsOf(members, row, other), sums: {}, step, rest }
      if (!known) groups.set(place, group)
      for (const { name } of parts) group.sums[name] = sumText(row[name])
    }
  }
  return [...groups.values()]
}

function sumText(value: SqlCell | undefined): string | null {
  return value === null || value === undefined ? null : String(value)
}

const noCells: Row = {}

function cellsOf(by: readonly Dimension[], row: SqlRow, other: Dimension | null): Row {
  if (by.length === 0) return noCells
  const cells: Record<string, Cell> = {}
  for (const name of by) {
    cells[name] = name === other ? otherName : cell(row, name)
    if (hasKeyColumn(name)) cells[`${name}_key`] = name === other ? null : cell(row, `${name}_key`)
  }
  return cells
}

/** Weekdays and hours are numbers, ids and all else text. */
function cell(row: SqlRow, name: string): Cell {
  const value = row[name] ?? null
  return value === null || typeof value === 'number' ? value : String(value)
}

/** Without any dimension SQL gives one row even where nothing is outside the members. */
export function holdsAnything(sums: readonly (string | null | undefined)[]): boolean {
  return sums.some((value) => !/^-?0*\.?0*$/.test(value ?? ''))
}

/** The statement with its values in place, so that anyone can run it as it stands. */
function runnable(text: string, parameters: readonly SqlValue[]): string {
  return text.replace(/\$(\d+)/g, (_, position: string) =>
    literal(parameters[Number(position) - 1]),
  )
}

function literal(value: SqlValue | undefined): string {
  if (value === null || value === undefined) return 'null'
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value)
}
