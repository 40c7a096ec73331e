import { fullText } from '../display/value-text.ts'
import type { Cell, Result, ResultColumn } from '../model/query.ts'
import { csvText, tableText, tabText } from './table-text.ts'

/** A query's answer as text: a table for people, tabs or CSV for programs. */
export function resultText(result: Result, form: 'table' | 'tabs' | 'csv'): string {
  const { columns, rows } = result.data
  if (form === 'table') {
    const { currency } = result.meta
    const shown = columns.filter(({ kind }) => kind !== 'key')
    return tableText(
      shown.map((column) => ({ head: column.label, align: isFigure(column) ? 'right' : 'left' })),
      rows.map((row) => shown.map((column) => cellText(row[column.name], column, currency))),
    )
  }
  const plain = [
    columns.map(({ name }) => name),
    ...rows.map((row) => columns.map(({ name }) => String(row[name] ?? ''))),
  ]
  return form === 'csv' ? csvText(plain) : tabText(plain)
}

function cellText(value: Cell | undefined, column: ResultColumn, currency: string | null): string {
  const { name, label, unit } = column
  if (name === 'weekday' && typeof value === 'number') return weekdays[value - 1] ?? String(value)
  if (name === 'month' && typeof value === 'string') return value.slice(0, 7)
  if (name === 'year' && typeof value === 'string') return value.slice(0, 4)
  return fullText(value, { label, unit, currency })
}

/** ISO 8601: 1 is Monday. */
const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

function isFigure({ kind }: ResultColumn): boolean {
  return kind !== 'dimension' && kind !== 'key'
}
