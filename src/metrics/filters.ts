import { type RawBuilder, sql } from 'kysely'
import { isDay, startOf, weekdayOf } from '../model/day.ts'
import { TakingsError } from '../model/errors.ts'
import type { Cell, Dimension, Filter, TimeDimension } from '../model/query.ts'
import type { SqlWords } from '../warehouse/warehouse.ts'
import { dimensions, isCalendar } from './dimensions.ts'
import type { Family } from './metric.ts'
import { plainValue } from './plain-value.ts'

/** Conditions of a query, as SQL over the fact `f`. */

/** Keeps the facts whose key of the dimension is, or is not, among these; null is the unknown hour. */
export interface Members {
  readonly dimension: Dimension
  readonly inside: boolean
  readonly keys: readonly (string | null)[]
}

/** Where a value may be found: the table, its id, and the columns that people may name it by. */
interface Lookup {
  readonly table: string
  readonly id: string
  /** `contains` looks in the first one. */
  readonly names: readonly string[]
}

const lookups: Readonly<Partial<Record<Dimension, Lookup>>> = {
  region: { table: 'regions', id: 'region_id', names: ['region_name'] },
  country: { table: 'regions', id: 'region_id', names: ['country', 'country_code'] },
  continent: { table: 'regions', id: 'region_id', names: ['continent'] },
  category: { table: 'products', id: 'product_id', names: ['category'] },
  product: { table: 'products', id: 'product_id', names: ['product_name', 'product_key', 'sku'] },
  product_kind: { table: 'products', id: 'product_id', names: ['kind'] },
  customer: { table: 'customers', id: 'customer_id', names: ['name', 'email'] },
}

const numbered: readonly Dimension[] = ['region', 'product', 'customer']

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

/** The condition over `f`; the filter has passed `checkFilter`. */
export function conditionOf(filter: Filter, family: Family, words: SqlWords): RawBuilder<unknown> {
  const lookup = lookups[filter.dimension]
  if (lookup) return memberCondition(filter, lookup, words)
  return textCondition(dimensions[filter.dimension].key(family), filter, words)
}

/** The same over a key that holds the values themselves. */
export function textCondition(
  key: RawBuilder<unknown>,
  filter: Filter,
  words: SqlWords,
): RawBuilder<unknown> {
  if (filter.op === 'contains') return containsAny(key, filter.values, words)
  const { dimension, op, values } = filter
  const keys = values.map((value) => keyOf(dimension, value))
  return keyCondition(key, { dimension, inside: op === 'in', keys })
}

/** `key in (...)` or its opposite, with a null key meaning no key at all. */
export function keyCondition(
  key: RawBuilder<unknown>,
  { dimension, inside, keys }: Members,
): RawBuilder<unknown> {
  const type = sql.raw(dimensions[dimension].keyType)
  const known = keys
    .filter((value) => value !== null)
    .map((value) => sql`${plainValue(value)}::${type}`)
  const missing = known.length < keys.length
  if (keys.length === 0) return inside ? sql`false` : sql`true`
  if (known.length === 0) return missing === inside ? sql`${key} is null` : sql`${key} is not null`
  if (inside)
    return missing
      ? sql`(${key} in (${sql.join(known)}) or ${key} is null)`
      : sql`${key} in (${sql.join(known)})`
  const outside = sql`${key} not in (${sql.join(known)})`
  return missing ? sql`(${outside} and ${key} is not null)` : sql`(${outside} or ${key} is null)`
}

/**
 * One row per value of the filter that nothing in the dimension tables bears; null where every value
 * is bound to exist (times, hours) or where no table lists them.
 */
export function unmatchedValues(filter: Filter, words: SqlWords): RawBuilder<unknown>[] {
  const lookup = lookups[filter.dimension]
  if (!lookup || filter.dimension === 'product_kind') return []
  return filter.values.map((value) => {
    const found = memberCondition(
      { ...filter, op: filter.op === 'contains' ? 'contains' : 'in', values: [value] },
      lookup,
      words,
    )
    const table = sql.ref(lookup.table)
    return sql`select ${sql.lit(filter.dimension)}::text as dimension, ${plainValue(value)}::text as value where not exists (select 1 from ${table} as f where ${found})`
  })
}

/** Which days the conditions on time let through; null when there are none. */
export function acceptsDay(where: readonly Filter[]): ((day: string) => boolean) | null {
  const tests = where.flatMap(({ dimension, op, values }) => {
    if (!isCalendar(dimension) && dimension !== 'weekday') return []
    const keys = values.map((value) => keyOf(dimension, value))
    const key = (day: string) =>
      dimension === 'weekday' ? String(weekdayOf(day)) : startOf(dimension, day)
    return [(day: string) => keys.includes(key(day)) === (op === 'in')]
  })
  return tests.length > 0 ? (day) => tests.every((test) => test(day)) : null
}

