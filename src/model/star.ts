/**
 * The star schema as data. Every engine builds its tables from this list, `docs/data-model.md` draws
 * its diagram from it, and the `reporting` views take the brief's names from `brief`.
 *
 * Money is `DECIMAL(18,4)` in the shop's one reporting currency; quantities are `DECIMAL(14,3)`
 * because goods are also sold by weight.
 */

export type ColumnType =
  | 'bigint'
  | 'integer'
  | 'smallint'
  | 'text'
  | 'boolean'
  | 'date'
  | 'instant'
  | 'money'
  | 'quantity'
  | 'rate'

export interface Column {
  readonly name: string
  readonly type: ColumnType
  /** Columns hold a value unless this says otherwise. */
  readonly nullable?: true
  /** A condition every row fulfils, in SQL that all engines share. Member 0 is exempt. */
  readonly check?: string
  /** The dimension that the value points to. */
  readonly references?: DimensionName
  /** Unique among the rows that have a value. */
  readonly unique?: true
  /** The name that BRIEF B5 gives the column. */
  readonly brief?: string
  readonly meaning: string
}

export interface Table {
  readonly name: TableName
  readonly kind: 'fact' | 'dimension' | 'ledger'
  /** What one row is. */
  readonly grain: string
  /** The columns that identify a row. */
  readonly key: readonly string[]
  /** The name that BRIEF B5 gives the table. */
  readonly brief?: string
  readonly columns: readonly Column[]
}

export type DimensionName = 'customers' | 'products' | 'regions' | 'dates'

export type TableName =
  | DimensionName
  | 'sales_fact'
  | 'orders'
  | 'returns_fact'
  | 'order_charges_fact'
  | 'stock_fact'
  | 'customer_keys'
  | 'runs'
  | 'run_files'
  | 'rejected_rows'
  | 'mended_rows'
  | 'settings'

const runId: Column = { name: 'run_id', type: 'bigint', meaning: 'the run that wrote the row' }
const loadedAt: Column = { name: 'loaded_at', type: 'instant', meaning: 'when the row was written' }
const source: Column = {
  name: 'source',
  type: 'text',
  meaning: 'the system that issued the numbers, such as shopify or shop',
}

const salesFact: Table = {
  name: 'sales_fact',
  kind: 'fact',
  brief: 'SalesFact',
  grain: 'one order line: one product in one counted order',
  key: ['order_id', 'line_number'],
  columns: [
    { name: 'order_id', type: 'bigint', brief: 'OrderID', meaning: 'the order, see orders' },
    { name: 'line_number', type: 'integer', meaning: 'position of the line in its order, from 1' },
    {
      name: 'customer_id',
      type: 'bigint',
      brief: 'CustomerID',
      references: 'customers',
      meaning: 'who bought; 0 is the Unknown member',
    },
    {
      name: 'product_id',
      type: 'bigint',
      brief: 'ProductID',
      references: 'products',
      meaning: 'what was bought; 0 is the Unknown member',
    },
    {
      name: 'region_id',
      type: 'bigint',
      brief: 'RegionID',
      references: 'regions',
      meaning: 'where it went: ship-to, else billing, else the customer; 0 is the Unknown member',
    },
    {
      name: 'quantity',
      type: 'quantity',
      brief: 'Quantity',
      check: 'quantity > 0',
      meaning: 'pieces, or weight for goods sold by weight',
    },
    {
      name: 'unit_price',
      type: 'money',
      nullable: true,
      meaning: 'price of one as the source states it',
    },
    {
      name: 'gross_price',
      type: 'money',
      meaning: 'quantity x unit price where the source gives one, else total_price',
    },
    {
      name: 'total_price',
      type: 'money',
      brief: 'TotalPrice',
      meaning: 'line total after discount, without tax and shipping wherever separable',
    },
    {
      name: 'unit_cost',
      type: 'money',
      nullable: true,
      meaning: 'cost of one at the time of sale',
    },
    {
      name: 'order_date',
      type: 'date',
      brief: 'OrderDate',
      references: 'dates',
      meaning: "the order's local day as written",
    },
    {
      name: 'order_hour',
      type: 'smallint',
      nullable: true,
      check: 'order_hour >= 0 and order_hour <= 23',
      meaning: 'shop-local hour, null when the source gives no time',
    },
    {
      name: 'ordered_at',
      type: 'instant',
      nullable: true,
      meaning: 'the instant, where it is known',
    },
    {
      name: 'channel',
      type: 'text',
      nullable: true,
      meaning: 'where it was sold: web, store, market place',
    },
    {
      name: 'source_currency',
      type: 'text',
      nullable: true,
      meaning: 'ISO 4217 code the source states',
    },
    {
      name: 'exchange_rate',
      type: 'rate',
      nullable: true,
      meaning: 'reporting currency per one source currency',
    },
    source,
    loadedAt,
    runId,
  ],
}

