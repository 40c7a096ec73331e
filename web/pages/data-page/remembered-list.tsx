import { History } from 'lucide-react'
import { dayText } from '../../../src/display/day-text.ts'
import type { RememberedUse } from '../../../src/model/import.ts'
import { Button } from '../../controls/button.tsx'

interface RememberedListProps {
  readonly uses: readonly RememberedUse[]
  readonly onAskAgain?: (() => void) | undefined
}

/** What held in this import because a person said it of such files before. */
export function RememberedList({ uses, onAskAgain }: RememberedListProps) {
  if (uses.length === 0) return null
  return (
    <div className="flex flex-wrap items-start gap-x-4 gap-y-2 rounded-card border border-border px-4 py-3 text-control">
      <History aria-hidden className="mt-0.5 size-4 shrink-0 text-text-3" />
      <ul aria-label="Remembered" className="flex min-w-0 flex-1 flex-col gap-1">
        {uses.map((use) => (
          <li key={`${use.file} ${use.kind} ${use.name}`} className="wrap-anywhere">
            <span className="text-text-2">{use.file}:</span> {wordsOf(use)}
          </li>
        ))}
      </ul>
      {onAskAgain && <Button onClick={onAskAgain}>Ask again</Button>}
    </div>
  )
}

/** `the day stands first, as answered on 12 Nov 2026` */
export function wordsOf({ kind, name, text, saidAt }: Omit<RememberedUse, 'file'>): string {
  const day = dayText(saidAt.slice(0, 10))
  if (kind === 'answer') return `${text}, as answered on ${day}`
  if (kind === 'holds') return `holds ${text}, as said on ${day}`
  return `“${name}” is ${text}, as said on ${day}`
}
