import type { LiveKind } from '../../model/live.ts'
import type { MalformedRow, StagedTable } from '../format.ts'
import type { InputFile } from '../input.ts'
import { type Claim, isCharge, type RecognisedTable } from '../layout.ts'
import type { MomentNotation } from '../notation/moments.ts'
import type { NumberNotation } from '../notation/numbers.ts'
import type { TableNotation } from '../notation.ts'
import { readingOf } from '../role.ts'
import type { ProfiledTable } from '../settle.ts'
import type { OrderState } from '../statuses.ts'
import { type LiveColumn, type LiveTable, liveTables } from './live-tables.ts'

/** What a batch holds of one kind, staged and with its meaning declared. */
export interface DeclaredTable {
  readonly profiled: ProfiledTable
  readonly notation: TableNotation
}

export interface Declaration {
  readonly kind: LiveKind
  /** Position among the tables of the batch, from 1. */
  readonly number: number
  /** Those of the columns of the kind that hold anything, with the names they are staged under. */
  readonly columns: readonly StagedColumn[]
  /** Relation with `record_number` and the columns. */
  readonly relation: string
  readonly rows: number
  /** Records that do not fit the schema. */
  readonly malformed: readonly MalformedRow[]
  /** The currency that counts; null where none is known. */
  readonly currency: string | null
  /** ISO instant. */
  readonly at: string
}

export interface StagedColumn extends LiveColumn {
  readonly sql: string
}

/** Digits with a point, as the schema wants them. */
export const decimal: NumberNotation = {
  decimal: '.',
  plain: true,
  bare: true,
  percent: false,
  fine: false,
  scientific: false,
  currencies: [],
}

/** The schema lets a rate have twice the decimals of an amount, and a yen is worth few of them. */
const rate: NumberNotation = { ...decimal, fine: true }

/** ISO 8601, with or without a time and a zone. */
export const iso: MomentNotation = {
  families: [
    {
      key: 'iso-',
      kind: 'iso',
      separator: '-',
      yearDigits: 4,
      plain: false,
      spellings: [],
      times: ['', '%H:%M', '%H:%M:%S'],
      zones: ['', 'Z', 'offset'],
      count: 1,
      example: '',
    },
  ],
  orders: {},
  hasTime: true,
  inUtc: false,
}

const states = new Map<string, OrderState>([
  ['cancelled', 'cancelled'],
  ['not_counted', 'not_counted'],
])

export function declare(declaration: Declaration): DeclaredTable {
  const table = liveTables[declaration.kind]
  const recognised: RecognisedTable = {
    table: stagedTable(declaration),
    sample: { table: stagedTable(declaration), columns: [], rows: [] },
    claim: claimOf(table, declaration.columns),
  }
  return {
    profiled: {
      recognised,
      profile: {
        count: { rows: declaration.rows, malformed: declaration.malformed },
        numbers: new Map(),
        moments: new Map(),
        currencies: [],
        statuses: [],
        floatIdentifiers: new Set(),
        keysRepeat: false,
        promise: null,
      },
    },
    notation: notationOf(declaration),
  }
}

function claimOf({ kind, holds }: LiveTable, columns: readonly StagedColumn[]): Claim {
  return {
    layout: `live-${kind}`,
    source: 'shop',
    holds,
    confidence: 1,
    columns: new Map(
      columns.map(({ sql, role }) => [
        sql,
        {
          role,
          confidence: 1,
          evidence: 'the published schema',
          ...(isCharge(role) ? { per: 'order' as const } : {}),
        },
      ]),
    ),
  }
}

function notationOf({ columns, currency }: Declaration): TableNotation {
  const withReading = (reading: string) => columns.filter(({ role }) => readingOf(role) === reading)
  const has = (wanted: string) => columns.some(({ role }) => role === wanted)
  return {
    numbers: new Map(
      withReading('number').map(({ sql, role }) => [
        sql,
        role === 'exchange_rate' ? rate : decimal,
      ]),
    ),
    moments: new Map(withReading('moment').map(({ sql }) => [sql, iso])),
    discount: has('discount') ? 'line_amount' : 'none',
    price: null,
    currency,
    stated: null,
    rates: null,
    rowRates: has('exchange_rate') ? 'multiply' : null,
    states: has('status') ? states : new Map(),
    floatIdentifiers: new Set(),
    placeholders: [],
  }
}

function stagedTable({ kind, number, columns, relation, malformed, at }: Declaration): StagedTable {
  return {
    file: inputFile({ name: `live ${kind}`, number, at }),
    format: 'ndjson',
    part: '',
    columns: columns.map(({ path, sql }) => ({ name: path, sql })),
    relation,
    unnumbered: relation,
    statedRows: null,
    headerStated: true,
    notation: '',
    malformed: async () => malformed,
  }
}

/** What stands for a file where there is none. `at`: ISO instant. */
export function inputFile({
  name,
  number,
  at,
}: {
  readonly name: string
  readonly number: number
  readonly at: string
}): InputFile {
  return {
    number,
    name,
    path: name,
    size: 0,
    original: { path: name, size: 0 },
    modifiedAt: at,
    encoding: 'UTF-8',
    compression: 'none',
    sheet: null,
    lines: null,
    mixedNewlines: false,
    remarks: [],
  }
}
