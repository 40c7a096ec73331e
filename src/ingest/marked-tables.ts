import { changedTable, type StagedTable } from './format.ts'
import { surelyMeans, words } from './headers.ts'
import { isReturnDay, returnColumns, withoutReturnWords } from './return-headers.ts'
import { tellsBothKinds } from './row-kinds.ts'
import { numbersOf, type TableSample, valuesOf } from './sample.ts'
import { knownState, type OrderState } from './statuses.ts'
import { kindIn, type NamedKind, namedKind } from './table-names.ts'

/**
 * Marks tables that have the columns of sales and hold none: returns, cancelled orders, and purchases from suppliers.
 * Their file, their sheet, or their headers say so.
 */
export function withMarks(sample: TableSample): TableSample {
  const mark = markOf(sample)
  if (mark === null) return sample
  const byName =
    mark !== 'ofPurchases' && returnColumns(sample).length === 0
      ? { markedByName: true as const }
      : {}
  return {
    ...sample,
    table: changedTable(sample.table, () => ({ [mark]: true, ...byName })),
  }
}

/** What a person should know of tables of which only one thing says that they are no sales. */
export function markNotes(samples: readonly TableSample[]) {
  const text = ({ table }: TableSample, by: string, change: string) =>
    `${called(table)} counts as ${table.ofReturns ? 'returns' : 'cancelled orders'} by ${by} alone: its columns are those of sales. If its rows are sales, ${change} and import it again.`
  return samples.flatMap((sample) => {
    const only = onlyColumn(sample)
    if (sample.table.markedByName)
      return [kindNote(text(sample, 'its name', 'give it another name'))]
    return only ? [kindNote(text(sample, `its column "${only}"`, 'give that another header'))] : []
  })
}

function kindNote(text: string) {
  return { code: 'kind_by_name' as const, text }
}

/** The column by which alone a table holds returns: its name says nothing, nor does another column. */
function onlyColumn(sample: TableSample): string | null {
  const { table, columns } = sample
  if (!table.ofReturns || namedKind(table.file) === 'returns' || kindIn(words(table.part)))
    return null
  const [only, ...more] = returnColumns(sample)
  const others = columns.filter(
    (column) =>
      column !== only && (withoutReturnWords(column.name) !== null || isReturnDay(column)),
  )
  return only && more.length === 0 && others.length === 0 ? only.name : null
}

function called({ file, part }: StagedTable): string {
  return part === '' || file.name.endsWith(`/${part}`) ? file.name : `${file.name}, "${part}",`
}

type Mark = keyof Pick<StagedTable, 'ofReturns' | 'ofCancelled' | 'ofPurchases'>

function markOf(sample: TableSample): Mark | null {
  const { table } = sample
  // The lists of a document tell what they hold by their own names.
  if (!table.headerStated || table.columns.some(({ name }) => name.includes('[].'))) return null
  const kind = namedKind(table.file) ?? kindIn(words(table.part))
  if ((kind === 'returns' || returnColumns(sample).length > 0) && !tellsReturnsApart(sample))
    return 'ofReturns'
  if (kind === 'cancelled' && !statusesTell(sample, 'cancelled')) return 'ofCancelled'
  return isOfPurchases(sample, kind) ? 'ofPurchases' : null
}

/** Sales and returns stand in one table, and each row says which it is. */
function tellsReturnsApart(sample: TableSample): boolean {
  const signed = sample.columns.filter(
    ({ name, numbers }) =>
      numbers > 0.9 && surelyMeans(name, 'quantity', 'line_total', 'unit_price'),
  )
  const mixed = signed.some(({ sql }) => {
    const values = numbersOf(sample, sql).filter((value) => value !== null)
    return values.some((value) => value < 0) && values.some((value) => value > 0)
  })
  return mixed || tellsBothKinds(sample) || statusesTell(sample, 'refunded')
}

/** Some rows have this status, and others one that counts: the rows differ, whatever the name says of all of them. */
function statusesTell(sample: TableSample, state: OrderState): boolean {
  return sample.columns.some(({ name, sql }) => {
    if (!surelyMeans(name, 'status')) return false
    const said = new Set([...new Set(valuesOf(sample, sql))].map(knownState))
    return said.has(state) && said.has('counted')
  })
}

const supplier =
  /\b(suppliers?|lieferant(en)?|kreditor(en)?|fournisseurs?|proveedor(es)?|fornecedor(es)?|fornitor[ei]|leveranciers?)\b/
const vendor = /^(vendor|vendor (id|no|name|number|code))$/
const purchaseNumber =
  /^(purchase order|po|purchase)( (id|no|nr|number|num|ref|reference))?$|^(einkaufsbestellung|bestellung lieferant|wareneingang|commande fournisseur|bon de reception|orden de compra|pedido de compra|ordine (di )?acquisto|inkooporder)( ?(nr|nummer|no|id))?$/

/** What a shop bought: it names whom it was bought from and no customer, and calls itself a purchase. */
function isOfPurchases(sample: TableSample, kind: NamedKind | null): boolean {
  const { columns } = sample
  if (
    columns.some(({ name }) => surelyMeans(name, 'customer_key', 'customer_name', 'customer_email'))
  )
    return false
  if (kind === 'purchases') return true
  const from = columns.find(({ name }) => supplier.test(words(name)))
  const calledPurchase = columns.some(({ name }) => purchaseNumber.test(words(name)))
  if (calledPurchase)
    return from !== undefined || columns.some(({ name }) => vendor.test(words(name)))
  return from !== undefined && isOneInEachOrder(sample, from.sql)
}

const leastOrders = 3

/** The lines of an order have one supplier throughout; what a shop sells at once comes from several. */
function isOneInEachOrder(sample: TableSample, supplierColumn: string): boolean {
  const order = sample.columns.find(({ name }) => surelyMeans(name, 'order_number'))
  if (!order || valuesOf(sample, supplierColumn).length < sample.rows.length) return false
  const place = (sql: string) => sample.columns.findIndex((column) => column.sql === sql)
  const [number, of] = [place(order.sql), place(supplierColumn)]
  const orders = new Map<string, Set<string>>()
  const lines = new Map<string, number>()
  for (const row of sample.rows) {
    const key = row[number] ?? ''
    orders.set(key, (orders.get(key) ?? new Set()).add(row[of] ?? ''))
    lines.set(key, (lines.get(key) ?? 0) + 1)
  }
  const several = [...lines.values()].filter((count) => count > 1).length
  const suppliers = new Set(valuesOf(sample, supplierColumn)).size
  return (
    several >= leastOrders && suppliers > 1 && [...orders.values()].every(({ size }) => size === 1)
  )
}
