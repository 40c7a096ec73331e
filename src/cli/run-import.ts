import { isRole, roleList } from '../ingest/ingest.ts'
import { TakingsError } from '../model/errors.ts'
import type { ImportReport, Question } from '../model/import.ts'
import type { CommandContext } from './command.ts'
import { progressLine, progressText } from './progress-line.ts'
import { questionLines } from './report-text.ts'
import type { ImportOrder, ShopAccess } from './shop-access.ts'

export type ImportWish = Omit<ImportOrder, 'onProgress' | 'signal'>

/** The options of a command that imports, as they were typed. */
export interface ImportWords {
  readonly source?: string
  readonly dryRun?: boolean
  readonly map?: string
  readonly answer?: readonly string[]
  readonly column?: readonly string[]
  readonly askAgain?: boolean
  readonly maxRejects?: string
}

/** Throws `invalid_option`. */
export function wishFrom(words: ImportWords): Omit<ImportWish, 'paths'> {
  const { source, map, maxRejects } = words
  return {
    dryRun: words.dryRun === true,
    answers: answersFrom(words.answer ?? []),
    columns: columnsFrom(words.column ?? []),
    askAgain: words.askAgain === true,
    ...(source === undefined ? {} : { source }),
    ...(map === undefined ? {} : { mapFile: map }),
    ...(maxRejects === undefined ? {} : { maxRejects: shareFrom(maxRejects) }),
  }
}

/**
 * Imports with progress on stderr. A question is asked in the terminal when a person sits there, and the
 * import begins anew with the answer; else the report with the question is what comes back.
 */
export async function runImport(
  shop: Pick<ShopAccess, 'importFiles'>,
  wish: ImportWish,
  context: CommandContext,
): Promise<ImportReport> {
  let answers = wish.answers
  for (;;) {
    const report = await importOnce(shop, { ...wish, answers }, context)
    // Standard input can be read once only, and it is not the person's then.
    if (report.state !== 'question' || !isAttended(context) || wish.paths.includes('-'))
      return report
    answers = { ...answers, ...(await askAll(report.questions, context)) }
  }
}

/** True where a person sits before it who can be asked. */
export function isAttended({ terminal, json, noInput }: CommandContext): boolean {
  return terminal.canAsk && !json && !noInput
}

async function importOnce(
  shop: Pick<ShopAccess, 'importFiles'>,
  wish: ImportWish,
  { terminal, signal }: CommandContext,
): Promise<ImportReport> {
  const line = progressLine(terminal, progressText)
  try {
    return await shop.importFiles({
      ...wish,
      signal,
      onProgress: (progress) => line.show(progress),
    })
  } finally {
    line.end()
  }
}

async function askAll(
  questions: readonly Question[],
  context: CommandContext,
): Promise<Record<string, string>> {
  const answers: Record<string, string> = {}
  for (const question of questions) answers[question.key] = await askOne(question, context)
  return answers
}

async function askOne(question: Question, { terminal, signal }: CommandContext): Promise<string> {
  terminal.note(questionLines(question).join('\n'))
  for (;;) {
    const given = await terminal.ask(`Your choice (1 to ${question.choices.length}): `, signal)
    const byNumber = question.choices[Number(given) - 1]
    const choice = byNumber ?? question.choices.find(({ value }) => value === given)
    if (choice) return choice.value
  }
}

/** Reads `KEY=VALUE` as often as it was given. Throws `invalid_option`. */
export function answersFrom(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const split = pair.indexOf('=')
      if (split > 0) return [pair.slice(0, split), pair.slice(split + 1)]
      const problem = `${pair} is no KEY=VALUE`
      const advice = 'The report of the import names keys and values.'
      throw new TakingsError('invalid_option', { option: '--answer', problem, advice })
    }),
  )
}

/** Reads `HEADER=ROLE` as often as it was given; without a role the column is not used. Throws `invalid_option`. */
export function columnsFrom(pairs: readonly string[]): NonNullable<ImportOrder['columns']> {
  const advice = `Roles are: ${roleList()
    .map(({ role }) => role)
    .join(', ')}.`
  return Object.fromEntries(
    pairs.map((pair) => {
      // A header may hold the sign itself, a role does not.
      const split = pair.lastIndexOf('=')
      const role = pair.slice(split + 1).trim()
      if (split > 0 && (role === '' || isRole(role))) {
        return [pair.slice(0, split), role === '' ? null : role]
      }
      const problem = split > 0 ? `${role} is no role of a column` : `${pair} is no HEADER=ROLE`
      throw new TakingsError('invalid_option', { option: '--column', problem, advice })
    }),
  ) as NonNullable<ImportOrder['columns']>
}

/** Reads `20%` or `0.2` as a share. Throws `invalid_option`. */
export function shareFrom(text: string): number {
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text)
  const share = percent ? Number(percent[1]) / 100 : Number(text)
  if (text.trim() !== '' && share >= 0 && share <= 1) return share
  const advice = 'Write a percentage such as 5%, or a share from 0 to 1.'
  throw new TakingsError('invalid_option', {
    option: '--max-rejects',
    problem: `${text} is no share of the rows`,
    advice,
  })
}
