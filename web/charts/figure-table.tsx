import { changeText } from '../../src/display/change-text.ts'
import { bucketText } from '../../src/display/day-text.ts'
import { fullText, missing, unitText } from '../../src/display/value-text.ts'
import {
  type Cell,
  type Result,
  type ResultColumn,
  type Row,
  type TimeDimension,
  timeDimensions,
} from '../../src/model/query.ts'
import { DataTable, type TableColumn } from '../controls/data-table.tsx'
import { rowKeyOf } from './held-result.ts'

interface FigureTableProps {
  readonly caption: string
  readonly result: Result
  readonly className: string
  /** Rows can be chosen as filters; null where they cannot. */
  readonly onChoose: ((row: Row) => void) | null
}

/** The same answer as a table: whole figures, the unit once in the head. */
export function FigureTable({ caption, result, className, onChoose }: FigureTableProps) {
  const shown = result.data.columns.filter(({ kind }) => kind !== 'key')
  const rowKey = rowKeyOf(result)
  const columns = shown.map(
    (column, position): TableColumn<Row> => ({
      name: column.name,
      label: headOf(column, result),
      align: column.kind === 'dimension' ? 'left' : 'right',
      cell: (row) => {
        const text = cellText(column, row, result)
        const choosable = position === 0 && onChoose && row[`${column.name}_key`] !== null
        if (!choosable) return text
        return (
          <button
            type="button"
            onClick={() => onChoose(row)}
            className="text-left underline decoration-border-strong underline-offset-2 hover:decoration-accent"
          >
            {text}
          </button>
        )
      },
    }),
  )
  return (
    <DataTable
      caption={caption}
      columns={columns}
      rows={result.data.rows}
      rowKey={rowKey}
      className={className}
    />
  )
}

function headOf(column: ResultColumn, result: Result): string {
  const unit = unitText({ label: column.label, unit: column.unit, currency: result.meta.currency })
  const plain = column.kind === 'dimension' || column.kind === 'change' || unit === ''
  return plain ? column.label : `${column.label} (${unit})`
}

function cellText(column: ResultColumn, row: Row, result: Result): string {
  const cell: Cell = row[column.name] ?? null
  if (column.kind === 'change') return changeOf(column, row, result)
  const grain = timeDimensions.find((name): name is TimeDimension => name === column.name)
  if (grain && result.meta.range && typeof cell === 'string') {
    return bucketText(grain, cell, result.meta.range)
  }
  if (cell === null) return missing
  return fullText(cell, { label: column.label, unit: column.unit, currency: null })
}

function changeOf(column: ResultColumn, row: Row, result: Result): string {
  const metric = column.name.replace(/_change$/, '')
  const unit = result.data.columns.find(({ name }) => name === metric)?.unit ?? 'count'
  return changeText({
    value: row[metric],
    previous: row[`${metric}_previous`],
    change: row[column.name],
    unit,
    goodDirection: 'none',
  }).text
}
