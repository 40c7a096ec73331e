import type { Warning } from '../model/import.ts'
import { countText, plural } from '../model/sentence.ts'
import { dayEvidence, dayExample } from './evidence.ts'
import type { RecognisedTable } from './layout.ts'
import {
  hasDayOrder,
  orderOfRows,
  type PartEvidence,
  readingsOf,
  type Steps,
} from './notation/day-order.ts'
import type { DayOrder, MomentFamily } from './notation/moment-families.ts'
import type { MomentEvidence, MomentNotation } from './notation/moments.ts'
import { type OpenQuestion, questionKeys } from './questions.ts'

/** A column of dates and what may settle it. */
export interface MomentColumn {
  readonly header: string
  readonly sql: string
  readonly recognised: RecognisedTable
  readonly evidence: MomentEvidence
  /** The same column in other files, and the other columns of its table. */
  readonly sisters: readonly MomentEvidence[]
  /** How the system that wrote it writes days, where that is known. */
  readonly known: DayOrder | null
  /** What a person answered or is remembered to have, if anything; asked only where nothing else tells. */
  readonly answerOnce: () => string | undefined
  readonly ask: (question: OpenQuestion) => void
  readonly doubt: (warning: Warning) => void
}

/** Decides how a column of dates is read, and asks where nothing tells the day from the month. */
export function settleMoments(column: MomentColumn): MomentNotation {
  const { families } = column.evidence
  const orders: Record<string, DayOrder> = {}
  for (const family of families.filter(hasDayOrder)) orders[family.key] = orderFor(column, family)
  return {
    families,
    orders,
    hasTime: families.some(({ times }) => times.some((time) => time !== '')),
    inUtc: families.some(({ zones }) => zones.includes('Z')),
  }
}

function orderFor(column: MomentColumn, family: MomentFamily): DayOrder {
  const own = column.evidence.orders[family.key]
  const part = column.evidence.parts.find(({ key }) => key === family.key)
  if (own === 'ymd' && part && part.firstMost <= longestMonth) return likelyYearFirst(column, part)
  if (own && own !== 'open' && own !== 'contradictory') return own
  const readings = readingsOf(family, part)
  const choices: readonly DayOrder[] = readings.length > 0 ? readings : ['dmy', 'mdy']
  const proven = own === 'open' ? provenBySisters(column, family, choices) : null
  if (proven) return proven
  const answer = column.answerOnce()
  const answered = choices.find((order) => values[order] === answer)
  if (answered) return answered
  if (own === 'open' && column.known && choices.includes(column.known)) return column.known
  const told = own === 'open' && part && answer === undefined ? orderOfRows(part) : null
  if (told && choices.includes(told)) {
    column.doubt(toldByRows(column, told, part?.steps))
    return told
  }
  column.ask(dayQuestion(column, { family, part, choices }))
  return choices[0] ?? 'dmy'
}

const longestMonth = 31

/** The first number changes less than the last, as years do; small as it is, it may be a day or a month all the same. */
function likelyYearFirst(column: MomentColumn, part: PartEvidence): DayOrder {
  const answer = column.answerOnce()
  if (answer === values.dmy && part.secondMost <= 12) return 'dmy'
  if (answer === values.mdy && part.firstMost <= 12) return 'mdy'
  if (answer === undefined) {
    const { header, recognised } = column
    column.doubt({
      code: 'day_order_told_by_rows',
      text: `Dates in the column "${header}" of ${recognised.table.file.name} were read year first, because their first number hardly changes and their last one does. Where that is wrong, import it again with --answer ${questionKeys.dayOrder}=${values.dmy} or ${values.mdy}.`,
    })
  }
  return 'ymd'
}

const values: Readonly<Record<DayOrder, string>> = {
  dmy: 'day-first',
  mdy: 'month-first',
  ymd: 'year-first',
}

/** What the same column proves elsewhere, as far as it is possible here. */
function provenBySisters(
  { sisters }: MomentColumn,
  { key }: MomentFamily,
  choices: readonly DayOrder[],
): DayOrder | null {
  const proven = sisters.flatMap(({ orders }) =>
    Object.entries(orders).flatMap(([other, order]) => {
      if (order === 'open' || order === 'contradictory') return []
      // That years stand first is said of one way of writing only.
      return order !== 'ymd' || other === key ? [order] : []
    }),
  )
  const [only, ...more] = new Set(proven)
  return only && more.length === 0 && choices.includes(only) ? only : null
}

function toldByRows(
  { header, recognised }: MomentColumn,
  told: 'dmy' | 'mdy',
  steps: Steps | undefined,
): Warning {
  const [first, second] = told === 'dmy' ? ['day', 'month'] : ['month', 'day']
  const other = told === 'dmy' ? steps?.monthFirst : steps?.dayFirst
  const jumps = Math.min(other?.on ?? 0, other?.back ?? 0)
  return {
    code: 'day_order_told_by_rows',
    text: `No date in the column "${header}" of ${recognised.table.file.name} has a number over 12. It was read ${first} first, because only so its rows stand in the order of time; read ${second} first they would turn back ${times(jumps)}. Where that is wrong, import it again with --answer ${questionKeys.dayOrder}=${told === 'dmy' ? 'month-first' : 'day-first'}.`,
  }
}

function dayQuestion(
  { header, recognised, sql }: MomentColumn,
  asked: {
    readonly family: MomentFamily
    readonly part: PartEvidence | undefined
    readonly choices: readonly DayOrder[]
  },
): OpenQuestion {
  const { family, part, choices } = asked
  const texts: Readonly<Record<DayOrder, string>> = {
    dmy: 'the day stands first, as in Europe',
    mdy: 'the month stands first, as in the United States',
    ymd: 'the year stands first, as in East Asia',
  }
  const readings = { dmy: 'day first', mdy: 'month first', ymd: 'year first' }
  return {
    key: questionKeys.dayOrder,
    text: `Is ${dayExample(recognised, sql, family.example)} in the column "${header}" written ${choices.map((order) => readings[order]).join(', or ')}?`,
    evidence: [numbersSay(family, part), rowsSay(part?.steps)].filter(Boolean).join(' '),
    choices: choices.map((order) => ({
      value: values[order],
      text: texts[order],
      evidence: order === 'ymd' ? '' : dayEvidence(recognised, sql, order),
    })),
  }
}

function numbersSay(family: MomentFamily, part: PartEvidence | undefined): string {
  const { firstOver12 = 0, secondOver12 = 0 } = part ?? {}
  if (firstOver12 > 0 && secondOver12 > 0 && family.kind !== 'named') {
    return `${dates(firstOver12)} a first number over 12, which speaks for day first, and ${dates(secondOver12)} a second one, which speaks for month first: the file mixes both.`
  }
  if (family.yearDigits === 2 && (family.kind === 'named' || firstOver12 > 0))
    return 'The first and the last number of its dates could each be the day or the year.'
  return 'No date has a number over 12 that would tell day and month apart.'
}

/** The order of the rows as evidence, both ways. */
function rowsSay(steps: Steps | undefined): string {
  if (!steps) return ''
  const way = ({ on, back }: Steps['text']) => `${times(on)} on in time and ${times(back)} back`
  if (steps.dayFirst.on + steps.dayFirst.back === 0) return ''
  return `From row to row, day first goes ${way(steps.dayFirst)}; month first goes ${way(steps.monthFirst)}.`
}

function dates(count: number): string {
  return plural(String(count), 'date has', 'dates have')
}

function times(count: number): string {
  return count === 1 ? 'once' : `${countText(String(count))} times`
}
