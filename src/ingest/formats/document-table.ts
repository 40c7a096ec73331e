import type { Staging } from '../../staging/staging.ts'
import { exactDecimal, shortDecimal } from '../exact-decimal.ts'
import { type OpenRequest, quote, type StagedTable } from '../format.ts'
import { itemScore, surelyMeans } from '../headers.ts'
import {
  type DocumentField,
  type DocumentList,
  type DocumentShape,
  jsonPath,
  learnShape,
  member,
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
  return learnShape(sample, JSON.parse(String(row.structure)))
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

/**
 * The tables that documents hold: their items, and beside them what came back of them where they tell that in
 * a list of its own. `before` is how many rows of the file stand before them: its rows are numbered throughout.
 */
export async function documentTables(
  source: DocumentSource,
  before = 0,
): Promise<readonly StagedTable[]> {
  const { shape } = source
  const items = itemList(shape)
  const main = tableOf(source, { spread: items ? [items] : [], before, ofReturns: false })
  const returns = shape.lists.find((list) => list !== items && isOfReturns(list))
  if (!returns) return [main]
  const lines = itemList(returns)
  const rows = await countRows(source.request.staging, main.relation)
  const table = tableOf(
    { ...source, malformed: async () => [] },
    { spread: lines ? [returns, lines] : [returns], before: before + rows, ofReturns: true },
  )
  const part = [source.part, pathName(returns.path)].filter(Boolean).join('.')
  return [main, { ...table, part, ofReturns: true }]
}

export async function countRows(staging: Staging, relation: string): Promise<number> {
  const [row] = await staging.rows(`SELECT count(*) AS rows FROM ${relation}`)
  return Number(row?.rows ?? 0)
}

/** What came back, by its name, with the goods or at least the day; a mere sum of it is no table. */
function isOfReturns(list: DocumentList): boolean {
  const dated = list.fields.some(({ path }) => surelyMeans(path.at(-1) ?? '', 'order_date'))
  return /^(refund|return)s?$/i.test(list.path.at(-1) ?? '') && (dated || itemList(list) !== null)
}

/** The list whose members look most like line items; null when none does. */
function itemList(shape: DocumentShape): DocumentList | null {
  const scored = shape.lists
    .map((list) => ({ list, score: itemScore(list.fields.map(({ path }) => pathName(path))) }))
    .filter(({ score }) => score >= 2)
    .sort((a, b) => b.score - a.score)
  return scored[0]?.list ?? null
}

interface Spreading {
  /** A list of the document, and a list of its members: the rows are the members of the last. */
  readonly spread: readonly DocumentList[]
  readonly before: number
  /** A document of which nothing came back is no row; one without items is. */
  readonly ofReturns: boolean
}

/** A column, and of which of document, member, member of a member it is read. */
interface Value {
  readonly name: string
  readonly level: number
  readonly sql: string
  readonly made?: 'of_list'
}

function tableOf(source: DocumentSource, { spread, before, ofReturns }: Spreading): StagedTable {
  const values = [source.shape, ...spread].flatMap((shape, level) =>
    valuesOf(shape, { level, spread }),
  )
  const named = values.map((value, index) => ({ ...value, column: `c${index + 1}` }))
  const relation = relationOf(source.documents, { spread, before, ofReturns }, named)
  const last = pathOf(spread)
  return {
    file: source.request.file,
    format: source.format,
    part: source.part,
    columns: named.map(({ name, column, level, made }) => ({
      name,
      sql: column,
      ...(made ? { made } : {}),
      ...(level < spread.length && !ofReturns ? { ofOrder: true } : {}),
    })),
    relation,
    unnumbered: relation,
    statedRows: null,
    headerStated: true,
    notation: spread.length > 0 ? `line items in ${pathName(last)}` : '',
    malformed: source.malformed,
  }
}

/** Path of the members of the last of the lists, without the mark of the last one. */
function pathOf(spread: readonly DocumentList[]): string[] {
  return spread.flatMap(({ path }, index) => (index === 0 ? path : [member, ...path]))
}

/**
 * Its own values as they are; of the lists in it that do not become rows the sums of numbers and the first of texts.
 * Their names end in what they are, so that none is taken for a line's own.
 */
function valuesOf(
  shape: DocumentShape,
  { level, spread }: Pick<Spreading, 'spread'> & { readonly level: number },
): Value[] {
  const outer = level === 0 ? [] : [...pathOf(spread.slice(0, level)), member]
  const own = shape.fields.map(({ path }) => ({
    name: pathName([...outer, ...path]),
    level,
    sql: `${nodes[level]} ->> ${quote(jsonPath(path))}`,
  }))
  const inLists = shape.lists
    .filter((list) => list !== spread[level])
    .flatMap(listed)
    .map(({ path, numeric }) => {
      const texts = `(${nodes[level]} ->> ${quote(jsonPath(path))})`
      return {
        name: `${pathName([...outer, ...path])} (${numeric ? 'sum' : 'first'})`,
        level,
        sql: numeric ? sumOf(texts) : `${texts}[1]`,
        made: 'of_list' as const,
      }
    })
  return [...own, ...inLists]
}

const nodes = ['document', 'item', 'inner_item']

const identifier = /(^|_|\b)ids?$/i

/** What a list and the lists of its members hold beside identifiers, which neither add up nor stand for the others. */
function listed({ path, fields, lists }: DocumentList): DocumentField[] {
  return [...fields, ...lists.flatMap(listed)]
    .filter((field) => !identifier.test(field.path.at(-1) ?? ''))
    .map((field) => ({ ...field, path: [...path, member, ...field.path] }))
}

/**
 * SQL of the exact sum of a list of texts, null where it states none. One text stays as it is written; where one of
 * several is no number, neither is their sum, so that nothing is left out of it.
 */
function sumOf(texts: string): string {
  const stated = `list_filter(${texts}, lambda x: trim(x) <> '')`
  const numbers = `list_transform(${stated}, lambda x: TRY_CAST(x AS ${exactDecimal}))`
  return `CASE WHEN len(${stated}) <= 1 THEN ${stated}[1]
    WHEN list_contains(list_transform(${numbers}, lambda x: x IS NULL), true) THEN array_to_string(${stated}, ' + ')
    ELSE ${shortDecimal(`list_sum(${numbers})`)} END`
}

/**
 * What a document says of itself is taken out before its items are spread: a whole document beside each
 * of its items would grow with the square of an order's length.
 */
function relationOf(
  documents: string,
  { spread, before, ofReturns }: Spreading,
  values: readonly (Value & { readonly column: string })[],
): string {
  const at = (level: number) =>
    values.filter((value) => value.level === level).map(({ sql, column }) => `${sql} AS ${column}`)
  const select = (parts: readonly string[]) => ['record_number', ...parts].join(', ')
  const numbered =
    before > 0
      ? `(SELECT * REPLACE (record_number + ${before} AS record_number) FROM ${documents})`
      : documents
  const [first, second] = spread
  if (!first) return `(SELECT ${select(at(0))} FROM ${numbered})`
  // A row is a line item, so it is the items that are numbered.
  const number = `row_number() OVER () + ${before} AS record_number`
  // An order without lines, or money given back for no goods, is a row as well: nothing goes without a word.
  const orNone = (members: string) =>
    `CASE WHEN len(${members}) > 0 THEN ${members} ELSE [NULL::JSON] END`
  const outer = membersOf('document', first)
  const flat = `SELECT ${[...at(0), `${ofReturns ? outer : orNone(outer)} AS items`].join(', ')} FROM ${documents}`
  const spreadOut = `SELECT * EXCLUDE (items), unnest(items) AS item FROM (${flat})`
  if (!second)
    return `(SELECT * EXCLUDE (item), ${at(1).join(', ')} FROM (SELECT ${number}, * FROM (${spreadOut})))`
  const lines = orNone(membersOf('item', second))
  const whole = `SELECT * EXCLUDE (item), ${[...at(1), `${lines} AS items`].join(', ')} FROM (${spreadOut})`
  const inner = `SELECT * EXCLUDE (items), unnest(items) AS inner_item FROM (${whole})`
  return `(SELECT * EXCLUDE (inner_item), ${at(2).join(', ')} FROM (SELECT ${number}, * FROM (${inner})))`
}

function membersOf(node: string, { path }: DocumentList): string {
  return `(${node} -> ${quote(`${jsonPath(path)}[*]`)})`
}
