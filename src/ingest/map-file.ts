import { readFileSync } from 'node:fs'
import { TakingsError } from '../model/errors.ts'
import type { Claim, ColumnClaim } from './layout.ts'
import { type Role, roles } from './role.ts'
import type { TableSample } from './sample.ts'

/**
 * What a person says about columns: `{"columns": {"Order ref": "order_number", "Notes": null}}`, headers
 * to roles; null leaves a column out. Beside it, `answers` to questions.
 */
export interface MapFile {
  readonly columns: Readonly<Record<string, Role | null>>
  readonly answers: Readonly<Record<string, string>>
}

export function readMapFile(path: string): MapFile {
  const fail = (problem: string) => new TakingsError('invalid_map', { path, problem })
  let content: unknown
  try {
    content = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw fail(error instanceof Error ? error.message : String(error))
  }
  if (!isRecord(content)) throw fail('it is not a JSON object')
  const { columns = {}, answers = {} } = content
  if (!isRecord(columns) || !isRecord(answers)) throw fail('"columns" and "answers" are objects')
  for (const [header, role] of Object.entries(columns)) {
    if (role !== null && !(typeof role === 'string' && role in roles)) {
      throw fail(`"${header}" is no ${String(role)}: roles are ${Object.keys(roles).join(', ')}`)
    }
  }
  if (Object.values(answers).some((value) => typeof value !== 'string')) {
    throw fail('answers are texts')
  }
  return { columns: columns as MapFile['columns'], answers: answers as MapFile['answers'] }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The claim with the person's word over it; a table nobody recognised becomes order lines by it. */
export function applyMap(sample: TableSample, claim: Claim | null, map: MapFile): Claim | null {
  const said = sample.columns.filter(({ name }) => name in map.columns)
  if (said.length === 0) return claim
  const columns = new Map<string, ColumnClaim>(claim?.columns ?? [])
  for (const { sql, name } of said) {
    const role = map.columns[name]
    columns.delete(sql)
    if (!role) continue
    for (const [other, taken] of columns) if (taken.role === role) columns.delete(other)
    columns.set(sql, { role, confidence: 1, evidence: 'the map file' })
  }
  const base = claim ?? {
    layout: 'generic',
    source: 'shop',
    holds: 'order_lines' as const,
    confidence: 1,
  }
  return { ...base, columns }
}