const orders: Table = {
  name: 'orders',
  kind: 'fact',
  grain: 'one order, cancelled ones too',
  key: ['order_id'],
  columns: [
    {
      name: 'order_id',
      type: 'bigint',
      meaning: 'first 16 hex digits of md5(source, U+001F, number) & 2^63-1',
    },
    source,
    { name: 'order_number', type: 'text', meaning: 'the number people see' },
    { name: 'order_date', type: 'date', meaning: "the order's local day as written" },
    {
      name: 'state',
      type: 'text',
      check: "state in ('counted', 'not_counted', 'cancelled')",
      meaning: 'only lines of counted orders stand in sales_fact',
    },
    {
      name: 'source_version',
      type: 'text',
      nullable: true,
      meaning:
        "the source's updated time (ISO, UTC); null where it gives none: then run order decides",
    },
    {
      name: 'anonymous',
      type: 'boolean',
      meaning:
        'stands for one line without an order number: order counts and AOV are then unavailable',
    },
    loadedAt,
    runId,
  ],
}

const returnsFact: Table = {
  name: 'returns_fact',
  kind: 'fact',
  grain: 'goods or money going back, one product of one return',
  key: ['return_id'],
  columns: [
    {
      name: 'return_id',
      type: 'bigint',
      meaning: 'hash of source, document and line, made like order_id',
    },
    {
      name: 'order_id',
      type: 'bigint',
      nullable: true,
      meaning: 'the order it belongs to, where the source says',
    },
    {
      name: 'document_number',
      type: 'text',
      nullable: true,
      meaning: 'number of the credit note or refund',
    },
    { name: 'product_id', type: 'bigint', references: 'products', meaning: 'what came back' },
    {
      name: 'customer_id',
      type: 'bigint',
      references: 'customers',
      meaning: "the order's customer; who gave it back where the order is not known",
    },
    {
      name: 'region_id',
      type: 'bigint',
      references: 'regions',
      meaning: "the order's region; where it came from where the order is not known",
    },
    {
      name: 'quantity',
      type: 'quantity',
      check: 'quantity >= 0',
      meaning: 'pieces given back; 0 for money only',
    },
    {
      name: 'amount',
      type: 'money',
      nullable: true,
      meaning:
        'money given back without tax and shipping; null when neither source nor order states it',
    },
    {
      name: 'return_date',
      type: 'date',
      references: 'dates',
      meaning: "the refund's day, else the order's",
    },
    {
      name: 'return_hour',
      type: 'smallint',
      nullable: true,
      meaning: 'shop-local hour, where known',
    },
    { name: 'channel', type: 'text', nullable: true, meaning: 'where it was sold' },
    source,
    loadedAt,
    runId,
  ],
}

