import type { Question } from '../model/import.ts'
import * as money from '../model/money.ts'
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
    const choices: Question['choices'][number][] = []
    for (const choice of question.choices) {
      const judged = await judge({ ...answers, [question.key]: choice.value })
      choices.push({ ...choice, effect: effectOf(judged) })
    }
    answered.push({ ...question, choices })
  }
  return answered
}

function effectOf({ figures, files }: JudgedImport): string {
  const rejected = files.reduce((sum, file) => sum + file.rejected, 0)
  const period = figures.period ? `${figures.period.from} to ${figures.period.to}` : 'no day'
  const aside = rejected > 0 ? `, ${rejected} rows rejected` : ''
  return `revenue ${money.round(figures.revenue, 2)}, returns ${money.round(figures.returns, 2)}, ${figures.orders} orders, ${period}${aside}`
}
