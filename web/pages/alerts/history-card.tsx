import { useQuery } from '@tanstack/react-query'
import { incidentText } from '../../../src/display/alert-state-text.ts'
import { Card } from '../../controls/card.tsx'
import { DataTable } from '../../controls/data-table.tsx'
import { Failure } from '../../controls/states.tsx'
import { incidentsQuery } from '../../queries.ts'

/** What was open and is over; nothing before the first. */
export function HistoryCard({ timeZone }: { readonly timeZone: string }) {
  const { data, error, refetch } = useQuery(incidentsQuery)
  const over = data?.filter(({ resolvedAt }) => resolvedAt !== null) ?? []
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />
  if (over.length === 0) return null
  return (
    <Card title="History" detail="the newest first">
      <DataTable
        caption="Alerts that are over"
        className="max-h-96"
        rows={over}
        rowKey={({ id }) => id}
        columns={[
          {
            name: 'what',
            label: 'What',
            cell: ({ text, closingText }) => (
              <span className="wrap-anywhere">
                {text}
                {closingText && <span className="block text-text-3">{closingText}</span>}
              </span>
            ),
          },
          { name: 'from', label: 'From', cell: (one) => texts(one).at },
          { name: 'state', label: 'Until', cell: (one) => texts(one).state },
        ]}
      />
    </Card>
  )

  function texts(one: (typeof over)[number]) {
    return incidentText(one, { timeZone, now: one.openedAt })
  }
}
