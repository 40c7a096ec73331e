import { CircleAlert } from 'lucide-react'
import { useState } from 'react'
import { countText } from '../../../src/display/value-text.ts'
import type { FileReport, ImportReport } from '../../../src/model/import.ts'
import type { ImportAnswers } from '../../../src/model/wire.ts'
import { Button } from '../../controls/button.tsx'
import { QuestionField } from './question-field.tsx'
import { type FileWish, heldCode, RecognisedFile } from './recognised-file.tsx'
import { ReportSummary } from './report-summary.tsx'
import type { ImportFlow } from './use-import.ts'

interface ImportReviewProps {
  readonly flow: ImportFlow
  readonly report: ImportReport
}

type FileWishes = Readonly<Record<string, FileWish>>

/**
 * What was understood; nothing is loaded before it was seen and every question has its answer. Columns that
 * are corrected are tried out first, so that the figures are seen with them.
 */
export function ImportReview({ flow, report }: ImportReviewProps) {
  const [answers, setAnswers] = useState<Readonly<Record<string, string>>>({})
  const [wishes, setWishes] = useState<FileWishes>({})
  const { error, questions } = report
  const open = questions.filter(({ key }) => answers[key] === undefined)
  const corrected = correctionsIn(report.files, wishes)
  const count = countOf(corrected)
  const asks = questions.length > 0
  const waits = asks ? open.length > 0 && count === 0 : error !== null && count === 0
  return (
    <form
      className="flex flex-col gap-6"
      onSubmit={(event) => {
        event.preventDefault()
        if (asks || count > 0) flow.answer({ answers, files: corrected })
        else flow.commit()
      }}
    >
      {error && <Fault error={error} />}
      {questions.map((question) => (
        <QuestionField
          key={question.key}
          question={question}
          chosen={answers[question.key]}
          onChoose={(value) => setAnswers({ ...answers, [question.key]: value })}
        />
      ))}
      {!asks && !error && (
        <ReportSummary report={report} onAskAgain={() => flow.answer({ askAgain: true })} />
      )}
      <div className="flex flex-col gap-3">
        {report.files.map((file) => (
          <RecognisedFile
            key={file.path}
            file={file}
            wish={wishes[file.path] ?? noWish}
            onWish={(wish) => setWishes({ ...wishes, [file.path]: wish })}
            open={error !== null || flow.corrected.includes(file.path)}
          />
        ))}
      </div>
      <div className="sticky bottom-0 z-[2] -mx-4 -mb-4 flex flex-wrap items-center gap-2 rounded-b-card border-t border-border bg-surface px-4 py-3 max-md:bottom-14">
        <Button type="submit" look="primary" disabled={waits}>
          {submitText(report, count)}
        </Button>
        <Button onClick={flow.discard}>Discard</Button>
        <span role="status" className="text-meta text-text-2">
          {statusText({ open: open.length, count, failed: error !== null })}
        </span>
      </div>
    </form>
  )
}

const noWish: FileWish = { columns: {} }

function submitText({ questions, error, rows }: ImportReport, corrected: number): string {
  if (corrected > 0) return 'Show with corrections'
  if (questions.length > 0) return 'Continue'
  return error ? 'Show with corrections' : `Import ${countText(rows.accepted, 'row')}`
}

function statusText({
  open,
  count,
  failed,
}: {
  readonly open: number
  readonly count: number
  readonly failed: boolean
}): string {
  if (count > 0) return `${countText(count, 'correction')} to try out. Nothing is loaded yet.`
  if (open > 0) return `${countText(open, 'question')} to answer. Nothing is loaded yet.`
  return failed ? 'Correct the columns first. Nothing is loaded.' : 'Nothing is loaded yet.'
}

function Fault({ error }: { readonly error: NonNullable<ImportReport['error']> }) {
  return (
    <div role="alert" className="flex items-start gap-2 text-control">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-negative" />
      <div className="min-w-0 wrap-anywhere">
        <p className="font-medium">{error.message}</p>
        <p className="text-text-2">
          Say below what the columns are, then look at the figures: nothing is loaded before.
        </p>
      </div>
    </div>
  )
}

/** Only what differs from how the files were understood. */
function correctionsIn(
  files: readonly FileReport[],
  wishes: FileWishes,
): NonNullable<ImportAnswers['files']> {
  return Object.fromEntries(
    files.flatMap((file) => {
      const { columns = {}, holds } = wishes[file.path] ?? noWish
      const changed = Object.entries(columns).filter(
        ([header, role]) => file.columns.find(({ name }) => name === header)?.role !== role,
      )
      const other = holds !== undefined && holds !== heldCode(file)
      if (changed.length === 0 && !other) return []
      const said = { columns: Object.fromEntries(changed), ...(other ? { holds } : {}) }
      return [[file.path, said]]
    }),
  )
}

function countOf(corrected: NonNullable<ImportAnswers['files']>): number {
  return Object.values(corrected).reduce(
    (sum, { columns = {}, holds }) => sum + Object.keys(columns).length + (holds ? 1 : 0),
    0,
  )
}
