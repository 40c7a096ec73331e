import { type MalformedRow, type SourceColumn, type StagedTable, withRelation } from './format.ts'
import { surelyMeans, words } from './headers.ts'
import { fileStem } from './input.ts'
import type { Role } from './role.ts'
import { numbersOf, sampleTable, type TableSample } from './sample.ts'
import { trimmed } from './survey.ts'
import type { Workbench } from './workbench.ts'

/**
 * Tables that belong together: order lines and the orders they stand in, customer ids made anew for each order and
 * the persons behind them, products and what their category ids mean. They are joined by their keys, whatever their names, and only towards a table in which the key
 * stands once: no row is ever multiplied.
 */

/** A table that was read into another. */
export interface LinkedTable {
  readonly sample: TableSample
  readonly rows: number
  /** Name of the file whose rows it completes. */
  readonly into: string
  /** Orders that no line refers to. */
  readonly alone: number
  /** Columns of what was taken off whole orders, which no line states. */
  readonly discounts: readonly string[]
  readonly malformed: readonly MalformedRow[]
}

export interface Linked {
  readonly samples: readonly TableSample[]
  readonly linked: readonly LinkedTable[]
}

export interface LinkRules {
  /** What the table would be taken for as it stands; null for nothing. */
  holds(sample: TableSample): string | null
}

/** Longest way from a product to the name of its category. */
const mostSteps = 3

export async function linkTables(
  bench: Workbench,
  samples: readonly TableSample[],
  rules: LinkRules,
): Promise<Linked> {
  const state: State = { bench, rules, samples: [...samples], taken: [] }
  await linkOrders(state)
  await linkPersons(state)
  for (let step = 0; step < mostSteps; step += 1) if (!(await linkCategories(state))) break
  const linked: LinkedTable[] = []
  for (const from of new Set(state.taken.map((taken) => taken.from)))
    linked.push(await linkedTable(state, from))
  return { samples: state.samples, linked }
}

interface State {
  readonly bench: Workbench
  readonly rules: LinkRules
  samples: TableSample[]
  readonly taken: Taken[]
}

/** A table that was read into another, and the columns that join them. */
interface Taken {
  readonly holds: 'orders' | 'persons' | 'categories'
  readonly from: TableSample
  readonly into: TableSample
  readonly key: Key
}

/** Lines, and the orders that have their day, their customer or their state. */
async function linkOrders(state: State): Promise<void> {
  const { rules } = state
  const lineTables = state.samples.filter(
    (sample) => isOfItems(sample) && [null, 'order_lines'].includes(rules.holds(sample)),
  )
  const heads = await headsOf(state)
  for (const lines of lineTables) {
    // Lines that have a day of their own need no other table, unless one says by its name that it holds orders.
    const dated = rules.holds(lines) !== null
    for (const { orders, parts } of heads) {
      if (parts.includes(lines) || (dated && !calledOrders(orders))) continue
      const key = await keyBetween(state, [lines, orders], ['order_number'])
      if (!key) continue
      const unused = orders.columns
        .filter(({ name }) => dated && isOfDay(name))
        .map(({ sql }) => sql)
      const whole = await joined(state, [lines, orders], { ...key, unused, ofOrder: true })
      if (rules.holds(whole) !== 'order_lines') continue
      for (const from of parts) take(state, whole, { holds: 'orders', from, into: lines, key })
      break
    }
  }
}

/** A table of orders, with the tables that it is made of. */
interface Head {
  readonly orders: TableSample
  readonly parts: readonly TableSample[]
}

/** The tables of orders; such with the same headers are one table first, as a shop exports a file for each year. */
async function headsOf(state: State): Promise<Head[]> {
  const tables = state.samples.filter((sample) => isOfOrders(sample)).sort(byLikeness)
  const alike = new Map<string, TableSample[]>()
  for (const table of tables) {
    const headers = table.columns.map(({ name }) => name).join('\n')
    alike.set(headers, [...(alike.get(headers) ?? []), table])
  }
  const heads: Head[] = []
  for (const [first, ...others] of alike.values()) {
    if (!first || others.length === 0) continue
    const union = (own: 'relation' | 'unnumbered') =>
      `(${[first, ...others].map(({ table }) => `SELECT * FROM ${table[own]}`).join(' UNION ALL ')})`
    const whole = { relation: union('relation'), unnumbered: union('unnumbered') }
    const orders = await sampleTable(state.bench.staging, { ...first.table, ...whole })
    heads.push({ orders, parts: [first, ...others] })
  }
  return [...heads, ...tables.map((orders) => ({ orders, parts: [orders] }))]
}

