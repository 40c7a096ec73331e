import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely'
import type { DayRange } from '../model/day.ts'
import type { Dimension, Filter } from '../model/query.ts'
import type { SqlValue, SqlWords } from '../warehouse/warehouse.ts'
import { dayOf, dimensions } from './dimensions.ts'
import { conditionOf, keyCondition, type Members, textCondition } from './filters.ts'
import { factKey, type LeaveOut } from './leave-out.ts'
import type { FactFamily, Family, JoinedTable, Part, PartContext, Term } from './metric.ts'
import { plainValue } from './plain-value.ts'
import type { RollupPlan } from './rollup-plan.ts'
import {
  cellHoldsAnyRow,
  cellsOfEver,
  customerRelation,
  holdsAnyRow,
  isOfEver,
  rolledRelation,
  singleCells,
} from './rollup-relation.ts'
import { stockLevels } from './stock-levels.ts'

/**
 * From a question about one family of facts to SQL that every engine reads alike: sums and counts
 * only, parameters cast, every ORDER BY ending in the key and saying where nulls stand.
 */

export interface Statement {
  readonly sql: string
  readonly parameters: readonly SqlValue[]
}

export interface Ranking {
  readonly terms: readonly Term[]
  readonly direction: 'asc' | 'desc'
  readonly limit: number
}

/** The members of one dimension that are shown. */
export interface RankedBy {
  readonly dimension: Dimension
  readonly ranking: Ranking
}

/** One question to one family of facts. */
export interface Ask {
  readonly family: Family
  readonly parts: readonly Part[]
  readonly by: readonly Dimension[]
  readonly range: DayRange
  readonly where: readonly Filter[]
  readonly leaveOut: readonly LeaveOut[]
  readonly words: SqlWords
  readonly members?: Members
  /** Only the first rows by these terms, all of them parts of this question. */
  readonly ranking?: Ranking
  /** Of stock: the first day from which movements matter. */
  readonly since?: string
  /** Of the family `rollup`: which cells are read. */
  readonly rollup?: RollupPlan
}

const compiler = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

/** As text with `$1`, `$2`, ... and their values. */
export function compile(query: RawBuilder<unknown>): Statement {
  const compiled = query.compile(compiler)
  return { sql: compiled.sql, parameters: compiled.parameters as readonly SqlValue[] }
}

/**
 * Rows with one column per dimension (`<dimension>`, and `<dimension>_key` where it has one) and one
 * per part.
 */
export function askedSql(ask: Ask): RawBuilder<unknown> {
  return namedSql(groupedSql(ask), ask)
}

/**
 * The same of two questions split by one dimension, added up by its key, where only the first rows of both together
 * are wanted.
 */
export function askedTogetherSql(asks: readonly [Ask, Ask]): RawBuilder<unknown> {
  const [first, second] = asks
  const [dimension] = first.by
  if (!dimension || first.by.length > 1) throw new Error('the questions have no key in common')
  const key = sql.ref(keyColumn(dimension))
  const code = dimensions[dimension].code ? sql.ref(`${dimension}_key`) : null
  const parts = asks.flatMap((ask) => ask.parts)
  const rows = asks.map((ask) => {
    const values = parts.map((part) => (ask.parts.includes(part) ? sql.ref(part.name) : sql`null`))
    return sql`select ${sql.join([key, ...(code ? [code] : []), ...values])} from (
${groupedSql(ask)}) as rows`
  })
  const names = sql.join([key, ...(code ? [code] : []), ...parts.map(({ name }) => sql.ref(name))])
  const sums = [
    key,
    ...(code ? [sql`max(${code}) as ${code}`] : []),
    ...parts.map(({ name }) => sql`sum(${sql.ref(name)}) as ${sql.ref(name)}`),
  ]
  const leaveOut = first.leaveOut.length > 0 ? first.leaveOut : second.leaveOut
  return namedSql(
    sql`select ${sql.join(sums)}
from (
${sql.join(rows, sql`\nunion all\n`)}
) as both_asked (${names})
group by ${key}`,
    { ...first, leaveOut },
  )
}

/** Grouped rows without what is left out, only the first by a ranking, and the names of their members. */
function namedSql(
  grouped: RawBuilder<unknown>,
  { by, leaveOut, ranking, members: chosen }: Pick<Ask, 'by' | 'leaveOut' | 'ranking' | 'members'>,
): RawBuilder<unknown> {
  const members = by.filter((name) => dimensions[name].member)
  if (members.length === 0 && leaveOut.length === 0 && !ranking) return grouped
  const keep = keptKeys(by, leaveOut)
  // Rows of which only the first are kept need not be written down before, but the few that are.
  const written = sql` materialized`
  const [all, few] = ranking ? [sql``, written] : [written, sql``]
  return sql`with grouped as${all} (
${grouped}
), kept as${few} (
select * from grouped${whereAll(keep)}${ranking ? rankedBy(ranking, by) : sql``}
)
select kept.*${sql.join(members.map(nameColumn), sql``)}
from kept${sql.join(
    members.map((name) =>
      nameJoin(
        name,
        ranking !== undefined || (chosen?.inside === true && chosen.dimension === name),
      ),
    ),
    sql``,
  )}`
}