const orderChargesFact: Table = {
  name: 'order_charges_fact',
  kind: 'fact',
  grain: 'one kind of charge of one order',
  key: ['order_id', 'kind'],
  columns: [
    { name: 'order_id', type: 'bigint', meaning: 'the order' },
    {
      name: 'kind',
      type: 'text',
      check: "kind in ('shipping', 'tax', 'tip', 'duty', 'fee')",
      meaning: 'what is charged beside the goods',
    },
    { name: 'amount', type: 'money', meaning: 'the charge' },
    { name: 'region_id', type: 'bigint', references: 'regions', meaning: "the order's region" },
    { name: 'order_date', type: 'date', references: 'dates', meaning: "the order's day" },
    { name: 'channel', type: 'text', nullable: true, meaning: 'where it was sold' },
    source,
    loadedAt,
    runId,
  ],
}

const stockFact: Table = {
  name: 'stock_fact',
  kind: 'fact',
  grain: 'one count, receipt or adjustment of one product at one place',
  key: ['product_id', 'occurred_at', 'kind', 'location'],
  columns: [
    { name: 'product_id', type: 'bigint', references: 'products', meaning: 'what was counted' },
    {
      name: 'occurred_at',
      type: 'instant',
      meaning: 'when; an undated count is taken at its file’s time',
    },
    {
      name: 'occurred_on',
      type: 'date',
      references: 'dates',
      meaning: 'the day of occurred_at, as it was written or in the shop’s time zone',
    },
    {
      name: 'kind',
      type: 'text',
      check: "kind in ('count', 'receipt', 'adjustment')",
      meaning: 'a count replaces what was known, the others add to it',
    },
    { name: 'quantity', type: 'quantity', meaning: 'pieces; an adjustment may be negative' },
    { name: 'location', type: 'text', nullable: true, meaning: 'which store or warehouse' },
    source,
    loadedAt,
    runId,
  ],
}

const customers: Table = {
  name: 'customers',
  kind: 'dimension',
  brief: 'Customers',
  grain: 'one customer, latest values',
  key: ['customer_id'],
  columns: [
    {
      name: 'customer_id',
      type: 'bigint',
      brief: 'CustomerID',
      meaning: 'generated in natural-key order',
    },
    { name: 'name', type: 'text', brief: 'Name', meaning: 'falls back to the key the source uses' },
    {
      name: 'email',
      type: 'text',
      nullable: true,
      unique: true,
      brief: 'Email',
      meaning: 'normalised; null where the source has none',
    },
    {
      name: 'age',
      type: 'integer',
      nullable: true,
      check: 'age > 0',
      brief: 'Age',
      meaning: 'years',
    },
    {
      name: 'region_id',
      type: 'bigint',
      brief: 'RegionID',
      references: 'regions',
      meaning: 'home region',
    },
    {
      name: 'first_order_date',
      type: 'date',
      nullable: true,
      meaning: 'day of the first counted order ever, over all sources',
    },
    {
      name: 'stated',
      type: 'boolean',
      meaning: 'a table of customers described them: order lines only fill what it left open',
    },
  ],
}

const customerKeys: Table = {
  name: 'customer_keys',
  kind: 'dimension',
  grain: 'one key a source uses for a customer',
  key: ['source', 'customer_key'],
  columns: [
    source,
    { name: 'customer_key', type: 'text', meaning: "the source's id, else the normalised e-mail" },
    { name: 'customer_id', type: 'bigint', references: 'customers', meaning: 'whom it means' },
  ],
}

const products: Table = {
  name: 'products',
  kind: 'dimension',
  brief: 'Products',
  grain: 'one product, latest values',
  key: ['product_id'],
  columns: [
    {
      name: 'product_id',
      type: 'bigint',
      brief: 'ProductID',
      meaning: 'generated in natural-key order',
    },
    source,
    { name: 'product_key', type: 'text', meaning: 'unique per source, case-sensitive' },
    { name: 'sku', type: 'text', nullable: true, meaning: 'stock keeping unit' },
    { name: 'product_name', type: 'text', brief: 'ProductName', meaning: 'falls back to the key' },
    {
      name: 'category',
      type: 'text',
      brief: 'Category',
      meaning: 'Unknown where the source has none',
    },
    {
      name: 'price',
      type: 'money',
      nullable: true,
      check: 'price > 0',
      brief: 'Price',
      meaning: 'list price',
    },
    {
      name: 'unit_cost',
      type: 'money',
      nullable: true,
      check: 'unit_cost >= 0',
      meaning: 'latest cost of one',
    },
    {
      name: 'kind',
      type: 'text',
      check: "kind in ('goods', 'fee')",
      meaning: 'fee: postage, bank charges and the like',
    },
    {
      name: 'stock',
      type: 'quantity',
      nullable: true,
      check: 'stock >= 0',
      brief: 'Stock',
      meaning: 'the last count, or null when never counted',
    },
    {
      name: 'stated',
      type: 'boolean',
      meaning: 'a table of products described it: order lines only fill what it left open',
    },
  ],
}

