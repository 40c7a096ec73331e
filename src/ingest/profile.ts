import type { Staging } from '../staging/staging.ts'
import { keyOf } from './clean-tables.ts'
import type { StagedTable } from './format.ts'
import { columnOf, type RecognisedTable } from './layout.ts'
import { momentEvidence } from './moment-evidence.ts'
import type { MomentEvidence } from './notation/moments.ts'
import {
  type NumberEvidence,
  type NumberShape,
  settleNumbers,
  shapeOf,
} from './notation/numbers.ts'
import type { TableProfile } from './notation.ts'
import { promiseOf } from './promise.ts'
import { type Reading, readingOf } from './role.ts'
import { floatEnds, isDated } from './sample.ts'
import { mostShapes, type Survey, survey, trimmed, type WordCount } from './survey.ts'

export async function profileTable(
  staging: Staging,
  recognised: RecognisedTable,
): Promise<TableProfile> {
  const { table, claim } = recognised
  const withReading = (reading: Reading) =>
    [...claim.columns].filter(([, { role }]) => readingOf(role) === reading).map(([sql]) => sql)
  const time = columnOf(claim, 'order_time')
  const numeric = withReading('number')
  const dated = [
    ...withReading('moment'),
    ...(time && isDated(recognised.sample, time) ? [time] : []),
  ]
  const currency = columnOf(claim, 'currency')
  const status = columnOf(claim, 'status')
  const surveyed = await survey(staging, {
    table,
    numbers: numeric,
    moments: dated,
    words: [currency, status].filter((sql) => sql !== undefined),
    identifiers: withReading('identifier').filter(
      (sql) => floatEnds(recognised.sample, sql) !== 'not throughout',
    ),
    key: keyOf(claim),
  })
  const numbers = new Map<string, NumberEvidence>()
  for (const sql of numeric) {
    const known = surveyed.numbers.get(sql)
    numbers.set(sql, known ?? settleNumbers(await numberShapes(staging, table.unnumbered, sql)))
  }
  const moments = new Map<string, MomentEvidence>()
  for (const sql of dated) {
    const known = surveyed.moments.get(sql)
    moments.set(sql, known ?? (await momentEvidence(staging, table, sql)))
  }
  const words = (sql: string | undefined) => wordsIn(staging, table.unnumbered, { sql, surveyed })
  return {
    count: { rows: surveyed.rows, malformed: await table.malformed() },
    numbers,
    moments,
    currencies: currenciesIn(await words(currency)),
    statuses: (await words(status)).map(({ text }) => text),
    floatIdentifiers: surveyed.floatIdentifiers,
    keysRepeat: surveyed.keysRepeat,
    promise: null,
  }
}

/** The profile that the first rows promise, its rows counted; null when they leave anything open. */
export async function promisedProfile(
  staging: Staging,
  recognised: RecognisedTable,
): Promise<TableProfile | null> {
  const promised = promiseOf(recognised)
  if (!promised) return null
  const { table } = recognised
  const rows = table.statedRows ?? (await countRows(staging, table))
  return { ...promised, count: { rows, malformed: [] } }
}

/**
 * The profile with the rows of each currency counted. First rows promise which currency all state, not how
 * many do; a question between several says it, and is rare enough for a scan.
 */
export async function withCurrenciesCounted(
  staging: Staging,
  { recognised, profile }: { readonly recognised: RecognisedTable; readonly profile: TableProfile },
): Promise<TableProfile> {
  const sql = columnOf(recognised.claim, 'currency')
  if (!sql || profile.currencies.every(({ rows }) => rows !== null)) return profile
  const counted = await countWords(staging, recognised.table.unnumbered, sql)
  return { ...profile, currencies: currenciesIn(counted) }
}

function currenciesIn(words: readonly WordCount[]): { code: string; rows: number }[] {
  return words.flatMap(({ text, rows }) =>
    /^[A-Za-z]{3}$/.test(text) ? [{ code: text.toUpperCase(), rows }] : [],
  )
}

async function countRows(staging: Staging, table: StagedTable): Promise<number> {
  const [row] = await staging.rows(`SELECT count(*) AS rows FROM ${table.unnumbered}`)
  return Number(row?.rows ?? 0)
}

const mostCountedWords = 1_000

/** The different values of a column of few words; one that is constant needs no second scan. */
async function wordsIn(
  staging: Staging,
  relation: string,
  { sql, surveyed }: { readonly sql: string | undefined; readonly surveyed: Survey },
): Promise<readonly WordCount[]> {
  if (!sql) return []
  const constant = surveyed.constants.get(sql)
  if (constant !== undefined) return constant === null ? [] : [constant]
  return countWords(staging, relation, sql)
}

/** The different values of a column with the rows that state them, most frequent first. */
async function countWords(staging: Staging, relation: string, sql: string): Promise<WordCount[]> {
  const rows = await staging.rows(
    `SELECT ${trimmed(sql)} AS text, count(*)::INTEGER AS rows FROM ${relation}
     WHERE ${trimmed(sql)} IS NOT NULL GROUP BY text ORDER BY rows DESC, text LIMIT ${mostCountedWords}`,
  )
  return rows.map((row) => ({ text: String(row.text), rows: Number(row.rows) }))
}

async function numberShapes(
  staging: Staging,
  relation: string,
  sql: string,
): Promise<NumberShape[]> {
  const text = trimmed(sql)
  const rows = await staging.rows(
    `SELECT ${shapeOf(text)} AS shape, count(*)::INTEGER AS count, min(${text}) AS example,
       (count(*) FILTER (regexp_matches(${text}, '^[^0-9]*0[.,]')))::INTEGER AS leading_zero
     FROM ${relation} WHERE ${text} IS NOT NULL GROUP BY shape ORDER BY count DESC LIMIT ${mostShapes}`,
  )
  return rows.map((row) => ({
    shape: String(row.shape),
    count: Number(row.count),
    leadingZero: Number(row.leading_zero),
    example: String(row.example),
  }))
}
