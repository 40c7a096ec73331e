import { type Table, table } from '../../model/star.ts'
import type { Migration } from './migration.ts'

/**
 * Schema `reporting`, for people and BI tools. Five views bear the names and columns of BRIEF B5, so that
 * the brief's SQL runs as it stands; the others are the readable ones. Names are unquoted on purpose:
 * engines that fold case then find them in any case.
 */
export const createReportingViews: Migration = {
  version: 2,
  name: 'reporting',
  statements({ mainSchema, describeView }) {
    const views = [...briefViews.map(briefView), ...readableViews]
    return [
      'CREATE SCHEMA reporting',
      ...views.map(({ name, select }) => `CREATE VIEW reporting.${name} AS\n${select(mainSchema)}`),
      ...views.flatMap(({ name, meaning }) => describeView(`reporting.${name}`, meaning)),
    ]
  },
}

interface View {
  readonly name: string
  /** What one row is, and what to know of it. */
  readonly meaning: string
  /** What the view selects, given the schema that holds the star. */
  select(main: string): string
}

/** The brief's tables with its columns in its order; the star says which of its columns is meant. */
const briefViews: readonly { table: Table; columns: readonly string[] }[] = [
  {
    table: table('sales_fact'),
    columns: [
      'OrderID',
      'CustomerID',
      'ProductID',
      'Quantity',
      'TotalPrice',
      'OrderDate',
      'RegionID',
    ],
  },
  { table: table('customers'), columns: ['CustomerID', 'Name', 'Email', 'Age', 'RegionID'] },
  { table: table('products'), columns: ['ProductID', 'ProductName', 'Category', 'Price', 'Stock'] },
  { table: table('regions'), columns: ['RegionID', 'RegionName'] },
  { table: table('dates'), columns: ['DateID', 'Date', 'Month', 'Year', 'Weekday'] },
]

function briefView(view: { table: Table; columns: readonly string[] }): View {
  const columns = view.columns.map((brief) => {
    const column = view.table.columns.find((candidate) => candidate.brief === brief)
    if (!column) throw new Error(`no column of ${view.table.name} is the brief's ${brief}`)
    return `${column.name} AS ${brief}`
  })
  const name = view.table.brief
  if (!name) throw new Error(`the brief has no table ${view.table.name}`)
  return {
    name,
    meaning: view.table.grain,
    select: (main) => `SELECT ${columns.join(', ')}\nFROM ${main}.${view.table.name}`,
  }
}

