import { rangeText } from '../display/day-text.ts'
import { countText, fullText, wholeText } from '../display/value-text.ts'
import type { FileReport, ImportReport, Question } from '../model/import.ts'
import {
  type IgnoreReason,
  ignoreReasons,
  type RejectReason,
  rejectReasons,
} from '../model/reasons.ts'

const headlines: Readonly<Record<ImportReport['state'], string>> = {
  preview: 'Dry run: nothing was loaded.',
  committed: 'Imported.',
  unchanged: 'Nothing new: everything was imported before.',
  question: 'Nothing was loaded: a question is open.',
  failed: 'Nothing was loaded.',
}

/** The import document for people; ends with what to do next. */
export function reportText(report: ImportReport): string {
  return [
    headlines[report.state],
    '',
    ...report.files.map(fileLine),
    '',
    ...rowLines(report),
    ...totalLines(report),
    ...report.warnings.map(({ text }) => `warning: ${text}`),
    ...report.questions.flatMap(questionLines),
    '',
    `next: ${nextStep(report)}`,
  ].join('\n')
}

function fileLine(file: FileReport): string {
  const held = file.layout === null ? 'ignored' : `${file.layout}: ${file.holds ?? 'unknown'}`
  const facts = [file.format, file.encoding, file.notation].filter((fact) => fact !== '')
  return `${file.path}  ${held}, ${countText(file.rows, 'row')} (${facts.join(', ')})`
}

function rowLines({ rows, rejectedBy, ignoredBy }: ImportReport): string[] {
  const parts = [
    `${wholeText(rows.accepted)} accepted`,
    `${wholeText(rows.rejected)} rejected`,
    `${wholeText(rows.duplicate)} duplicate`,
    `${wholeText(rows.ignored)} ignored`,
  ]
  return [
    `rows     ${wholeText(rows.in)} in = ${parts.join(' + ')}`,
    ...reasonLines('rejected', rejectedBy, rejectReasons),
    ...reasonLines('ignored', ignoredBy, ignoreReasons),
  ]
}

function reasonLines(
  outcome: string,
  counts: Readonly<Partial<Record<RejectReason | IgnoreReason, number>>>,
  sentences: Readonly<Record<string, string>>,
): string[] {
  return Object.entries(counts).map(
    ([reason, count]) =>
      `           ${wholeText(count)} ${outcome}: ${sentences[reason] ?? reason}`,
  )
}

function totalLines({ orders, period, totals }: ImportReport): string[] {
  if (period === null) return []
  const money = (value: string) =>
    fullText(value, { label: '', unit: 'money', currency: totals.currency })
  const units = fullText(totals.units, { label: '', unit: 'quantity', currency: null })
  const news = [
    `${wholeText(orders.new)} new`,
    `${wholeText(orders.replaced)} replaced`,
    `${wholeText(orders.unchanged)} unchanged`,
  ]
  return [
    `orders   ${countText(totals.orders, 'order')} (${news.join(', ')})`,
    `period   ${rangeText(period)}`,
    `revenue  ${money(totals.revenue)}, returns ${money(totals.returns)}, ` +
      `net sales ${money(totals.net_sales)}, ${units} units`,
  ]
}

/** A question with its numbered choices and what each of them would make of the figures. */
export function questionLines(question: Question): string[] {
  return [
    '',
    question.text,
    ...(question.evidence === '' ? [] : [`  ${question.evidence}`]),
    ...question.choices.map(({ value, text, effect }, index) => {
      const consequence = effect === '' ? '' : `: ${effect}`
      return `  ${index + 1}) ${text}${consequence}  [--answer ${question.key}=${value}]`
    }),
  ]
}

function nextStep({ state, rows }: ImportReport): string {
  switch (state) {
    case 'preview':
      return 'the same command without --dry-run loads it'
    case 'question':
      return 'the same command with --answer KEY=VALUE'
    case 'failed':
      return 'mend what the error names and import again'
    case 'committed':
    case 'unchanged':
      return rows.rejected > 0 ? 'takings rejects show' : 'takings overview'
  }
}
