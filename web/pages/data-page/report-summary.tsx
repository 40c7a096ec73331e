import { useQuery } from '@tanstack/react-query'
import { TriangleAlert } from 'lucide-react'
import { rangeText } from '../../../src/display/day-text.ts'
import { fullText, type Measure, wholeText } from '../../../src/display/value-text.ts'
import type { ImportReport } from '../../../src/model/import.ts'
import { ignoreReasons, rejectReasons } from '../../../src/model/reasons.ts'
import { settingsQuery } from '../../queries.ts'
import { CurrencyPicker } from '../../shell/currency-picker.tsx'
import { RememberedList } from './remembered-list.tsx'
import { Repairs } from './repairs.tsx'

interface ReportSummaryProps {
  readonly report: ImportReport
  /** Where what is remembered can still be left aside. */
  readonly onAskAgain?: (() => void) | undefined
}

/** Rows that add up, figures of this import, and what to know about them. */
export function ReportSummary({ report, onAskAgain }: ReportSummaryProps) {
  const { totals } = report
  const settings = useQuery({ ...settingsQuery, enabled: totals.currency === null })
  const currency = totals.currency ?? settings.data?.currency ?? null
  const money: Measure = { label: '', unit: 'money', currency }
  const units: Measure = { label: '', unit: 'quantity', currency: null }
  return (
    <div className="flex flex-col gap-4">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3 lg:grid-cols-5">
        <Figure name="Net sales" value={fullText(totals.net_sales, money)} />
        <Figure name="Revenue" value={fullText(totals.revenue, money)} />
        <Figure name="Returns" value={fullText(totals.returns, money)} />
        <Figure name="Orders" value={wholeText(totals.orders)} />
        <Figure name="Units" value={fullText(totals.units, units)} />
      </dl>
      <p className="text-control text-text-2">
        {report.period && `${rangeText(report.period)} · `}
        {totals.currency ?? <CurrencyPicker currency={currency} />}
        {report.orders.replaced + report.orders.unchanged > 0 &&
          ` · orders: ${wholeText(report.orders.new)} new, ${wholeText(report.orders.replaced)} replaced, ${wholeText(report.orders.unchanged)} unchanged`}
      </p>
      <RowsSum report={report} />
      <RememberedList uses={report.remembered} onAskAgain={onAskAgain} />
      <Repairs repairs={report.repairs} />
      <Warnings report={report} currency={currency} />
    </div>
  )
}

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className="min-w-0">
      <dt className="text-meta text-text-3">{name}</dt>
      <dd className="text-[16px] leading-6 font-semibold wrap-anywhere">{value}</dd>
    </div>
  )
}

/** Nothing is dropped silently: the parts are the whole. */
function RowsSum({ report }: { readonly report: ImportReport }) {
  const { rows } = report
  return (
    <div className="rounded-card bg-surface-2 px-4 py-3 text-control">
      <p data-testid="rows-sum">
        <b className="font-semibold">{wholeText(rows.in)}</b> rows in ={' '}
        <b className="font-semibold">{wholeText(rows.accepted)}</b> accepted +{' '}
        <b className="font-semibold">{wholeText(rows.rejected)}</b> rejected +{' '}
        <b className="font-semibold">{wholeText(rows.duplicate)}</b> duplicate +{' '}
        <b className="font-semibold">{wholeText(rows.ignored)}</b> ignored
      </p>
      <Reasons title="Rejected" counts={report.rejectedBy} words={rejectReasons} />
      <Reasons title="Ignored" counts={report.ignoredBy} words={ignoreReasons} />
    </div>
  )
}

interface ReasonsProps {
  readonly title: string
  readonly counts: Readonly<Partial<Record<string, number>>>
  readonly words: Readonly<Record<string, string>>
}

function Reasons({ title, counts, words }: ReasonsProps) {
  const reasons = Object.entries(counts).filter(([, count]) => count)
  if (reasons.length === 0) return null
  return (
    <ul className="mt-1 text-text-2">
      {reasons.map(([reason, count]) => (
        <li key={reason}>
          {title} {wholeText(count ?? 0)}: {words[reason] ?? reason}
        </li>
      ))}
    </ul>
  )
}

interface WarningsProps {
  readonly report: ImportReport
  readonly currency: string | null
}

/** What was missing in the files may have been stated since. */
function Warnings({ report, currency }: WarningsProps) {
  const warnings = report.warnings.filter(
    ({ code }) => code !== 'currency_not_stated' || currency === null,
  )
  if (warnings.length === 0) return null
  return (
    <ul aria-label="Warnings" className="flex flex-col gap-2">
      {warnings.map(({ code, text }) => (
        <li key={`${code} ${text}`} className="flex items-start gap-2 text-control">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
          <span className="min-w-0 wrap-anywhere">{text}</span>
        </li>
      ))}
    </ul>
  )
}
