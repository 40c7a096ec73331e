import { emptyRow, headerRow, type Planting } from './faults.ts'
import { salesColumns } from './order-lines.ts'

/** Which faults are planted, and what an import has to say of each. */

export const productColumns = [
  'ProductID',
  'ProductName',
  'Category',
  'Price',
  'Stock',
  'SKU',
  'UnitCost',
] as const
export const customerColumns = ['CustomerID', 'Name', 'Email', 'Age', 'RegionID'] as const

/** Numbers of orders that exist only as faults stand far above those of real ones. */
const newOrder = "'9' || OrderID"
const newKey = "'9' || ProductID"

function rejected(reason: Planting['reason'], values: Planting['values']): Planting {
  return { fault: reason ?? '', outcome: 'rejected', reason, how: 'insert', values }
}

/** A rejected or ignored sales line of an order of its own. */
function line(
  fault: string,
  expected: Pick<Planting, 'outcome' | 'reason'>,
  values: Planting['values'],
): Planting {
  const own = { OrderID: newOrder, LineNumber: "'1'" }
  return { fault, ...expected, how: 'insert', values: { ...own, ...values } }
}

function bothDates(day: string): Planting['values'] {
  return { OrderDate: `'${day}'`, OrderedAt: `'${day}'` }
}

const repaired = { outcome: 'repaired', reason: null, how: 'change' } as const

export const salesFaults: readonly Planting[] = [
  line(
    'negative_price',
    { outcome: 'rejected', reason: 'negative_price' },
    { Quantity: "'1'", UnitPrice: "'-9.99'", Discount: 'NULL', TotalPrice: 'NULL' },
  ),
  line(
    'missing_date',
    { outcome: 'rejected', reason: 'missing_date' },
    { OrderDate: 'NULL', OrderedAt: 'NULL' },
  ),
  line(
    'unreadable_date',
    { outcome: 'rejected', reason: 'unreadable_date' },
    bothDates('some day in May'),
  ),
  line(
    'impossible_date',
    { outcome: 'rejected', reason: 'unreadable_date' },
    bothDates('2024-02-30'),
  ),
  line(
    'date_in_future',
    { outcome: 'rejected', reason: 'date_out_of_range' },
    { OrderDate: "'2199-01-15'", OrderedAt: "'2199-01-15 10:00:00'" },
  ),
  line(
    'date_before_1990',
    { outcome: 'rejected', reason: 'date_out_of_range' },
    { OrderDate: "'1970-01-01'", OrderedAt: "'1970-01-01 00:00:00'" },
  ),
  line(
    'zero_quantity',
    { outcome: 'rejected', reason: 'zero_quantity' },
    { Quantity: "'0'", Discount: "'0.00'", TotalPrice: "'0.00'" },
  ),
  line(
    'unreadable_quantity',
    { outcome: 'rejected', reason: 'unreadable_quantity' },
    { Quantity: "'a few'" },
  ),
  line(
    'missing_quantity',
    { outcome: 'rejected', reason: 'missing_quantity' },
    { Quantity: 'NULL' },
  ),
  line(
    'number_too_large',
    { outcome: 'rejected', reason: 'number_too_large' },
    {
      Quantity: "'1'",
      UnitPrice: "'123456789012345678.00'",
      Discount: "'0.00'",
      TotalPrice: "'123456789012345678.00'",
    },
  ),
  line(
    'negative_total',
    { outcome: 'rejected', reason: 'negative_total' },
    { Quantity: "'1'", UnitPrice: "'9.99'", Discount: "'0.00'", TotalPrice: "'-9.99'" },
  ),
  line(
    'stock_write_off',
    { outcome: 'ignored', reason: 'stock_write_off' },
    {
      CustomerID: 'NULL',
      Quantity: "'-5'",
      UnitPrice: "'0.00'",
      Discount: "'0.00'",
      TotalPrice: "'0.00'",
    },
  ),
  line(
    'order_cancelled',
    { outcome: 'ignored', reason: 'order_cancelled' },
    { Status: "'cancelled'" },
  ),
  line('order_draft', { outcome: 'ignored', reason: 'order_not_counted' }, { Status: "'draft'" }),
  {
    fault: 'total_row',
    outcome: 'ignored',
    reason: 'total_row',
    how: 'insert',
    values: {
      ...emptyRow(salesColumns),
      OrderID: "'Total'",
      Quantity: 'Quantity',
      TotalPrice: 'TotalPrice',
    },
  },
  {
    fault: 'blank_row',
    outcome: 'ignored',
    reason: 'blank_row',
    how: 'insert',
    values: emptyRow(salesColumns),
    csvOnly: true,
  },
  {
    fault: 'repeated_header',
    outcome: 'ignored',
    reason: 'repeated_header',
    how: 'insert',
    values: headerRow(salesColumns),
    csvOnly: true,
  },
  {
    fault: 'repeated_record',
    outcome: 'duplicate',
    reason: 'repeated_row',
    how: 'insert',
    values: {},
  },
  {
    fault: 'identical_lines',
    outcome: 'warning',
    reason: 'identical_lines',
    how: 'insert',
    values: { LineNumber: "'91'" },
  },
  {
    fault: 'missing_customer',
    outcome: 'warning',
    reason: 'missing_customer',
    how: 'change',
    values: { CustomerID: 'NULL' },
  },
  {
    fault: 'guest_customer',
    outcome: 'warning',
    reason: 'missing_customer',
    how: 'change',
    values: { CustomerID: "'0'" },
  },
  { ...repaired, fault: 'spaced_number', values: { UnitPrice: "'  ' || UnitPrice || ' '" } },
  { ...repaired, fault: 'currency_sign', values: { TotalPrice: "'€ ' || TotalPrice" } },
  { ...repaired, fault: 'currency_code', values: { TotalPrice: "TotalPrice || ' EUR'" } },
]

