import type { MisfitRecord } from '../../model/live.ts'
import type { Warehouse } from '../../warehouse/warehouse.ts'
import { learnShape } from '../formats/document.ts'
import { documentTables } from '../formats/document-table.ts'
import type { Workbench } from '../workbench.ts'
import { type Decision, decide } from './decide-documents.ts'
import { type DeclaredTable, inputFile } from './declared.ts'
import { declareDocuments } from './declared-documents.ts'
import { type DocumentGroup, groupsOf } from './document-groups.ts'
import { namesIn, tableOf } from './document-heads.ts'
import { type KnownDocument, knownDocuments } from './known-documents.ts'
import { platforms } from './platforms/platforms.ts'
import { type Messages, readMessages } from './read-messages.ts'
import { type LiveBatch, type StageOptions, stageBatch } from './stage-batch.ts'

export interface StagedDocuments {
  readonly tables: readonly DeclaredTable[]
  /** Rows of documents that say less than is known. */
  readonly repeatedRows: number
  /** What is to be known of them once they are loaded. */
  readonly remembered: readonly KnownDocument[]
}

/**
 * Stages the documents of one shop system as its layout reads them in files: one table of orders, one of products and
 * so on, and those that cannot be loaded as records that do not fit.
 */
export async function stageDocuments(
  bench: Workbench,
  { source, documents, misfits }: LiveBatch,
  { warehouse, ...options }: StageOptions & { readonly warehouse: Pick<Warehouse, 'query'> },
): Promise<StagedDocuments> {
  const [first] = documents
  if (!first) throw new Error('a batch of documents holds one at least')
  const own: Messages = { bench, documents, platform: platforms[first.platform] }
  const { currency: stated, ...said } = await readMessages(own)
  const known = await knownDocuments(warehouse, source, namesIn(said.heads, said.refunds))
  const decision = decide(own.platform, { ...said, known })
  const currency = options.currency ?? stated
  const tables: DeclaredTable[] = []
  const refused: MisfitRecord[] = decision.misfits.map((one) => misfitOf(own, one))
  let number = 1
  for (const group of groupsOf(own, decision)) {
    const declared = await declareGroup(own, group, { ...options, currency, number })
    tables.push(...declared)
    if (declared.length > 0) number += 1
    else refused.push(...group.places.map((place) => unrecognised(own, place)))
  }
  const rest = await stageBatch(
    bench,
    { records: [], misfits: [...misfits, ...refused] },
    { ...options, firstNumber: number, atLeastOne: tables.length === 0 },
  )
  const { repeatedRows, remembered } = decision
  return { tables: [...tables, ...rest], repeatedRows, remembered }
}

async function declareGroup(
  { bench, platform }: Messages,
  { name, select, samples, without }: DocumentGroup,
  { number, currency, at }: StageOptions & { readonly number: number },
): Promise<DeclaredTable[]> {
  const documents = `live_documents_${name}`
  await bench.staging.run(
    `CREATE OR REPLACE TEMP TABLE ${documents} AS
     SELECT row_number() OVER (ORDER BY place)::BIGINT AS record_number, document FROM (${select})`,
  )
  const opened = await documentTables({
    request: {
      file: inputFile({ name: `${platform.name} ${name}`, number, at }),
      head: '',
      staging: bench.staging,
      folder: bench.folder,
    },
    format: 'ndjson',
    part: '',
    shape: learnShape(samples),
    documents,
    malformed: async () => [],
  })
  const declared: DeclaredTable[] = []
  for (const table of opened) {
    const one = await declareDocuments(bench, table, { layout: platform.layout, currency, without })
    if (one) declared.push(one)
  }
  return declared
}

function misfitOf(
  { documents }: Messages,
  { place, kind, problem }: Decision['misfits'][number],
): MisfitRecord {
  const { source = '', text = '' } = documents[place] ?? {}
  return { kind, source, path: null, problem, text }
}

function unrecognised(own: Messages, place: number): MisfitRecord {
  const topic = own.documents[place]?.topic ?? ''
  const kind = tableOf(own.platform.subjectOf(topic) ?? 'order')
  const problem = `it does not look like what ${own.platform.name} sends as ${topic}`
  return misfitOf(own, { place, kind, problem })
}
