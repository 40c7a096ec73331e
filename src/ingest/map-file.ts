import { readFileSync } from 'node:fs'
import { TakingsError } from '../model/errors.ts'
import { correctableHolds, type Held } from '../model/held.ts'
import { type Claim, type ColumnClaim, type Holds, isCharge } from './layout.ts'
import { type Role, roles } from './role.ts'
import type { TableSample } from './sample.ts'
import { suggestedColumns } from './suggested-columns.ts'

/** What a person says about one table: headers to roles, null for a column that is not used. */
export interface TableCorrection {
  readonly columns?: Readonly<Record<string, Role | null>>
  readonly holds?: Held
}

/** What a person says about columns: of all files, and of single ones by their names. */
export interface Corrections {
  readonly columns: Readonly<Record<string, Role | null>>
  readonly files: Readonly<Record<string, TableCorrection>>
}

/**
 * What a person writes down about columns: `{"columns": {"Order ref": "order_number", "Notes": null}}`,
 * headers to roles; null leaves a column out. Beside it, `answers` to questions, and `files` for columns
 * that mean one thing in one file only.
 */
export interface MapFile extends Corrections {
  readonly answers: Readonly<Record<string, string>>
}

export const noMap: MapFile = { columns: {}, files: {}, answers: {} }

export function readMapFile(path: string): MapFile {
  const fail = (problem: string) => new TakingsError('invalid_map', { path, problem })
  let content: unknown
  try {
    content = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw fail(error instanceof Error ? error.message : String(error))
  }
  if (!isRecord(content)) throw fail('it is not a JSON object')
  const { columns = {}, answers = {}, files = {} } = content
  if (!isRecord(columns) || !isRecord(answers) || !isRecord(files)) {
    throw fail('"columns", "answers" and "files" are objects')
  }
  checkColumns(columns, fail)
  for (const [name, file] of Object.entries(files)) checkFile(name, file, fail)
  if (Object.values(answers).some((value) => typeof value !== 'string')) {
    throw fail('answers are texts')
  }
  return { columns, answers, files } as unknown as MapFile
}

type Fail = (problem: string) => Error

function checkFile(name: string, file: unknown, fail: Fail): void {
  if (!isRecord(file) || !isRecord(file.columns ?? {})) throw fail(`"${name}" is no object`)
  checkColumns((file.columns ?? {}) as Record<string, unknown>, fail)
  const { holds } = file
  if (holds !== undefined && !(correctableHolds as readonly unknown[]).includes(holds)) {
    throw fail(`"${name}" cannot hold ${String(holds)}: it is ${correctableHolds.join(', ')}`)
  }
}

function checkColumns(columns: Readonly<Record<string, unknown>>, fail: Fail): void {
  for (const [header, role] of Object.entries(columns)) {
    if (role === null || isRole(role)) continue
    throw fail(`"${header}" is no ${String(role)}: roles are ${Object.keys(roles).join(', ')}`)
  }
}

export function isRole(value: unknown): value is Role {
  return typeof value === 'string' && Object.hasOwn(roles, value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What was said about the columns of a table, by whom. */
export interface Correction extends TableCorrection {
  /** Stands beside each column as its evidence. */
  readonly evidence: string
}

/**
 * The claim with what was said over it, the later over the earlier; a table nobody recognised becomes what
 * its columns make of it.
 */
export function applyCorrections(
  sample: TableSample,
  claim: Claim | null,
  corrections: readonly Correction[],
): Claim | null {
  const corrected = corrections.reduce((known, one) => applied(sample, known, one), claim)
  if (claim || !corrected) return corrected
  return withSuggestions(sample, corrected, corrections)
}

/** Of a table that nobody recognised the columns that were not spoken of are what their headers say. */
function withSuggestions(
  sample: TableSample,
  claim: Claim,
  corrections: readonly Correction[],
): Claim {
  const said = (header: string) =>
    corrections.some(({ columns = {} }) => Object.hasOwn(columns, header))
  const silent = sample.columns.filter(({ name }) => !said(name)).map(({ sql }) => sql)
  const suggested = [...suggestedColumns(sample, claim.columns)]
  const more = suggested.filter(([sql]) => silent.includes(sql))
  const columns = new Map([...claim.columns, ...more])
  const stated = corrections.findLast(({ holds }) => holds !== undefined)?.holds
  return stated
    ? { ...claim, columns }
    : { ...claim, holds: heldBy([...columns.values()]), columns }
}

function applied(
  sample: TableSample,
  claim: Claim | null,
  { columns: wanted = {}, holds, evidence }: Correction,
): Claim | null {
  if (holds === 'nothing') return null
  const said = sample.columns.filter(({ name }) => Object.hasOwn(wanted, name))
  if (said.length === 0 && (holds === undefined || claim?.holds === holds)) return claim
  const columns = new Map<string, ColumnClaim>(claim?.columns ?? [])
  const unused = new Map(claim?.unused ?? [])
  for (const { sql, name } of said) {
    const role = wanted[name]
    columns.delete(sql)
    unused.delete(sql)
    if (!role) {
      unused.set(sql, evidence)
      continue
    }
    if (!isCharge(role)) {
      for (const [other, taken] of columns) if (taken.role === role) columns.delete(other)
    }
    columns.set(sql, { role, confidence: 1, evidence })
  }
  if (!claim && columns.size === 0 && holds === undefined) return null
  const base = claim ?? { layout: 'generic', source: 'shop', confidence: 1 }
  const held = holds ?? claim?.holds ?? heldBy([...columns.values()])
  return { ...base, holds: held, columns, unused }
}

/** What a table of such columns holds, where nothing else tells. */
function heldBy(columns: readonly ColumnClaim[]): Holds {
  const has = (...wanted: readonly Role[]) => columns.some(({ role }) => wanted.includes(role))
  if (has('return_id', 'return_amount')) return 'returns'
  if (has('order_number', 'order_date', 'quantity', 'unit_price', 'line_total')) {
    return 'order_lines'
  }
  if (has('counted_at', 'stock_kind')) return 'stock'
  if (has('list_price', 'category', 'sku', 'product_name', 'unit_cost')) return 'products'
  if (has('customer_name', 'customer_email', 'customer_age')) return 'customers'
  return has('region_key') ? 'regions' : 'order_lines'
}