/** Fault whose rows count: they stand in the shop's totals. */
export const countedFault = 'identical_lines'

const newProduct = { ProductID: newKey, SKU: "SKU || 'X'" }

export const productFaults: readonly Planting[] = [
  { ...rejected('missing_key', { ProductID: 'NULL', SKU: 'NULL' }) },
  { ...rejected('duplicate_key', { ProductName: "ProductName || ' (old)'" }) },
  { ...rejected('negative_price', { ...newProduct, Price: "'-5.00'" }) },
  { ...rejected('unreadable_price', { ...newProduct, Price: "'on request'" }) },
  {
    fault: 'repeated_record',
    outcome: 'duplicate',
    reason: 'repeated_row',
    how: 'insert',
    values: {},
  },
  { ...repaired, fault: 'currency_sign', values: { Price: "'€ ' || Price" } },
  ...notData(productColumns),
]

export const customerFaults: readonly Planting[] = [
  { ...rejected('missing_key', { CustomerID: 'NULL', Email: 'NULL' }) },
  { ...rejected('duplicate_key', { Name: "Name || ' Jr.'" }) },
  {
    fault: 'repeated_record',
    outcome: 'duplicate',
    reason: 'repeated_row',
    how: 'insert',
    values: {},
  },
  { ...repaired, fault: 'spaced_text', values: { Name: "'  ' || Name || ' '" } },
  ...notData(customerColumns),
]

function notData(columns: readonly string[]): Planting[] {
  return [
    {
      fault: 'blank_row',
      outcome: 'ignored',
      reason: 'blank_row',
      how: 'insert',
      values: emptyRow(columns),
      csvOnly: true,
    },
    {
      fault: 'repeated_header',
      outcome: 'ignored',
      reason: 'repeated_header',
      how: 'insert',
      values: headerRow(columns),
      csvOnly: true,
    },
  ]
}
