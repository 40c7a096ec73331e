import type { Warning } from '../model/import.ts'
import { discountMeaning, priceMeaning } from './arithmetic.ts'
import { priceEvidence, signEvidence } from './evidence.ts'
import { words } from './headers.ts'
import { columnOf, type RecognisedTable } from './layout.ts'
import { isSharedMark } from './notation/currencies.ts'
import type { MomentNotation } from './notation/moments.ts'
import type { NumberEvidence, NumberNotation } from './notation/numbers.ts'
import type { DiscountMeaning, TableNotation, TableProfile } from './notation.ts'
import { placeholdersIn } from './placeholders.ts'
import { type OpenQuestion, paymentsQuestion, questionKeys, rateQuestion } from './questions.ts'
import {
  directionOf,
  type RateDirection,
  ratedCurrencies,
  rowRates as rowRatesOf,
} from './rates.ts'
import { settleMoments } from './settle-moments.ts'
import { type OrderState, stateOf } from './statuses.ts'

/** A recognised table with what its rows say of its notation. */
export interface ProfiledTable {
  readonly recognised: RecognisedTable
  readonly profile: TableProfile
}

export interface Settled {
  readonly notations: ReadonlyMap<RecognisedTable, TableNotation>
  readonly questions: readonly OpenQuestion[]
  /** What was decided against some evidence. */
  readonly doubts: readonly Warning[]
  /** The questions on which an answer decided, or would, for each table. */
  readonly consulted: ReadonlyMap<RecognisedTable, ReadonlySet<string>>
  /** Whether payments count as orders, as answered or remembered; see `paymentsQuestion`. */
  readonly payments: string | undefined
}

/** What is remembered of tables like this one: answers by key. */
export type Recall = (table: ProfiledTable) => Readonly<Record<string, string>>

/**
 * Decides how every column is read. What a column cannot prove by itself, its sisters may: the same
 * column in the other files of the import, the other columns of its table. What then stays open and
 * changes figures is a question; `answers` settle it, else what is remembered of the table.
 */
export function settle(
  tables: readonly ProfiledTable[],
  answers: Readonly<Record<string, string>>,
  recall: Recall = () => ({}),
): Settled {
  const questions = new Map<string, OpenQuestion>()
  const ask = (question: OpenQuestion) =>
    questions.set(question.key, questions.get(question.key) ?? question)
  const doubts: Warning[] = []
  const doubt = (warning: Warning) => void doubts.push(warning)
  const consulted = new Map(tables.map(({ recognised }) => [recognised, new Set<string>()]))
  const consult = (table: ProfiledTable, key: string) => {
    consulted.get(table.recognised)?.add(key)
    return answers[key] ?? recall(table)[key]
  }
  const consultAll: ConsultAll = (some, key) =>
    some.map((table) => consult(table, key)).find((answer) => answer !== undefined)
  const payments = tables.filter(({ recognised }) => recognised.claim.payments)
  const paymentsAnswer = consultAll(payments, questionKeys.payments)
  if (payments.length > 0 && paymentsAnswer === undefined)
    ask(paymentsQuestion(payments.map(({ recognised }) => recognised.table.file.name)))
  const notations = new Map<RecognisedTable, TableNotation>()
  const { currency, stated, refused, rates, rowRates } = settleCurrency(tables, consultAll, ask)
  for (const table of tables) {
    const { recognised, profile } = table
    const settling: Settling = {
      tables,
      answerTo: (key) => consult(table, key),
      recalls: (key) => recall(table)[key] !== undefined,
      ask,
      doubt,
    }
    notations.set(recognised, {
      numbers: refusing(settleNumberColumns(table, settling), refused),
      moments: settleMomentColumns(table, settling),
      discount: settleDiscount(recognised, settling),
      price: settlePrice(recognised, settling),
      currency,
      stated,
      rates,
      rowRates,
      states: statesOf(profile.statuses, recognised.claim.states),
      floatIdentifiers: profile.floatIdentifiers,
      placeholders: placeholdersIn(recognised),
    })
  }
  return {
    notations,
    questions: [...questions.values()],
    doubts,
    consulted,
    payments: paymentsAnswer,
  }
}

/** What the statuses of a table mean, those left out that count. */
export function statesOf(
  statuses: readonly string[],
  known: ReadonlyMap<string, OrderState> = new Map(),
): Map<string, OrderState> {
  const all = statuses.map((status): [string, OrderState] => [
    status,
    known.get(status.toLowerCase()) ?? stateOf(status),
  ])
  return new Map(all.filter(([, state]) => state !== 'counted'))
}