/**
 * All of one question at once: the first members of a dimension by a ranking, and everything else without that
 * dimension. Column `is_other` tells them apart. The parts must be sums that add up over the dimension.
 */
export function splitByRankSql(
  ask: Ask,
  { dimension, ranking, leaveOut }: RankedBy & { readonly leaveOut: readonly LeaveOut[] },
): RawBuilder<unknown> {
  const { by, parts } = ask
  const key = sql.ref(keyColumn(dimension))
  const own = keyColumns([dimension])
  const others = keyColumns(by.filter((name) => name !== dimension))
  const sums = parts.map(({ name }) => sql.ref(name))
  const keep = leaveOut.filter((each) => each.dimension === dimension).map(({ keep }) => keep(key))
  const amount = sumOf(ranking.terms, (part) => sql`sum(${sql.ref(part.name)})`)
  const grouping = others.length > 0 ? sql`\ngroup by ${sql.join(others)}` : sql``
  const split = sql`with asked as materialized (
${groupedSql(ask)}
), ranked as (
select ${key} as member, 1 as is_shown from asked${whereAll(keep)}
group by ${key}
order by ${amount} ${sql.raw(ranking.direction)} nulls last, ${keyOrder(dimension, key)}
limit ${sql.lit(ranking.limit)}
), told as (
select asked.*, ranked.is_shown from asked
left join ranked on ranked.member is not distinct from asked.${key}
)
select ${sql.join([...others, ...own, ...sums, sql`false as is_other`])}
from told where is_shown is not null
union all
select ${sql.join([
    ...others,
    ...own.map(() => sql`null`),
    ...sums.map((name) => sql`sum(${name})`),
    sql`true`,
  ])}
from told where is_shown is null${grouping}`
  const members = { dimension, inside: true, keys: [] }
  return namedSql(split, { by, leaveOut: [], members })
}

/**
 * The first keys of one dimension by terms that may come from several families: column `member`, best
 * first. Families are summed on their own, by what each of them is asked, and then added up by key.
 */
export function rankedKeysSql({
  asks,
  dimension,
  ranking,
  leaveOut,
}: RankedBy & {
  readonly asks: readonly Ask[]
  readonly leaveOut: readonly LeaveOut[]
}): RawBuilder<unknown> {
  const amounts = asks.map((ask) => {
    const terms = ranking.terms.filter(({ part }) => ask.parts.includes(part))
    const amount = sumOf(terms, (part) => sumOfPart(part, ask))
    const key = keyOf(dimension, ask)
    return sql`select ${key} as member, ${amount} as amount
from ${relation(ask)}${conditionsOf(ask)}
group by ${key}${havingRows(ask)}`
  })
  const keep = leaveOut
    .filter((each) => each.dimension === dimension)
    .map((each) => each.keep(sql.ref('member')))
  const direction = sql.raw(ranking.direction)
  return sql`with amounts as materialized (
${sql.join(amounts, sql`\nunion all\n`)}
)
select member from amounts${whereAll(keep)}
group by member
order by sum(amount) ${direction} nulls last, ${keyOrder(dimension, sql.ref('member'))}
limit ${sql.lit(ranking.limit)}`
}

/** Column of the grouped rows that tells members apart. */
export function keyColumn(dimension: Dimension): string {
  return dimensions[dimension].member ? `${dimension}_key` : dimension
}

/** All key columns that grouped rows have of these dimensions. */
function keyColumns(by: readonly Dimension[]): RawBuilder<unknown>[] {
  return by.flatMap((name) => {
    const { code } = dimensions[name]
    return [sql.ref(keyColumn(name)), ...(code ? [sql.ref(`${name}_key`)] : [])]
  })
}

