import type { Staging } from '../staging/staging.ts'
import type { StagedTable } from './format.ts'
import { isoEvidence, type MomentEvidence } from './notation/moments.ts'
import type { NumberEvidence } from './notation/numbers.ts'

/** Columns have few shapes; beyond these the rest is no notation. */
export const mostShapes = 20_000

/** Trimmed text, null where blank. Few values need it, and to look costs a quarter of trimming. */
export function trimmed(column: string): string {
  return `CASE WHEN prefix(${column}, ' ') OR suffix(${column}, ' ') OR ${column} = ''
    THEN nullif(trim(${column}), '') ELSE ${column} END`
}

/** What one scan over all rows tells; most columns need no second look. */
export interface Survey {
  readonly rows: number
  /** Columns of numbers that one cast reads and whose decimal sign is proven. */
  readonly numbers: ReadonlyMap<string, NumberEvidence>
  /** Columns of dates written year first, without a zone. */
  readonly moments: ReadonlyMap<string, MomentEvidence>
  /** Columns that hold one value where they hold any, with the rows that state it; or no value. */
  readonly constants: ReadonlyMap<string, WordCount | null>
  /** Identifiers that end in ".0" throughout. */
  readonly floatIdentifiers: ReadonlySet<string>
  /** Rows share a key or have none, or it cannot be told that they do not. */
  readonly keysRepeat: boolean
}

export interface WordCount {
  readonly text: string
  readonly rows: number
}

export interface SurveyRequest {
  readonly table: StagedTable
  readonly numbers: readonly string[]
  readonly moments: readonly string[]
  readonly words: readonly string[]
  readonly identifiers: readonly string[]
  /** The column whose values stand once each; undefined where there is none. */
  readonly key: string | undefined
}

export async function survey(staging: Staging, request: SurveyRequest): Promise<Survey> {
  const parts = [
    ...request.numbers.flatMap(numberParts),
    ...request.moments.flatMap(momentParts),
    ...request.words.flatMap((sql) => [
      `min(${trimmed(sql)}) AS ${sql}_least`,
      `max(${trimmed(sql)}) AS ${sql}_most`,
      `count(${trimmed(sql)}) AS ${sql}_stated`,
    ]),
    ...request.identifiers.flatMap((sql) => [
      `count(${sql}) AS ${sql}_filled`,
      `count(*) FILTER (suffix(${sql}, '.0')) AS ${sql}_float`,
    ]),
    ...(request.key
      ? [
          `count(DISTINCT hash(${trimmed(request.key)})) FILTER (${trimmed(request.key)} IS NOT NULL) AS keys`,
        ]
      : []),
  ]
  const [row = {}] = await staging.rows(
    `SELECT ${['count(*) AS rows', ...parts].join(',\n')} FROM ${request.table.unnumbered}`,
  )
  const at = (name: string) => Number(row[name] ?? 0)
  const words = request.words.flatMap((sql): [string, WordCount | null][] => {
    const [least, most] = [row[`${sql}_least`], row[`${sql}_most`]]
    if (least !== most) return []
    return [[sql, typeof least === 'string' ? { text: least, rows: at(`${sql}_stated`) } : null]]
  })
  return {
    rows: at('rows'),
    numbers: new Map(request.numbers.flatMap((sql) => entry(sql, numbersOfOneCast(sql, at)))),
    moments: new Map(request.moments.flatMap((sql) => entry(sql, isoMoments(sql, at)))),
    constants: new Map(words),
    floatIdentifiers: new Set(
      request.identifiers.filter(
        (sql) => at(`${sql}_filled`) > 0 && at(`${sql}_float`) === at(`${sql}_filled`),
      ),
    ),
    keysRepeat: at('keys') < at('rows'),
  }
}

function entry<T>(sql: string, value: T | null): [string, T][] {
  return value === null ? [] : [[sql, value]]
}

function numberParts(sql: string): string[] {
  const text = trimmed(sql)
  const places = `length(${text}) - strpos(${text}, '.')`
  const pointed = `contains(${sql}, '.')`
  return [
    `count(${text}) AS ${sql}_filled`,
    `count(TRY_CAST(${text} AS DECIMAL(18,4))) AS ${sql}_cast`,
    `count(*) FILTER (${pointed}) AS ${sql}_dots`,
    `count(*) FILTER (contains(${sql}, 'e') OR contains(${sql}, 'E')) AS ${sql}_exponents`,
    // Three digits behind the only sign: 1.234 may be a thousand. Any other number of them proves it.
    `count(*) FILTER (${pointed} AND ${places} = 3) AS ${sql}_open`,
    `coalesce(max(${places}) FILTER (${pointed}), 0) AS ${sql}_places`,
  ]
}

/** Null when the column needs a look at the shapes of its values. */
function numbersOfOneCast(sql: string, at: (name: string) => number): NumberEvidence | null {
  const dots = at(`${sql}_dots`)
  const castable = at(`${sql}_cast`) === at(`${sql}_filled`)
  if (!castable || at(`${sql}_exponents`) > 0 || (dots > 0 && dots === at(`${sql}_open`)))
    return null
  return {
    notation: {
      decimal: '.',
      plain: true,
      bare: true,
      percent: false,
      fine: at(`${sql}_places`) > 4,
      scientific: false,
      currencies: [],
    },
    certain: true,
    ambiguous: 0,
    ambiguousExample: '',
    unreadable: 0,
    units: [],
    votes: { '.': dots, ',': 0 },
  }
}

function momentParts(sql: string): string[] {
  const text = trimmed(sql)
  return [
    `count(${text}) AS ${sql}_filled`,
    // 2010-12-01, with 08:26 or 08:26:00: any other length may carry a zone, and is looked at closer.
    `count(*) FILTER (strpos(${text}, '-') = 5 AND length(${text}) IN (10, 16, 19)) AS ${sql}_iso`,
    `count(*) FILTER (length(${text}) > 10) AS ${sql}_timed`,
  ]
}

function isoMoments(sql: string, at: (name: string) => number): MomentEvidence | null {
  const filled = at(`${sql}_filled`)
  if (filled === 0 || at(`${sql}_iso`) !== filled) return null
  return isoEvidence({ filled, timed: at(`${sql}_timed`) })
}
