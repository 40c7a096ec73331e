import { randomUUID } from 'node:crypto'
import { setImmediate, setTimeout } from 'node:timers/promises'
import type { Journal, KeptAnswer } from '../../journal/journal.ts'
import { type ErrorCode, TakingsError } from '../../model/errors.ts'
import { appliedPrefix, type LiveItem, liveRunPrefix } from '../../model/live.ts'
import { StagingFault } from '../../staging/staging.ts'
import { type Transaction, type Warehouse, writeSetting } from '../../warehouse/warehouse.ts'
import { cutBatch, halved, type JournaledItem, withMisfit } from './cut-batch.ts'
import { LiveLoader, type LiveLoaderOptions, type StagedBatch } from './live-loader.ts'
import type { RejectedRecord } from './rejected-records.ts'
import { RejectedSequences } from './rejected-sequences.ts'
import type { LiveBatch } from './stage-batch.ts'

/**
 * Takes live records in: what is accepted is in the journal, on the disk, and is applied to the warehouse in its order,
 * exactly once. A batch begins when the one before it has ended, so a lone order waits for nothing and many share a
 * transaction.
 */
export interface LiveIntake {
  /**
   * Writes records down; resolves once they are on the disk. Throws `queue_full`, `disk_full` or `journal_unwritable`,
   * and has accepted nothing then.
   */
  accept(items: readonly LiveItem[], kept?: KeptAnswer): Promise<{ readonly sequence: number }>
  /** What was answered under a key; null where nothing was. */
  answerTo: Journal['answerTo']
  /** Resolves with true once all records up to a sequence can be queried, with false when that takes too long. */
  visible(sequence: number, withinMs: number): Promise<boolean>
  /** Which of the records from one sequence to another were rejected when they were applied, as far as this intake did it. */
  rejectedBetween(first: number, last: number): readonly RejectedRecord[]
  state(): IntakeState
  /** Records that may wait: more at once are never accepted. */
  readonly mostWaiting: number
  /** Bytes that are free where the journal rests, as of a second ago at most. */
  free(): Promise<number>
  /** Ends after the batch that is being applied; what waits is applied after the next start. */
  close(): Promise<void>
}

export interface IntakeState {
  /** Sequence of the newest record that was accepted, and of the newest that can be queried. */
  readonly accepted: number
  readonly applied: number
  readonly waiting: number
  /** Why nothing is applied just now, for people; null while all is well. */
  readonly problem: string | null
}

export interface IntakeOptions extends LiveLoaderOptions {
  readonly journal: Journal
  /** Records that may wait; more are refused with `queue_full`. */
  readonly mostWaiting?: number
  /** What went wrong and is tried again, for a log. */
  readonly onTrouble?: (error: unknown) => void
}

/** Bytes below which nothing more is accepted: what was must still be applied. */
export const leastFree = 200_000_000
/** Milliseconds for which the disk is taken to be as free as it was. */
const freeFor = 1_000
/** Records of one batch, and characters of them: records are larger in memory than their text. */
const mostInBatch = 5_000
const mostCharacters = 32_000_000
/** Records read before others have their turn. */
const recordsATurn = 250
/** Milliseconds without a record after which the process that cleans is let go. */
const restAfter = 10_000
/** Milliseconds before what failed is tried again, the first time and at most. */
const firstRetry = 500
const longestRetry = 30_000
/** Records applied that long ago are forgotten, and answers by idempotency keys. */
const keptDays = { records: 7, answers: 30 }
/** Milliseconds between two looks for such. */
const forgetEvery = 3_600_000

export async function openIntake(options: IntakeOptions): Promise<LiveIntake> {
  const { journal, warehouse } = options
  const applied = await appliedPosition(warehouse, journal.id)
  // A journal that was brought back from a copy must not count again what was applied already.
  await journal.continueAfter(applied)
  return new Intake(options, applied)
}

/** Whether a journal is new, though records of an earlier one were applied. */
export async function beginsAnew(warehouse: Warehouse, journal: Journal): Promise<boolean> {
  if (journal.last() > 0) return false
  const known = await warehouse.query(
    `SELECT key FROM settings WHERE key LIKE '${appliedPrefix}%'`,
    [],
    { brief: true },
  )
  return known.length > 0 && known.every(({ key }) => key !== settingOf(journal.id))
}

