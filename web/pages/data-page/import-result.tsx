import { Link } from '@tanstack/react-router'
import { CircleAlert } from 'lucide-react'
import type { ImportReport } from '../../../src/model/import.ts'
import { Button, buttonClass } from '../../controls/button.tsx'
import { ReportSummary } from './report-summary.tsx'

interface ImportResultProps {
  readonly report: ImportReport
  readonly onMore: () => void
}

/** How an import ended. */
export function ImportResult({ report, onMore }: ImportResultProps) {
  const { state, period, error } = report
  return (
    <div className="flex flex-col gap-4">
      {state === 'unchanged' && (
        <p className="text-control text-text-2">
          All of these rows are already in the warehouse: nothing was changed.
        </p>
      )}
      {error ? (
        <div role="alert" className="flex items-start gap-2 text-control">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-negative" />
          <div className="min-w-0 wrap-anywhere">
            <p className="font-medium">{error.message}</p>
            <p className="text-text-2">{error.hint}</p>
          </div>
        </div>
      ) : (
        <ReportSummary report={report} />
      )}
      <div className="flex flex-wrap gap-2">
        {!error && period && (
          <Link
            to="/"
            search={{ from: period.from, to: period.to }}
            className={buttonClass('primary')}
          >
            Show on the Overview
          </Link>
        )}
        <Button onClick={onMore}>{error ? 'Start again' : 'Import more'}</Button>
      </div>
    </div>
  )
}
