import type { Question } from '../../../src/model/import.ts'
import { classNames } from '../../controls/class-names.ts'

interface QuestionFieldProps {
  readonly question: Question
  readonly chosen: string | undefined
  readonly onChoose: (value: string) => void
}

/** A doubt that changes figures, with what each choice makes of them. */
export function QuestionField({ question, chosen, onChoose }: QuestionFieldProps) {
  return (
    <fieldset className="min-w-0">
      <legend className="text-body font-semibold wrap-anywhere">{question.text}</legend>
      <p className="mt-1 text-control text-text-2 wrap-anywhere">{question.evidence}</p>
      <div className="mt-3 grid gap-2 md:grid-cols-2">
        {question.choices.map((choice) => (
          <label
            key={choice.value}
            className={classNames(
              'flex cursor-pointer items-start gap-3 rounded-card border p-3 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
              chosen === choice.value
                ? 'border-accent bg-accent-weak'
                : 'border-border-strong hover:bg-surface-2',
            )}
          >
            <input
              type="radio"
              name={question.key}
              value={choice.value}
              checked={chosen === choice.value}
              onChange={() => onChoose(choice.value)}
              className="mt-1 accent-accent outline-none"
            />
            <span className="min-w-0 text-control wrap-anywhere">
              <span className="block font-medium">{choice.text}</span>
              <span className="block text-text-2">{choice.effect}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
