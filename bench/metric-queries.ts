import type { Dimension, MetricName, Query } from '../src/model/query.ts'
import type { NamedQuery } from './overview-queries.ts'

/** Each metric by the dimension it is most often asked for. */
const usualDimensions: Readonly<Record<MetricName, Dimension>> = {
  revenue: 'month',
  gross_sales: 'country',
  discounts: 'month',
  returns: 'product',
  returned_units: 'category',
  net_sales: 'day',
  orders: 'week',
  units: 'product',
  customers: 'month',
  new_customers: 'month',
  returning_customers: 'month',
  aov: 'channel',
  units_per_order: 'month',
  margin: 'category',
  margin_rate: 'category',
  charges: 'month',
  stock_on_hand: 'category',
  stock_value: 'category',
}

/** Dimensions of so many members that only the largest are asked for. */
const ranked: readonly Dimension[] = ['product', 'customer']

/** Every metric over all days of the shop. */
export function metricQueries(): NamedQuery[] {
  return Object.entries(usualDimensions).map(([name, dimension]) => ({
    name: `${name} by ${dimension}`,
    query: queryOf(name as MetricName, dimension),
  }))
}

function queryOf(metric: MetricName, dimension: Dimension): Query {
  const query = { metrics: [metric], by: [dimension] }
  if (!ranked.includes(dimension)) return query
  return { ...query, top: { dimension, n: 10, metric, other: false } }
}