const ordersWords =
  /\b(orders?|sales|bestellungen?|auftrage?|auftraege|commandes?|pedidos?|ordini|bestellingen)\b/

function calledOrders(sample: TableSample): boolean {
  return ordersWords.test(stemOf(sample))
}

/** Of several tables with one row per order the one that is called orders comes first, then the fullest. */
function byLikeness(a: TableSample, b: TableSample): number {
  const told = (sample: TableSample) =>
    (
      ['order_date', 'customer_key', 'customer_email', 'status', 'currency', 'line_total'] as const
    ).filter((role) => states(sample, role)).length + (calledOrders(sample) ? 10 : 0)
  return told(b) - told(a)
}

function isOfDay(header: string): boolean {
  return surelyMeans(header, 'order_date', 'order_time', 'updated_at')
}

/** What stands beside orders under their numbers, and says nothing of what was sold. */
export const besideOrders =
  /\b(shipments?|shipping|fulfill?ments?|deliver(y|ies)|payments?|transactions?|refunds?|returns?|reviews?|events?|logs?|messages?|tracking|versand|zahlungen|livraisons|paiements|envios|pagos)\b/

/** The name of its file as words, without folder and ending. */
export function stemOf({ table }: TableSample): string {
  return words(fileStem(table.file))
}

/** One row per order: its number and its day or customer, and no product. */
function isOfOrders(sample: TableSample): boolean {
  const told = states(sample, 'order_date', 'customer_key', 'customer_email')
  const beside = sample.table.ofReturns || besideOrders.test(stemOf(sample))
  const other = beside || namesProducts(sample)
  const numbered = states(sample, 'order_number') || (calledOrders(sample) && hasOwnId(sample))
  return told && numbered && !other
}

/** Databases call the key of a table "id", and name it in full where another table refers to it. */
function hasOwnId({ columns }: TableSample): boolean {
  return columns.some(
    ({ name, filled, distinct }) => words(name) === 'id' && filled > 0 && distinct === filled,
  )
}

/**
 * Some systems give a customer a new id with each order; a table then says which person each id stands for. Counted by
 * the id of the order, no customer would ever come back.
 */
async function linkPersons(state: State): Promise<void> {
  const { rules } = state
  for (const lines of state.samples.filter((sample) => rules.holds(sample) === 'order_lines')) {
    for (const persons of state.samples) {
      if (persons === lines || persons.table.ofReturns) continue
      if (isOfItems(persons) || isOfOrders(persons) || !tellsPersons(persons)) continue
      const key = await keyBetween(state, [lines, persons], ['customer_key'])
      const person = persons.columns.find(
        ({ name, sql, filled, distinct }) =>
          sql !== key?.to && surelyMeans(name, 'customer_key') && distinct < filled,
      )
      if (!key || !person || !(await isMadeAnew(state, lines, key.from))) continue
      const whole = await joined(state, [lines, persons], { ...key, replaced: key.from })
      if (rules.holds(whole) !== 'order_lines') continue
      take(state, whole, { holds: 'persons', from: persons, into: lines, key })
      break
    }
  }
}

/** Some column may say whom several rows stand for. Looked at before any row is: most tables of customers have none. */
function tellsPersons({ columns }: TableSample): boolean {
  return columns.some(
    ({ name, filled, distinct }) => surelyMeans(name, 'customer_key') && distinct < filled,
  )
}

