import { sql } from 'kysely'
import type { DayRange } from '../model/day.ts'
import { isZero } from '../model/money.ts'
import type { Filter, Note } from '../model/query.ts'
import { countText, dayText, plural, shareText } from '../model/sentence.ts'
import type { Gathering } from './asks.ts'
import { type CheckedQuery, isStock } from './check.ts'
import { compile } from './compile.ts'
import { unknowable } from './figure.ts'
import { conditionOf, unmatchedValues } from './filters.ts'
import { type Asker, type Group, gather } from './gather.ts'
import { amountOf, type LeaveOut, leftOutPart } from './leave-out.ts'
import type { Caveat, FactFamily, Part, Sums } from './metric.ts'
import { linesWithoutHour, orderCount } from './parts.ts'
import { plainValue } from './plain-value.ts'
import { isRunning } from './ranges.ts'
import type { RollupState } from './rollup-plan.ts'
import { setAsideNotes, toldRanges } from './set-aside-notes.ts'
import type { ShopFacts } from './shop-facts.ts'

/** What an answer leaves out, cannot know, or must say of itself: one sentence each. */

export interface NotesOptions {
  readonly checked: CheckedQuery
  readonly shop: ShopFacts
  readonly range: DayRange
  readonly compareRange: DayRange | null
  readonly leaveOut: readonly LeaveOut[]
  readonly rollups: RollupState
}

/** The caveats of the metrics and of what is left out, with the sums they need. */
export interface CaveatPlan {
  readonly caveats: readonly Caveat[]
  readonly parts: readonly Part[]
}

export function caveatsOf({ metrics }: CheckedQuery, leaveOut: readonly LeaveOut[]): CaveatPlan {
  const own = metrics.flatMap((metric) => metric.caveats)
  const families = metrics.flatMap((metric) => familiesOf(metric.figure))
  const told = (['sales', 'returns', 'charges'] as const).find((name) => families.includes(name))
  const left = told ? leaveOut.map((each, index) => leftOutCaveat(each, told, index)) : []
  const caveats = [...new Set([...own, ...left])]
  return { caveats, parts: [...new Set(caveats.flatMap((caveat) => caveat.parts))] }
}

/** Asks for the sums of caveats over the whole range, nothing left out. */
export async function gatherCaveats(
  asker: Asker,
  plan: CaveatPlan,
  gathering: Omit<Gathering, 'parts' | 'leaveOut'>,
): Promise<Sums> {
  if (plan.parts.length === 0) return {}
  const checked = { ...gathering.checked, by: [] }
  const [total] = await gather(asker, { ...gathering, checked, parts: plan.parts, leaveOut: [] })
  return total?.sums ?? {}
}

export function caveatNotes({ caveats }: CaveatPlan, sums: Sums): Note[] {
  return caveats.flatMap(({ code, text }) => {
    const sentence = text(sums)
    return sentence === null ? [] : [{ code, text: sentence }]
  })
}

/** Notes that need a statement of their own: values nothing bears, products never counted, hours. */
export async function askedNotes(asker: Asker, options: NotesOptions): Promise<Note[]> {
  const notes = await Promise.all([
    unmatchedNotes(asker, options.checked),
    neverCountedNotes(asker, options),
    hourFilterNotes(asker, options),
  ])
  return notes.flat()
}

/** Notes that follow from the range, the shop and the rows found. */
export function plainNotes(options: NotesOptions, groups: readonly Group[]): Note[] {
  const { checked } = options
  const told = toldRanges(checked.query, options.compareRange, checked.metrics.some(isStock))
  const notes = [
    ...setAsideNotes(options.shop, told),
    ...dataNotes(options),
    ...periodNotes(options),
  ]
  if (groups.some(({ sums }) => sums[orderCount.name] === unknowable)) {
    notes.push({
      code: 'orders_unavailable',
      text: 'Some lines have no order number: orders, and what is reckoned per order, are not known where they lie.',
    })
  }
  const hour = checked.by.indexOf('hour')
  if (hour >= 0 && groups.some(({ keys }) => keys[hour] === null)) {
    notes.push({
      code: 'no_hour',
      text: 'Lines without a time of day stand under the unknown hour.',
    })
  }
  if (options.shop.currency === null && checked.metrics.some(({ unit }) => unit === 'money')) {
    notes.push({ code: 'currency_not_stated', text: 'Currency not stated: set it.' })
  }
  return notes
}

