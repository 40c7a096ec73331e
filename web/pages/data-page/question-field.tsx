import type { Choice, Question } from '../../../src/model/import.ts'
import { classNames } from '../../controls/class-names.ts'

interface QuestionFieldProps {
  readonly question: Question
  readonly chosen: string | undefined
  readonly onChoose: (value: string) => void
}

/** A doubt that changes figures: what speaks for each choice and what the figures become, side by side. */
export function QuestionField({ question, chosen, onChoose }: QuestionFieldProps) {
  const { choices } = question
  const shared = choices[0]?.figures.filter(({ differs }) => !differs) ?? []
  return (
    <fieldset className="min-w-0">
      <legend className="text-body font-semibold wrap-anywhere">{question.text}</legend>
      <p className="mt-1 text-control text-text-2 wrap-anywhere">{question.evidence}</p>
      <div
        className={classNames(
          'mt-3 grid gap-2',
          choices.length % 3 === 0 ? 'md:grid-cols-3' : 'md:grid-cols-2',
        )}
      >
        {choices.map((choice) => (
          <ChoiceField
            key={choice.value}
            name={question.key}
            choice={choice}
            chosen={chosen === choice.value}
            onChoose={() => onChoose(choice.value)}
          />
        ))}
      </div>
      {shared.length > 0 && (
        <p className="mt-2 text-meta text-text-2 wrap-anywhere">
          The same either way:{' '}
          {shared.map(({ name, value }) => `${name.toLowerCase()} ${value}`).join(' · ')}
        </p>
      )}
    </fieldset>
  )
}

interface ChoiceFieldProps {
  readonly name: string
  readonly choice: Choice
  readonly chosen: boolean
  readonly onChoose: () => void
}

function ChoiceField({ name, choice, chosen, onChoose }: ChoiceFieldProps) {
  const differing = choice.figures.filter(({ differs }) => differs)
  return (
    <label
      className={classNames(
        'flex cursor-pointer items-start gap-3 rounded-card border p-3 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
        chosen ? 'border-accent bg-accent-weak' : 'border-border-strong hover:bg-surface-2',
      )}
    >
      <input
        type="radio"
        name={name}
        value={choice.value}
        checked={chosen}
        onChange={onChoose}
        className="mt-1 accent-accent outline-none"
      />
      <span className="min-w-0 flex-1 text-control wrap-anywhere">
        <span className="block font-medium">{choice.text}</span>
        {differing.length > 0 ? (
          <span className="mt-2 block">
            {differing.map((figure) => (
              <span key={figure.name} className="flex items-baseline justify-between gap-4 py-0.5">
                <span className="text-text-2">{figure.name}</span>{' '}
                <span className="text-right text-body font-semibold tabular-nums">
                  {figure.value}
                </span>
              </span>
            ))}
          </span>
        ) : (
          choice.figures.length === 0 && <span className="block text-text-2">{choice.effect}</span>
        )}
        {choice.evidence && <span className="mt-2 block text-text-2">{choice.evidence}</span>}
      </span>
    </label>
  )
}