type Ask = (question: OpenQuestion) => void

/** The first answer, given or remembered, that holds for some of the tables; all of them are noted as asked. */
type ConsultAll = (tables: readonly ProfiledTable[], key: string) => string | undefined

/** What a column may be settled by beside its own values. */
interface Settling {
  readonly tables: readonly ProfiledTable[]
  /** The answer to a question, given or remembered. */
  readonly answerTo: (key: string) => string | undefined
  /** True where an answer is remembered of tables like this one. */
  readonly recalls: (key: string) => boolean
  readonly ask: Ask
  readonly doubt: (warning: Warning) => void
}

function settleNumberColumns(
  { recognised, profile }: ProfiledTable,
  { tables, answerTo, ask, doubt }: Settling,
): Map<string, NumberNotation> {
  const settled = new Map<string, NumberNotation>()
  for (const [sql, evidence] of profile.numbers) {
    const header = headerOf(recognised, sql)
    for (const warning of numberDoubts(evidence, `"${header}" in ${recognised.table.file.name}`))
      doubt(warning)
    const sisters = [
      ...profile.numbers.values(),
      ...tables.flatMap((other) => evidenceNamed(other, header, ({ numbers }) => numbers)),
    ].filter((sister) => sister !== evidence)
    const sign = evidence.certain ? null : provenSign(sisters)
    if (evidence.certain) settled.set(sql, evidence.notation)
    else if (sign) settled.set(sql, withSign(evidence.notation, sign))
    else {
      const answer = answerTo(questionKeys.decimalSign)
      if (answer === undefined) ask(decimalQuestion(recognised, sql, evidence))
      settled.set(sql, withSign(evidence.notation, answer === 'comma' ? ',' : '.'))
    }
  }
  return settled
}

/** What a person should know of numbers that were read as they stand. */
function numberDoubts({ units, notation }: NumberEvidence, column: string): Warning[] {
  const found: Warning[] = []
  if (units.length > 1) {
    const listed = units.map((unit) => `"${unit}"`).join(' and ')
    found.push({
      code: 'mixed_units',
      text: `${column} has numbers beside ${listed}: they count as they stand, not turned into one unit.`,
    })
  }
  if (notation.scientific) {
    found.push({
      code: 'scientific_numbers',
      text: `${column} has numbers written like 1.2E+05, as spreadsheets write large ones: they count as they stand, and digits may be lost. Give the column a number format and export it again.`,
    })
  }
  return found
}

/** In a column of both kinds the sign decides on those values only that could be read both ways. */
function withSign(notation: NumberNotation, sign: '.' | ','): NumberNotation {
  if (notation.decimal === 'either') return { ...notation, undecided: sign }
  return { ...notation, decimal: sign, plain: sign === '.' && notation.plain }
}

function provenSign(sisters: readonly NumberEvidence[]): '.' | ',' | null {
  const points = sisters.reduce((sum, { votes }) => sum + votes['.'], 0)
  const commas = sisters.reduce((sum, { votes }) => sum + votes[','], 0)
  if (points > 0 && commas === 0) return '.'
  return commas > 0 && points === 0 ? ',' : null
}

function decimalQuestion(
  recognised: RecognisedTable,
  sql: string,
  evidence: NumberEvidence,
): OpenQuestion {
  const header = headerOf(recognised, sql)
  const example = evidence.ambiguousExample
  const decimal = example.replace(',', '.')
  const whole = example.replace(/[.,]/, '')
  const [point, comma] = example.includes(',') ? [whole, decimal] : [decimal, whole]
  return {
    key: questionKeys.decimalSign,
    text: `Is ${example} in the column "${header}" read as ${decimal}, or as ${whole}?`,
    evidence: `${evidence.ambiguous} values could be read both ways, and no value in the file proves either.`,
    choices: [
      {
        value: 'point',
        text: `the point is the decimal sign: ${example} is ${point}`,
        evidence: signEvidence(recognised, sql, '.'),
      },
      {
        value: 'comma',
        text: `the comma is the decimal sign: ${example} is ${comma}`,
        evidence: signEvidence(recognised, sql, ','),
      },
    ],
  }
}

function settleMomentColumns(
  { recognised, profile }: ProfiledTable,
  { tables, answerTo, ask, doubt }: Settling,
): Map<string, MomentNotation> {
  const settled = new Map<string, MomentNotation>()
  for (const [sql, evidence] of profile.moments) {
    const header = headerOf(recognised, sql)
    const sisters = [
      ...profile.moments.values(),
      ...tables.flatMap((other) => evidenceNamed(other, header, ({ moments }) => moments)),
    ]
    const known = recognised.claim.dayOrder ?? null
    const answerOnce = () => answerTo(questionKeys.dayOrder)
    settled.set(
      sql,
      settleMoments({ header, sql, recognised, evidence, sisters, known, answerOnce, ask, doubt }),
    )
  }
  return settled
}

