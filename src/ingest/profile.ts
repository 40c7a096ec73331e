import type { Staging } from '../staging/staging.ts'
import type { RecognisedTable } from './layout.ts'
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
import type { TableCount } from './notation.ts'
import { readingOf } from './role.ts'

/** What all the rows of a table say about the notation of its columns. */
export interface TableProfile {
  readonly count: TableCount
  readonly numbers: ReadonlyMap<string, NumberEvidence>
  readonly moments: ReadonlyMap<string, MomentEvidence>
  readonly currencies: readonly { readonly code: string; readonly rows: number }[]
  readonly floatIdentifiers: ReadonlySet<string>
}

const mostShapes = 20_000

export async function profileTable(
  staging: Staging,
  recognised: RecognisedTable,
): Promise<TableProfile> {
  const { table, claim } = recognised
  const columns = [...claim.columns].map(([sql, { role }]) => ({
    sql,
    role,
    reading: readingOf(role),
  }))
  const numeric = columns.filter(({ reading }) => reading === 'number').map(({ sql }) => sql)
  const identifiers = columns
    .filter(({ reading }) => reading === 'identifier')
    .map(({ sql }) => sql)
  const survey = await surveyColumns(staging, table.relation, { numeric, identifiers })
  const numbers = new Map<string, NumberEvidence>()
  for (const sql of numeric) {
    const simple = survey.simple.get(sql)
    numbers.set(sql, simple ?? settleNumbers(await numberShapes(staging, table.relation, sql)))
  }
  const moments = new Map<string, MomentEvidence>()
  for (const { sql, role } of columns) {
    const timed =
      role === 'order_time' &&
      recognised.sample.columns.some((c) => c.sql === sql && c.moments > 0.5)
    if (readingOf(role) === 'moment' || timed)
      moments.set(sql, await momentEvidence(staging, table.relation, sql))
  }
  const currency = columns.find(({ role }) => role === 'currency')?.sql
  return {
    count: { rows: survey.rows, malformed: await table.malformed() },
    numbers,
    moments,
    currencies: currency ? await currenciesOf(staging, table.relation, currency) : [],
    floatIdentifiers: survey.floatIdentifiers,
  }
}

/** Trimmed text, null where blank. */
export function trimmed(column: string): string {
  return `nullif(trim(${column}, ' \t\r\n\u00a0\ufeff'), '')`
}

interface Survey {
  readonly rows: number
  /** Columns that one cast reads and whose decimal sign is proven. */
  readonly simple: ReadonlyMap<string, NumberEvidence>
  readonly floatIdentifiers: ReadonlySet<string>
}

/** One scan over all rows: is each column of numbers as plain as it looks? Most are. */
async function surveyColumns(
  staging: Staging,
  relation: string,
  columns: { readonly numeric: readonly string[]; readonly identifiers: readonly string[] },
): Promise<Survey> {
  const parts = columns.numeric.flatMap((sql) => {
    const text = trimmed(sql)
    return [
      `count(${text}) AS ${sql}_filled`,
      `count(TRY_CAST(${text} AS DECIMAL(18,4))) AS ${sql}_cast`,
      `count(*) FILTER (contains(${sql}, '.')) AS ${sql}_dots`,
      `count(*) FILTER (regexp_full_match(${text}, '[+-]?[1-9][0-9]{0,2}\\.[0-9]{3}')) AS ${sql}_open`,
      `count(*) FILTER (contains(${sql}, '_') OR contains(${sql}, 'e') OR contains(${sql}, 'E')) AS ${sql}_odd`,
      `coalesce(max(length(${text}) - strpos(${text}, '.')) FILTER (contains(${sql}, '.')), 0) AS ${sql}_places`,
    ]
  })
  const identifierParts = columns.identifiers.flatMap((sql) => [
    `count(${trimmed(sql)}) AS ${sql}_filled`,
    `count(*) FILTER (regexp_full_match(${trimmed(sql)}, '[0-9]+\\.0')) AS ${sql}_float`,
  ])
  const [row = {}] = await staging.rows(
    `SELECT ${['count(*) AS rows', ...parts, ...identifierParts].join(',\n')} FROM ${relation}`,
  )
  const number = (name: string) => Number(row[name] ?? 0)
  const simple = new Map<string, NumberEvidence>()
  for (const sql of columns.numeric) {
    const dots = number(`${sql}_dots`)
    const open = number(`${sql}_open`)
    const plain = number(`${sql}_cast`) === number(`${sql}_filled`) && number(`${sql}_odd`) === 0
    if (plain && (dots === 0 || dots > open))
      simple.set(sql, plainEvidence(dots, number(`${sql}_places`)))
  }
  const floatIdentifiers = columns.identifiers.filter(
    (sql) => number(`${sql}_filled`) > 0 && number(`${sql}_float`) === number(`${sql}_filled`),
  )
  return { rows: number('rows'), simple, floatIdentifiers: new Set(floatIdentifiers) }
}

function plainEvidence(dots: number, places: number): NumberEvidence {
  return {
    notation: { decimal: '.', plain: true, percent: false, fine: places > 4, currencies: [] },
    certain: true,
    ambiguous: 0,
    ambiguousExample: '',
    unreadable: 0,
    votes: { '.': dots, ',': 0 },
  }
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
  const [row = {}] = await staging.rows(
    `SELECT max(${part(1)}) AS first_most, max(${part(2)}) AS second_most,
       (count(*) FILTER (${part(1)} > 12))::INTEGER AS first_over, (count(*) FILTER (${part(2)} > 12))::INTEGER AS second_over
     FROM ${relation} WHERE ${isOfFamily(text, family)}`,
  )
  return {
    key: family.key,
    firstMost: Number(row.first_most ?? 0),
    secondMost: Number(row.second_most ?? 0),
    firstOver12: Number(row.first_over ?? 0),
    secondOver12: Number(row.second_over ?? 0),
  }
}

async function currenciesOf(
  staging: Staging,
  relation: string,
  sql: string,
): Promise<{ code: string; rows: number }[]> {
  const rows = await staging.rows(
    `SELECT upper(${trimmed(sql)}) AS code, count(*)::INTEGER AS rows FROM ${relation}
     WHERE regexp_full_match(${trimmed(sql)}, '[A-Za-z]{3}') GROUP BY code ORDER BY rows DESC, code LIMIT 20`,
  )
  return rows.map((row) => ({ code: String(row.code), rows: Number(row.rows) }))
}
