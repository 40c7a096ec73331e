import { dayText, rangeText } from '../display/day-text.ts'
import { countText, fullText, wholeText } from '../display/value-text.ts'
import { otherAnswers } from '../ingest/ingest.ts'
import type { FileReport, ImportReport, Question, RememberedUse, Repair } from '../model/import.ts'
import {
  type IgnoreReason,
  ignoreReasons,
  type RejectReason,
  rejectReasons,
} from '../model/reasons.ts'
import { columnLines } from './column-lines.ts'
import { tableText } from './table-text.ts'

const headlines: Readonly<Record<ImportReport['state'], string>> = {
  preview: 'Dry run: nothing was loaded.',
  committed: 'Imported.',
  unchanged: 'Nothing new: everything was imported before.',
  question: 'Nothing was loaded: a question is open.',
  failed: 'Nothing was loaded.',
}

/**
 * The import document for people; ends with what to do next. `command` is what was typed, so that it can be
 * copied with an answer behind it.
 */
export function reportText(report: ImportReport, command = 'takings import FILES'): string {
  const files = report.files.flatMap((file) => [
    fileLine(file),
    ...(report.state === 'preview' ? columnLines(file) : []),
  ])
  return [
    headlines[report.state],
    '',
    ...files,
    ...(report.state === 'preview' ? ['  correct a column with --column "HEADER=ROLE"'] : []),
    '',
    ...rowLines(report),
    ...totalLines(report),
    ...report.remembered.map(rememberedLine),
    ...report.repairs.flatMap(repairLines),
    ...report.warnings.map(({ text }) => `warning: ${text}`),
    ...report.questions.flatMap((question) => questionLines(question, command)),
    '',
    `next: ${nextStep(report, command)}`,
  ].join('\n')
}

function rememberedLine({ file, kind, name, value, text, saidAt }: RememberedUse): string {
  const day = dayText(saidAt.slice(0, 10))
  if (kind === 'holds') return `remembered: ${file} holds ${text}, as said on ${day}`
  if (kind === 'column') {
    return `remembered: ${file}, "${name}" is ${text}, as said on ${day}; change it with --column "${name}=ROLE"`
  }
  const others = otherAnswers(name, value ?? '')
  const change = others.length > 0 ? others.join('|') : 'VALUE'
  return `remembered: ${file}, ${text}, as answered on ${day}; change it with --answer ${name}=${change}`
}

/** Examples that are shown of each kind; the document has more. */
const shownExamples = 3

function repairLines({ rows, text, examples }: Repair): string[] {
  const shown = examples.slice(0, shownExamples).map(({ file, record, column, before, after }) => {
    const [from, to] = [before, after].map((value) => value ?? '(blank)')
    return `           ${file}, record ${wholeText(record)}, "${column}": ${from} -> ${to}`
  })
  return [`repaired ${wholeText(rows)}: ${text}`, ...shown]
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

/**
 * A question with what speaks for each choice, and what the figures become with each, side by side: first
 * where the choices differ, then what they share. With a command, how to answer it there.
 */
export function questionLines(question: Question, command?: string): string[] {
  const { choices, key } = question
  return [
    '',
    question.text,
    ...(question.evidence === '' ? [] : [`  ${question.evidence}`]),
    ...choices.flatMap(({ text, effect, evidence, figures }, index) => [
      `  ${index + 1}) ${text}${figures.length > 0 || effect === '' ? '' : `: ${effect}`}`,
      ...(evidence === '' ? [] : [`     ${evidence}`]),
    ]),
    ...figureLines(choices),
    ...(command === undefined
      ? []
      : ['', ...choices.map(({ value }) => `  ${command} --answer ${key}=${value}`)]),
  ]
}

function figureLines(choices: Question['choices']): string[] {
  const [first] = choices
  if (!first || first.figures.length === 0) return []
  const differing = first.figures.flatMap(({ name, differs }, index) =>
    differs ? [[name, ...choices.map(({ figures }) => figures[index]?.value ?? '')]] : [],
  )
  const shared = first.figures
    .filter(({ differs }) => !differs)
    .map(({ name, value }) => `${name.toLowerCase()} ${value}`)
  const heads = choices.map(({ value }, index) => ({
    head: `${index + 1}) ${value}`,
    align: 'right' as const,
  }))
  const table = tableText([{ head: '' }, ...heads], differing).split('\n')
  return [
    '',
    ...(differing.length > 0
      ? table.map((line) => `  ${line}`)
      : ['  All choices come to the same figures.']),
    ...(shared.length > 0 ? [`  the same either way: ${shared.join(', ')}`] : []),
  ]
}

function nextStep({ state, rows, questions }: ImportReport, command: string): string {
  switch (state) {
    case 'preview':
      return 'the same command without --dry-run loads it'
    case 'question':
      return `${command}${questions.map(({ key }) => ` --answer ${key}=VALUE`).join('')}`
    case 'failed':
      return 'mend what the error names and import again'
    case 'committed':
    case 'unchanged':
      return rows.rejected > 0 ? 'takings rejects show' : 'takings overview'
  }
}
