import type { Staging } from '../../staging/staging.ts'
import { type OpenRequest, quote, type SourceColumn, type StagedTable } from '../format.ts'
import { itemScore } from '../headers.ts'
import {
  type DocumentList,
  type DocumentShape,
  jsonPath,
  learnShape,
  pathName,
} from './document.ts'

export const sampledDocuments = 500

/**
 * The shape of all documents of a relation, `sample` being the first of them. A field that only later
 * ones have, such as a discount, must not be overlooked: then all of them are looked at.
 */
export async function wholeShape(
  staging: Staging,
  documents: string,
  sample: readonly unknown[],
): Promise<DocumentShape> {
  if (sample.length < sampledDocuments) return learnShape(sample)
  const [row = {}] = await staging.rows(
    `SELECT json_group_structure(document)::VARCHAR AS structure FROM ${documents}`,
  )
  return learnShape([...sample, JSON.parse(String(row.structure))])
}

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
  const value = ({ from, path }: (typeof paths)[number], index: number) =>
    `${from} ->> ${quote(jsonPath(path))} AS c${index + 1}`
  const relation = relationOf(
    source.documents,
    items,
    paths.map((path, index) => ({
      from: path.from,
      sql: value(path, index),
      name: `c${index + 1}`,
    })),
  )
  return {
    file: source.request.file,
    format: source.format,
    part: source.part,
    columns,
    relation,
    unnumbered: relation,
    statedRows: null,
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

interface Value {
  readonly from: string
  readonly sql: string
  readonly name: string
}

/**
 * What a document says of itself is taken out before its items are spread: a whole document beside each
 * of its items would grow with the square of an order's length.
 */
function relationOf(
  documents: string,
  items: DocumentList | null,
  values: readonly Value[],
): string {
  const own = values.filter(({ from }) => from === 'document')
  const select = (parts: readonly string[]) => ['record_number', ...parts].join(', ')
  if (!items) return `(SELECT ${select(own.map(({ sql }) => sql))} FROM ${documents})`
  const list = `document -> ${quote(`${jsonPath(items.path)}[*]`)} AS items`
  const flat = `SELECT ${select([...own.map(({ sql }) => sql), list])} FROM ${documents}`
  // A row is a line item, so it is the items that are numbered.
  const spread = `SELECT row_number() OVER () AS record_number, * FROM
    (SELECT * EXCLUDE (record_number, items), unnest(items) AS item FROM (${flat}))`
  return `(SELECT ${select(values.map(({ from, sql, name }) => (from === 'item' ? sql : name)))} FROM (${spread}))`
}
