import type { MetricDescription } from '../model/query.ts'
import type { Restatement } from '../model/restatement.ts'
import { dayText, instantText } from './day-text.ts'
import { fullText } from './value-text.ts'

export interface RestatementWords {
  readonly metrics: readonly MetricDescription[]
  /** ISO 4217; null when no source stated one. */
  readonly currency: string | null
  /** IANA name. */
  readonly timeZone: string
}

/** What a run changed of a day: `26 Nov 2026`, `Net sales −€120.00, Orders +3`, `27 Nov 2026, 09:14`, `orders.csv`. */
export interface RestatementText {
  readonly day: string
  readonly changes: string
  readonly at: string
  readonly by: string
}

/** Where a file lay tells nobody more. */
function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path
}

export function restatementText(
  { day, at, runId, files, figures }: Restatement,
  { metrics, currency, timeZone }: RestatementWords,
): RestatementText {
  const changes = figures.map(({ metric, change }) => {
    const described = metrics.find(({ name }) => name === metric)
    const label = described?.label ?? metric
    const text = fullText(change, { label, unit: described?.unit ?? 'quantity', currency })
    return `${label} ${change.startsWith('-') ? '' : '+'}${text}`
  })
  return {
    day: dayText(day),
    changes: changes.join(', '),
    at: instantText(at, timeZone),
    by: `${files.map(baseName).join(', ') || 'live records'} (run ${runId})`,
  }
}
