import type { DayRange } from '../model/day.ts'
import type { Cell, Dimension } from '../model/query.ts'
import { asksOf, type Gathering } from './asks.ts'
import type { CheckedQuery } from './check.ts'
import { compile, type Ranking, rankedKeysSql } from './compile.ts'
import { dimensions, isCalendar } from './dimensions.ts'
import { figureOf, partsOf } from './figure.ts'
import { type Asker, completed, gather, noteSources } from './gather.ts'
import type { LeaveOut } from './leave-out.ts'
import type { Metric } from './metric.ts'
import type { RollupState } from './rollup-plan.ts'
import { compareFigures, compareKeys } from './row-order.ts'

/** Which members of one dimension an answer shows. */
export interface Selection {
  readonly dimension: Dimension
  readonly n: number
  readonly metric: Metric
  readonly direction: 'asc' | 'desc'
  readonly other: boolean
}

/**
 * The top list asked, or the limit where it comes to the same: then only those members are asked, and
 * not every customer the shop ever had.
 */
export function selectionOf(checked: CheckedQuery): Selection | null {
  const { top, by, limit, orderBy, metrics } = checked
  if (top) return { ...top, direction: 'desc' }
  const [dimension] = by
  const [order] = orderBy
  const metric = metrics.find(({ name }) => name === order?.column)
  const single = by.length === 1 && orderBy.length === 1
  if (!single || limit === null || !dimension || !order || metric?.figure.kind !== 'sum')
    return null
  if (isCalendar(dimension) || dimensions[dimension].keyType === 'integer') return null
  return { dimension, n: limit, metric, direction: order.direction, other: false }
}

/**
 * The ranking as part of the one statement that answers everything else too, or null when the figures
 * come from several of them or the answer is split further.
 */
export function rankingInPlace(selection: Selection, gathering: Gathering): Ranking | null {
  const isOne = gathering.checked.by.length === 1 && asksOf(gathering).length <= 2
  return isOne ? rankingOf(selection) : null
}

/** What members are ranked by in SQL; null where their figure is no sum. */
export function rankingOf({ metric, direction, n }: Selection): Ranking | null {
  const { figure } = metric
  return figure.kind === 'sum' ? { terms: figure.terms, direction, limit: n } : null
}

export interface RankOptions {
  readonly checked: CheckedQuery
  readonly selection: Selection
  readonly range: DayRange
  readonly leaveOut: readonly LeaveOut[]
  readonly rollups: RollupState
}

/** The keys of the members to show, asked in a statement of their own. */
export async function rankedKeys(asker: Asker, options: RankOptions): Promise<(string | null)[]> {
  const { checked, selection, range, leaveOut } = options
  const { dimension, metric, direction, n } = selection
  const ranking = rankingOf(selection)
  if (ranking) {
    const parts = ranking.terms.map(({ part }) => part)
    const gathering = { ...options, checked: { ...checked, by: [dimension] }, parts }
    const asks = await Promise.all(
      asksOf({ ...gathering, anonymous: false }).map((ask) => completed(asker, ask)),
    )
    noteSources(asker, asks)
    const rows = await asker.rows(compile(rankedKeysSql({ asks, dimension, ranking, leaveOut })))
    return rows.map((row) => keyText(row.member as Cell))
  }
  const groups = await gather(asker, {
    checked: { ...checked, by: [dimension] },
    parts: [...new Set(partsOf(metric.figure))],
    range,
    leaveOut,
    rollups: options.rollups,
    anonymous: false,
  })
  const ranked = groups.map(({ keys, sums }) => ({
    key: keys[0] ?? null,
    figure: figureOf(metric, sums),
  }))
  ranked.sort(
    (a, b) => compareFigures(a.figure, b.figure, direction) || compareKeys(a.key, b.key, dimension),
  )
  return ranked.slice(0, n).map(({ key }) => keyText(key))
}

function keyText(key: Cell): string | null {
  return key === null ? null : String(key)
}