/** Each order has a customer id of its own. */
async function isMadeAnew(
  { bench }: State,
  lines: TableSample,
  customer: string,
): Promise<boolean> {
  const order = lines.columns.find(({ name }) => surelyMeans(name, 'order_number'))
  if (!order) return false
  const { orders, customers } = await bench.row(
    `SELECT count(DISTINCT ${trimmed(order.sql)}) AS orders, count(DISTINCT ${trimmed(customer)}) AS customers
     FROM ${lines.table.unnumbered}`,
  )
  return Number(orders) === Number(customers)
}

/** Products that name their category by an id, and the table that says what the id means. */
async function linkCategories(state: State): Promise<boolean> {
  const { rules } = state
  const products = state.samples.filter((sample) => rules.holds(sample) === 'products')
  const lookups = state.samples.filter((sample) => rules.holds(sample) === null)
  for (const table of products) {
    for (const lookup of lookups) {
      if (!lookup.columns.some(({ name }) => categoryName.test(words(name)))) continue
      const key = await keyBetween(state, [table, lookup], null)
      if (!key) continue
      const whole = await joined(state, [table, lookup], key)
      take(state, whole, { holds: 'categories', from: lookup, into: table, key })
      return true
    }
  }
  return false
}

const categoryName =
  /\b(category|subcategory|kategorie|warengruppe|categorie|categoria|department|product type)\b.*\b(name|title|bezeichnung|nom|nome|nombre)\b/

/** Products, and how many or at what price: a line of an order but for its day. */
function isOfItems(sample: TableSample): boolean {
  const amount = states(sample, 'quantity', 'unit_price', 'line_total')
  return namesProducts(sample) && amount && states(sample, 'order_number')
}

function namesProducts(sample: TableSample): boolean {
  return states(sample, 'product_key', 'sku', 'product_name')
}

/** Some column of the table surely means one of the roles. */
function states({ columns }: TableSample, ...roles: readonly Role[]): boolean {
  return columns.some(({ name }) => surelyMeans(name, ...roles))
}

interface Key {
  /** Staged column of the table that refers. */
  readonly from: string
  /** Staged column of the table in which it stands once. */
  readonly to: string
  /** Columns of that table that say nothing of the rows of the other. */
  readonly unused?: readonly string[]
  /** What the other table states is of whole orders. */
  readonly ofOrder?: true
  /** Column of the table that refers, in whose place those of the other stand. */
  readonly replaced?: string
}

/** At least this share of the references must be found. */
const leastFound = 0.95

/**
 * The columns that join two tables: alike in name, or both of one meaning; the second holds each value once,
 * and nearly all values of the first are among them. Null where there are none.
 */
async function keyBetween(
  { bench }: State,
  [from, to]: readonly [TableSample, TableSample],
  roles: readonly Role[] | null,
): Promise<Key | null> {
  for (const own of from.columns) {
    for (const other of to.columns) {
      const alike = roles
        ? surelyMeans(own.name, ...roles) &&
          (surelyMeans(other.name, ...roles) || words(other.name) === 'id')
        : namesOneKey(own, other, to)
      if (!alike || other.filled < to.rows.length || other.distinct < other.filled) continue
      if (own.filled === 0) continue
      const { found, referring, repeated } = await bench.row(
        `SELECT count(*) AS referring, count(*) FILTER (key IN (SELECT ${trimmed(other.sql)} FROM ${to.table.unnumbered})) AS found,
           (SELECT count(*) - count(DISTINCT ${trimmed(other.sql)}) FROM ${to.table.unnumbered}) AS repeated
         FROM (SELECT DISTINCT ${trimmed(own.sql)} AS key FROM ${from.table.unnumbered}) WHERE key IS NOT NULL`,
      )
      const fits = Number(found) >= Number(referring) * leastFound
      if (fits && Number(repeated) === 0 && Number(found) > 0)
        return { from: own.sql, to: other.sql }
    }
  }
  return null
}

const keyEnd = /\b(id|key|no|nr|number|code|uuid)$/

