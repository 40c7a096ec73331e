import type { Staging } from '../staging/staging.ts'
import { keyOf } from './clean-tables.ts'
import type { StagedTable } from './format.ts'
import { columnOf, type RecognisedTable } from './layout.ts'
import {
  familiesOf,
  isOfFamily,
  type MomentEvidence,
  type MomentFamily,
  type MomentShape,
  type PartEvidence,
  settleOrders,
} from './notation/moments.ts'
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
import { type Survey, survey, trimmed, type WordCount } from './survey.ts'

const mostShapes = 20_000

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
    moments.set(sql, known ?? (await momentEvidence(staging, table.unnumbered, sql)))
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

async function momentEvidence(
  staging: Staging,
  relation: string,
  sql: string,
): Promise<MomentEvidence> {
  const text = trimmed(sql)
  const rows = await staging.rows(
    `SELECT ${shapeOf(text)} AS shape, count(*)::INTEGER AS count, min(${text}) AS example
     FROM ${relation} WHERE ${text} IS NOT NULL GROUP BY shape ORDER BY count DESC LIMIT ${mostShapes}`,
  )
  const shapes = rows.map(
    (row): MomentShape => ({
      shape: String(row.shape),
      count: Number(row.count),
      example: String(row.example),
    }),
  )
  const { families, unreadable } = familiesOf(shapes)
  const parts: PartEvidence[] = []
  for (const family of families.filter(({ kind }) => kind === 'numeric')) {
    parts.push(await partEvidence(staging, { relation, text, family }))
  }
  return { families, orders: settleOrders(families, parts), unreadable }
}

async function partEvidence(
  staging: Staging,
  request: { readonly relation: string; readonly text: string; readonly family: MomentFamily },
): Promise<PartEvidence> {
  const { relation, text, family } = request
  const part = (index: number) =>
    `TRY_CAST(split_part(${text}, '${family.separator}', ${index}) AS INTEGER)`
  const third = `TRY_CAST(regexp_extract(split_part(${text}, '${family.separator}', 3), '^[0-9]+') AS INTEGER)`
  const [row = {}] = await staging.rows(
    `SELECT max(${part(1)}) AS first_most, max(${part(2)}) AS second_most,
       (count(*) FILTER (${part(1)} > 12))::INTEGER AS first_over, (count(*) FILTER (${part(2)} > 12))::INTEGER AS second_over,
       max(${third}) AS third_most, count(DISTINCT ${part(1)})::INTEGER AS first_kinds, count(DISTINCT ${third})::INTEGER AS third_kinds
     FROM ${relation} WHERE ${isOfFamily(text, family)}`,
  )
  return {
    key: family.key,
    firstMost: Number(row.first_most ?? 0),
    secondMost: Number(row.second_most ?? 0),
    firstOver12: Number(row.first_over ?? 0),
    secondOver12: Number(row.second_over ?? 0),
    thirdMost: Number(row.third_most ?? 0),
    firstKinds: Number(row.first_kinds ?? 0),
    thirdKinds: Number(row.third_kinds ?? 0),
  }
}
