import { quote } from '../format.ts'
import { surelyMeans, words } from '../headers.ts'
import type { Claim, ColumnClaim } from '../layout.ts'
import { isReturnDay, isReturnNumber, withoutReturnWords } from '../return-headers.ts'
import type { Role } from '../role.ts'
import { type ColumnSample, type TableSample, valuesOf } from '../sample.ts'
import { stateOf } from '../statuses.ts'
import { claimOf, lineColumns } from './generic.ts'

/** A table of what came back, by what its headers mean; null where it is none. */
export function claimReturns(sample: TableSample): Claim | null {
  const isList = sample.table.columns.some(({ name }) => name.includes('[].'))
  const columns = sample.table.ofReturns && !isList ? markedColumns(sample) : statedColumns(sample)
  if (!columns) return null
  const claim = claimOf('returns', columns)
  const sales = countedReturns(sample)
  return {
    ...claim,
    confidence: Math.min(claim.confidence, mostConfidence),
    ...(sales ? { sales } : {}),
  }
}

/** A platform's own layout knows its tables better. */
const mostConfidence = 0.9

type Columns = Map<string, ColumnClaim>

const returned =
  /\b(return|returns|returned|refund|refunded|retour|retoure|ruecksendung|rucksendung|devolucion|reso|retours)\b/

/** Goods that came back: a day and a quantity that say so, of a product. */
function statedColumns(sample: TableSample): Columns | null {
  const columns: Columns = new Map()
  const assign = (role: Role, fits: (column: ColumnSample, own: string) => boolean) => {
    const column = sample.columns.find(
      (candidate) =>
        !columns.has(candidate.sql) &&
        !isReturnNumber(candidate) &&
        fits(candidate, words(candidate.name)),
    )
    if (column) columns.set(column.sql, said(column, role))
    return column !== undefined
  }
  const told =
    assign('order_date', ({ moments }, own) => moments > 0.9 && returned.test(own)) &&
    assign('quantity', ({ numbers }, own) => numbers > 0.9 && returned.test(own)) &&
    assign('product_key', ({ name }) => surelyMeans(name, 'product_key', 'sku'))
  if (!told) return null
  for (const role of ['order_number', 'customer_key', 'region_key'] as const)
    assign(role, ({ name }) => surelyMeans(name, role))
  assign(
    'return_amount',
    ({ numbers }, own) => numbers > 0.9 && /amount|value|betrag|montant/.test(own),
  )
  return columns
}

function said({ name }: ColumnSample, role: Role): ColumnClaim {
  return { role, confidence: 0.9, evidence: `the header "${name}"` }
}

/**
 * The columns of a table that is known to hold returns: those of order lines, under headers that may say once more that
 * they are of what came back.
 */
function markedColumns(sample: TableSample): Columns | null {
  const number = sample.columns.find((column) => column.filled > 0 && isReturnNumber(column))
  const day = sample.columns.find((column) => column.filled > 0 && isReturnDay(column))
  const own = [number, day]
  const others = sample.columns.flatMap((column, index) => (own.includes(column) ? [] : [index]))
  const plain = {
    ...sample,
    columns: others.flatMap((index) => plainColumn(sample.columns[index])),
    rows: sample.rows.map((row) => others.map((index) => row[index] ?? null)),
  }
  const columns: Columns = new Map(
    [...lineColumns(plain).columns].filter(
      ([, { role }]) => !unused.includes(role) && !(day && role === 'order_date'),
    ),
  )
  if (number) columns.set(number.sql, said(number, 'return_id'))
  if (day) columns.set(day.sql, said(day, 'order_date'))
  for (const [sql, { role, evidence, confidence }] of amountColumns(plain, columns))
    columns.set(sql, { role, evidence, confidence })
  const has = (...roles: Role[]) => [...columns.values()].some(({ role }) => roles.includes(role))
  const names = has('product_key', 'sku', 'product_name', 'order_number', 'return_id')
  const amount = has('quantity', 'unit_price', 'line_total', 'return_amount')
  return has('order_date') && names && amount ? columns : null
}

/** What says of order lines what became of them says nothing of returns. */
const unused: readonly Role[] = [
  'status',
  'movement',
  'cancelled_at',
  'returned_at',
  'returned_quantity',
  'line_id',
  'updated_at',
  'unit_cost',
  'discount',
  'order_discount',
]

function plainColumn(column: ColumnSample | undefined): ColumnSample[] {
  if (!column) return []
  const name = withoutReturnWords(column.name)
  if (name === null) return [column]
  // "Refund" and "Returned" by themselves are the money or the pieces.
  return [{ ...column, name: name === '' ? column.name : name }]
}

/** What was given back, where no column of lines says it. */
function amountColumns(sample: TableSample, columns: Columns): Columns {
  const found: Columns = new Map()
  if ([...columns.values()].some(({ role }) => moneyRoles.includes(role))) return found
  const money = sample.columns.find(
    ({ sql, name, numbers }) =>
      !columns.has(sql) && numbers > 0.9 && (amountWords.test(words(name)) || isBare(name)),
  )
  if (money) found.set(money.sql, said(money, 'return_amount'))
  return found
}

const moneyRoles: readonly Role[] = ['unit_price', 'line_total', 'return_amount']
const amountWords =
  /\b(amount|value|total|sum|betrag|wert|summe|gesamt|montant|total|importe|valor|importo|totale|bedrag|totaal)\b/

function isBare(name: string): boolean {
  return withoutReturnWords(name) === ''
}

/** Returns that were only asked for, or refused, are none: SQL condition of the others where the table tells. */
function countedReturns(sample: TableSample): string | null {
  const status = sample.columns.find(
    ({ name }) => surelyMeans(name, 'status') || /\b(return|refund) status$/.test(words(name)),
  )
  if (!status) return null
  const open = [...new Set(valuesOf(sample, status.sql))].filter((text) =>
    ['cancelled', 'not_counted'].includes(stateOf(text)),
  )
  if (open.length === 0) return null
  const listed = open.map(quote).join(', ')
  return `(${status.sql} IS NULL OR trim(${status.sql}) NOT IN (${listed}))`
}
