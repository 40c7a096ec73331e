import { type OpenRequest, quote, type SourceColumn, type StagedTable } from '../format.ts'
import { itemScore } from '../headers.ts'
import { type DocumentList, type DocumentShape, jsonPath, pathName } from './document.ts'

/** What documents become: one row per line item, or per document where there are no items. */
export interface DocumentSource {
  readonly request: OpenRequest
  readonly format: 'json' | 'ndjson'
  readonly part: string
  readonly shape: DocumentShape
  /** Relation with `record_number BIGINT` and `document JSON`. */
  readonly documents: string
  readonly malformed: StagedTable['malformed']
}

export function documentTable(source: DocumentSource): StagedTable {
  const items = itemList(source.shape)
  const paths = [
    ...source.shape.fields.map((path) => ({ name: pathName(path), from: 'document', path })),
    ...(items?.fields ?? []).map((path) => ({
      name: [...(items?.path ?? []), '[]', ...path].join('.').replace('.[]', '[]'),
      from: 'item',
      path,
    })),
  ]
  const columns = paths.map(({ name }, index): SourceColumn => ({ name, sql: `c${index + 1}` }))
  const values = paths.map(
    ({ from, path }, index) => `${from} ->> ${quote(jsonPath(path))} AS c${index + 1}`,
  )
  return {
    file: source.request.file,
    format: source.format,
    part: source.part,
    columns,
    relation: `(SELECT record_number, ${values.join(', ')} FROM ${withItems(source.documents, items)})`,
    headerStated: true,
    notation: items ? `line items in ${pathName(items.path)}` : '',
    malformed: source.malformed,
  }
}

/** The list whose members look most like line items; null when none does. */
function itemList(shape: DocumentShape): DocumentList | null {
  const scored = shape.lists
    .map((list) => ({ list, score: itemScore(list.fields.map((path) => path.at(-1) ?? '')) }))
    .filter(({ score }) => score >= 2)
    .sort((a, b) => b.score - a.score)
  return scored[0]?.list ?? null
}

function withItems(documents: string, items: DocumentList | null): string {
  if (!items) return `(SELECT record_number, document FROM ${documents})`
  const path = quote(`${jsonPath(items.path)}[*]`)
  return `(SELECT record_number, document, unnest(document -> ${path}) AS item FROM ${documents})`
}
