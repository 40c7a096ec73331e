import { addDays, type DayRange, lengthOf, unitsIn } from '../../src/model/day.ts'
import {
  type Cell,
  type Dimension,
  type Filter,
  type MetricName,
  type Note,
  otherName,
  type Query,
  type Result,
  type ResultColumn,
  type Row,
  type TimeDimension,
  timeDimensions,
  type Unit,
} from '../../src/model/query.ts'
import { lines, memberOf, products, type StandInLine, standInToday } from './stand-in-shop.ts'

/** Answers queries from the lines in memory, obeying the contract of model/query.ts. */

interface StandInMetric {
  readonly label: string
  readonly unit: Unit
  readonly good: 'up' | 'down' | 'none'
  readonly withoutGoods?: true
  readonly of: (sold: readonly StandInLine[]) => Cell
}

const money = (cents: number) => (cents / 100).toFixed(2)
const revenue = (sold: readonly StandInLine[]) => sold.reduce((sum, line) => sum + line.cents, 0)
const orders = (sold: readonly StandInLine[]) => new Set(sold.map((line) => line.order)).size
const returned = (sold: readonly StandInLine[]) => sold.filter((line) => line.order % 17 === 0)

export const standInMetrics: Readonly<Partial<Record<MetricName, StandInMetric>>> = {
  net_sales: {
    label: 'Net sales',
    unit: 'money',
    good: 'up',
    of: (sold) => money(revenue(sold) - revenue(returned(sold))),
  },
  orders: { label: 'Orders', unit: 'count', good: 'up', withoutGoods: true, of: orders },
  aov: {
    label: 'Average order value',
    unit: 'money',
    good: 'up',
    withoutGoods: true,
    of: (sold) => (sold.length === 0 ? null : money(revenue(sold) / orders(sold))),
  },
  units: {
    label: 'Units',
    unit: 'quantity',
    good: 'up',
    of: (sold) => String(sold.reduce((sum, line) => sum + line.units, 0)),
  },
  new_customers: {
    label: 'New customers',
    unit: 'count',
    good: 'up',
    of: (sold) => sold.filter((line) => line.order % 9 === 0).length,
  },
  returns: {
    label: 'Returns',
    unit: 'money',
    good: 'down',
    of: (sold) => money(revenue(returned(sold))),
  },
}

const labels: Partial<Record<Dimension, string>> = {
  day: 'Day',
  week: 'Week',
  month: 'Month',
  product: 'Product',
  customer: 'Customer',
  country: 'Country',
  continent: 'Continent',
  category: 'Category',
}
export const standInDimensions = Object.entries(labels).map(([name, label]) => ({
  name: name as Dimension,
  label,
}))

export function answer(query: Query, currency: string | null): Result {
  const range = { from: query.from ?? '2025-01-01', to: query.to ?? standInToday }
  const compareRange = compared(query, range)
  const stock = query.metrics[0] === 'stock_on_hand'
  const rows = stock ? stockRows(query) : salesRows(query, range, compareRange)
  return {
    data: { columns: columnsOf(query, stock), rows },
    meta: {
      query,
      range,
      compareRange,
      timeZone: 'Europe/Berlin',
      currency,
      sql: [],
      plan: 'stand-in',
      freshness: { newestDay: standInToday, loadedAt: null, sequence: 1 },
      notes: notesFor(query),
      tookMs: 1,
    },
  }
}

/** One under the key figures, one under a chart; long enough to wrap on a phone. */
function notesFor(query: Query): Note[] {
  const by = query.by?.[0]
  if (by === 'customer')
    return [{ code: 'without_customer', text: 'Without customer: 1,204.50, 1.2 %.' }]
  if (by !== undefined) return []
  return [
    {
      code: 'compare_before_data',
      text: 'The compared range begins on 24 Nov 2024, but your data begins on 1 Jan 2025, so that changes are not known.',
    },
  ]
}

function compared(query: Query, range: DayRange): DayRange | null {
  if (query.compare === undefined || query.compare === 'none') return null
  if (typeof query.compare === 'object') return query.compare
  const shift = query.compare === 'previous_year' ? 365 : lengthOf(range)
  return { from: addDays(range.from, -shift), to: addDays(range.to, -shift) }
}

