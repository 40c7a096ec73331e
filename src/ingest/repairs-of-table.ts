import type { RepairReason } from '../model/reasons.ts'
import { guests } from './clean-keys.ts'
import { quote } from './format.ts'
import type { InputFile } from './input.ts'
import type { JudgedImport } from './judge-all.ts'
import { columnOf, isOfLines } from './layout.ts'
import { readMoment } from './notation/moments.ts'
import { readNumber } from './notation/numbers.ts'
import type { TableNotation } from './notation.ts'
import type { Role } from './role.ts'
import { valuesOf } from './sample.ts'
import { headerOf, type ProfiledTable } from './settle.ts'
import { trimmed } from './survey.ts'
import { lineNumbers, textRoles } from './typed-rows.ts'

/** One kind of change to look for in one column of a table, in SQL over `raw` rows and `judged` ones. */
export interface Change {
  readonly reason: RepairReason
  readonly file: InputFile
  /** The header. */
  readonly column: string
  readonly relation: string
  /** The same where rows need not be told apart. */
  readonly unnumbered: string
  /** The judged rows, where some may have been set aside; null where all of them were accepted. */
  readonly accepted: readonly string[] | null
  readonly condition: string
  /** The judged rows alone tell for how many rows it holds. */
  readonly toldByJudged: boolean
  readonly before: string
  readonly after: string
}

export interface JudgedTableRequest {
  readonly table: ProfiledTable
  readonly notation: TableNotation
  /** Path of its judged rows. */
  readonly file: string
  /** They have record numbers: only of such tables rows can have been set aside. */
  readonly numbered: boolean
  readonly judged: JudgedImport
}

type Look = Pick<Change, 'reason' | 'column' | 'condition' | 'before' | 'after'> & {
  /** Asks for the judged value of the row. */
  readonly judgedRows?: readonly string[]
  readonly toldByJudged?: true
}

/** The changes that a table may hold, as far as its notation, its first rows and what was counted tell. */
export function changesIn(request: JudgedTableRequest): Change[] {
  const { table, file, numbered } = request
  const { recognised } = table
  const lines = isOfLines(recognised.claim)
  const looks = [
    ...identifiers(request),
    ...emails(request),
    ...ages(request),
    ...moved(request),
    ...rounded(request),
    ...(lines ? [...words(request), ...customers(request), ...ofOrders(request)] : []),
    ...(lines && numbered ? [...told(request), ...priced(request)] : []),
  ]
  return looks.map(({ judgedRows, toldByJudged = false, ...look }) => ({
    ...look,
    toldByJudged,
    file: recognised.table.file,
    relation: recognised.table.relation,
    unnumbered: recognised.table.unnumbered,
    accepted: judgedRows ?? (numbered ? [file] : null),
  }))
}

/** A column of the table with its header, its text and its first values; undefined where none has the role. */
function at({ table: { recognised } }: JudgedTableRequest, role: Role) {
  const sql = columnOf(recognised.claim, role)
  if (sql === undefined) return undefined
  return {
    sql,
    column: headerOf(recognised, sql),
    text: trimmed(`raw.${sql}`),
    values: valuesOf(recognised.sample, sql),
  }
}

/** Below this many rows a look at all of them is no effort. */
const fewRows = 50_000

/** The first rows show such a value, or the table is small enough to look anyway. */
function mayHold({ table }: JudgedTableRequest, inSample: boolean): boolean {
  return inSample || table.profile.count.rows < fewRows
}

function identifiers({ table: { recognised }, notation }: JudgedTableRequest): Look[] {
  return [...notation.floatIdentifiers].map((sql) => {
    const text = trimmed(`raw.${sql}`)
    return {
      reason: 'identifier_without_zero',
      column: headerOf(recognised, sql),
      condition: `suffix(${text}, '.0')`,
      before: text,
      after: `regexp_replace(${text}, '\\.0$', '')`,
    }
  })
}

function emails(request: JudgedTableRequest): Look[] {
  const email = at(request, 'customer_email')
  if (!email) return []
  const seen = email.values.some((value) => value !== value.toLowerCase())
  if (!mayHold(request, seen)) return []
  const { column, text } = email
  const after = `lower(${text})`
  return [
    { reason: 'email_lower_case', column, condition: `${text} <> ${after}`, before: text, after },
  ]
}

function ages(request: JudgedTableRequest): Look[] {
  const age = at(request, 'customer_age')
  if (request.table.recognised.claim.holds !== 'customers' || !age) return []
  const number = request.notation.numbers.get(age.sql)
  const value = number ? readNumber(age.text, number) : 'NULL'
  return [
    {
      reason: 'age_unused',
      column: age.column,
      condition: `${age.text} IS NOT NULL AND NOT coalesce(${value} BETWEEN 1 AND 150, false)`,
      before: age.text,
      after: 'NULL',
    },
  ]
}

