import { type Column, type ColumnType, type TableName, table } from './star.ts'

/**
 * The views of the schema `reporting` as data: what stands in each column and of what type it is wherever it is
 * exported to. The views themselves are made by a migration; `test/engines/export.test.ts` holds both in step.
 */

/** Sums of amounts and quantities are wider than what they sum up. */
export type FileColumnType = ColumnType | 'money_sum' | 'quantity_sum'

export interface ReportingColumn {
  readonly name: string
  readonly type: FileColumnType
  readonly nullable?: true
  readonly meaning: string
}

export interface ReportingTable {
  /** Of the view, and of its file. */
  readonly name: string
  /** What one row is. */
  readonly meaning: string
  /** The table of the star that has one row for each row of the view; null where none has. */
  readonly rowsOf: TableName | null
  readonly columns: readonly ReportingColumn[]
  /** Columns that put the rows in one order only, none of them null. */
  readonly order: readonly string[]
}

function star(tableName: TableName, ...names: readonly string[]): ReportingColumn[] {
  return names.map((name) => plain(columnOf(tableName, name), name))
}

/** A column of the star under another name. */
function renamed(tableName: TableName, column: string, name: string): ReportingColumn {
  return plain(columnOf(tableName, column), name)
}

function columnOf(tableName: TableName, name: string): Column {
  const found = table(tableName).columns.find((column) => column.name === name)
  if (!found) throw new Error(`no column ${name} in ${tableName}`)
  return found
}

function plain({ type, nullable, meaning }: Column, name: string): ReportingColumn {
  return { name, type, ...(nullable ? { nullable } : {}), meaning }
}

/** One of the brief's tables, with its names. */
function brief(
  tableName: TableName,
  columns: readonly string[],
  order: readonly string[],
): ReportingTable {
  const { brief: name = '', grain, columns: known } = table(tableName)
  return {
    name,
    meaning: grain,
    rowsOf: tableName,
    columns: columns.map((own) => {
      const column = known.find((candidate) => candidate.brief === own)
      if (!column) throw new Error(`no column of ${tableName} is the brief's ${own}`)
      return plain(column, own)
    }),
    order,
  }
}

const product = [
  ...star('products', 'product_key', 'product_name', 'category'),
  renamed('products', 'kind', 'product_kind'),
]
const place = star('regions', 'region_name', 'country', 'continent')
const customerName = renamed('customers', 'name', 'customer_name')
const orderNumber = star('orders', 'order_number')

const sales: ReportingTable = {
  name: 'sales',
  meaning:
    'one order line with its order, customer, product and region; amounts in the currency of the shop, without tax and shipping',
  rowsOf: 'sales_fact',
  columns: [
    ...star('sales_fact', 'order_id'),
    ...orderNumber,
    ...star('sales_fact', 'line_number', 'order_date', 'order_hour', 'ordered_at', 'customer_id'),
    customerName,
    ...star('sales_fact', 'product_id'),
    ...product,
    ...star('sales_fact', 'region_id'),
    ...place,
    ...star('sales_fact', 'channel', 'source', 'quantity', 'unit_price', 'gross_price'),
    { name: 'discount', type: 'money', meaning: 'gross_price less total_price' },
    ...star('sales_fact', 'total_price', 'unit_cost', 'source_currency', 'exchange_rate', 'run_id'),
  ],
  order: ['order_date', 'order_id', 'line_number'],
}

const returns: ReportingTable = {
  name: 'returns',
  meaning:
    'goods or money going back, one product of one return; amount is null where neither source nor order states it',
  rowsOf: 'returns_fact',
  columns: [
    ...star('returns_fact', 'return_id', 'document_number', 'order_id'),
    { ...renamed('orders', 'order_number', 'order_number'), nullable: true },
    ...star('returns_fact', 'return_date', 'return_hour', 'customer_id'),
    customerName,
    ...star('returns_fact', 'product_id'),
    ...product,
    ...star('returns_fact', 'region_id'),
    ...place,
    ...star('returns_fact', 'channel', 'source', 'quantity', 'amount', 'run_id'),
  ],
  order: ['return_date', 'return_id'],
}