const regions: Table = {
  name: 'regions',
  kind: 'dimension',
  brief: 'Regions',
  grain: 'one place orders go to',
  key: ['region_id'],
  columns: [
    {
      name: 'region_id',
      type: 'bigint',
      brief: 'RegionID',
      meaning: 'generated in natural-key order',
    },
    {
      name: 'region_name',
      type: 'text',
      unique: true,
      brief: 'RegionName',
      meaning: 'as the source writes it',
    },
    {
      name: 'level',
      type: 'text',
      check: "level in ('continent', 'country', 'subdivision', 'other')",
      meaning: 'what kind of place it is',
    },
    { name: 'country_code', type: 'text', nullable: true, meaning: 'ISO 3166-1 alpha-2' },
    {
      name: 'subdivision_code',
      type: 'text',
      nullable: true,
      meaning: 'ISO 3166-2 without the country',
    },
    { name: 'country', type: 'text', meaning: 'English country name, else Unknown' },
    {
      name: 'continent',
      type: 'text',
      meaning: 'Africa, Antarctica, Asia, Europe, North America, Oceania, South America or Unknown',
    },
  ],
}

const dates: Table = {
  name: 'dates',
  kind: 'dimension',
  brief: 'Dates',
  grain: 'one day; covers every day in the facts',
  key: ['date_id'],
  columns: [
    { name: 'date_id', type: 'integer', brief: 'DateID', meaning: 'yyyymmdd' },
    { name: 'date', type: 'date', unique: true, brief: 'Date', meaning: 'the day' },
    { name: 'month', type: 'text', brief: 'Month', meaning: 'English month name' },
    { name: 'year', type: 'integer', brief: 'Year', meaning: 'four digits' },
    { name: 'weekday', type: 'text', brief: 'Weekday', meaning: 'English weekday name' },
    { name: 'month_number', type: 'integer', meaning: '1 to 12' },
    { name: 'quarter', type: 'integer', meaning: '1 to 4' },
    { name: 'iso_week', type: 'integer', meaning: 'ISO 8601 week, 1 to 53' },
    { name: 'is_weekend', type: 'boolean', meaning: 'Saturday or Sunday' },
  ],
}

const runs: Table = {
  name: 'runs',
  kind: 'ledger',
  grain: 'one import or one micro-batch',
  key: ['run_id'],
  columns: [
    {
      name: 'run_id',
      type: 'bigint',
      meaning: 'rises with every run; also the sequence of its change',
    },
    { name: 'run_token', type: 'text', meaning: 'given by the caller, settles an unknown COMMIT' },
    source,
    {
      name: 'state',
      type: 'text',
      check: "state in ('committed', 'unchanged')",
      meaning: 'how it ended',
    },
    { name: 'started_at', type: 'instant', meaning: 'when it began' },
    { name: 'finished_at', type: 'instant', meaning: 'when it was written' },
    { name: 'rows_in', type: 'bigint', meaning: 'accepted + rejected + duplicate + ignored' },
    { name: 'rows_accepted', type: 'bigint', meaning: 'rows that count' },
    { name: 'rows_rejected', type: 'bigint', meaning: 'rows kept aside with a reason' },
    { name: 'rows_duplicate', type: 'bigint', meaning: 'rows given twice in this import' },
    {
      name: 'rows_ignored',
      type: 'bigint',
      meaning: 'rows that are no data: totals, blank lines, write-offs',
    },
    {
      name: 'period_from',
      type: 'date',
      nullable: true,
      meaning: 'first day of the accepted rows',
    },
    { name: 'period_to', type: 'date', nullable: true, meaning: 'last day of the accepted rows' },
    { name: 'report', type: 'text', meaning: 'the import document, JSON (model/import.ts)' },
  ],
}