const settingOf = (journalId: string) => `${appliedPrefix}${journalId}`

async function appliedPosition(warehouse: Warehouse, journalId: string): Promise<number> {
  return Number((await warehouse.settings.get(settingOf(journalId))) ?? 0)
}

/** What is applied next, cleaned beforehand or not. */
interface NextCut {
  readonly batches: readonly LiveBatch[]
  readonly last: number
  readonly staged: Promise<StagedBatch> | null
}

interface ApplyOptions {
  readonly position: number | null
  readonly staged: Promise<StagedBatch> | null
}

class Intake implements LiveIntake {
  readonly mostWaiting: number
  readonly #options: IntakeOptions
  readonly #loader: LiveLoader
  readonly #waiters = new Set<() => void>()
  readonly #rejected = new RejectedSequences()
  readonly #running: Promise<void>
  readonly #ending = new AbortController()
  #wake: () => void = () => undefined
  #ahead: (NextCut & { readonly staged: Promise<StagedBatch>; readonly after: number }) | null =
    null
  /** Milliseconds that the last batch took. */
  #lately: { readonly cleaning: number; readonly loading: number } | null = null
  #applied: number
  #problem: string | null = null
  #forgotAt = Number.NEGATIVE_INFINITY
  #free: { readonly at: number; readonly bytes: Promise<number> } | null = null

  constructor(options: IntakeOptions, applied: number) {
    this.#options = options
    this.mostWaiting = options.mostWaiting ?? 200_000
    this.#applied = applied
    this.#loader = new LiveLoader(options)
    this.#running = this.#run()
  }

  async accept(items: readonly LiveItem[], kept?: KeptAnswer): Promise<{ sequence: number }> {
    const { journal } = this.#options
    if ((await this.free()) < leastFree)
      throw new TakingsError('disk_full', {
        problem: 'too little is left for the journal',
        path: 'its disk',
      })
    const { waiting } = this.state()
    if (waiting + items.length > this.mostWaiting)
      throw new TakingsError('queue_full', { waiting, accepted: 0 })
    const { last } = await journal.append(items.map(textOf), kept)
    this.#wake()
    return { sequence: last }
  }

  answerTo(key: string): ReturnType<Journal['answerTo']> {
    return this.#options.journal.answerTo(key)
  }

