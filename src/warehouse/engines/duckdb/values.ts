import {
  DuckDBArrayType,
  type DuckDBArrayValue,
  DuckDBListType,
  type DuckDBListValue,
  type DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api'
import type { SqlCell } from '../../engine.ts'

/** How one value of a known type becomes a cell. */
export type ToCell = (value: DuckDBValue) => SqlCell

/** The conversion for a column, chosen once per column rather than once per value. */
export function toCell(type: DuckDBType): ToCell {
  const convert = conversion(type)
  return (value) => (value === null || value === undefined ? null : convert(value))
}

function conversion(type: DuckDBType): ToCell {
  if (type instanceof DuckDBListType || type instanceof DuckDBArrayType) {
    const item = toCell(type.valueType)
    return (value) => (value as DuckDBListValue | DuckDBArrayValue).items.map(item)
  }
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
    case DuckDBTypeId.VARCHAR:
      return (value) => value as string | number | boolean
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_TZ:
      return (value) => instantText((value as DuckDBTimestampValue).micros)
    default:
      return (value) => String(value)
  }
}

/** ISO 8601 in UTC, with microseconds only where there are some below the millisecond. */
function instantText(microseconds: bigint): string {
  const milliseconds = microseconds / 1000n - (microseconds % 1000n < 0n ? 1n : 0n)
  const below = microseconds - milliseconds * 1000n
  const text = new Date(Number(milliseconds)).toISOString()
  return below === 0n ? text : `${text.slice(0, -1)}${String(below).padStart(3, '0')}Z`
}
