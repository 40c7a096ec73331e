import { columnOf, columnsOf } from './layout.ts'
import { type ChargeRole, chargeRoles } from './role.ts'
import {
  chargeColumn,
  chargeText,
  isTaxTakenOff,
  type TypingRequest,
  textOf,
} from './typed-rows.ts'

const orderRoles = ['order_subtotal', 'order_discount', 'order_total', 'included_tax'] as const

type Charge = `${'order' | 'line'}_${ChargeRole}`

/** SQL of the charges of a row, those of its whole order and its own; null where none of a kind is stated. */
export function chargesOf(
  request: TypingRequest,
): Readonly<Record<Charge | 'charge_unread' | 'tax_taken_off', string | null>> {
  const { claim } = request.recognised
  const within = columnOf(claim, 'included_tax') && columnsOf(claim, 'tax').length === 0
  const values: Partial<Record<Charge, string | null>> = {}
  for (const role of chargeRoles) {
    for (const per of ['order', 'line'] as const) {
      const columns = columnsOf(claim, role)
        .filter((sql) => (claim.columns.get(sql)?.per ?? 'line') === per)
        .map(chargeColumn)
      if (role === 'tax' && per === 'line' && within) columns.push('included_tax')
      values[`${per}_${role}`] = sumOf(columns)
    }
  }
  const unread = [
    ...chargeRoles
      .flatMap((role) => columnsOf(claim, role))
      .map((sql) => `(${chargeText(request, sql)} IS NOT NULL AND ${chargeColumn(sql)} IS NULL)`),
    ...orderRoles
      .filter((role) => columnOf(claim, role))
      .map((role) => `(${textOf(request, role)} IS NOT NULL AND ${role} IS NULL)`),
  ]
  return {
    ...(values as Record<Charge, string | null>),
    charge_unread: unread.length > 0 ? `(${unread.join(' OR ')})` : null,
    tax_taken_off: claim.withoutTax ? 'true' : isTaxTakenOff(request),
  }
}

/** SQL of the sum of what is stated in some columns; null where none of them states anything. */
function sumOf(columns: readonly string[]): string | null {
  if (columns.length === 0) return null
  const [only] = columns
  if (columns.length === 1) return `TRY_CAST(${only} AS DECIMAL(18,4))`
  return `CASE WHEN coalesce(${columns.join(', ')}) IS NOT NULL
    THEN TRY_CAST(${columns.map((column) => `coalesce(${column}, 0)`).join(' + ')} AS DECIMAL(18,4)) END`
}
