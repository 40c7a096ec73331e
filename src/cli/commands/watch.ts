import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { countText } from '../../display/value-text.ts'
import { errorTable, TakingsError } from '../../model/errors.ts'
import type { ImportReport } from '../../model/import.ts'
import { collect } from '../collect.ts'
import type { Command, CommandContext } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { problemOf, tellAlerts } from '../import-ended.ts'
import { openRealShop, openShopForImport } from '../open-shop.ts'
import { reportText } from '../report-text.ts'
import {
  beingWritten,
  type FoundFile,
  filesIn,
  isUnchanged,
  RestingFiles,
} from '../resting-files.ts'
import { type ImportWish, type ImportWords, runImport, wishFrom } from '../run-import.ts'
import { nextTimeOfDay, timeOfDayFrom } from '../time-of-day.ts'
import {
  type HashedFile,
  type Outcome,
  openWatchedFolder,
  type Report,
  type WatchedFolder,
} from '../watched-folder.ts'
import { exitCodeOf } from './import.ts'

interface Options extends Pick<ImportWords, 'source' | 'map' | 'answer' | 'maxRejects'> {
  readonly daily?: string
  readonly once?: boolean
  readonly settle: string
}

export const watchCommand: Command = {
  examples: [
    'takings watch exports/',
    'takings watch exports/ --daily 02:00',
    'takings watch exports/ --once',
  ],
  configure(parser) {
    parser
      .argument('<folder>', 'files that are put into it are imported, then moved to done or failed')
      .option('--daily <time>', 'once a day only, when the clock of this machine shows the time')
      .option('--once', 'take what is there, then end')
      .option('--settle <seconds>', 'how long a file must not have changed', '5')
      .option('--source <name>', 'the system that issued the order numbers, for a second shop')
      .option('--map <file>', 'say which column is what (see docs/user-guide.md)')
      .option('--answer <key=value>', 'answer a question; may be repeated', collect)
      .option('--max-rejects <share>', 'stop when more rows of a file are rejected (default 20%)')
  },
  async run(parser, context) {
    const options = parser.opts<Options>()
    const [shown = ''] = parser.args
    const watch = new Watch(await openWatchedFolder(shown, context.config.dataFolder), {
      context,
      shown,
      settleMs: secondsFrom(options.settle) * 1000,
      once: options.once === true,
      wish: wishFrom(options),
    })
    if (options.once) return watch.takeAll()
    const daily = options.daily === undefined ? null : timeOfDayFrom(options.daily, '--daily')
    context.terminal.note(
      `Watching ${shown}${daily ? `, daily at ${options.daily}` : ''}. Ctrl-C ends it.`,
    )
    for (;;) {
      if (daily) await until(nextTimeOfDay(context.now(), daily), context)
      await watch.takeAll()
      await pause(lookEvery, context.signal)
    }
  },
}

/** Milliseconds between two looks into the folder. */
const lookEvery = 1_000
/** How long files at rest wait for one that is still written. */
const patienceMs = 60_000
/** How long files wait after a failure that is not theirs. */
const retryAfter = 30_000

interface WatchOptions {
  readonly context: CommandContext
  /** The folder as it was typed. */
  readonly shown: string
  readonly settleMs: number
  readonly once: boolean
  readonly wish: Omit<ImportWish, 'paths'>
}

class Watch {
  readonly #folder: WatchedFolder
  readonly #options: WatchOptions
  readonly #resting: RestingFiles

  constructor(folder: WatchedFolder, options: WatchOptions) {
    this.#folder = folder
    this.#options = options
    this.#resting = new RestingFiles({ settleMs: options.settleMs, patienceMs })
  }

  /** Until nothing is left in the folder; gives the exit code of the worst that happened. */
  async takeAll(): Promise<number> {
    const { context, settleMs } = this.#options
    let worst: number = exitCodes.done
    for (;;) {
      context.signal.throwIfAborted()
      const found = await filesIn(this.#folder.path)
      if (found.length === 0) return worst
      const files = await this.#ready(found)
      if (files.length > 0) worst = Math.max(worst, await this.#take(files))
      else await pause(Math.min(lookEvery, settleMs / 2), context.signal)
    }
  }

  async #ready(found: readonly FoundFile[]): Promise<readonly FoundFile[]> {
    const files = this.#resting.ready(found, performance.now())
    if (files.length === 0) return []
    const written = await beingWritten(files.map(({ path }) => path))
    // Asked after it: a writer who closed the file in between has written to it since it was found.
    const whole = new Set(await wholeOf(files))
    const disturbed = files.filter((file) => written.has(file.path) || !whole.has(file))
    if (disturbed.length === 0) return files
    this.#resting.disturb(disturbed, performance.now())
    return this.#resting.ready(found, performance.now())
  }

  async #take(files: readonly FoundFile[]): Promise<number> {
    const read = await this.#read(files)
    if (typeof read === 'number') return read
    // Outside of what may fail: files that were loaded did not fail, whatever keeps them from being moved.
    return read ? this.#report(read.files, read.report) : exitCodes.done
  }