const orders: ReportingTable = {
  name: 'orders',
  meaning:
    'one order, cancelled ones too, with its lines, units and revenue; only counted ones have lines',
  rowsOf: 'orders',
  columns: [
    ...star('orders', 'order_id', 'order_number', 'source', 'order_date', 'state', 'anonymous'),
    ...star('orders', 'source_version'),
    { name: 'lines', type: 'bigint', meaning: 'order lines that count' },
    { name: 'units', type: 'quantity_sum', meaning: 'pieces of all its lines' },
    { name: 'revenue', type: 'money_sum', meaning: 'total_price of all its lines' },
    ...star('orders', 'run_id'),
  ],
  order: ['order_date', 'order_id'],
}

const charges: ReportingTable = {
  name: 'charges',
  meaning: 'shipping, tax, tip, duty or fee of one order',
  rowsOf: 'order_charges_fact',
  columns: [
    ...star('order_charges_fact', 'order_id'),
    ...orderNumber,
    ...star('order_charges_fact', 'order_date', 'kind', 'amount', 'region_id'),
    ...star('regions', 'region_name'),
    ...star('order_charges_fact', 'channel', 'source', 'run_id'),
  ],
  order: ['order_date', 'order_id', 'kind'],
}

const stockOnHand: ReportingTable = {
  name: 'stock_on_hand',
  meaning: 'one product that was ever counted: last count, what came and went since, what is left',
  rowsOf: null,
  columns: [
    ...star('products', 'product_id', 'product_key', 'product_name', 'category'),
    { name: 'counted_at', type: 'instant', meaning: 'when it was counted last' },
    { name: 'counted', type: 'quantity_sum', meaning: 'pieces found then, over all places' },
    { name: 'sold_since', type: 'quantity_sum', meaning: 'pieces sold after that' },
    { name: 'returned_since', type: 'quantity_sum', meaning: 'pieces given back after that' },
    {
      name: 'received_since',
      type: 'quantity_sum',
      meaning: 'pieces received, and adjustments, after that',
    },
    { name: 'on_hand', type: 'quantity_sum', meaning: 'what is left; never below 0' },
    { name: 'oversold', type: 'quantity_sum', meaning: 'by how much more went than was there' },
  ],
  order: ['product_id'],
}

const imports: ReportingTable = {
  name: 'imports',
  meaning:
    'one import or one transaction of plain SQL, with the rows that it read, took and set aside',
  rowsOf: 'runs',
  columns: [
    ...star('runs', 'run_id', 'source', 'state', 'started_at', 'finished_at', 'rows_in'),
    ...star('runs', 'rows_accepted', 'rows_rejected', 'rows_duplicate', 'rows_ignored'),
    ...star('runs', 'period_from', 'period_to'),
  ],
  order: ['run_id'],
}

/** All of them; the readable ones first. */
export const reportingTables: readonly ReportingTable[] = [
  sales,
  returns,
  orders,
  charges,
  stockOnHand,
  imports,
  brief(
    'sales_fact',
    ['OrderID', 'CustomerID', 'ProductID', 'Quantity', 'TotalPrice', 'OrderDate', 'RegionID'],
    // Lines have no number there: rows that are alike in all columns may stand either way.
    ['OrderDate', 'OrderID', 'ProductID', 'TotalPrice', 'Quantity', 'CustomerID', 'RegionID'],
  ),
  brief('customers', ['CustomerID', 'Name', 'Email', 'Age', 'RegionID'], ['CustomerID']),
  brief('products', ['ProductID', 'ProductName', 'Category', 'Price', 'Stock'], ['ProductID']),
  brief('regions', ['RegionID', 'RegionName'], ['RegionID']),
  brief('dates', ['DateID', 'Date', 'Month', 'Year', 'Weekday'], ['DateID']),
]