/** Beside the brief's `Customers`, `Products`, `Regions` and `Dates`, whose names they cannot share. */
const readableViews: readonly View[] = [
  {
    name: 'sales',
    meaning:
      'one order line with its order, customer, product and region; amounts in the currency of the shop, without tax and shipping',
    select: (
      main,
    ) => `SELECT s.order_id, o.order_number, s.line_number, s.order_date, s.order_hour, s.ordered_at,
  s.customer_id, c.name AS customer_name, s.product_id, p.product_key, p.product_name, p.category,
  p.kind AS product_kind, s.region_id, r.region_name, r.country, r.continent, s.channel, s.source,
  s.quantity, s.unit_price, s.gross_price, s.gross_price - s.total_price AS discount, s.total_price,
  s.unit_cost, s.source_currency, s.exchange_rate, s.run_id
FROM ${main}.sales_fact s
LEFT JOIN ${main}.orders o ON o.order_id = s.order_id
LEFT JOIN ${main}.customers c ON c.customer_id = s.customer_id
LEFT JOIN ${main}.products p ON p.product_id = s.product_id
LEFT JOIN ${main}.regions r ON r.region_id = s.region_id`,
  },

  {
    name: 'returns',
    meaning:
      'goods or money going back, one product of one return; amount is null where neither source nor order states it',
    select: (
      main,
    ) => `SELECT f.return_id, f.document_number, f.order_id, o.order_number, f.return_date, f.return_hour,
  f.customer_id, c.name AS customer_name, f.product_id, p.product_key, p.product_name, p.category,
  p.kind AS product_kind, f.region_id, r.region_name, r.country, r.continent, f.channel, f.source,
  f.quantity, f.amount, f.run_id
FROM ${main}.returns_fact f
LEFT JOIN ${main}.orders o ON o.order_id = f.order_id
LEFT JOIN ${main}.customers c ON c.customer_id = f.customer_id
LEFT JOIN ${main}.products p ON p.product_id = f.product_id
LEFT JOIN ${main}.regions r ON r.region_id = f.region_id`,
  },

  {
    name: 'orders',
    meaning:
      'one order, cancelled ones too, with its lines, units and revenue; only counted ones have lines',
    select: (
      main,
    ) => `SELECT o.order_id, o.order_number, o.source, o.order_date, o.state, o.anonymous, o.source_version,
  coalesce(l.lines, 0) AS lines, coalesce(l.units, 0) AS units, coalesce(l.revenue, 0) AS revenue, o.run_id
FROM ${main}.orders o
LEFT JOIN (
  SELECT order_id, count(*) AS lines, sum(quantity) AS units, sum(total_price) AS revenue
  FROM ${main}.sales_fact
  GROUP BY order_id
) l ON l.order_id = o.order_id`,
  },

  {
    name: 'charges',
    meaning: 'shipping, tax, tip, duty or fee of one order',
    select: (
      main,
    ) => `SELECT f.order_id, o.order_number, f.order_date, f.kind, f.amount, f.region_id, r.region_name,
  f.channel, f.source, f.run_id
FROM ${main}.order_charges_fact f
LEFT JOIN ${main}.orders o ON o.order_id = f.order_id
LEFT JOIN ${main}.regions r ON r.region_id = f.region_id`,
  },

  {
    name: 'stock_on_hand',
    meaning:
      'one product that was ever counted: last count, what came and went since, what is left',
    select: (main) => `WITH last_count AS (
  SELECT product_id, location, max(occurred_at) AS counted_at
  FROM ${main}.stock_fact
  WHERE kind = 'count'
  GROUP BY product_id, location
), counted AS (
  SELECT f.product_id, sum(f.quantity) AS quantity, max(f.occurred_at) AS counted_at,
    max(f.occurred_on) AS counted_on
  FROM ${main}.stock_fact f
  JOIN last_count l ON l.product_id = f.product_id AND l.counted_at = f.occurred_at
    AND l.location IS NOT DISTINCT FROM f.location
  WHERE f.kind = 'count'
  GROUP BY f.product_id
), sold AS (
  SELECT s.product_id, sum(s.quantity) AS quantity
  FROM ${main}.sales_fact s
  JOIN counted k ON k.product_id = s.product_id
  WHERE CASE WHEN s.ordered_at IS NULL THEN s.order_date > k.counted_on ELSE s.ordered_at > k.counted_at END
  GROUP BY s.product_id
), returned AS (
  SELECT r.product_id, sum(r.quantity) AS quantity
  FROM ${main}.returns_fact r
  JOIN counted k ON k.product_id = r.product_id
  WHERE r.return_date > k.counted_on
  GROUP BY r.product_id
), received AS (
  SELECT f.product_id, sum(f.quantity) AS quantity
  FROM ${main}.stock_fact f
  JOIN counted k ON k.product_id = f.product_id
  LEFT JOIN last_count l ON l.product_id = f.product_id AND l.location IS NOT DISTINCT FROM f.location
  WHERE f.kind <> 'count' AND f.occurred_at > coalesce(l.counted_at, k.counted_at)
  GROUP BY f.product_id
), levels AS (
  SELECT k.product_id, k.counted_at, k.quantity AS counted, coalesce(s.quantity, 0) AS sold_since,
    coalesce(b.quantity, 0) AS returned_since, coalesce(g.quantity, 0) AS received_since,
    k.quantity - coalesce(s.quantity, 0) + coalesce(b.quantity, 0) + coalesce(g.quantity, 0) AS level
  FROM counted k
  LEFT JOIN sold s ON s.product_id = k.product_id
  LEFT JOIN returned b ON b.product_id = k.product_id
  LEFT JOIN received g ON g.product_id = k.product_id
)
SELECT p.product_id, p.product_key, p.product_name, p.category, l.counted_at, l.counted, l.sold_since,
  l.returned_since, l.received_since, CASE WHEN l.level > 0 THEN l.level ELSE 0 END AS on_hand,
  CASE WHEN l.level < 0 THEN -l.level ELSE 0 END AS oversold
FROM levels l
JOIN ${main}.products p ON p.product_id = l.product_id`,
  },
  {
    name: 'imports',
    meaning:
      'one import or one transaction of plain SQL, with the rows that it read, took and set aside',
    select: (
      main,
    ) => `SELECT run_id, source, state, started_at, finished_at, rows_in, rows_accepted, rows_rejected,
  rows_duplicate, rows_ignored, period_from, period_to
FROM ${main}.runs`,
  },
]