function groupedSql(ask: Ask): RawBuilder<unknown> {
  const { parts, by, rollup } = ask
  const keys = by.map((name) => keyOf(name, ask))
  const columns = by.flatMap((name, index) => {
    const { code } = dimensions[name]
    const key = sql`${keys[index]} as ${sql.ref(keyColumn(name))}`
    return code ? [key, sql`${code} as ${sql.ref(`${name}_key`)}`] : [key]
  })
  if (rollup && areSingleCells(ask)) {
    const cells = parts.map((part) => sql`${part.rolled?.ofCell} as ${sql.ref(part.name)}`)
    const conditions = whereAll([...factConditions(ask), cellHoldsAnyRow(rollup.measures)])
    const selected = sql.join([...columns, ...cells])
    return ask.ranking
      ? firstCells({ ...ask, rollup, ranking: ask.ranking }, { selected, conditions })
      : sql`select ${selected}
from ${singleCells(rollup)} as f${conditions}`
  }
  const sums = parts.map((part) => sql`${sumOfPart(part, ask)} as ${sql.ref(part.name)}`)
  const grouping = keys.length > 0 ? sql`\ngroup by ${sql.join(keys)}${havingRows(ask)}` : sql``
  return sql`select ${sql.join([...columns, ...sums])}
from ${relation(ask)}${conditionsOf(ask)}${grouping}`
}

/**
 * All cells that can be among the first: of those that nobody touched only the first, before they are put together with
 * the others, whose sums are wider and would make all of them so.
 */
function firstCells(
  { rollup, ranking, by, leaveOut }: Ask & Required<Pick<Ask, 'rollup' | 'ranking'>>,
  {
    selected,
    conditions,
  }: { readonly selected: RawBuilder<unknown>; readonly conditions: RawBuilder<unknown> },
): RawBuilder<unknown> {
  const { changed, unchanged, touched } = cellsOfEver(rollup)
  return sql`with changed as materialized (
${changed}
), first_unchanged as (
select * from (
select ${selected} from (${unchanged}) as f${conditions}
) as cells${whereAll(keptKeys(by, leaveOut))}${rankedBy(ranking, by)}
)
select * from first_unchanged
union all
select ${selected} from (${touched}) as f${conditions}`
}

/** Conditions on grouped rows: what is left out by the keys that they have. */
function keptKeys(
  by: readonly Dimension[],
  leaveOut: readonly LeaveOut[],
): readonly RawBuilder<unknown>[] {
  return leaveOut
    .filter(({ dimension }) => by.includes(dimension))
    .map(({ dimension, keep }) => keep(sql.ref(keyColumn(dimension))))
}

/** Whether the answer is split by exactly the cells of a rollup that has them once. */
function areSingleCells({ rollup, by, parts }: Ask): boolean {
  const isByCell = by.join() === rollup?.keys.join()
  return (
    rollup !== undefined &&
    isByCell &&
    isOfEver(rollup) &&
    parts.every(({ rolled }) => rolled?.ofCell)
  )
}

/** What rows are grouped by: rollups of categories hold them, all others find them with the product. */
function keyOf(dimension: Dimension, { family, rollup }: Source): RawBuilder<unknown> {
  return dimension === 'category' && rollup?.keys.includes('category')
    ? sql`f.category`
    : dimensions[dimension].key(family)
}

type Source = Pick<Ask, 'family' | 'rollup'>

function sumOfPart(part: Part, ask: Pick<Ask, 'rollup'> & PartContext): RawBuilder<unknown> {
  if (!ask.rollup) return part.expression(ask)
  if (!part.rolled) throw new Error(`${part.name} is in no rollup`)
  return part.rolled.expression
}

/** Cells whose rows were all taken away again are not there. */
function havingRows({ rollup }: Ask): RawBuilder<unknown> {
  return rollup ? sql`\nhaving ${holdsAnyRow(rollup.measures)}` : sql``
}

/** Where customers are counted their rows meet the conditions before they are added up. */
function conditionsOf(ask: Ask): RawBuilder<unknown> {
  return countsCustomers(ask) ? sql`` : whereAll(factConditions(ask))
}

function countsCustomers({ rollup, parts }: Pick<Ask, 'rollup' | 'parts'>): boolean {
  return rollup !== undefined && parts.some(({ rolled }) => rolled?.perCustomer)
}

function factConditions(ask: Ask): RawBuilder<unknown>[] {
  const { family, range, where, members, by, leaveOut } = ask
  const conditions: RawBuilder<unknown>[] = []
  if (family !== 'stock' && family !== 'rollup') {
    const day = dayOf(family)
    const [first, last] = [plainValue(range.from), plainValue(range.to)]
    conditions.push(sql`${day} >= ${first}::date and ${day} <= ${last}::date`)
  }
  if (family === 'anonymous_sales') {
    conditions.push(sql`f.order_id in (select order_id from orders where anonymous)`)
  }
  for (const filter of where) conditions.push(filterCondition(filter, ask))
  if (members) {
    conditions.push(keyCondition(keyOf(members.dimension, ask), members))
  }
  for (const each of leaveOut) {
    if (!by.includes(each.dimension)) conditions.push(each.keep(factKey(each, family)))
  }
  return conditions
}

