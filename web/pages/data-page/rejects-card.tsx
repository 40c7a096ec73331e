import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronRight, Download } from 'lucide-react'
import { useState } from 'react'
import { countText, wholeText } from '../../../src/display/value-text.ts'
import type { RejectGroup } from '../../../src/model/import.ts'
import { rejectsExportAddress } from '../../api.ts'
import { buttonClass } from '../../controls/button.tsx'
import { Card } from '../../controls/card.tsx'
import { classNames } from '../../controls/class-names.ts'
import { Empty, Failure, Skeleton } from '../../controls/states.tsx'
import { useHeldOrder } from '../../held-order.ts'
import { rejectGroupsQuery } from '../../queries.ts'
import { useSearchState } from '../../view.ts'
import { MendedList } from './mended-list.tsx'
import { RejectedRows } from './rejected-rows.tsx'
import { type Mended, type Mending, useMending } from './use-mending.ts'

/** Every row that was not loaded, by reason; those rejected can be fixed and imported again. */
export function RejectsCard({ demo }: { readonly demo: boolean }) {
  const [mended, setMended] = useState<Mended | null>(null)
  const mending = useMending(setMended)
  const groups = useQuery(rejectGroupsQuery)
  const { run } = useSearchState()
  const shown = groups.data?.filter((group) => run === undefined || group.runId === run) ?? []
  const { rows, holding } = useHeldOrder(shown, keyOf)
  return (
    <div id="rejects" className="scroll-mt-20">
      <Card
        title="Rows not loaded"
        holding={holding}
        detail={run === undefined ? 'of all runs' : `of run ${run}`}
        actions={
          run !== undefined && (
            <Link
              to="/data"
              search={({ run: _, ...rest }) => rest}
              resetScroll={false}
              className={buttonClass('quiet')}
            >
              Show all runs
            </Link>
          )
        }
      >
        {mended && <MendedList mended={mended} onClose={() => setMended(null)} />}
        {groups.error && !groups.data ? (
          <Failure error={groups.error} onRetry={() => void groups.refetch()} />
        ) : !groups.data ? (
          <Skeleton className="h-24" />
        ) : shown.length === 0 ? (
          <Empty title="No rejected, ignored or duplicate rows are left. Files that were ignored whole are only counted." />
        ) : (
          <ul className="-my-2">
            {rows.map((group) => (
              <Group
                key={keyOf(group)}
                group={group}
                // Imports go to the real shop, so rows of the demo stay as they are.
                mending={demo || group.outcome !== 'rejected' ? null : mending}
              />
            ))}
          </ul>
        )}
      </Card>
    </div>
  )
}

function keyOf({ runId, outcome, reason }: RejectGroup): string {
  return `${runId} ${outcome} ${reason}`
}

const tones: Readonly<Record<RejectGroup['outcome'], string>> = {
  rejected: 'text-negative',
  ignored: 'text-text-2',
  duplicate: 'text-text-2',
}

interface GroupProps {
  readonly group: RejectGroup
  readonly mending: Mending | null
}

function Group({ group, mending }: GroupProps) {
  const [open, setOpen] = useState(false)
  return (
    <li className="border-b border-border py-2 last:border-0">
      <div className="flex items-center gap-2">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex min-h-9 min-w-0 flex-1 items-center gap-2 rounded-control text-left text-control max-md:min-h-11"
        >
          <ChevronRight
            aria-hidden
            className={classNames(
              'size-4 shrink-0 text-text-3 transition-transform',
              open && 'rotate-90',
            )}
          />
          <span className="min-w-0 flex-1 wrap-anywhere">
            <span className={classNames('font-medium', tones[group.outcome])}>
              {wholeText(group.rows)} {group.outcome}
            </span>
            : {group.text}{' '}
            <span className="text-text-3">
              · run {group.runId}
              {group.mended > 0 && ` · ${wholeText(group.mended)} more mended since`}
            </span>
          </span>
        </button>
        <a
          href={rejectsExportAddress(group.runId, group.reason)}
          download
          aria-label={`Download ${countText(group.rows, 'row')} as CSV: ${group.text}`}
          className={classNames(buttonClass('quiet'), 'max-md:px-2.5')}
        >
          <Download aria-hidden className="size-4" />
          <span className="max-md:sr-only">CSV</span>
        </a>
      </div>
      {open && <RejectedRows group={group} mending={mending} />}
    </li>
  )
}