/** `ProductCategoryKey` in both tables, or `category_id` here and `id` in categories.csv. */
function namesOneKey(own: SourceColumn, other: SourceColumn, owner: TableSample): boolean {
  const [mine, theirs] = [words(own.name), words(other.name)]
  if (!keyEnd.test(mine) || !keyEnd.test(theirs)) return false
  if (mine === theirs) return theirs !== 'id'
  const stem = stemOf(owner)
  const singular = stem.replace(/ies$/, 'y').replace(/s$/, '')
  return theirs === 'id' && (mine === `${singular} id` || mine.endsWith(` ${singular} id`))
}

/** The first table with the columns of the second beside its own. Rows that refer to nothing keep theirs. */
async function joined(
  { bench }: State,
  [from, to]: readonly [TableSample, TableSample],
  key: Key,
): Promise<TableSample> {
  return sampleTable(bench.staging, joinedTable([from.table, to.table], key))
}

function joinedTable([from, to]: readonly [StagedTable, StagedTable], key: Key): StagedTable {
  const kept = from.columns.filter(({ sql }) => sql !== key.replaced)
  const taken = new Set(kept.map(({ name }) => name))
  const added = to.columns
    .filter(({ sql }) => sql !== key.to && !key.unused?.includes(sql))
    .map(({ name, sql }, index) => ({
      name: taken.has(name) ? `${fileStem(to.file)}.${name}` : name,
      sql: `c${from.columns.length + index + 1}`,
      source: sql,
    }))
  const own = ['record_number', ...kept.map(({ sql }) => sql)]
  const relation = (left: string) =>
    `(SELECT ${[...own.map((sql) => `lines.${sql}`), ...added.map(({ sql, source }) => `heads.${source} AS ${sql}`)].join(', ')}
      FROM ${left} AS lines LEFT JOIN ${to.unnumbered} AS heads ON ${trimmed(`heads.${key.to}`)} = ${trimmed(`lines.${key.from}`)})`
  const of = key.ofOrder ? { ofOrder: key.ofOrder } : {}
  const columns = [...kept, ...added.map(({ name, sql }) => ({ name, sql, ...of }))]
  return withRelation(from, relation, { columns })
}

const discountWords =
  /\b(discounts?|rebates?|rabatte?|nachlass|remises?|reductions?|descuentos?|descontos?|sconti?|sconto|korting|kortingen)\b/

/** Some order has a discount there. */
function hasDiscount(sample: TableSample, sql: string): boolean {
  const column = sample.columns.find((candidate) => candidate.sql === sql)
  if (!column || !discountWords.test(words(column.name))) return false
  return numbersOf(sample, sql).some((value) => value !== null && value !== 0)
}

/** Puts the joined table in the place of the one that it completes. */
function take(state: State, whole: TableSample, taken: Taken): void {
  state.taken.push(taken)
  state.samples = state.samples
    .filter((sample) => sample !== taken.from)
    .map((sample) => (sample === taken.into ? whole : sample))
}

/** What a person should know of a table that was read into others. */
async function linkedTable(state: State, from: TableSample): Promise<LinkedTable> {
  const uses = state.taken.filter((taken) => taken.from === from)
  const { rows } = await state.bench.row(`SELECT count(*) AS rows FROM ${from.table.unnumbered}`)
  return {
    sample: from,
    rows: Number(rows),
    into: uses.map(({ into }) => into.table.file.name).join(' and '),
    alone: await ordersAlone(state, uses),
    discounts: from.columns.filter(({ sql }) => hasDiscount(from, sql)).map(({ name }) => name),
    malformed: await from.table.malformed(),
  }
}

/** Orders of which the import holds no line: they count nowhere. A category without products is no loss. */
async function ordersAlone({ bench }: State, uses: readonly Taken[]): Promise<number> {
  const [first] = uses
  if (first?.holds !== 'orders') return 0
  const lines = uses.map(
    ({ into, key }) => `SELECT ${trimmed(key.from)} AS number FROM ${into.table.unnumbered}`,
  )
  const own = trimmed(first.key.to)
  const { alone } = await bench.row(
    `SELECT count(*) AS alone FROM ${first.from.table.unnumbered} WHERE ${own} IS NOT NULL
       AND ${own} NOT IN (SELECT number FROM (${lines.join(' UNION ALL ')}) WHERE number IS NOT NULL)`,
  )
  return Number(alone)
}
