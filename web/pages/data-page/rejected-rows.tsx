import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { wholeText } from '../../../src/display/value-text.ts'
import type { RejectedRow, RejectGroup } from '../../../src/model/import.ts'
import { Button } from '../../controls/button.tsx'
import { DataTable, type TableColumn } from '../../controls/data-table.tsx'
import { Failure, Skeleton } from '../../controls/states.tsx'
import { rejectedRowsQuery } from '../../queries.ts'
import { Value } from './recognised-file.tsx'

const step = 50

/** The rows themselves, whole, as they stood in their file; what was at fault first. */
export function RejectedRows({ group }: { readonly group: RejectGroup }) {
  const [limit, setLimit] = useState(step)
  const rows = useQuery(
    rejectedRowsQuery({ run: group.runId, reason: group.reason, limit, offset: 0 }),
  )
  if (rows.error) return <Failure error={rows.error} onRetry={() => void rows.refetch()} />
  if (!rows.data) return <Skeleton className="my-2 h-32" />
  return (
    <div className="pb-2">
      <DataTable
        caption={`Rows: ${group.text}`}
        rows={rows.data}
        rowKey={(_, index) => index}
        columns={columnsOf(rows.data)}
        className="max-h-96"
      />
      {rows.data.length < group.rows && (
        <Button className="mt-2" onClick={() => setLimit(limit + step)}>
          Show more ({wholeText(group.rows - rows.data.length)} left)
        </Button>
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
