import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { wholeText } from '../../../src/display/value-text.ts'
import type { RejectedRow, RejectGroup } from '../../../src/model/import.ts'
import { Button } from '../../controls/button.tsx'
import { DataTable, type TableColumn } from '../../controls/data-table.tsx'
import { Failure, Skeleton } from '../../controls/states.tsx'
import { rejectedRowsQuery } from '../../queries.ts'
import { EditableRows } from './editable-rows.tsx'
import { Value } from './recognised-file.tsx'
import type { Mending } from './use-mending.ts'

const step = 25
/** More fields than these no page edits at ease. */
const mostShown = 500

interface RejectedRowsProps {
  readonly group: RejectGroup
  /** Null where rows cannot be corrected. */
  readonly mending: Mending | null
}

/** A line that is no record has no columns to correct; it must be mended in its file. */
function isRecord({ origin, row }: RejectedRow): boolean {
  return origin !== null && !(Object.keys(row).length === 1 && 'line' in row)
}

/** The rows themselves, whole, as they stood in their file; what was at fault first. */
export function RejectedRows({ group, mending }: RejectedRowsProps) {
  const [limit, setLimit] = useState(step)
  const rows = useQuery(
    rejectedRowsQuery({ run: group.runId, reason: group.reason, limit, offset: 0 }),
  )
  if (rows.error) return <Failure error={rows.error} onRetry={() => void rows.refetch()} />
  if (!rows.data) return <Skeleton className="my-2 h-32" />
  return (
    <div className="pb-2">
      {mending && rows.data.length > 0 && rows.data.every(isRecord) ? (
        <EditableRows
          caption={`Rows: ${group.text}`}
          reason={group.text}
          rows={rows.data}
          mending={mending}
        />
      ) : (
        <DataTable
          caption={`Rows: ${group.text}`}
          rows={rows.data}
          rowKey={(_, index) => index}
          columns={columnsOf(rows.data)}
          className="max-h-96"
        />
      )}
      {rows.data.length < group.rows && (
        <div className="mt-2 flex flex-wrap items-center gap-3">
          {limit < mostShown && (
            <Button onClick={() => setLimit(limit + step)}>
              Show more ({wholeText(group.rows - rows.data.length)} left)
            </Button>
          )}
          <span className="text-meta text-text-2">
            Many rows are corrected more easily in a file: download the CSV, keep its last column,
            and import it.
          </span>
        </div>
      )}
    </div>
  )
}

function columnsOf(rows: readonly RejectedRow[]): TableColumn<RejectedRow>[] {
  const headers = [...new Set(rows.flatMap((row) => Object.keys(row.row)))]
  return [
    { name: ' file', label: 'File', cell: (row) => <Value text={row.file} /> },
    {
      name: ' record',
      label: 'Record',
      align: 'right',
      cell: (row) => wholeText(row.recordNumber),
    },
    {
      name: ' fault',
      label: 'At fault',
      cell: (row) =>
        row.column === null ? (
          <span className="text-text-3">the whole row</span>
        ) : (
          <span className="text-negative">
            <Value text={`${row.column}: ${row.value ?? 'empty'}`} />
          </span>
        ),
    },
    ...headers.map(
      (header): TableColumn<RejectedRow> => ({
        name: header,
        label: header,
        cell: (row) => <Value text={row.row[header] ?? null} />,
      }),
    ),
  ]
}
