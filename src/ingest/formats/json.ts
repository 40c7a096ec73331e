import { TakingsError } from '../../model/errors.ts'
import { StagingFault } from '../../staging/staging.ts'
import { type Format, type OpenRequest, quote, type StagedTable } from '../format.ts'
import { surelyMeans, topLevelScore } from '../headers.ts'
import { isObject, jsonPath, learnShape, member, pathName } from './document.ts'
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
    const parts = wrappedParts(sample[0] ?? {})
    if (parts.length > 0) return wrappedTables(request, documents, parts)
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
  /** From the document to it; of a list to its members. */
  readonly path: readonly string[]
  readonly isList: boolean
  readonly sample: readonly unknown[]
}

const deepestWrapper = 4

/**
 * {"orders": [...]}, {"data": {"orders": [...]}}, {"order": {...}}: what wraps says nothing of an order, what is in it does.
 * The document itself where nothing wraps.
 */
function wrappedParts(document: Record<string, unknown>, path: readonly string[] = []): Part[] {
  const entries = Object.entries(document)
  const own = entries.filter(([, value]) => !isContainer(value)).map(([key]) => key)
  const itself = path.length > 0 ? [{ path, isList: false, sample: [document] }] : []
  if (topLevelScore(own) > 1) return itself
  const lists = entries.flatMap(([key, value]) => listIn([...path, key], value))
  if (lists.length > 0) return lists
  const [only, ...others] = entries.filter(([, value]) => isObject(value))
  const isOrder = own.some((name) => surelyMeans(name, 'order_number', 'order_date'))
  if (!only || isOrder || path.length === deepestWrapper) return []
  const inner = [only, ...others].flatMap(([key, value]) =>
    isObject(value) ? wrappedParts(value, [...path, key]) : [],
  )
  const listed = inner.filter(({ isList }) => isList)
  if (listed.length > 0) return listed
  if (inner.length > 0 || entries.length > 1) return inner
  return [{ path: [...path, only[0]], isList: false, sample: [only[1]] }]
}

/** A list of objects; of the edges of a graph, what they lead to. */
function listIn(path: readonly string[], value: unknown): Part[] {
  const members = Array.isArray(value) ? value.filter(isObject) : []
  if (members.length === 0) return []
  const nodes = members.map(({ node }) => node).filter(isObject)
  return nodes.length === members.length
    ? [{ path: [...path, member, 'node'], isList: true, sample: nodes }]
    : [{ path: [...path, member], isList: true, sample: members }]
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
    const path = quote(jsonPath(part.path))
    const inner = part.isList ? `unnest(document -> ${path})` : `document -> ${path}`
    const own = await documentTables(
      {
        request,
        format: 'json',
        part: pathName(part.path.filter((step) => step !== member)),
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