function leftOutCaveat(leaveOut: LeaveOut, family: FactFamily, index: number): Caveat {
  const part = leftOutPart(leaveOut, family, `left_out_${index + 1}`)
  const total = amountOf(family)
  return {
    code: leaveOut.code,
    parts: total ? [part, total] : [part],
    text: (sums) => {
      const amount = sums[part.name] ?? '0'
      if (isZero(amount)) return null
      return `Left out, ${leaveOut.label}: ${shareText(amount, sums[total?.name ?? ''] ?? '0')}.`
    },
  }
}

function familiesOf(figure: CheckedQuery['metrics'][number]['figure']): FactFamily[] {
  const terms = figure.kind === 'sum' ? figure.terms : [...figure.dividend, ...figure.divisor]
  return terms.map(({ part }) => part.family)
}

async function unmatchedNotes(asker: Asker, { where }: CheckedQuery): Promise<Note[]> {
  const checks = where.flatMap((filter) => unmatchedValues(filter, asker.words))
  if (checks.length === 0) return []
  const rows = await asker.rows(compile(sql`${sql.join(checks, sql`\nunion all\n`)}`))
  return rows.map(({ dimension, value }) => ({
    code: 'no_match',
    text: `Nothing is known of the ${String(dimension).replace('_', ' ')} “${String(value)}”.`,
  }))
}

async function neverCountedNotes(asker: Asker, options: NotesOptions): Promise<Note[]> {
  const { checked, range } = options
  if (!checked.metrics.some(isStock)) return []
  const conditions = checked.where.map(
    (filter) => sql`\n  and ${conditionOf(filter, 'stock', asker.words)}`,
  )
  const [row] = await asker.rows(
    compile(sql`select count(*) as products, count(c.first_day) as later
from products as f
left join (
  select product_id, min(occurred_on) as first_day from stock_fact where kind = 'count' group by product_id
) as c on c.product_id = f.product_id
where f.kind = 'goods' and f.product_id <> 0
  and (c.first_day is null or c.first_day > ${plainValue(range.to)}::date)${sql.join(conditions, sql``)}`),
  )
  const products = String(row?.products ?? '0')
  const later = String(row?.later ?? '0')
  if (products === '0') return []
  const after =
    later === '0' ? '' : ` (${countText(later)} of them only after ${dayText(range.to)})`
  const text = `${plural(products, 'product was', 'products were')} never counted up to ${dayText(range.to)}${after}: stock not known, left out.`
  return [{ code: 'never_counted', text }]
}

/** A condition on the hour cannot see lines without one, so it says what they amount to. */
async function hourFilterNotes(asker: Asker, options: NotesOptions): Promise<Note[]> {
  const { checked, range } = options
  const isHour = ({ dimension, op, values }: Filter) =>
    dimension === 'hour' && op === 'in' && !values.includes('Unknown')
  if (!checked.where.some(isHour)) return []
  const where = checked.where.filter((filter) => !isHour(filter))
  const [total] = await gather(asker, {
    checked: { ...checked, by: [], where },
    parts: [linesWithoutHour],
    range,
    leaveOut: [],
    anonymous: false,
    rollups: options.rollups,
  })
  const lines = total?.sums[linesWithoutHour.name] ?? '0'
  if (lines === '0') return []
  const text = `Left out, without a time of day: ${plural(lines, 'line', 'lines')}.`
  return [{ code: 'no_hour', text }]
}

function dataNotes({ checked, shop, range }: NotesOptions): Note[] {
  if (checked.metrics.every(isStock)) return []
  const { span } = shop
  if (!span) return [{ code: 'no_data', text: 'There are no sales yet: import a file first.' }]
  if (range.from <= span.to && range.to >= span.from) return []
  const text = `There is no data from ${dayText(range.from)} to ${dayText(range.to)}: yours goes from ${dayText(span.from)} to ${dayText(span.to)}.`
  return [{ code: 'no_data', text }]
}

function periodNotes({ checked, shop, range, compareRange }: NotesOptions): Note[] {
  const notes: Note[] = []
  if (isRunning(range, shop)) {
    const part =
      compareRange && typeof checked.compare === 'string'
        ? `, compared with the same part before, ${dayText(compareRange.from)} to ${dayText(compareRange.to)}`
        : ''
    notes.push({ code: 'period_running', text: `The period is still running${part}.` })
  }
  if (compareRange && shop.span && compareRange.from < shop.span.from) {
    const text = `The compared range begins on ${dayText(compareRange.from)}, but your data begins on ${dayText(shop.span.from)}.`
    notes.push({ code: 'compare_before_data', text })
  }
  return notes
}