function columnsOf(query: Query, stock: boolean): ResultColumn[] {
  const dimensions = (query.by ?? []).flatMap((name): ResultColumn[] => [
    { name, label: labels[name] ?? name, kind: 'dimension', unit: isTime(name) ? 'day' : 'text' },
    { name: `${name}_key`, label: `${name} key`, kind: 'key', unit: 'text' },
  ])
  const metrics = query.metrics.flatMap((name): ResultColumn[] => {
    const metric = standInMetrics[name]
    const label = stock ? 'Stock on hand' : (metric?.label ?? name)
    const unit = stock ? 'quantity' : (metric?.unit ?? 'count')
    const own: ResultColumn = { name, label, kind: 'metric', unit }
    if (query.compare === undefined || query.compare === 'none') return [own]
    return [
      own,
      { name: `${name}_previous`, label: `${label} before`, kind: 'previous', unit },
      { name: `${name}_change`, label: 'Change', kind: 'change', unit: 'ratio' },
    ]
  })
  return [...dimensions, ...metrics]
}

function isTime(name: Dimension): name is TimeDimension {
  return (timeDimensions as readonly string[]).includes(name)
}

function within(range: DayRange | null, where: readonly Filter[]): StandInLine[] {
  if (!range) return []
  return lines.filter(
    (line) =>
      line.day >= range.from &&
      line.day <= range.to &&
      where.every(({ dimension, values }) => {
        const { name, key } = memberOf(line, dimension)
        return values.includes(name) || values.includes(`#${key}`)
      }),
  )
}

function salesRows(query: Query, range: DayRange, compareRange: DayRange | null): Row[] {
  const now = within(range, query.where ?? [])
  const before = within(compareRange, query.where ?? [])
  const by = query.by?.[0]
  if (!by) return [figures(query, now, before)]
  if (isTime(by)) return timeRows(query, by, range, compareRange)
  const names = new Map(now.map((line) => [memberOf(line, by).name, memberOf(line, by).key]))
  const own = (sold: readonly StandInLine[], name: string) =>
    sold.filter((line) => memberOf(line, by).name === name)
  const rows = [...names].map(([name, key]) => ({
    [by]: name,
    [`${by}_key`]: key,
    ...figures(query, own(now, name), own(before, name)),
  }))
  const metric = query.metrics[0] ?? 'net_sales'
  rows.sort((a, b) => Number((b as Row)[metric]) - Number((a as Row)[metric]))
  return rows.slice(0, query.top?.n ?? rows.length)
}

function timeRows(
  query: Query,
  by: TimeDimension,
  range: DayRange,
  compareRange: DayRange | null,
): Row[] {
  const now = within(range, query.where ?? [])
  const before = within(compareRange, query.where ?? [])
  const earlier = compareRange ? unitsIn(by, compareRange) : []
  return unitsIn(by, range).map((start, index) => ({
    [by]: start,
    ...figures(
      query,
      now.filter((line) => memberOf(line, by).name === start),
      before.filter((line) => memberOf(line, by).name === earlier[index]),
    ),
  }))
}

function figures(query: Query, now: StandInLine[], before: StandInLine[]): Row {
  const compares = query.compare !== undefined && query.compare !== 'none'
  const cells = query.metrics.flatMap((name): [string, Cell][] => {
    const metric = standInMetrics[name]
    const value = metric?.of(now) ?? null
    if (!compares) return [[name, value]]
    const previous = metric?.of(before) ?? null
    const change =
      value === null || previous === null || Number(previous) === 0
        ? null
        : (Number(value) / Number(previous) - 1).toFixed(4)
    return [
      [name, value],
      [`${name}_previous`, previous],
      [`${name}_change`, change],
    ]
  })
  return Object.fromEntries(cells)
}

function stockRows(query: Query): Row[] {
  const levels = products.map(({ name, category }, index) => ({
    category,
    product: name as string,
    product_key: String(index + 1) as string | null,
    stock_on_hand: 40 + ((index * 97) % 260),
  }))
  const wanted = query.where?.find(({ dimension }) => dimension === 'category')?.values
  const kept = levels.filter(({ category }) => !wanted || wanted.includes(category))
  kept.sort((a, b) => b.stock_on_hand - a.stock_on_hand)
  const top = kept.slice(0, query.top?.n ?? kept.length)
  const others = new Map<string, number>()
  for (const { category, stock_on_hand: level } of kept.slice(top.length)) {
    others.set(category, (others.get(category) ?? 0) + level)
  }
  const rest = [...others].map(([category, level]) => ({
    category,
    product: otherName,
    product_key: null,
    stock_on_hand: level,
  }))
  return [...top, ...rest].map((row) => ({ ...row, stock_on_hand: String(row.stock_on_hand) }))
}
