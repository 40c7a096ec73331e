import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { instantText, rangeText } from '../../../src/display/day-text.ts'
import { countText, fullText, wholeText } from '../../../src/display/value-text.ts'
import type { RunSummary } from '../../../src/model/import.ts'
import { Card } from '../../controls/card.tsx'
import { classNames } from '../../controls/class-names.ts'
import { Empty, Failure, Skeleton } from '../../controls/states.tsx'
import { useHeldOrder } from '../../held-order.ts'
import { runsQuery } from '../../queries.ts'

const noRuns: readonly RunSummary[] = []

/** Every import so far, the newest first. */
export function RunsCard({ timeZone }: { readonly timeZone: string }) {
  const runs = useQuery(runsQuery)
  const { rows, holding } = useHeldOrder(runs.data ?? noRuns, keyOf)
  return (
    <Card title="Runs" detail="every import, newest first" holding={holding}>
      {runs.error && !runs.data ? (
        <Failure error={runs.error} onRetry={() => void runs.refetch()} />
      ) : !runs.data ? (
        <Skeleton className="h-32" />
      ) : runs.data.length === 0 ? (
        <Empty title="Nothing was imported yet.">
          <p className="text-text-2">
            Each import leaves a line here, with what it took and what not.
          </p>
        </Empty>
      ) : (
        <ul className="-my-2">
          {rows.map((run) => (
            <Run key={run.runId} run={run} timeZone={timeZone} />
          ))}
        </ul>
      )}
    </Card>
  )
}

function keyOf({ runId }: RunSummary): string {
  return String(runId)
}

function Run({ run, timeZone }: { readonly run: RunSummary; readonly timeZone: string }) {
  const { rows, totals, period } = run
  const left = rows.rejected + rows.ignored + rows.duplicate
  const money = { label: '', unit: 'money', currency: totals.currency } as const
  return (
    <li className="grid gap-x-6 gap-y-1 border-b border-border py-3 text-control last:border-0 md:grid-cols-[minmax(0,1fr)_auto]">
      <div className="min-w-0">
        <p className="flex min-w-0 items-center gap-2">
          <span title={run.files.join(', ')} className="truncate font-medium">
            {run.files.map(fileName).join(', ')}
          </span>
          <State state={run.state} />
        </p>
        <p className="text-meta text-text-2">
          Run {run.runId} · {instantText(run.finishedAt, timeZone)} · {run.source}
          {period && (
            <>
              {' · '}
              <Link
                to="/"
                search={{ from: period.from, to: period.to }}
                className="underline decoration-border-strong underline-offset-2 hover:text-text"
              >
                {rangeText(period)}
              </Link>
            </>
          )}
        </p>
      </div>
      <div className="text-meta text-text-2 md:text-right">
        <p>
          <span className="text-control text-text">{countText(rows.accepted, 'row')}</span> of{' '}
          {wholeText(rows.in)} accepted
          {left > 0 && (
            <>
              {' · '}
              <Link
                to="/data"
                search={(search) => ({ ...search, run: run.runId })}
                hash="rejects"
                className="underline decoration-border-strong underline-offset-2 hover:text-text"
              >
                {wholeText(left)} not loaded
              </Link>
            </>
          )}
        </p>
        <p>Net sales {fullText(totals.net_sales, money)}</p>
      </div>
    </li>
  )
}

/** The last part of a path; imports from the terminal name whole paths. */
function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path
}

function State({ state }: { readonly state: RunSummary['state'] }) {
  const changed = state === 'committed'
  return (
    <span
      className={classNames(
        'shrink-0 rounded-full px-2 text-axis font-medium',
        changed ? 'bg-accent-weak text-accent' : 'bg-surface-2 text-text-2',
      )}
    >
      {changed ? 'imported' : 'unchanged'}
    </span>
  )
}