/** Which hours the conditions let through; null is the unknown hour. */
export function acceptsHour(where: readonly Filter[]): (hour: Cell) => boolean {
  const filters = where.filter(({ dimension }) => dimension === 'hour')
  return (hour) =>
    filters.every(({ op, values }) => {
      const key = hour === null ? null : String(hour)
      return values.some((value) => keyOf('hour', value) === key) === (op === 'in')
    })
}

/** Throws invalid_query where a value cannot be one of the dimension. */
export function checkFilter(filter: Filter): void {
  const { dimension, op, values } = filter
  if (values.length === 0) {
    throw invalid(`the condition on ${dimension} has no value`, `Write ${dimension}=VALUE.`)
  }
  const { keyType } = dimensions[dimension]
  if (op === 'contains' && (keyType === 'date' || keyType === 'integer')) {
    throw invalid(`${dimension} has no text to look in`, `Write ${dimension}=VALUE.`)
  }
  if (op === 'contains') return
  for (const value of values) keyOf(dimension, value)
}

/** The key that a value stands for, for dimensions whose key people write themselves. */
function keyOf(dimension: Dimension, value: string): string | null {
  switch (dimension) {
    case 'day':
    case 'week':
    case 'month':
    case 'quarter':
    case 'year':
      return bucketOf(dimension, value)
    case 'weekday':
      return numberOf(dimension, weekdayNumber(value))
    case 'hour':
      return value === 'Unknown' ? null : numberOf(dimension, value)
    case 'product_kind':
      if (value === 'goods' || value === 'fee') return value
      throw invalid(`there is no product kind ${value}`, 'Product kinds are: goods, fee.')
    default:
      return value
  }
}

function bucketOf(unit: TimeDimension, value: string): string {
  const quarter = /^(\d{4})-Q([1-4])$/.exec(value)
  const day = quarter
    ? `${quarter[1]}-${String(Number(quarter[2]) * 3 - 2).padStart(2, '0')}-01`
    : `${value}-01-01`.slice(0, 10)
  if ((quarter && unit !== 'quarter') || !isDay(day) || startOf(unit, day) !== day) {
    throw invalid(
      `${value} is not a ${unit}`,
      `Write the first day of the ${unit} as yyyy-mm-dd; 2011-03, 2011-Q1 and 2011 do for month, quarter and year.`,
    )
  }
  return day
}

function weekdayNumber(value: string): string {
  const index = weekdays.indexOf(value.toLowerCase())
  return index < 0 ? value : String(index + 1)
}

function numberOf(dimension: 'weekday' | 'hour', value: string): string {
  const [least, most] = dimension === 'weekday' ? [1, 7] : [0, 23]
  if (/^\d{1,2}$/.test(value) && Number(value) >= least && Number(value) <= most) {
    return String(Number(value))
  }
  throw invalid(`${value} is not a ${dimension}`, `Write a number from ${least} to ${most}.`)
}

/** Facts point to members by id, so the members are looked up and the facts compared by id. */
function memberCondition(
  { dimension, op, values }: Filter,
  lookup: Lookup,
  words: SqlWords,
): RawBuilder<unknown> {
  const { table, id, names } = lookup
  const from = sql`select ${sql.ref(id)} from ${sql.ref(table)}`
  const key = sql.ref(`f.${id}`)
  if (op === 'contains') {
    const name = sql.ref(names[0] ?? id)
    return sql`${key} in (${from} where ${containsAny(name, values, words)})`
  }
  const ids = numbered.includes(dimension)
    ? values.filter((value) => /^#\d{1,18}$/.test(value))
    : []
  const said = values.filter((value) => !ids.includes(value))
  const sets: RawBuilder<unknown>[] = []
  if (ids.length > 0) {
    sets.push(
      sql`${key} in (${sql.join(ids.map((value) => sql`${plainValue(value.slice(1))}::bigint`))})`,
    )
  }
  if (said.length > 0) {
    const list = sql.join(said.map((value) => sql`${value}::text`))
    const named = anyOf(names.map((name) => sql`${sql.ref(name)} in (${list})`))
    sets.push(sql`${key} in (${from} where ${named})`)
    if (dimension === 'customer') {
      sets.push(
        sql`${key} in (select customer_id from customer_keys where customer_key in (${list}))`,
      )
    }
  }
  return op === 'in' ? anyOf(sets) : sql`not ${anyOf(sets)}`
}

/** In either case, and nothing in the text is a pattern. */
function containsAny(
  name: RawBuilder<unknown>,
  values: readonly string[],
  { anyAlphabet }: SqlWords,
): RawBuilder<unknown> {
  const alphabet = sql.raw(anyAlphabet)
  return anyOf(
    values.map(
      (value) => sql`position(lower(${value}::text${alphabet}) in lower(${name}${alphabet})) > 0`,
    ),
  )
}

function anyOf(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return sql`(${sql.join(conditions, sql` or `)})`
}

function invalid(problem: string, advice: string): TakingsError {
  return new TakingsError('invalid_query', { problem, advice })
}
