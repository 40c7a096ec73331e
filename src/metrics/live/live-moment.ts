import { type RawBuilder, sql } from 'kysely'
import { addDays, dayIn } from '../../model/day.ts'
import { TakingsError } from '../../model/errors.ts'
import { instantOf, instantsOf, wallClockOf } from '../../model/moment.ts'
import type { SqlRow } from '../../warehouse/warehouse.ts'
import type { ShopFacts } from '../shop-facts.ts'

/** Up to which moment of a day facts count, and of the day that it is compared with. */

export interface LiveMoment {
  readonly kind: 'now' | 'replay'
  readonly at: Date
  readonly day: string
  readonly dayStart: Date
  readonly dayEnd: Date
  readonly cut: Cut
  /** The same at the beginning of the hour that runs: who tells hours only can be compared up to there. */
  readonly hourCut: Cut
  /** Of the same weekday of the week before, at the same time by the clock on the wall. */
  readonly comparedCut: Cut
  readonly comparedHourCut: Cut
}

/** The facts of a day that have happened by a moment of it. */
export interface Cut {
  readonly day: string
  readonly at: Date
  /** That runs at the moment, by the shop's clock; 24 where the day is over. */
  readonly hour: number
  /**
   * Of facts that do not tell their moment: `told` are those whose hour is over, `here` those of the hour that runs and
   * of no hour too, because what is here of today has happened. `all`: the day is over.
   */
  readonly counts: 'told' | 'here' | 'all'
}

/** Runs one statement on the one state of the warehouse that all of a page is read from. */
export type Ask = (statement: RawBuilder<unknown>) => Promise<readonly SqlRow[]>

/** A day and a moment of it that is shown again; without a moment the whole day. */
export interface Replayed {
  readonly day: string
  readonly at?: Date | undefined
}

/** Throws `invalid_range` for a day that has not come yet, and for a moment that is none of the day. */
export function liveMoment(
  { timeZone }: Pick<ShopFacts, 'timeZone'>,
  now: Date,
  replayed: Replayed | null,
): LiveMoment {
  const day = replayed?.day ?? dayIn(timeZone, now)
  const { from: dayStart, to: dayEnd } = instantsOf(timeZone, day)
  const asked = replayed ? (replayed.at ?? dayEnd) : now
  const at = replayed && asked > now ? now : asked
  if (replayed && (dayStart > now || at < dayStart || at > dayEnd)) {
    const problem = dayStart > now ? 'it has not come yet' : 'the moment is none of this day'
    throw new TakingsError('invalid_range', { from: day, to: day, problem })
  }
  const comparedDay = addDays(day, -7)
  const isOver = at >= dayEnd
  const { hour, second } = isOver ? { hour: 24, second: 0 } : wallClockOf(timeZone, at)
  const fraction = at.getTime() % 1_000
  const cutOf = (cutDay: string, instant: Date, counts: Cut['counts']): Cut => ({
    day: cutDay,
    at: instant,
    hour,
    counts,
  })
  if (isOver) {
    const cut = cutOf(day, dayEnd, 'all')
    const comparedCut = cutOf(comparedDay, instantsOf(timeZone, comparedDay).to, 'all')
    const whole = { cut, hourCut: cut, comparedCut, comparedHourCut: comparedCut }
    return { kind: 'replay', at, day, dayStart, dayEnd, ...whole }
  }
  const sameTime = new Date(instantOf(timeZone, comparedDay, second).getTime() + fraction)
  const hourOf = (of: string) => instantOf(timeZone, of, hour * 3_600)
  return {
    kind: replayed ? 'replay' : 'now',
    at,
    day,
    dayStart,
    dayEnd,
    cut: cutOf(day, at, replayed ? 'told' : 'here'),
    hourCut: cutOf(day, hourOf(day), 'told'),
    comparedCut: cutOf(comparedDay, sameTime, 'told'),
    comparedHourCut: cutOf(comparedDay, hourOf(comparedDay), 'told'),
  }
}

/** The columns of a fact that tell when it happened. */
export interface ToldTime {
  /** Null where the fact has none. */
  readonly instant: RawBuilder<unknown> | null
  readonly hour: RawBuilder<unknown>
}

export const saleTime: ToldTime = { instant: sql`f.ordered_at`, hour: sql`f.order_hour` }
export const returnTime: ToldTime = { instant: null, hour: sql`f.return_hour` }

/** Whether a fact of the cut's day has happened by then. */
export function happened({ at, hour, counts }: Cut, time: ToldTime): RawBuilder<unknown> {
  if (counts === 'all') return sql`true`
  const byHour =
    counts === 'here'
      ? [sql`${time.hour} <= ${sql.lit(hour)}`, sql`true`]
      : [sql`${time.hour} < ${sql.lit(hour)}`, sql`false`]
  const byInstant = time.instant ? [sql`${time.instant} <= ${instantSql(at)}`] : []
  return sql`coalesce(${sql.join([...byInstant, ...byHour])})`
}

/** Written into the statement, see `plainValue`; only ISO text of our own. */
export function instantSql(instant: Date): RawBuilder<unknown> {
  return sql`${sql.lit(instant.toISOString())}::timestamptz`
}

export function daySql(day: string): RawBuilder<unknown> {
  return sql`${sql.lit(day)}::date`
}

/** Of counts and sums, which come as text or number. */
export function numberOf(row: SqlRow | undefined, column: string): number {
  return Number(row?.[column] ?? 0)
}

export function textOf(row: SqlRow | undefined, column: string): string | null {
  const cell = row?.[column] ?? null
  return cell === null ? null : String(cell)
}
