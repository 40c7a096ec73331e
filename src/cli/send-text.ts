import { countText, wholeText } from '../display/value-text.ts'
import type { LiveDocuments } from '../ingest/ingest.ts'
import { sendingOrder } from '../ingest/ingest.ts'
import type { ImportReport } from '../model/import.ts'
import type { LiveKind } from '../model/live.ts'
import { rejectReasons } from '../model/reasons.ts'
import type { AckTimes } from './ack-times.ts'
import type { RecordSender } from './record-sender.ts'

type Counts = Readonly<Record<LiveKind, number>>

/** What `takings send` says in the end, also as JSON. */
export interface SendOutcome {
  /** `planned`: a dry run; `stopped`: by Ctrl-C, after what was under way was acknowledged. */
  readonly state: 'planned' | 'sent' | 'stopped'
  readonly server: string
  /** Records that the files hold, and those that the server acknowledged. */
  readonly planned: Counts
  readonly sent: Counts
  /** Acknowledged and kept among the rejected rows of the server, because they do not fit its schema. */
  readonly refused: number
  readonly refusedFirst: readonly { readonly problem: string; readonly record: string }[]
  readonly leftOut: LiveDocuments['leftOut']
  /** Every record of the files was sent and taken. */
  readonly isWhole: boolean
  readonly seconds: number
  /** Milliseconds that half, and 99 of 100, of the latest requests took; null where there were none. */
  readonly acknowledgedMs: { readonly p50: number | null; readonly p99: number | null }
  readonly rows: ImportReport['rows']
  readonly rejectedBy: ImportReport['rejectedBy']
  readonly warnings: ImportReport['warnings']
}

export function sendOutcome(parts: {
  readonly state: SendOutcome['state']
  readonly server: string
  readonly seconds: number
  readonly sender: RecordSender
  readonly documents: LiveDocuments
  readonly report: ImportReport
}): SendOutcome {
  const { sender, documents, report, state } = parts
  const { refused, refusedRecords, sent, acknowledged } = sender
  return {
    state,
    server: parts.server,
    planned: documents.counts,
    sent,
    refused: refusedRecords,
    refusedFirst: refused.map(({ path, problem, text }) => ({
      problem: path === null ? problem : `${path}: ${problem}`,
      record: text.slice(0, 200),
    })),
    leftOut: documents.leftOut,
    isWhole: refusedRecords === 0 && documents.leftOut.every(({ isMissing }) => !isMissing),
    seconds: Math.round(parts.seconds * 1_000) / 1_000,
    acknowledgedMs: {
      p50: tenths(acknowledged.within(0.5)),
      p99: tenths(acknowledged.within(0.99)),
    },
    rows: report.rows,
    rejectedBy: report.rejectedBy,
    // What is rejected here is kept nowhere: nothing was loaded.
    warnings: report.warnings.filter(({ code }) => code !== 'rejected_rows'),
  }
}

function tenths(time: number | null): number | null {
  return time === null ? null : Math.round(time * 10) / 10
}

const words: Readonly<Record<LiveKind, readonly [one: string, many: string]>> = {
  orders: ['order', 'orders'],
  returns: ['return', 'returns'],
  products: ['product', 'products'],
  customers: ['customer', 'customers'],
  stock: ['entry of stock', 'entries of stock'],
}

function countsText(counts: Counts): string {
  const parts = sendingOrder.flatMap((kind) => {
    const [one, many] = words[kind]
    return counts[kind] > 0 ? [countText(counts[kind], one, many)] : []
  })
  return parts.length > 0 ? parts.join(', ') : 'nothing'
}

export function sendText(outcome: SendOutcome): string {
  const { rows, rejectedBy, leftOut, refused, refusedFirst, warnings } = outcome
  const rejected = Object.entries(rejectedBy).map(
    ([reason, count]) =>
      `           ${wholeText(count)} rejected: ${rejectReasons[reason as keyof typeof rejectReasons]}`,
  )
  return [
    ...headlines(outcome),
    `rows     ${wholeText(rows.in)} in = ${wholeText(rows.accepted)} accepted + ${wholeText(rows.rejected)} rejected + ` +
      `${wholeText(rows.duplicate)} duplicate + ${wholeText(rows.ignored)} ignored`,
    ...rejected,
    ...leftOut.map(({ text, isMissing }) => `${isMissing ? 'NOT SENT' : 'note'}: ${text}`),
    ...(refused > 0
      ? [`REFUSED: ${countText(refused, 'record')}, kept among the rejected rows of the server`]
      : []),
    ...refusedFirst.map(({ problem, record }) => `           ${problem}: ${record}`),
    ...warnings.map(({ text }) => `warning: ${text}`),
    '',
    `next: ${nextStep(outcome)}`,
  ].join('\n')
}

function headlines(outcome: SendOutcome): string[] {
  const { state, planned, sent, server } = outcome
  if (state === 'planned') return [`Dry run: nothing was sent. It would be ${countsText(planned)}.`]
  const { p50, p99 } = outcome.acknowledgedMs
  const times =
    p50 === null ? '' : `; acknowledged in ${p50} ms (half of the requests) to ${p99} ms (99 %)`
  const pace = `in ${secondsText(outcome.seconds)}, ${perSecond(sent, outcome.seconds)} a second${times}`
  const done = `Sent to ${server}: ${countsText(sent)} ${pace}.`
  if (state === 'sent') return [done, 'All that the server took can be queried.']
  return [
    done,
    `Stopped before the end: ${countsText(planned)} stand in the files. What was sent is safe; the same command again doubles nothing.`,
  ]
}

function nextStep({ state, isWhole }: SendOutcome): string {
  if (state === 'planned') return 'the same command without --dry-run sends it'
  if (state === 'stopped') return 'the same command sends it all, what is known already too'
  return isWhole ? 'takings overview' : '`takings import` loads what live records cannot say'
}

/** `Sending  1,200 of 30,000 orders · 50 a second · acknowledged in 4 ms, 99 % in 12 ms`. */
export function sendingText(now: {
  readonly sent: Counts
  readonly planned: Counts
  readonly seconds: number
  readonly acknowledged: AckTimes
  readonly wait: string | null
}): string {
  const all = sum(now.planned)
  const p99 = now.acknowledged.within(0.99)
  const p50 = now.acknowledged.within(0.5)
  return [
    `Sending  ${wholeText(sum(now.sent))} of ${countText(all, 'record')}`,
    `${perSecond(now.sent, now.seconds)} a second`,
    ...(p50 === null || p99 === null
      ? []
      : [`acknowledged in ${Math.round(p50)} ms, 99 % in ${Math.round(p99)} ms`]),
    ...(now.wait === null ? [] : [`waiting: ${now.wait}`]),
  ].join(' · ')
}

function sum(counts: Counts): number {
  return Object.values(counts).reduce((all, count) => all + count, 0)
}

function perSecond(sent: Counts, seconds: number): string {
  const rate = sum(sent) / Math.max(seconds, 0.001)
  return rate >= 10 ? wholeText(Math.round(rate)) : String(Math.round(rate * 10) / 10)
}

function secondsText(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds * 10) / 10} s` : `${Math.round(seconds / 60)} min`
}
