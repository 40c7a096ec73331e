import type { StackedBarsSpec } from '../../src/display/chart-spec.ts'
import { dayText } from '../../src/display/day-text.ts'
import { countText } from '../../src/display/value-text.ts'
import type { Result, Row } from '../../src/model/query.ts'
import type { View } from '../view.ts'
import { asked, type ChartDefinition, isInFocus, measureOf } from './chart-definition.ts'

const products = 5
const most = 10

/** Pieces in stock per category: the largest products apart, all others together. */
export const inventory: ChartDefinition = {
  id: 'inventory',
  title: 'Inventory by category',
  detail: (view) => `at the end of ${dayText(lastKnownDay(view))}`,
  metric: () => 'stock_on_hand',
  query: (view, filters) => {
    const { compare: _, ...range } = asked(view, filters)
    return {
      metrics: ['stock_on_hand'],
      by: ['category', 'product'],
      ...range,
      top: { dimension: 'product', n: products, metric: 'stock_on_hand', other: true },
    }
  },
  chooses: 'category',
  pictures: (result, view) => {
    const spec = stackOf(result, view)
    return spec.categories.length > 0 ? [spec] : []
  },
  remark: (result) => {
    const hidden = categoriesOf(result).length - most
    if (hidden <= 0) return null
    return `${countText(hidden, 'smaller category', 'smaller categories')} not drawn: the table lists all.`
  },
  whenEmpty: 'No stock was counted up to this day. Import a file with stock counts to see levels.',
}

function lastKnownDay(view: View): string {
  const { today } = view.shop
  const isOver = view.range.to < today
  return isOver ? view.range.to : today
}

/** Categories from the most to the least in stock; rows without a known level do not count. */
function categoriesOf(result: Result): { readonly label: string; readonly row: Row }[] {
  const heights = new Map<string, { height: number; row: Row }>()
  for (const row of knownRows(result)) {
    const label = String(row.category)
    const height = (heights.get(label)?.height ?? 0) + Number(row.stock_on_hand)
    heights.set(label, { height, row })
  }
  return [...heights]
    .sort(([, a], [, b]) => b.height - a.height)
    .map(([label, { row }]) => ({ label, row }))
}

function knownRows(result: Result): Row[] {
  return result.data.rows.filter((row) => row.stock_on_hand !== null)
}

function stackOf(result: Result, view: View): StackedBarsSpec {
  const categories = categoriesOf(result).slice(0, most)
  const rows = knownRows(result)
  const keys = [...new Set(rows.map(seriesKey))].sort((a, b) => Number(a === '') - Number(b === ''))
  return {
    kind: 'stacked-bars',
    measure: measureOf(result, 'stock_on_hand'),
    categories: categories.map(({ label, row }) => ({
      key: label,
      label,
      inFocus: isInFocus(view, 'category', row),
    })),
    series: keys.map((key) => {
      const own = rows.filter((row) => seriesKey(row) === key)
      return {
        key: key || 'other',
        label: key === '' ? 'All other products' : String(own[0]?.product),
        other: key === '',
        values: categories.map(
          ({ label }) => own.find((row) => row.category === label)?.stock_on_hand ?? null,
        ),
      }
    }),
  }
}

/** Empty for the row of all the rest. */
function seriesKey(row: Row): string {
  const key = row.product_key
  return key === null || key === undefined ? '' : String(key)
}
