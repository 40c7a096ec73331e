import { Check, CircleAlert } from 'lucide-react'
import { countText, wholeText } from '../../../src/display/value-text.ts'
import type { WarningCode } from '../../../src/model/reasons.ts'
import { Button } from '../../controls/button.tsx'
import type { Mended, MendedChange } from './use-mending.ts'

/** What an import of corrected rows may say of them; the rest is of the import as a whole. */
const telling: readonly WarningCode[] = [
  'lines_already_known',
  'mended_before',
  'order_known_newer',
  'order_still_counted',
]

interface MendedListProps {
  readonly mended: Mended
  readonly onClose: () => void
}

/** What became of rows that were corrected in the page. */
export function MendedList({ mended, onClose }: MendedListProps) {
  const { report, loaded, rejected } = mended
  return (
    <div
      role="status"
      className="mb-3 flex flex-col gap-2 rounded-card border border-border-strong px-4 py-3 text-control"
    >
      {loaded.length > 0 && (
        <>
          <p className="flex items-start gap-2 font-medium">
            <Check aria-hidden className="mt-0.5 size-4 shrink-0 text-positive" />
            {countText(loaded.length, 'row')} corrected and loaded
          </p>
          <Changes changes={loaded} />
        </>
      )}
      {rejected.length > 0 && (
        <>
          <p className="flex items-start gap-2 font-medium">
            <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-negative" />
            {countText(rejected.length, 'row')} wrong still, and back in the list
          </p>
          <Changes changes={rejected} />
        </>
      )}
      {report.warnings
        .filter(({ code }) => telling.includes(code))
        .map(({ code, text }) => (
          <p key={code} className="text-text-2 wrap-anywhere">
            {text}
          </p>
        ))}
      <Button className="self-start" onClick={onClose}>
        Close
      </Button>
    </div>
  )
}

function Changes({ changes }: { readonly changes: readonly MendedChange[] }) {
  return (
    <ul className="flex flex-col gap-1 pl-6">
      {changes.map(({ row, changes: columns, reason }) => (
        <li key={row.origin} className="wrap-anywhere">
          <span className="text-text-2">
            Record {wholeText(row.recordNumber)} of {row.file}:
          </span>{' '}
          {columns.map(({ column, before, after }, index) => (
            <span key={column}>
              {index > 0 && ', '}
              {column} <span className="text-text-2">{before ?? 'blank'}</span>
              <span aria-hidden className="text-text-3">
                {' → '}
              </span>
              <span className="sr-only"> became </span>
              <span className="font-medium">{after ?? 'blank'}</span>
            </span>
          ))}
          {reason && <span className="text-negative"> ({reason})</span>}
        </li>
      ))}
    </ul>
  )
}
