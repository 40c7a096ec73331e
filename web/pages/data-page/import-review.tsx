import { useState } from 'react'
import { countText } from '../../../src/display/value-text.ts'
import type { ImportReport } from '../../../src/model/import.ts'
import { Button } from '../../controls/button.tsx'
import { QuestionField } from './question-field.tsx'
import { RecognisedFile } from './recognised-file.tsx'
import { ReportSummary } from './report-summary.tsx'
import type { ImportFlow } from './use-import.ts'

interface ImportReviewProps {
  readonly flow: ImportFlow
  readonly report: ImportReport
}

/** What was understood; nothing is loaded before it was seen and every question has its answer. */
export function ImportReview({ flow, report }: ImportReviewProps) {
  const [answers, setAnswers] = useState<Readonly<Record<string, string>>>({})
  const open = report.questions.filter(({ key }) => answers[key] === undefined)
  const asks = report.questions.length > 0
  return (
    <form
      className="flex flex-col gap-6"
      onSubmit={(event) => {
        event.preventDefault()
        if (asks) flow.answer(answers)
        else flow.commit()
      }}
    >
      {report.questions.map((question) => (
        <QuestionField
          key={question.key}
          question={question}
          chosen={answers[question.key]}
          onChoose={(value) => setAnswers({ ...answers, [question.key]: value })}
        />
      ))}
      {!asks && <ReportSummary report={report} />}
      <div className="flex flex-col gap-3">
        {report.files.map((file) => (
          <RecognisedFile key={file.path} file={file} />
        ))}
      </div>
      <div className="sticky bottom-0 -mx-4 -mb-4 flex flex-wrap items-center gap-2 rounded-b-card border-t border-border bg-surface px-4 py-3 max-md:bottom-14">
        <Button type="submit" look="primary" disabled={open.length > 0}>
          {asks ? 'Continue' : `Import ${countText(report.rows.accepted, 'row')}`}
        </Button>
        <Button onClick={flow.discard}>Discard</Button>
        <span className="text-meta text-text-2">
          {open.length > 0
            ? `${countText(open.length, 'question')} to answer. Nothing is loaded yet.`
            : 'Nothing is loaded yet.'}
        </span>
      </div>
    </form>
  )
}
