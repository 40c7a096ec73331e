import { addDays, weekdayOf } from '../model/day.ts'
import type { Calendar } from './calendar.ts'
import type { Product } from './catalogue.ts'
import type { Chance } from './chance.ts'
import { loadTable, text, type Workshop } from './workshop.ts'

/**
 * Stock that fits the sales: what came in is worked out from what went out, week by week, so that a
 * count always equals the count before, plus receipts and returns, less sales.
 */

/** Every so many weeks everything is counted, and once more on the last Sunday. */
const weeksBetweenCounts = 4

/** Table `stock_plans`: how much is kept of each product and how much is delivered at a time. */
export async function loadStockPlans(
  workshop: Workshop,
  chance: Chance,
  products: readonly Product[],
): Promise<void> {
  await loadTable(workshop, 'stock_plans', {
    columns: { product_id: 'BIGINT', plan: 'VARCHAR', weeks: 'INTEGER', lot: 'INTEGER' },
    rows: products.map((product, index) => ({
      product_id: product.id,
      plan: product.plan,
      weeks: product.plan === 'overstock' ? 90 : 3 + Math.floor(chance.number('cover', index) * 6),
      lot: [6, 10, 12, 20][Math.floor(chance.number('lot', index) * 4)] ?? 10,
    })),
  })
}

/**
 * Table `stock_levels` from `weekly_units` (product_id, week, sold, returned): per product and week what had been
 * received and what had gone by its end. Deliveries follow the highest level ever wanted and never
 * shrink; a product that runs out or is about to gets no more than it sells, and a few days' sales.
 */
export async function makeStockLevels(workshop: Workshop, calendar: Calendar): Promise<void> {
  const weeks = (calendar.days.at(-1)?.week ?? 0) + 1
  await workshop.staging.run(`
    CREATE OR REPLACE TABLE stock_levels AS
    WITH every_week AS (
      SELECT p.*, w.week::INTEGER AS week, coalesce(u.sold, 0) AS sold,
        coalesce(u.sold, 0) - coalesce(u.returned, 0) AS gone
      FROM stock_plans AS p CROSS JOIN range(${weeks}) AS w(week)
      LEFT JOIN (SELECT product_id, week, sum(sold)::BIGINT AS sold, sum(returned)::BIGINT AS returned
                 FROM weekly_units GROUP BY ALL) AS u
        ON u.product_id = p.product_id AND u.week = w.week
    ),
    summed AS (
      SELECT *, sum(gone) OVER so_far AS gone_so_far,
        (sum(sold) OVER (PARTITION BY product_id ORDER BY week ROWS 7 PRECEDING) * weeks + 7) // 8 + 3 AS wanted,
        sum(gone) OVER whole AS gone_at_end,
        (sum(sold) OVER (PARTITION BY product_id ORDER BY week ROWS 3 PRECEDING) + 6) // 7 AS four_days
      FROM every_week
      WINDOW so_far AS (PARTITION BY product_id ORDER BY week ROWS UNBOUNDED PRECEDING),
             whole AS (PARTITION BY product_id)
    ),
    delivered AS (
      SELECT *,
        last_value(four_days) OVER (PARTITION BY product_id ORDER BY week
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS cover_at_end,
        (max(gone_so_far + wanted) OVER (PARTITION BY product_id ORDER BY week
          ROWS UNBOUNDED PRECEDING) + lot - 1) // lot * lot AS ordered
      FROM summed
    )
    SELECT product_id, week, gone_so_far::BIGINT AS gone,
      (CASE plan WHEN 'out' THEN least(ordered, gone_at_end)
                 WHEN 'running_out' THEN least(ordered, gone_at_end + greatest(1, cover_at_end))
                 ELSE ordered END)::BIGINT AS received
    FROM delivered`)
}

/**
 * SELECT of the stock file: ProductID, CountedAt, Kind, Quantity, Location. Counts are taken at the very
 * end of a Sunday, the first on the eve of the first day; deliveries come on Mondays at 07:00. There is
 * one place only, so `Location` stays empty and the counts add to what `Products.Stock` says.
 */
export function stockSelect(calendar: Calendar): string {
  const first = calendar.period.from
  const monday = addDays(first, 1 - weekdayOf(first))
  const lastWeek = calendar.days.at(-1)?.week ?? 0
  const startOfWeek = `(DATE ${text(monday)} + week * 7)::TIMESTAMP`
  return `
    WITH steps AS (
      SELECT *, lag(gone) OVER by_week AS gone_before, lag(received) OVER by_week AS received_before
      FROM stock_levels WINDOW by_week AS (PARTITION BY product_id ORDER BY week)
    ),
    moves AS (
      SELECT product_id, DATE ${text(first)} - INTERVAL 1 SECOND AS moment, 'count' AS kind,
        received AS quantity
      FROM steps WHERE week = 0
      UNION ALL
      SELECT product_id, ${startOfWeek} - INTERVAL 1 SECOND, 'count',
        greatest(0, received_before - gone_before)
      FROM steps WHERE week > 0 AND (week % ${weeksBetweenCounts} = 0 OR week = ${lastWeek})
      UNION ALL
      SELECT product_id, ${startOfWeek} + INTERVAL 7 HOUR, 'receipt', received - received_before
      FROM steps WHERE received > received_before
    )
    SELECT product_id AS ProductID, moment AS CountedAt, kind AS Kind, quantity AS Quantity,
      NULL::VARCHAR AS Location
    FROM moves ORDER BY CountedAt, ProductID, Kind`
}

/** SELECT of product_id and what is left of it at the end of the last day. */
export const stockAtEnd = `
  SELECT product_id, greatest(0, received - gone) AS stock
  FROM stock_levels QUALIFY week = max(week) OVER ()`