  async visible(sequence: number, withinMs: number): Promise<boolean> {
    const until = performance.now() + withinMs
    while (this.#applied < sequence) {
      const left = until - performance.now()
      if (left <= 0 || this.#ending.signal.aborted) return false
      await this.#nextBatch(left)
    }
    return true
  }

  rejectedBetween(first: number, last: number): readonly RejectedRecord[] {
    return this.#rejected.between(first, last)
  }

  state(): IntakeState {
    const accepted = this.#options.journal.last()
    const waiting = Math.max(0, accepted - this.#applied)
    return { accepted, applied: this.#applied, waiting, problem: this.#problem }
  }

  free(): Promise<number> {
    const at = performance.now()
    if (this.#free === null || at - this.#free.at > freeFor)
      this.#free = { at, bytes: this.#options.journal.free() }
    return this.#free.bytes
  }

  async close(): Promise<void> {
    this.#ending.abort()
    this.#wake()
    await this.#running
    await this.#loader.close()
    await this.#options.journal.close()
  }

  /** Until a batch was applied, or the time is over. */
  async #nextBatch(withinMs: number): Promise<void> {
    const over = new AbortController()
    const applied = new Promise<void>((resolve) => {
      this.#waiters.add(resolve)
      over.signal.addEventListener('abort', () => this.#waiters.delete(resolve))
    })
    const timer = setTimeout(withinMs, undefined, { signal: over.signal }).catch(() => undefined)
    await Promise.race([applied, timer])
    over.abort()
  }

  async #run(): Promise<void> {
    let retry = firstRetry
    while (!this.#ending.signal.aborted) {
      try {
        const next = (await this.#takeAhead()) ?? (await this.#cutAfter(this.#applied))
        if (next) await this.#applyCut(next)
        else await this.#idle()
        await this.#forgetNowAndThen()
        this.#problem = null
        retry = firstRetry
      } catch (error) {
        this.#options.onTrouble?.(error)
        this.#problem = error instanceof Error ? error.message : String(error)
        await this.#pause(retry)
        retry = Math.min(retry * 2, longestRetry)
        await this.#recallPosition()
      }
    }
    await this.#ahead?.staged.catch(() => undefined)
  }

  /** The records after a sequence that are applied next; null where there are none. */
  async #cutAfter(sequence: number): Promise<NextCut | null> {
    const items: JournaledItem[] = []
    const newest = this.#options.journal.last()
    let characters = 0
    // Orders are acknowledged in between.
    for (let last = sequence; items.length < mostInBatch && characters < mostCharacters; ) {
      const some = this.#options.journal.read(last, recordsATurn, mostCharacters - characters)
      if (some.length === 0) break
      for (const record of some) items.push({ ...record, item: itemOf(record.text) })
      characters += some.reduce((sum, { text }) => sum + text.length, 0)
      last = items.at(-1)?.sequence ?? last
      if (last >= newest) break
      await setImmediate()
    }
    if (items.length === 0) {
      // Sequences may lack their records: those of a write that failed, or that were forgotten.
      if (sequence === this.#applied) this.#applied = Math.max(sequence, newest)
      return null
    }
    const { batches, taken } = cutBatch(items)
    return { batches, last: items[taken - 1]?.sequence ?? sequence, staged: null }
  }

  /** Those of one shop together, and after the last of them what was applied. */
  async #applyCut({ batches, last, staged }: NextCut): Promise<void> {
    for (const [index, batch] of batches.entries()) {
      const isLast = index === batches.length - 1
      await this.#apply(batch, { position: isLast ? last : null, staged })
    }
    this.#applied = last
    this.#tellWaiters()
  }

  /**
   * One transaction; `position`: what was applied once it is committed. A record that cannot be loaded keeps no other
   * from it: it is found by halving, and kept among the rejected rows with what is wrong with it.
   */
  async #apply(batch: LiveBatch, own: ApplyOptions): Promise<void> {
    const { position } = own
    const none = { position: null, staged: null }
    try {
      await this.#load(batch, own)
    } catch (error) {
      const size = batch.records.length + batch.documents.length
      if (size === 0 || !(isOfRecords(error) || (size > 1 && isTooMuch(error)))) throw error
      this.#options.onTrouble?.(error)
      const unfit = withMisfit(batch, error.message)
      if (unfit) {
        this.#rejected.note(allRejected(batch, error.message))
        await this.#load(unfit, { position, staged: null })
        return
      }
      const [half, rest] = halved(batch)
      await this.#apply(half, none)
      await this.#apply(rest, { position, staged: null })
    }
  }

  async #load(batch: LiveBatch, { position, staged }: ApplyOptions): Promise<void> {
    const { journal } = this.#options
    const clean = await (staged ?? this.#loader.stage(batch))
    // Noted before they are applied: a COMMIT of which nobody knows may have happened.
    this.#rejected.note(clean.rejected)
    const began = performance.now()
    const loading = this.#loader.load(clean, {
      runToken: `${liveRunPrefix}${batch.first}-${batch.last}-${randomUUID()}`,
      alongside: (transaction) => notePosition(transaction, journal.id, position),
    })
    const beside = position === null ? null : this.#stageAhead(position, loading)
    await Promise.all([loading, beside?.catch(this.#options.onTrouble)])
    this.#lately = { cleaning: clean.milliseconds, loading: performance.now() - began }
  }

  /**
   * Cleans the next batch while one is loaded: at once where as many wait as it can hold, else so late that it is cleaned
   * when the other one is loaded, because whatever comes after it is cut waits for the one behind it.
   */
  async #stageAhead(position: number, loading: Promise<unknown>): Promise<void> {
    const { journal } = this.#options
    if (this.#ahead || !this.#loader.knowsShop) return
    const isFull = journal.last() - position >= mostInBatch
    if (!isFull && !(await this.#untilCleaningTime(loading))) return
    const next = await this.#cutAfter(position)
    const [only, ...others] = next?.batches ?? []
    // Documents are read by what is known of the ones before them.
    if (!next || !only || others.length > 0 || only.documents.length > 0) return
    const staged = this.#loader.stage(only)
    // Whoever takes it hears of it.
    staged.catch(() => undefined)
    this.#ahead = { ...next, staged, after: position }
  }

  /** False where the batch is loaded before that. */
  async #untilCleaningTime(loading: Promise<unknown>): Promise<boolean> {
    if (!this.#lately) return false
    const wait = this.#lately.loading - this.#lately.cleaning
    if (wait <= 0) return true
    const over = new AbortController()
    const late = setTimeout(wait, true, { signal: over.signal }).catch(() => false)
    const loaded = loading.then(
      () => false,
      () => false,
    )
    const isTime = await Promise.race([late, loaded])
    over.abort()
    return isTime
  }

  /** What was cleaned beforehand; null where it is not what comes next any more. */
  async #takeAhead(): Promise<NextCut | null> {
    const ahead = this.#ahead
    this.#ahead = null
    if (!ahead) return null
    if (ahead.after === this.#applied) return ahead
    await ahead.staged.catch(() => undefined)
    return null
  }

  async #idle(): Promise<void> {
    const { journal } = this.#options
    const woken = this.#woken()
    // Something may have come before anybody listened.
    if (journal.last() > this.#applied || this.#ending.signal.aborted) return
    const over = new AbortController()
    const late = setTimeout(restAfter, 'late', { signal: over.signal }).catch(() => 'over')
    if ((await Promise.race([woken, late])) === 'late') {
      await this.#loader.rest()
      await woken
    }
    over.abort()
  }

  async #forgetNowAndThen(): Promise<void> {
    const at = performance.now()
    if (at - this.#forgotAt < forgetEvery) return
    this.#forgotAt = at
    const { journal, now, warehouse } = this.#options
    const daysAgo = (days: number) => new Date(now().getTime() - days * 86_400_000)
    await journal.forget({
      // What the engine's log alone holds may have to be applied again.
      upTo: Number(warehouse.verifiedSetting(settingOf(journal.id)) ?? 0),
      recordsBefore: daysAgo(keptDays.records),
      answersBefore: daysAgo(keptDays.answers),
    })
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  async #pause(milliseconds: number): Promise<void> {
    await setTimeout(milliseconds, undefined, { signal: this.#ending.signal }).catch(
      () => undefined,
    )
  }

  /** A COMMIT that failed may have happened all the same. */
  async #recallPosition(): Promise<void> {
    const { warehouse, journal } = this.#options
    const known = await appliedPosition(warehouse, journal.id).catch(() => this.#applied)
    this.#applied = Math.max(this.#applied, known)
    this.#tellWaiters()
  }

  #tellWaiters(): void {
    for (const resolve of this.#waiters) resolve()
    this.#waiters.clear()
  }
}

/** A batch of which nothing can be loaded. */
function allRejected({ records }: LiveBatch, problem: string): RejectedRecord[] {
  const sequences = records.flatMap((record) => record.sequences)
  return sequences.map((sequence) => ({ sequence, path: null, problem }))
}

/** What a load refuses because of what some record says. */
const refusals: readonly ErrorCode[] = [
  'order_id_collision',
  'month_set_aside',
  'rows_do_not_add_up',
]

/**
 * Whether an error comes from what some record says. Everything else is tried again, because it is of the machine, or of
 * Takings, and over some day: to halve such batches would turn one good order after the other into a rejected row.
 */
function isOfRecords(error: unknown): error is Error {
  if (error instanceof StagingFault)
    // A file that was cut is no fault of what was written into it.
    return ofValues.test(error.message) && !/parquet/i.test(error.message)
  return error instanceof TakingsError && refusals.includes(error.code)
}

/** How the engine begins to say that it cannot read a value. */
const ofValues = /^(Conversion|Invalid Input|Out of Range) Error/

/** Less of it may fit into memory. */
function isTooMuch(error: unknown): error is Error {
  return error instanceof StagingFault && error.outOfMemory
}

async function notePosition(
  transaction: Transaction,
  journalId: string,
  position: number | null,
): Promise<void> {
  if (position !== null) await writeSetting(transaction, settingOf(journalId), String(position))
}

function textOf(item: LiveItem): string {
  return JSON.stringify(item)
}

function itemOf(text: string): LiveItem {
  return JSON.parse(text) as LiveItem
}
