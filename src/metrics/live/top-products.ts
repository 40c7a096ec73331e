import { sql } from 'kysely'
import type { LiveNote, LiveProduct } from '../../model/live-page.ts'
import { isZero } from '../../model/money.ts'
import { shareText } from '../../model/sentence.ts'
import { metrics } from '../definitions/definitions.ts'
import { figureOf } from '../figure.ts'
import { factKey, leaveOutsOf, leftOutPart } from '../leave-out.ts'
import { revenueSum, unitSum } from '../parts.ts'
import { type Ask, daySql, happened, type LiveMoment, saleTime, textOf } from './live-moment.ts'

const shown = 8

export interface TopProducts {
  readonly products: LiveProduct[]
  readonly notes: LiveNote[]
}

/** The first products of the day by revenue; the same is left out as of every ranking, and said. */
export async function topProducts(ask: Ask, moment: LiveMoment): Promise<TopProducts> {
  const leaveOuts = leaveOutsOf(['product'], [])
  const context = { by: [], range: { from: '', to: '' } } as const
  const left = leaveOuts.map((leaveOut, index) => leftOutPart(leaveOut, 'sales', `left_${index}`))
  const counted = sql`f.order_date = ${daySql(moment.day)} and ${happened(moment.cut, saleTime)}`
  const kept = leaveOuts.map((leaveOut) => leaveOut.keep(factKey(leaveOut, 'sales')))
  const rows = await ask(sql`with first_ones as (
  select f.product_id, sum(f.total_price) as revenue_sum, sum(f.quantity) as unit_sum
  from sales_fact as f
  where ${counted} and ${sql.join(kept, sql` and `)}
  group by f.product_id
  order by revenue_sum desc nulls last, f.product_id
  limit ${sql.lit(shown)}
)
select o.product_id, p.product_name, o.revenue_sum, o.unit_sum
from first_ones as o
inner join products as p on p.product_id = o.product_id
order by o.revenue_sum desc nulls last, o.product_id`)
  const [sums] = await ask(sql`select ${sql.join(
    [revenueSum, ...left].map((part) => sql`${part.expression(context)} as ${sql.ref(part.name)}`),
  )}
from sales_fact as f
where ${counted}`)
  const total = textOf(sums, revenueSum.name) ?? '0'
  return {
    products: rows.map((row) => {
      const found = {
        [revenueSum.name]: textOf(row, 'revenue_sum'),
        [unitSum.name]: textOf(row, 'unit_sum'),
      }
      return {
        key: String(row.product_id),
        name: textOf(row, 'product_name') ?? '',
        revenue: figureOf(metrics.revenue, found) ?? '0.00',
        units: figureOf(metrics.units, found) ?? '0',
      }
    }),
    notes: left.flatMap(({ name }, index): LiveNote[] => {
      const amount = textOf(sums, name) ?? '0'
      if (isZero(amount)) return []
      const label = leaveOuts[index]?.label ?? ''
      return [
        {
          code: 'left_out',
          text: `Left out of the top products, ${label}: ${shareText(amount, total)}.`,
        },
      ]
    }),
  }
}
