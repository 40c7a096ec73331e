import { TakingsError } from '../../model/errors.ts'
import { StagingFault } from '../../staging/staging.ts'
import { type Format, type OpenRequest, quote, type StagedTable } from '../format.ts'
import { topLevelScore } from '../headers.ts'
import { isObject, jsonPath, learnShape } from './document.ts'
import { countRows, documentTables, sampledDocuments, wholeShape } from './document-table.ts'

const noneMalformed: StagedTable['malformed'] = async () => []

/** One JSON document: a list of objects, an object that wraps such lists, or a single order. */
export const json: Format = {
  name: 'json',
  claims: (file, head) => file.encoding !== 'binary' && /^\s*[[{]/.test(head),
  open,
}

async function open(request: OpenRequest): Promise<readonly StagedTable[]> {
  const { file, head } = request
  const isList = head.trimStart().startsWith('[')
  const objects = `read_json_objects(${quote(file.path)}, format = '${isList ? 'array' : 'unstructured'}',
    maximum_object_size = ${longestObject(file.size, isList)})`
  const documents = `(SELECT row_number() OVER () AS record_number, json AS document FROM ${objects})`
  const sample = await readSample(request, documents)
  if (!isList && sample.length === 1) {
    const parts = wrappedLists(sample[0] ?? {})
    if (parts.length > 0) return wrappedTables(request, documents, parts)
    const inner = wrappedObject(sample[0] ?? {})
    if (inner) return wrappedTables(request, documents, [{ ...inner, isList: false }])
  }
  const shape = await wholeShape(request.staging, documents, sample)
  const source = { request, format: 'json', part: '', shape, documents } as const
  return documentTables({ ...source, malformed: noneMalformed })
}

const leastObject = 16 * 1024 * 1024

/** Bytes that one object may take. The reader sets aside twice as much, so it is no more than needed. */
function longestObject(size: number, isList: boolean): number {
  return isList ? Math.min(Math.max(size, 1024), leastObject) : Math.max(size, 1024)
}

async function readSample(
  request: OpenRequest,
  documents: string,
): Promise<Record<string, unknown>[]> {
  const { file, staging } = request
  try {
    const rows = await staging.rows(
      `SELECT document::VARCHAR AS text FROM ${documents} LIMIT ${sampledDocuments}`,
    )
    const parsed = rows.map((row) => JSON.parse(String(row.text)) as unknown).filter(isObject)
    if (parsed.length > 0) return parsed
  } catch (error) {
    if (!(error instanceof StagingFault) && !(error instanceof SyntaxError)) throw error
    if (error instanceof StagingFault && error.outOfMemory) throw error
    const problem = error.message.split('\n')[0] ?? 'it is not valid JSON'
    throw new TakingsError('damaged_file', { path: file.name, problem }, { cause: error })
  }
  throw new TakingsError('unreadable_format', {
    path: file.name,
    problem: 'its JSON holds no objects',
  })
}

interface Part {
  readonly key: string
  readonly isList: boolean
  readonly sample: readonly unknown[]
}

/** {"orders": [...]}: the object itself says nothing of an order, its lists do. */
function wrappedLists(document: Record<string, unknown>): Part[] {
  if (topLevelScore(Object.keys(document).filter((key) => !isContainer(document[key]))) > 1)
    return []
  return Object.entries(document).flatMap(([key, value]) => {
    const members = Array.isArray(value) ? value.filter(isObject) : []
    return members.length > 0 ? [{ key, isList: true, sample: members }] : []
  })
}

/** {"order": {...}}: one object inside one object. */
function wrappedObject(
  document: Record<string, unknown>,
): { key: string; sample: unknown[] } | null {
  const entries = Object.entries(document)
  const [key, value] = entries[0] ?? []
  return entries.length === 1 && key !== undefined && isObject(value)
    ? { key, sample: [value] }
    : null
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** The tables of all parts, their rows numbered throughout the file: a row is found again by its number. */
async function wrappedTables(
  request: OpenRequest,
  documents: string,
  parts: readonly Part[],
): Promise<readonly StagedTable[]> {
  const tables: StagedTable[] = []
  let before = 0
  for (const part of parts) {
    const path = quote(jsonPath([part.key]) + (part.isList ? '[*]' : ''))
    const inner = part.isList ? `unnest(document -> ${path})` : `document -> ${path}`
    const own = await documentTables(
      {
        request,
        format: 'json',
        part: part.key,
        shape: learnShape(part.sample),
        documents: `(SELECT row_number() OVER () AS record_number, document
          FROM (SELECT ${inner} AS document FROM ${documents}))`,
        malformed: noneMalformed,
      },
      before,
    )
    tables.push(...own)
    if (part !== parts.at(-1))
      for (const { relation } of own) before += await countRows(request.staging, relation)
  }
  return tables
}