function settlePrice(
  recognised: RecognisedTable,
  { tables, answerTo, recalls, ask, doubt }: Settling,
): 'unit' | 'total' | null {
  const { claim } = recognised
  const unit = columnOf(claim, 'unit_price')
  const total = columnOf(claim, 'line_total')
  if (claim.holds !== 'order_lines' || (unit && total) || !columnOf(claim, 'quantity')) return null
  const column = unit ?? total
  if (!column) return null
  if (claim.price) return claim.price
  const header = headerOf(recognised, column)
  const said = unit ? 'unit' : 'total'
  if (/\b(unit|each|einzel|stueck|stuck|unitaire|unitario|per|eenheids|stuks)/.test(words(header)))
    return said
  const told = priceMeaning(recognised)
  if (told === null) {
    // Too few lines to tell: what was answered of such files before still holds.
    const known = recalls(questionKeys.priceMeaning) ? answerTo(questionKeys.priceMeaning) : said
    return known === 'unit' || known === 'total' ? known : said
  }
  if (told === said) return said
  if (isDoubted(told, { header, tables })) {
    doubt(doubtfulPrice(recognised, header, told))
    return said
  }
  const answer = answerTo(questionKeys.priceMeaning)
  if (answer === 'unit' || answer === 'total') return answer
  ask({
    key: questionKeys.priceMeaning,
    text: `Is "${header}" the price of one piece, or of the whole line?`,
    evidence:
      told === 'unit'
        ? 'Its name says a total, but it stays the same whatever the quantity.'
        : 'Its name says a price, but it grows with the quantity.',
    choices: [
      {
        value: 'unit',
        text: 'the price of one piece',
        evidence: priceEvidence(said, told, 'unit'),
      },
      {
        value: 'total',
        text: 'the total of the line',
        evidence: priceEvidence(said, told, 'total'),
      },
    ],
  })
  return told
}

function doubtfulPrice(
  { table }: RecognisedTable,
  header: string,
  told: 'unit' | 'total',
): Warning {
  const [looks, counts] =
    told === 'unit'
      ? ['stays the same whatever the quantity, as the price of one piece', 'total of the line']
      : ['grows with the quantity, as the total of a line', 'price of one piece']
  return {
    code: 'price_doubtful',
    text: `"${header}" in ${table.file.name} ${looks} does. Its name and another file of the import say that it is the ${counts}, and so it counts.`,
  }
}

/** The same column of another file says otherwise: then its name is the better word. */
function isDoubted(
  told: 'unit' | 'total',
  { header, tables }: { readonly header: string; readonly tables: readonly ProfiledTable[] },
): boolean {
  return tables.some(({ recognised: sister }) => {
    const own = columnOf(sister.claim, 'unit_price') ?? columnOf(sister.claim, 'line_total')
    if (own === undefined || headerOf(sister, own) !== header) return false
    const meaning = priceMeaning(sister)
    return meaning !== null && meaning !== told
  })
}

function settleDiscount(recognised: RecognisedTable, { answerTo, ask }: Settling): DiscountMeaning {
  const { claim } = recognised
  if (claim.discount && columnOf(claim, 'discount')) return claim.discount
  const { meaning, share } = discountMeaning(recognised)
  if (share === null) return meaning
  const answer = answerTo(questionKeys.discountMeaning)
  if (answer === 'share') return share
  if (answer === 'amount') return 'line_amount'
  if (answer === 'unit-amount') return 'unit_amount'
  const header = headerOf(recognised, columnOf(recognised.claim, 'discount') ?? '')
  const hundredth = share === 'percent' ? '10 is 10 %' : '0.1 is 10 %'
  ask({
    key: questionKeys.discountMeaning,
    text: `Is "${header}" money taken off, or a share of the price?`,
    evidence: 'No line total is stated that would tell, and its values could be both.',
    choices: [
      { value: 'amount', text: 'money off the line' },
      { value: 'unit-amount', text: 'money off each piece' },
      { value: 'share', text: `a share of the price: ${hundredth}` },
    ],
  })
  return meaning
}

