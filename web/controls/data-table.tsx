import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export interface TableColumn<Row> {
  readonly name: string
  readonly label: ReactNode
  readonly align?: 'left' | 'right'
  readonly cell: (row: Row, index: number) => ReactNode
}

interface DataTableProps<Row> {
  readonly caption: string
  readonly columns: readonly TableColumn<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row, index: number) => string | number
  readonly className?: string
}

/** A table that scrolls inside its place, also by keyboard, and keeps its head in sight. */
export function DataTable<Row>({ caption, columns, rows, rowKey, className }: DataTableProps<Row>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a place that scrolls must be reachable by keyboard
    <section aria-label={caption} tabIndex={0} className={classNames('overflow-auto', className)}>
      <table className="w-full border-collapse text-control">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                className={classNames(
                  'sticky top-0 z-[1] border-b border-border bg-surface px-2 py-2 text-meta font-medium whitespace-nowrap text-text-3 first:pl-0 last:pr-0',
                  column.align === 'right' ? 'text-right' : 'text-left',
                )}
              >
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={rowKey(row, index)} className="border-b border-border last:border-0">
              {columns.map((column) => (
                <td
                  key={column.name}
                  className={classNames(
                    'px-2 py-2 align-top first:pl-0 last:pr-0',
                    column.align === 'right' && 'text-right whitespace-nowrap',
                  )}
                >
                  {column.cell(row, index)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
