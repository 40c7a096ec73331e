import { createHash } from 'node:crypto'
import type { SourceColumn, StagedTable } from '../format.ts'
import { withFullNames } from '../full-names.ts'
import { words } from '../headers.ts'
import { type Claim, columnOf, type Layout } from '../layout.ts'
import { withMadeColumns } from '../made-columns.ts'
import type { TableNotation } from '../notation.ts'
import { type Role, readingOf } from '../role.ts'
import type { TableSample } from '../sample.ts'
import { statesOf } from '../settle.ts'
import { trimmed } from '../survey.ts'
import type { Workbench } from '../workbench.ts'
import { type DeclaredTable, decimal, iso } from './declared.ts'

export interface DocumentDeclaration {
  readonly layout: Layout
  /** The currency that counts; null where none is known. */
  readonly currency: string | null
  /** Roles that these documents say nothing true of. */
  readonly without: readonly Role[]
}

/**
 * A table of documents with what its layout says of it. Only the columns that it needs are kept, under names that other
 * batches give them too, so that the statement that cleans them is planned once; how they are written is known of these
 * systems, and nothing is asked. Null where the layout does not know the table.
 */
export async function declareDocuments(
  bench: Workbench,
  opened: StagedTable,
  { layout, currency, without }: DocumentDeclaration,
): Promise<DeclaredTable | null> {
  const plain = withFullNames(opened)
  const made = withMadeColumns(plain)
  const named = withStableNames(made)
  const found = layout.claim(sampleOf(named.table))
  if (!found) return null
  const claim = withoutRoles(found, without)
  const read = (layout.makes?.(plain)?.columns ?? []).flatMap(({ sql }) => wordsIn(sql))
  const said = new Set([
    ...claim.columns.keys(),
    ...wordsIn(`${claim.sales ?? ''} ${claim.noData ?? ''}`),
    ...read.flatMap((sql) => named.names.get(sql) ?? []),
  ])
  const columns = named.table.columns.filter(({ sql }) => said.has(sql))
  const table = await kept(bench, { ...named.table, columns }, layout)
  const { rows, statuses } = await look(bench, { relation: table.relation, claim })
  return {
    profiled: {
      recognised: { table, sample: { table, columns: [], rows: [] }, claim },
      profile: {
        count: { rows, malformed: [] },
        numbers: new Map(),
        moments: new Map(),
        currencies: [],
        statuses,
        floatIdentifiers: new Set(),
        // Two products may have one SKU.
        keysRepeat: true,
        promise: null,
      },
    },
    notation: notationOf(claim, { currency, statuses }),
  }
}

interface Named {
  readonly table: StagedTable
  /** The name that a column has now, by the one that it was read under. */
  readonly names: ReadonlyMap<string, string>
}

function withStableNames(table: StagedTable): Named {
  const names = new Map<string, string>()
  const taken = new Map<string, number>()
  const columns = table.columns.map((column): SourceColumn => {
    const own = `d_${words(column.name).replace(/[^a-z0-9]+/g, '_')}`
    const times = taken.get(own) ?? 0
    taken.set(own, times + 1)
    const sql = times === 0 ? own : `${own}_again_${times}`
    names.set(column.sql, sql)
    return { ...column, sql }
  })
  const selected = table.columns.map(({ sql }) => `${sql} AS ${names.get(sql)}`)
  const relation = `(SELECT ${['record_number', ...selected].join(', ')} FROM ${table.relation})`
  return { table: { ...table, columns, relation, unnumbered: relation }, names }
}

function sampleOf(table: StagedTable): TableSample {
  const unseen = { filled: 0, distinct: 0, numbers: 0, moments: 0, examples: [] }
  return { table, rows: [], columns: table.columns.map((column) => ({ ...column, ...unseen })) }
}

function withoutRoles(claim: Claim, without: readonly Role[]): Claim {
  const columns = [...claim.columns].filter(([, { role }]) => !without.includes(role))
  return { ...claim, columns: new Map(columns) }
}

/** Names of columns, and other words, of an expression. */
function wordsIn(sql: string): string[] {
  return sql.match(/\b[a-z]\w*\b/g) ?? []
}

/** The table with its rows in a relation of its own, the same for every batch that has these columns. */
async function kept(bench: Workbench, table: StagedTable, { name }: Layout): Promise<StagedTable> {
  const names = table.columns.map(({ sql }) => sql)
  const digest = createHash('sha1').update(names.join()).digest('hex').slice(0, 12)
  const relation = `live_${name}_${digest}`
  const columns = ['record_number BIGINT', ...names.map((sql) => `${sql} VARCHAR`)]
  await bench.staging.fill({
    table: relation,
    columns: columns.join(', '),
    select: `SELECT ${['record_number', ...names].join(', ')} FROM ${table.relation}`,
  })
  return { ...table, relation, unnumbered: relation }
}

async function look(
  bench: Workbench,
  { relation, claim }: { readonly relation: string; readonly claim: Claim },
): Promise<{ readonly rows: number; readonly statuses: readonly string[] }> {
  const status = columnOf(claim, 'status')
  const counted = await bench.rows(
    `SELECT ${status ? trimmed(status) : 'NULL::VARCHAR'} AS status, count(*) AS rows FROM ${relation} GROUP BY 1 ORDER BY 1`,
  )
  return {
    rows: counted.reduce((sum, { rows }) => sum + Number(rows), 0),
    statuses: counted.flatMap((row) => (typeof row.status === 'string' ? row.status : [])),
  }
}

/** Amounts are decimals with a point, and times ISO 8601. */
function notationOf(
  { columns, discount, price, states }: Claim,
  own: { readonly currency: string | null; readonly statuses: readonly string[] },
): TableNotation {
  const all = [...columns]
  const withReading = (reading: string) => all.filter(([, { role }]) => readingOf(role) === reading)
  const has = (wanted: Role) => all.some(([, { role }]) => role === wanted)
  return {
    numbers: new Map(withReading('number').map(([sql]) => [sql, decimal])),
    moments: new Map(withReading('moment').map(([sql]) => [sql, iso])),
    discount: has('discount') ? (discount ?? 'line_amount') : 'none',
    price: has('unit_price') && has('line_total') ? null : (price ?? null),
    currency: own.currency,
    stated: null,
    rates: null,
    rowRates: null,
    states: statesOf(own.statuses, states),
    floatIdentifiers: new Set(),
    placeholders: [],
  }
}
