import { createHash, randomUUID } from 'node:crypto'
import { TakingsError } from '../model/errors.ts'
import { type Held, heldNames } from '../model/held.ts'
import type { RememberedAnswers, RememberedUse } from '../model/import.ts'
import { type Warehouse, writeSetting } from '../warehouse/warehouse.ts'
import type { Holds } from './layout.ts'
import { answerText } from './questions.ts'
import { type Role, roles } from './role.ts'

/**
 * What people said of files, kept in the warehouse by the source and the shape of the file: its headers,
 * in whatever order. One entry of `settings` each.
 */

export interface Said<Value> {
  readonly value: Value
  /** ISO instant. */
  readonly at: string
}

export interface KeptMapping {
  readonly source: string
  /** The file that was last imported with it. */
  readonly file: string
  readonly headers: readonly string[]
  readonly answers: Readonly<Record<string, Said<string>>>
  readonly columns: Readonly<Record<string, Said<Role | null>>>
  readonly holds: Said<Held> | null
  /**
   * How the last file that left rejected rows was read, so that those rows are read alike once they are
   * mended: a few rows tell less than their whole file did.
   */
  readonly read: {
    readonly answers: Readonly<Record<string, string>>
    readonly columns: Readonly<Record<string, Role>>
    readonly holds: Holds
  } | null
}

/** A file as far as it is known by. */
export interface Shape {
  readonly source: string
  /** Name of the table in a document of several. */
  readonly part: string
  readonly headers: readonly string[]
}

const prefix = 'mapping:'

export function idOfShape({ source, part, headers }: Shape): string {
  const signature = JSON.stringify([source, part, [...headers].sort()])
  return createHash('sha256').update(signature).digest('hex').slice(0, 16)
}

/** All that is kept, by id. */
export async function readMappings(warehouse: Warehouse): Promise<Map<string, KeptMapping>> {
  const rows = await warehouse.query(
    `SELECT key, value FROM settings WHERE key LIKE '${prefix}%' ORDER BY key`,
    [],
    { brief: true },
  )
  return new Map(
    rows.map((row) => [
      String(row.key).slice(prefix.length),
      JSON.parse(String(row.value)) as KeptMapping,
    ]),
  )
}

/** Writes all of them or none; null forgets one. */
export async function writeMappings(
  warehouse: Warehouse,
  mappings: ReadonlyMap<string, KeptMapping | null>,
): Promise<void> {
  if (mappings.size === 0) return
  await warehouse.transact(
    async (transaction) => {
      for (const [id, mapping] of mappings) {
        const key = `${prefix}${id}`
        if (mapping) await writeSetting(transaction, key, JSON.stringify(mapping))
        else await transaction.execute('DELETE FROM settings WHERE key = $1', [key])
      }
    },
    { change: () => null, runToken: randomUUID() },
  )
}

/** What is remembered of which files, for people; the newest word first. */
export async function rememberedAnswers(warehouse: Warehouse): Promise<RememberedAnswers[]> {
  const kept = [...(await readMappings(warehouse))].map(([id, mapping]) => ({
    id,
    source: mapping.source,
    file: mapping.file,
    headers: mapping.headers,
    said: saidOf(mapping),
  }))
  const newest = ({ said }: RememberedAnswers) =>
    said
      .map(({ saidAt }) => saidAt)
      .sort()
      .at(-1)
  return kept
    .filter(({ said }) => said.length > 0)
    .sort((a, b) => ((newest(a) ?? '') < (newest(b) ?? '') ? 1 : -1))
}

/** Forgets what is remembered of one shape of files. Throws `answers_not_found`. */
export async function forgetAnswers(warehouse: Warehouse, id: string): Promise<void> {
  const kept = (await readMappings(warehouse)).get(id)
  if (!kept || saidOf(kept).length === 0) throw new TakingsError('answers_not_found', { id })
  await writeMappings(warehouse, new Map([[id, null]]))
}

/** Every word of a mapping, for people. */
export function saidOf(mapping: KeptMapping): Omit<RememberedUse, 'file'>[] {
  const { answers, columns, holds } = mapping
  return [
    ...(holds ? [holdsUse(holds)] : []),
    ...Object.entries(columns).map(([header, said]) => columnUse(header, said)),
    ...Object.entries(answers).map(([key, said]) => answerUse(key, said)),
  ]
}

export function answerUse(key: string, { value, at }: Said<string>) {
  return { kind: 'answer' as const, name: key, value, text: answerText(key, value), saidAt: at }
}

export function columnUse(header: string, { value, at }: Said<Role | null>) {
  const text = value === null ? 'not used' : roles[value]
  return { kind: 'column' as const, name: header, value, text, saidAt: at }
}

export function holdsUse({ value, at }: Said<Held>) {
  return { kind: 'holds' as const, name: 'holds', value, text: heldNames[value], saidAt: at }
}