const runFiles: Table = {
  name: 'run_files',
  kind: 'ledger',
  grain: 'one file of one run',
  key: ['run_id', 'file_number'],
  columns: [
    { name: 'run_id', type: 'bigint', meaning: 'the run' },
    { name: 'file_number', type: 'integer', meaning: 'position in the run, from 1' },
    { name: 'path', type: 'text', meaning: 'file name as given' },
    {
      name: 'format',
      type: 'text',
      meaning: 'csv, xlsx, xls, json, ndjson or parquet, and how it was packed',
    },
    {
      name: 'layout',
      type: 'text',
      nullable: true,
      meaning: 'whose export it is; null when ignored',
    },
    { name: 'rows_in', type: 'bigint', meaning: 'records read' },
  ],
}

const rejectedRows: Table = {
  name: 'rejected_rows',
  kind: 'ledger',
  grain: 'one row that was not loaded, kept whole',
  key: ['run_id', 'file_number', 'record_number', 'reason'],
  columns: [
    { name: 'run_id', type: 'bigint', meaning: 'the run' },
    { name: 'file_number', type: 'integer', meaning: 'see run_files' },
    {
      name: 'record_number',
      type: 'bigint',
      meaning: 'record in the file, from 1, header not counted',
    },
    {
      name: 'outcome',
      type: 'text',
      check: "outcome in ('rejected', 'ignored', 'duplicate')",
      meaning: 'rejected rows can be fixed and imported again',
    },
    { name: 'reason', type: 'text', meaning: 'code from model/reasons.ts' },
    { name: 'column_name', type: 'text', nullable: true, meaning: 'the column at fault' },
    { name: 'value', type: 'text', nullable: true, meaning: 'the value at fault' },
    { name: 'row', type: 'text', meaning: 'the whole row, JSON of header to text' },
    {
      name: 'origin',
      type: 'text',
      nullable: true,
      meaning:
        'of rejected rows: source, and the run, file and record of the first time the row was rejected',
    },
  ],
}

const mendedRows: Table = {
  name: 'mended_rows',
  kind: 'ledger',
  grain: 'one rejected row that was mended and loaded',
  key: ['origin'],
  columns: [
    { name: 'origin', type: 'text', meaning: 'see rejected_rows' },
    { name: 'order_id', type: 'bigint', nullable: true, meaning: 'the order that it is a line of' },
    { name: 'return_id', type: 'bigint', nullable: true, meaning: 'the return that it is' },
    { name: 'run_id', type: 'bigint', meaning: 'the run that loaded it' },
  ],
}

const settings: Table = {
  name: 'settings',
  kind: 'ledger',
  grain: 'one setting of the shop',
  key: ['key'],
  columns: [
    {
      name: 'key',
      type: 'text',
      meaning: 'time_zone, currency, shop_name, mapping:<header signature>, ...',
    },
    { name: 'value', type: 'text', meaning: 'text or JSON' },
  ],
}

/** All tables, in an order in which they can be created. */
export const star: readonly Table[] = [
  regions,
  customers,
  customerKeys,
  products,
  dates,
  runs,
  runFiles,
  rejectedRows,
  mendedRows,
  settings,
  orders,
  salesFact,
  returnsFact,
  orderChargesFact,
  stockFact,
]

export function table(name: TableName): Table {
  const found = star.find((candidate) => candidate.name === name)
  if (!found) throw new Error(`no table ${name} in the star`)
  return found
}

/** Id of the member that stands in for a missing reference, in every dimension but dates. */
export const unknownId = 0
/** Name of that member. */
export const unknownName = 'Unknown'
