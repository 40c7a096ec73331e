import type { StagedTable } from '../format.ts'
import { words } from '../headers.ts'
import type { Claim, ColumnClaim, Holds, Layout, Making, Unpacking } from '../layout.ts'
import { whyColumn } from '../mended.ts'
import { chargeRoles, type Role } from '../role.ts'
import type { TableSample } from '../sample.ts'
import { trimmed } from '../survey.ts'

/** A table of a platform that is known by its headers. */
export interface KnownTable
  extends Pick<
    Claim,
    | 'firstRow'
    | 'price'
    | 'discount'
    | 'states'
    | 'dayOrder'
    | 'refundsApart'
    | 'refundsInColumn'
    | 'payments'
    | 'account'
    | 'withoutTax'
    | 'totalsHoldCharges'
  > {
  /** For people: "Shopify's export of orders". */
  readonly what: string
  /** Order lines unless said. */
  readonly holds?: Holds
  /** It comes as JSON; the same headers elsewhere are a copy that somebody made, and may mean something else. */
  readonly documents?: true
  /** Headers, as words, that tell it from all others. */
  readonly required: readonly string[]
  /** Headers, as words, that such a table does not have. */
  readonly without?: readonly string[]
  /** SQL condition of rows that are sales or refunds of goods. */
  readonly sales?: (of: Cells['of']) => string
  /** SQL condition of rows that only add to the row above them, such as further pictures of a product. */
  readonly noData?: (of: Cells['of']) => string
  /** A cell, by its header as words, that holds several lines of an order. */
  readonly unpacks?: Omit<Unpacking, 'sql'> & { readonly header: string }
  /** Columns made of others: SQL of their texts. */
  readonly makes?: Readonly<Record<string, (cells: Cells) => string>>
  /** Of headers, as words. Of several columns of a role the first named here counts; of charges all do. */
  readonly roles: Readonly<Record<string, Role | ChargeClaim>>
}

/** A charge, and whether each row states that of its whole order or its own part. */
export interface ChargeClaim {
  readonly role: Role
  readonly per: 'order' | 'line'
}

/** What stands in the cells of a row, as SQL of their trimmed texts. */
export interface Cells {
  /** The cell under a header, given as words; NULL where there is no such column. */
  of(header: string): string
  /** The text on the first of the rows that share a key and state one. */
  first(text: string, key: string): string
  /** True on the first of the rows that share a key. */
  isFirst(key: string): string
  /** True where another row of the table has the same texts. */
  isRepeated(...texts: readonly string[]): string
}

/** The layout of a platform whose tables are known by their headers; the first that fits counts. */
export function layoutByHeaders(
  own: Pick<Layout, 'name' | 'source'>,
  tables: readonly KnownTable[],
): Layout {
  const find = (table: StagedTable) => {
    if (!table.headerStated) return undefined
    const stated = table.columns.filter(({ made }) => made !== 'by_layout')
    const headers = new Set(stated.map(({ name }) => words(name)))
    return tables.find((known) => fits(known, table, headers))
  }
  return {
    ...own,
    makes: (table) => made(find(table), table),
    claim: (sample) => {
      const known = find(sample.table)
      return known ? claimOf(own, known, sample) : null
    },
  }
}

function fits(
  { required, without = [], documents }: KnownTable,
  table: StagedTable,
  headers: ReadonlySet<string>,
): boolean {
  if (documents && !isOfDocuments(table)) return false
  return required.every((one) => headers.has(one)) && !without.some((one) => headers.has(one))
}

/** Rows of documents that were set aside and corrected come back as CSV. */
function isOfDocuments(table: StagedTable): boolean {
  return table.format === 'json' || table.format === 'ndjson' || whyColumn(table) !== undefined
}

function claimOf(
  { name: layout, source }: Pick<Layout, 'name' | 'source'>,
  known: KnownTable,
  sample: TableSample,
): Claim {
  const { what, roles, holds = 'order_lines' } = known
  const columns = new Map<string, ColumnClaim>()
  const taken = new Set<Role>()
  for (const [header, said] of Object.entries(roles)) {
    const column = sample.columns.find(({ name }) => words(name) === header)
    const { role, per } = typeof said === 'string' ? { role: said, per: undefined } : said
    const several = chargeRoles.some((one) => one === role)
    if (!column || columns.has(column.sql) || (taken.has(role) && !several)) continue
    taken.add(role)
    const evidence = `"${column.name}" of ${what}`
    columns.set(column.sql, { role, confidence: 1, evidence, ...(per ? { per } : {}) })
  }
  const { price, discount, states, firstRow, dayOrder } = known
  const { refundsApart, refundsInColumn, payments, account, withoutTax, totalsHoldCharges } = known
  const rest = {
    ...{ price, discount, states, firstRow, dayOrder, refundsApart, payments },
    ...{ refundsInColumn, account, withoutTax, totalsHoldCharges },
    noData: known.noData?.(cellOf(sample)),
    sales: known.sales?.(cellOf(sample)),
  }
  const stated = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return { ...stated, layout, source, holds, confidence: 1, columns }
}

function made(known: KnownTable | undefined, table: StagedTable): Making | null {
  if (!known?.makes) return null
  const columns = Object.entries(known.makes).map(([name, sqlOf]) => {
    let inOrder = false
    const over = (value: string, key: string) => {
      inOrder = true
      return `${value} OVER (PARTITION BY ${key} ORDER BY record_number)`
    }
    const sql = sqlOf({
      of: cellOf(table),
      first: (text, key) => over(`first_value(${text} IGNORE NULLS)`, key),
      isFirst: (key) => `(${over('row_number()', key)} = 1)`,
      isRepeated: (...texts) => `(count(*) OVER (PARTITION BY ${texts.join(', ')}) > 1)`,
    })
    return { name, sql, inOrder }
  })
  const { unpacks } = known
  const packed = table.columns.find(({ name }) => words(name) === unpacks?.header)
  return { columns, ...(unpacks && packed ? { unpacks: { ...unpacks, sql: packed.sql } } : {}) }
}

function cellOf({ columns }: Pick<StagedTable, 'columns'>): Cells['of'] {
  return (header) => {
    const column = columns.find(({ name }) => words(name) === header)
    return column ? `(${trimmed(column.sql)})` : 'NULL::VARCHAR'
  }
}
