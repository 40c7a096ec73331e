import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DemoOptions, type DemoSummary, writeDemo } from '../../src/demo/demo.ts'

/** A demo in a folder of its own, and its files as rows of text. */
export interface WrittenDemo {
  readonly summary: DemoSummary
  readonly folder: string
  /** Records of a CSV file by table name: header to text. */
  table(name: string): Row[]
  remove(): void
}

export type Row = Readonly<Record<string, string>>

export const smallShop: Omit<DemoOptions, 'folder'> = {
  orders: 1500,
  years: 1,
  seed: 7,
  format: 'csv',
  until: '2025-06-30',
  memoryLimit: '512MB',
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'takings-demo-'))
}

export async function writtenDemo(options: Partial<DemoOptions> = {}): Promise<WrittenDemo> {
  const folder = newFolder()
  const summary = await writeDemo({ ...smallShop, folder, ...options })
  return {
    summary,
    folder,
    table: (name) => parseCsv(readFileSync(join(folder, `${name}.csv`), 'utf8')),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Header to text per record; our own reading, so that the engine does not vouch for itself. */
export function parseCsv(text: string): Row[] {
  const [header = [], ...records] = csvRecords(text)
  return records.map((record) =>
    Object.fromEntries(header.map((name, index) => [name, record[index] ?? ''])),
  )
}

/** Records as lists of text, header included. */
export function csvRecords(text: string): string[][] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line.includes('"') ? quotedFields(line) : line.split(',')))
}

function quotedFields(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  )
}

/** Whole cents of decimal text. */
export function cents(text: string): bigint {
  const match = /^(-?)(\d+)\.(\d\d)$/.exec(text)
  if (!match) throw new Error(`not money with two places: ${text}`)
  const value = BigInt(`${match[2]}${match[3]}`)
  return match[1] ? -value : value
}

export function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}

export function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group) group.push(item)
    else groups.set(key(item), [item])
  }
  return groups
}