function filterCondition(filter: Filter, ask: Ask): RawBuilder<unknown> {
  const { rollup, family, words } = ask
  return filter.dimension === 'category' && rollup?.keys.includes('category')
    ? textCondition(sql`f.category`, filter, words)
    : conditionOf(filter, family, words)
}

const factTables: Readonly<Record<Exclude<FactFamily, 'stock'>, string>> = {
  sales: 'sales_fact',
  anonymous_sales: 'sales_fact',
  returns: 'returns_fact',
  charges: 'order_charges_fact',
}

/** The facts `f` with the dimension tables that the question needs before grouping. */
function relation(ask: Ask): RawBuilder<unknown> {
  const facts = factsOf(ask)
  const joins = [...neededTables(ask)].map((table) => joinOf[table])
  return sql`${facts} as f${sql.join(joins, sql``)}`
}

function factsOf(ask: Ask): RawBuilder<unknown> {
  const { family, by, range, rollup, since } = ask
  if (family === 'stock') return stockLevels(by, range, since ?? '0001-01-01')
  if (family !== 'rollup') return sql.ref(factTables[family])
  if (!rollup) throw new Error('no rollup was planned')
  const conditions = factConditions(ask)
  return countsCustomers(ask)
    ? customerRelation(rollup, by, conditions.length > 0 ? whereAll(conditions) : null)
    : rolledRelation(rollup)
}

function neededTables({ by, parts, members, leaveOut, rollup }: Ask): Set<JoinedTable> {
  const outside = leaveOut.filter(({ dimension }) => !by.includes(dimension))
  const names = [
    ...by,
    ...(members ? [members.dimension] : []),
    ...outside.map((each) => each.dimension),
    ...(rollup ? parts.flatMap(({ rolled }) => rolled?.dimensions ?? []) : []),
  ]
  const needed = new Set<JoinedTable>()
  for (const name of names) {
    const { needs } = dimensions[name]
    if (needs && !(name === 'category' && rollup?.keys.includes('category'))) needed.add(needs)
  }
  if (rollup) return needed
  for (const part of parts) for (const table of part.needs ?? []) needed.add(table)
  return needed
}

const joinOf: Readonly<Record<JoinedTable, RawBuilder<unknown>>> = {
  customers: sql`\nleft join customers as c on c.customer_id = f.customer_id`,
  products: sql`\nleft join products as p on p.product_id = f.product_id`,
  regions: sql`\nleft join regions as r on r.region_id = f.region_id`,
}

function rankedBy(
  { terms, direction, limit }: Ranking,
  by: readonly Dimension[],
): RawBuilder<unknown> {
  const amount = sumOf(terms, (part) => sql.ref(part.name))
  const keys = by.map((name) => keyOrder(name, sql.ref(keyColumn(name))))
  return sql`
order by ${amount} ${sql.raw(direction)} nulls last, ${sql.join(keys)}
limit ${sql.lit(limit)}`
}

function sumOf(
  terms: readonly Term[],
  column: (part: Part) => RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql.join(
    terms.map(({ part, sign }, index) => {
      const value = part.whenEmpty === '0' ? sql`coalesce(${column(part)}, 0)` : column(part)
      if (index === 0) return sign === 1 ? value : sql`-${value}`
      return sign === 1 ? sql` + ${value}` : sql` - ${value}`
    }),
    sql``,
  )
}

function keyOrder(dimension: Dimension, key: RawBuilder<unknown>): RawBuilder<unknown> {
  const text = dimensions[dimension].keyType === 'text'
  return text ? sql`${key} collate "C" asc nulls last` : sql`${key} asc nulls last`
}

function nameColumn(dimension: Dimension): RawBuilder<unknown> {
  const name = dimensions[dimension].member?.name ?? ''
  return sql`, ${sql.ref(`${dimension}_names.${name}`)} as ${sql.ref(dimension)}`
}

/** Of few rows only their own names are sought, or all members there are would be made ready to be found. */
function nameJoin(dimension: Dimension, few: boolean): RawBuilder<unknown> {
  const { table = '', id = '' } = dimensions[dimension].member ?? {}
  const names = `${dimension}_names`
  const key = sql.ref(keyColumn(dimension))
  const members = few
    ? sql`(select * from ${sql.ref(table)} where ${sql.ref(id)} in (select ${key} from kept))`
    : sql.ref(table)
  return sql`
left join ${members} as ${sql.ref(names)} on ${sql.ref(`${names}.${id}`)} = kept.${sql.ref(keyColumn(dimension))}`
}

function whereAll(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return conditions.length > 0 ? sql`\nwhere ${sql.join(conditions, sql`\n  and `)}` : sql``
}