/** Only instants in UTC are moved; what states another offset keeps its own time. */
function moved(request: JudgedTableRequest): Look[] {
  const { judged, notation } = request
  if (judged.timeZone === 'UTC') return []
  return (['order_date', 'counted_at'] as const).flatMap((role): Look[] => {
    const day = at(request, role)
    const moment = day && notation.moments.get(day.sql)
    if (!day || !moment?.inUtc) return []
    const after = readMoment(day.text, moment, judged.timeZone)
    return [
      {
        reason: 'time_moved',
        column: day.column,
        condition: `${after} <> ${readMoment(day.text, moment, 'UTC')}`,
        before: day.text,
        after,
      },
    ]
  })
}

/** Decimals that are kept of an amount and of a quantity. */
const kept = { amount: 4, quantity: 3 } as const

function rounded(request: JudgedTableRequest): Look[] {
  return lineNumbers.flatMap((role): Look[] => {
    const number = at(request, role)
    const notation = number && request.notation.numbers.get(number.sql)
    if (!number || !notation || role === 'exchange_rate' || role === 'discount') return []
    const places = /quantity$/.test(role) ? kept.quantity : kept.amount
    const long = new RegExp(`[.,]\\d{${places + 1},}\\D*$`)
    const fine = notation.fine || number.values.some((value) => long.test(value))
    if (!fine) return []
    const value = readNumber(number.text, notation)
    return [
      {
        reason: 'number_rounded',
        column: number.column,
        condition: `${value} <> round(${value}, ${places})`,
        before: number.text,
        after: `round(${value}, ${places})`,
      },
    ]
  })
}

function words(request: JudgedTableRequest): Look[] {
  const { notation } = request
  if (notation.placeholders.length === 0) return []
  return textRoles.flatMap((role): Look[] => {
    const own = at(request, role)
    if (!own) return []
    const listed = notation.placeholders.map(quote).join(', ')
    const condition = `list_contains([${listed}], ${own.text})`
    return [
      { reason: 'word_blanked', column: own.column, condition, before: own.text, after: 'NULL' },
    ]
  })
}

function customers(request: JudgedTableRequest): Look[] {
  const key = at(request, 'customer_key')
  if (!key) return []
  const words = guests.filter((word) => !request.notation.placeholders.includes(word))
  if (
    !mayHold(
      request,
      key.values.some((value) => words.includes(value)),
    )
  )
    return []
  const condition = `list_contains([${words.map(quote).join(', ')}], ${key.text})`
  return [{ reason: 'no_customer', column: key.column, condition, before: key.text, after: 'NULL' }]
}

/** What two of quantity, price and total told of the third, and costs that are none. */
function told(request: JudgedTableRequest): Look[] {
  const columns = {
    quantity_told: [at(request, 'quantity'), "judged.repaired = 'quantity'", 'judged.quantity'],
    total_told: [at(request, 'line_total'), "judged.repaired = 'total'", 'judged.total_price'],
    cost_unused: [at(request, 'unit_cost'), 'judged.cost_unused', 'NULL'],
  } as const
  return Object.entries(columns).flatMap(([reason, [own, condition, after]]): Look[] =>
    own
      ? [
          {
            reason: reason as keyof typeof columns,
            column: own.column,
            condition,
            before: own.text,
            after,
            toldByJudged: true,
          },
        ]
      : [],
  )
}

function priced(request: JudgedTableRequest): Look[] {
  const stated = (['unit_price', 'line_total'] as const).flatMap((role) => at(request, role) ?? [])
  const [first] = stated
  if (request.judged.pricedFromList === 0 || !first) return []
  return [
    {
      reason: 'price_from_list',
      column: first.column,
      condition: stated.map(({ text }) => `${text} IS NULL`).join(' AND '),
      before: first.text,
      after: 'judged.total_price / nullif(judged.quantity, 0)',
    },
  ]
}

/** Lines whose day or customer gave way to the one of their order. */
function ofOrders(request: JudgedTableRequest): Look[] {
  const { judged, notation, table } = request
  if (table.recognised.claim.holds !== 'order_lines') return []
  const judgedRows = judged.handover.lines
  const day = at(request, 'order_date')
  const moment = day && notation.moments.get(day.sql)
  const key = at(request, 'customer_key')
  const looks: Look[] = []
  if (judged.arranged.severalDays > 0 && day && moment) {
    const own = `(${readMoment(day.text, moment, judged.timeZone)})::DATE`
    looks.push({
      reason: 'day_of_order',
      column: day.column,
      condition: `judged.order_date <> ${own}`,
      before: day.text,
      after: 'judged.order_date',
      judgedRows,
    })
  }
  if (judged.arranged.severalCustomers > 0 && key) {
    const blank = [...guests, ...notation.placeholders].map(quote).join(', ')
    const whole = notation.floatIdentifiers.has(key.sql)
    const own = whole ? `regexp_replace(${key.text}, '\\.0$', '')` : key.text
    looks.push({
      reason: 'customer_of_order',
      column: key.column,
      condition: `judged.customer_key <> ${own} AND NOT list_contains([${blank}], ${own})`,
      before: key.text,
      after: 'judged.customer_key',
      judgedRows,
    })
  }
  return looks
}
