import { quote } from './format.ts'
import { columnOf, type RecognisedTable } from './layout.ts'
import { isoEvidence, type MomentEvidence } from './notation/moments.ts'
import type { NumberEvidence } from './notation/numbers.ts'
import type { TableProfile, TablePromise } from './notation.ts'
import { readingOf } from './role.ts'
import { floatEnds, isDated, numberEvidence, type TableSample, valuesOf } from './sample.ts'
import { lineNumbers } from './typed-rows.ts'

/**
 * What the first rows of a table say of its notation, for all of its rows. Looking at every row before
 * cleaning it costs a scan; here cleaning itself looks whether each row keeps the promise, and stops at
 * the first that does not. Then all rows are looked at first, as they are in small tables.
 *
 * Only the commonest notations are promised: numbers that one cast reads, dates written year first, few
 * words. A kept promise settles what a look at all rows would have settled.
 */
export function promiseOf(recognised: RecognisedTable): Omit<TableProfile, 'count'> | null {
  const { claim, sample } = recognised
  const time = columnOf(claim, 'order_time')
  const numbers = new Map<string, NumberEvidence>()
  const moments = new Map<string, MomentEvidence>()
  const lengths = new Map<string, readonly number[]>()
  const blankIdentifiers = new Set<string>()
  for (const [sql, { role }] of claim.columns) {
    const reading = readingOf(role)
    const values = valuesOf(sample, sql)
    if (lineNumbers.some((name) => name === role)) {
      const evidence = promisedNumbers(values)
      if (!evidence) return null
      numbers.set(sql, evidence)
    }
    if (reading === 'moment' || (sql === time && isDated(sample, time))) {
      const evidence = promisedMoments(values)
      if (!evidence) return null
      moments.set(sql, evidence)
      lengths.set(sql, [...new Set(values.map(({ length }) => length))].sort())
    }
    if (reading === 'identifier') {
      const ends = floatEnds(sample, sql)
      if (ends === 'throughout') return null
      if (ends === 'open') blankIdentifiers.add(sql)
    }
  }
  const currency = wordsOf(sample, columnOf(claim, 'currency'))
  const status = wordsOf(sample, columnOf(claim, 'status'))
  if (!currency || !status || currency.values.length > 1) return null
  return {
    numbers,
    moments,
    currencies: currency.values
      .filter((code) => /^[A-Za-z]{3}$/.test(code))
      .map((code) => ({ code: code.toUpperCase(), rows: null })),
    statuses: status.values,
    floatIdentifiers: new Set<string>(),
    keysRepeat: true,
    promise: {
      decimals: new Map([...numbers].map(([sql, { votes }]) => [sql, votes['.'] > 0])),
      lengths,
      words: new Map([...currency.entries, ...status.entries]),
      blankIdentifiers,
      filled: new Set([...claim.columns.keys()].filter((sql) => isFilled(sample, sql))),
    },
  }
}

/** What cleaning fails with at a row that breaks the promise. */
export const brokenPromise = 'a row is written otherwise than the first rows'

/** Thrown when a table breaks what its first rows promised: all of its rows must be looked at first. */
export class PromiseBroken extends Error {
  override readonly name = 'PromiseBroken'
}

/**
 * SQL condition, true for every row that keeps the promise and never null. `numberIn` gives the number that
 * was read from a staged column.
 */
export function keeps(promise: TablePromise, numberIn: (sql: string) => string): string {
  const numbers = [...promise.decimals].map(([sql, decimals]) => {
    const shape = decimals
      ? `(strlen(${sql}) - strpos(${sql}, '.') <= 4 OR NOT contains(${sql}, '.'))`
      : `NOT contains(${sql}, '.')`
    return `(${sql} IS NULL OR (${numberIn(sql)} IS NOT NULL AND ${shape}))`
  })
  const moments = [...promise.lengths].map(([sql, lengths]) => {
    const fits = lengths.map((length) => `strlen(${sql}) = ${length}`).join(' OR ')
    return `(${sql} IS NULL OR (strpos(${sql}, '-') = 5 AND (${fits})))`
  })
  const words = [...promise.words].map(([sql, known]) =>
    [`(${sql} IS NULL`, ...known.map((word) => `${sql} = ${quote(word)}`)].join(' OR ').concat(')'),
  )
  return ['true', ...numbers, ...moments, ...words, ...wholeIdentifiers(promise)].join('\n  AND ')
}

/**
 * The same in the fewest steps, for the row that nearly all rows are: may be false or null for a row that
 * keeps the promise, and is never true for one that breaks it.
 */
export function plainlyKeeps(promise: TablePromise, numberIn: (sql: string) => string): string {
  const unlessEmpty = (sql: string, test: string) =>
    promise.filled.has(sql) ? test : `coalesce(${test}, true)`
  const numbers = [...promise.decimals].flatMap(([sql, decimals]) => {
    const shape = decimals
      ? `strlen(${sql}) - strpos(${sql}, '.') <= 4`
      : `NOT contains(${sql}, '.')`
    return [`(${sql} IS NULL) = (${numberIn(sql)} IS NULL)`, unlessEmpty(sql, shape)]
  })
  const moments = [...promise.lengths].flatMap(([sql, lengths]) => {
    const fits = lengths.map((length) => `strlen(${sql}) = ${length}`).join(' OR ')
    return [unlessEmpty(sql, `strpos(${sql}, '-') = 5`), unlessEmpty(sql, `(${fits})`)]
  })
  const words = [...promise.words].map(([sql, known]) => {
    const fits = known.map((word) => `${sql} = ${quote(word)}`).join(' OR ')
    return known.length === 0 ? `${sql} IS NULL` : unlessEmpty(sql, `(${fits})`)
  })
  return [...numbers, ...moments, ...words, ...wholeIdentifiers(promise)].join('\n  AND ') || 'true'
}

/** One identifier without ".0" shows that not all have it; these had none to show. */
function wholeIdentifiers({ blankIdentifiers }: TablePromise): string[] {
  return [...blankIdentifiers].map((sql) => `(${sql} IS NULL OR NOT suffix(${sql}, '.0'))`)
}

function promisedNumbers(values: readonly string[]): NumberEvidence | null {
  const evidence = numberEvidence(values)
  return evidence.certain && evidence.notation.plain && !evidence.notation.fine ? evidence : null
}

const plainMoment = /^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?$/

/** Of the lengths that the first rows have: any other may carry a zone. */
function promisedMoments(values: readonly string[]): MomentEvidence | null {
  if (values.length === 0 || !values.every((value) => plainMoment.test(value))) return null
  const timed = values.filter((value) => value.length > 10).length
  return isoEvidence({ filled: values.length, timed })
}

function isFilled(sample: TableSample, sql: string): boolean {
  return valuesOf(sample, sql).length === sample.rows.length
}

const mostPromisedWords = 12

/** The different words of a column; null when there are too many to name them all. */
function wordsOf(
  sample: TableSample,
  sql: string | undefined,
): { values: string[]; entries: [string, string[]][] } | null {
  if (!sql) return { values: [], entries: [] }
  const values = [...new Set(valuesOf(sample, sql))]
  return values.length > mostPromisedWords ? null : { values, entries: [[sql, values]] }
}