  /** Null where all that is there was taken before; an exit code where nothing could be loaded. */
  async #read(found: readonly FoundFile[]) {
    const { context, wish } = this.#options
    let files: readonly MaybeHashed[] = found
    try {
      const { fresh, known } = await this.#folder.part(found)
      files = [...fresh, ...known]
      if (known.length > 0) await this.#putKnownAway(known)
      if (fresh.length === 0) return null
      files = fresh
      const shop = await openShopForImport(context)
      const order = { ...wish, paths: fresh.map(({ path }) => path) }
      const report = await runImport(shop, order, { ...context, noInput: true }).finally(shop.close)
      return { files: fresh, report }
    } catch (error) {
      return this.#failure(files, error)
    }
  }

  /** Gives the exit code; files that are not to blame stay where they are. */
  async #failure(files: readonly MaybeHashed[], error: unknown): Promise<number> {
    const { context, once } = this.#options
    context.signal.throwIfAborted()
    if (!(error instanceof TakingsError) || (error.transient && once)) throw error
    if (error.transient) {
      context.terminal.note(`error: ${error.message}\nThe files wait, and are tried again.`)
      await pause(retryAfter, context.signal)
      return exitCodes.done
    }
    await this.#putAway(files, 'failed', {
      text: (place) =>
        `error: ${error.message}\n${error.hint}\n\nThe files lie in ${place} now. Put them back to try again.`,
      document: { error: { code: error.code, message: error.message, hint: error.hint } },
      line: `failed: ${namesOf(files)}: ${error.message}`,
      problem: error.message,
    })
    return errorTable[error.code].exitCode
  }

  async #putKnownAway(files: readonly HashedFile[]): Promise<void> {
    const text = `Taken before, with the same content, so not read again: ${namesOf(files)}.`
    await this.#putAway(files, 'done', {
      text: () => text,
      document: { skipped: files.map(({ name, sha256 }) => ({ name, sha256 })) },
      line: `not read again: ${namesOf(files)} came before`,
      problem: null,
    })
  }

  async #report(files: readonly HashedFile[], report: ImportReport): Promise<number> {
    const { context } = this.#options
    const problem = problemOf(report)
    const isLoaded = problem === null
    if (isLoaded) await this.#folder.keep(await wholeOf(files), context.now())
    await this.#putAway(files, isLoaded ? 'done' : 'failed', {
      text: (place) => reportText(report, `takings import ${join(place, '*')}`),
      document: { data: report },
      line: isLoaded ? loadedLine(files, report) : `failed: ${namesOf(files)}: ${problem}`,
      problem,
    })
    return exitCodeOf(report)
  }

  async #putAway(
    files: readonly MaybeHashed[],
    outcome: Outcome,
    { line, problem, ...report }: PutAway,
  ): Promise<void> {
    const { context, shown } = this.#options
    const whole = await wholeOf(files)
    await this.#tellAlerts(files, problem)
    const place = await this.#folder.putAway(whole, outcome, { ...report, at: context.now() })
    const where = join(shown, place)
    if (context.json) {
      const names = files.map(({ name }) => name)
      context.terminal.document(
        { outcome, files: names, folder: where, report: report.document },
        {},
      )
    } else context.terminal.result(`${line.replace(/\.$/, '')}. See ${where}.`)
  }

  /** Whoever watches imports; that nobody hears of it is no reason to leave files where they are. */
  async #tellAlerts(files: readonly MaybeHashed[], problem: string | null): Promise<void> {
    const { context } = this.#options
    const told = files.map(({ name, sha256 = null }) => ({ name, sha256 }))
    await tellAlerts(async () => {
      const shop = await openRealShop(context)
      await shop.alerts.importEnded(problem, async () => told).finally(shop.close)
    }, context)
  }
}

/** Without its content where it could not be read. */
type MaybeHashed = FoundFile & Partial<Pick<HashedFile, 'sha256'>>

interface PutAway extends Omit<Report, 'at'> {
  readonly line: string
  /** Why nothing was loaded; null where all is well. */
  readonly problem: string | null
}

/** What was written to since it was found is another file by now, and taken again. */
async function wholeOf<File extends FoundFile>(files: readonly File[]): Promise<File[]> {
  const whole: File[] = []
  for (const file of files) if (await isUnchanged(file)) whole.push(file)
  return whole
}

function namesOf(files: readonly FoundFile[]): string {
  const [first, second, ...others] = files.map(({ name }) => name)
  if (second === undefined) return first ?? ''
  return others.length === 0 ? `${first} and ${second}` : `${first} and ${others.length + 1} more`
}

function loadedLine(files: readonly FoundFile[], { state, rows, runId }: ImportReport): string {
  if (state === 'unchanged') return `nothing new in ${namesOf(files)}`
  const rejected = rows.rejected > 0 ? `, ${countText(rows.rejected, 'row')} rejected` : ''
  return `imported ${namesOf(files)} as run ${runId}: ${countText(rows.accepted, 'row')}${rejected}`
}

function secondsFrom(text: string): number {
  const seconds = Number(text)
  if (text.trim() !== '' && seconds >= 0.1 && seconds <= 3600) return seconds
  throw new TakingsError('invalid_option', {
    option: '--settle',
    problem: `${text} is no number of seconds`,
    advice: 'Write a number from 0.1 to 3600.',
  })
}

/** A machine that slept through the moment goes on as soon as it wakes. */
async function until(moment: Date, { now, signal }: CommandContext): Promise<void> {
  while (now() < moment) await pause(lookEvery, signal)
}

/** Throws what the signal was aborted with. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted())
}