interface SettledCurrency {
  readonly currency: string | null
  /** The same as it stands beside the amounts: $, kr and the like do not say which. */
  readonly stated: string | null
  /** Currencies beside numbers that do not count. */
  readonly refused: readonly string[]
  /** What the rates of the import state, where amounts are converted by them. */
  readonly rates: RateDirection | null
  /** The same where the rows state their rates. */
  readonly rowRates: RateDirection | null
}

/** The currency of the amounts, told by a column of codes, else by the signs beside the numbers. */
function settleCurrency(
  tables: readonly ProfiledTable[],
  consultAll: ConsultAll,
  ask: Ask,
): SettledCurrency {
  const counts = new Map<string, (number | null)[]>()
  const amounts = tables.filter(({ recognised }) => recognised.claim.holds !== 'rates')
  for (const { code, rows } of amounts.flatMap(({ profile }) => profile.currencies))
    counts.set(code, [...(counts.get(code) ?? []), rows])
  const numbers = amounts.flatMap(({ profile }) => [...profile.numbers.values()])
  const beside = new Set(numbers.flatMap(({ notation }) => notation.currencies))
  const found = counts.size > 0 ? [...counts.keys()] : [...beside]
  const converted = convertedTo(tables, { found: [...counts.keys()], consultAll, ask })
  if (converted)
    return { stated: converted.base, currency: converted.base, refused: [], ...converted }
  const answer = found.length > 1 ? consultAll(tables, questionKeys.currency) : undefined
  const chosen = found.find((code) => code === answer) ?? found[0] ?? null
  if (found.length > 1 && chosen !== answer) {
    const listed =
      counts.size > 0
        ? [...counts].map(statedOn).join(', ')
        : `${found.join(' and ')} stand beside amounts`
    ask({
      key: questionKeys.currency,
      text: 'The amounts are in several currencies. Which one counts?',
      evidence: `${listed}. Without exchange rates they cannot be added up; rows in other currencies are set aside.`,
      choices: found.map((code) => ({ value: code, text: `only rows in ${code}` })),
    })
  }
  return {
    stated: chosen,
    currency: chosen !== null && isSharedMark(chosen) ? null : chosen,
    refused: counts.size > 0 ? [] : found.filter((code) => code !== chosen),
    rates: null,
    rowRates: null,
  }
}

/** The currency that the rates of the import lead to: the only one that they do not name. Null where nothing is converted. */
function convertedTo(
  tables: readonly ProfiledTable[],
  {
    found,
    consultAll,
    ask,
  }: {
    readonly found: readonly string[]
    readonly consultAll: ConsultAll
    readonly ask: Ask
  },
): (Pick<SettledCurrency, 'rates' | 'rowRates'> & { readonly base: string }) | null {
  if (found.length < 2) return null
  const rated = ratedCurrencies(tables)
  const [only, ...others] = found.filter((code) => !rated.has(code))
  const byDay = rated.size > 0 && only !== undefined && others.length === 0
  const own = byDay ? null : rowRatesOf(tables)
  const base = byDay ? only : own?.base
  if (!base || !found.includes(base)) return null
  const directed = (direction: RateDirection) =>
    byDay ? { base, rates: direction, rowRates: null } : { base, rates: null, rowRates: direction }
  const told = byDay ? directionOf(tables, base) : own?.direction
  if (told) return directed(told)
  const answer = consultAll(tables, questionKeys.rateDirection)
  if (answer === undefined)
    ask(
      rateQuestion(
        base,
        found.filter((code) => code !== base),
      ),
    )
  return directed(answer === 'divide' ? 'divide' : 'multiply')
}

/** How many rows state a currency, as far as all of them were counted. */
function statedOn([code, counts]: readonly [string, readonly (number | null)[]]): string {
  const rows = counts.reduce((sum, count) => (sum === null || count === null ? null : sum + count))
  return rows === null ? code : `${code} on ${rows} rows`
}

function refusing(
  numbers: ReadonlyMap<string, NumberNotation>,
  refused: readonly string[],
): ReadonlyMap<string, NumberNotation> {
  if (refused.length === 0) return numbers
  return new Map([...numbers].map(([sql, notation]) => [sql, { ...notation, refused }]))
}

export function headerOf({ table }: RecognisedTable, sql: string): string {
  return table.columns.find((column) => column.sql === sql)?.name ?? sql
}

function evidenceNamed<T>(
  { recognised, profile }: ProfiledTable,
  header: string,
  pick: (profile: TableProfile) => ReadonlyMap<string, T>,
): T[] {
  return [...pick(profile)]
    .filter(([sql]) => headerOf(recognised, sql) === header)
    .map(([, evidence]) => evidence)
}
