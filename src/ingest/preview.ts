import * as money from '../model/money.ts'
import { cleanSelect } from './clean.ts'
import { cleanTable } from './clean-tables.ts'
import type { JudgeRequest } from './judged.ts'
import { isOfLines } from './layout.ts'
import { chargeRoles, type Role, roles } from './role.ts'
import { reading, type Workbench } from './workbench.ts'

/** The first rows of a table as they were understood: what stands beside the columns in the preview. */

const previewedRows = 10

/** Where cleaned order lines hold a role under another name. */
const lineColumns: Partial<Record<Role, string>> = {
  line_total: 'total_price',
  currency: 'source_currency',
  status: 'state',
  country: 'split_part(place_key, chr(31), 1)',
  region: 'place_key',
  region_key: 'place_key',
  order_time: 'order_hour',
  return_id: 'return_key',
  ...Object.fromEntries(chargeRoles.map((role) => [role, `coalesce(order_${role}, line_${role})`])),
}

/** Where cleaned tables beside the orders do. */
const tableColumns: Partial<Record<Role, string>> = {
  customer_name: 'name',
  customer_email: 'email',
  customer_age: 'age',
}

/** Roles that cleaning takes up into others and does not hand on. */
const takenUp: readonly Role[] = [
  'discount',
  'updated_at',
  'cancelled_at',
  'returned_at',
  'movement',
  'kept_quantity',
  'returned_quantity',
  'subdivision',
  'exchange_rate',
  'taxes_included',
  'included_tax',
]

/** The preview of a table, `judged` in a file with its record numbers, or not yet. */
export async function previewTable(
  bench: Workbench,
  request: JudgeRequest,
  judged: string | null,
): Promise<Record<string, string | null>[]> {
  const { claim } = request.recognised
  const lines = isOfLines(claim)
  const from = judged === null ? firstCleaned(request) : reading([judged])
  const claimed = new Set([...claim.columns.values()].map(({ role }) => role))
  const shown = [...claimed].filter((role) => !lines || !takenUp.includes(role))
  const values = shown.map((role, index) => {
    const column = (lines ? lineColumns : tableColumns)[role] ?? role
    return `(${column})::VARCHAR AS v${index}`
  })
  const rows = await bench.rows(
    `SELECT ${['reason', ...values].join(', ')} FROM ${from} ORDER BY record_number LIMIT ${previewedRows}`,
  )
  return rows.map((row) =>
    Object.fromEntries([
      ...shown.map((role, index) => [roles[role], textOf(row[`v${index}`])]),
      ...(row.reason ? [['not loaded', String(row.reason)]] : []),
    ]),
  )
}

/** A large table is cleaned without record numbers, and without columns that only rows set aside would need. */
function firstCleaned(request: JudgeRequest): string {
  const { table, claim } = request.recognised
  const first = `(SELECT * FROM ${table.relation} LIMIT ${previewedRows})`
  const recognised = { ...request.recognised, table: { ...table, relation: first } }
  const own = { ...request, recognised, numbered: true, promise: null }
  return `(${isOfLines(claim) ? cleanSelect(own) : cleanTable(own)})`
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? money.trimDecimal(value) : null
}
