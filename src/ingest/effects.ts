import type { ChoiceFigure, Question } from '../model/import.ts'
import * as money from '../model/money.ts'
import { amountText, countText, dayText } from '../model/sentence.ts'
import type { JudgedImport } from './judge-all.ts'
import type { OpenQuestion } from './questions.ts'

/** Tries every choice of every question and says what the figures become with it. */
export async function withEffects(
  questions: readonly OpenQuestion[],
  answers: Readonly<Record<string, string>>,
  judge: (answers: Readonly<Record<string, string>>) => Promise<JudgedImport>,
): Promise<Question[]> {
  const answered: Question[] = []
  for (const question of questions) {
    const tried: Tried[] = []
    for (const choice of question.choices) {
      const judged = await judge({ ...answers, [question.key]: choice.value })
      tried.push({ choice, effect: effectOf(judged), figures: figuresOf(judged) })
    }
    answered.push(sideBySide(question, tried))
  }
  return answered
}

/** A choice with what the figures become: names to values, in the same order for all. */
export interface Tried {
  readonly choice: OpenQuestion['choices'][number]
  readonly effect: string
  readonly figures: readonly (readonly [name: string, value: string])[]
}

/** The question with its choices compared: figures on which all of them agree are told from the others. */
export function sideBySide(question: OpenQuestion, tried: readonly Tried[]): Question {
  const agreed = (name: string, value: string) =>
    tried.every(({ figures }) => figures.some((own) => own[0] === name && own[1] === value))
  return {
    ...question,
    choices: tried.map(({ choice, effect, figures }) => ({
      value: choice.value,
      text: choice.text,
      evidence: choice.evidence ?? '',
      effect,
      figures: figures.map(
        ([name, value]): ChoiceFigure => ({ name, value, differs: !agreed(name, value) }),
      ),
    })),
  }
}

function effectOf(judged: JudgedImport): string {
  const { figures } = judged
  const rejected = rejectedIn(judged)
  const period = figures.period ? `${figures.period.from} to ${figures.period.to}` : 'no day'
  const aside = rejected > 0 ? `, ${rejected} rows rejected` : ''
  return `revenue ${money.round(figures.revenue, 2)}, returns ${money.round(figures.returns, 2)}, ${figures.orders} orders, ${period}${aside}`
}

function figuresOf(judged: JudgedImport): Tried['figures'] {
  const { figures } = judged
  return [
    ['Revenue', amountText(figures.revenue)],
    ['Returns', amountText(figures.returns)],
    ['Orders', countText(String(figures.orders))],
    ['Units', countText(figures.units)],
    ['First day', figures.period ? dayText(figures.period.from) : 'none'],
    ['Last day', figures.period ? dayText(figures.period.to) : 'none'],
    ['Rows rejected', countText(String(rejectedIn(judged)))],
  ]
}

function rejectedIn({ files }: JudgedImport): number {
  return files.reduce((sum, file) => sum + file.rejected, 0)
}
