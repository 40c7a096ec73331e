import { randomUUID } from 'node:crypto'
import { mkdir, statfs } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { setTimeout } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import type { RootDatabase } from 'lmdb'
import { TakingsError } from '../model/errors.ts'
import { examine } from './examine.ts'

/**
 * What came in live and may not be in the warehouse yet: written and flushed to the disk before anybody is told that it
 * was accepted, in the order in which it came. Whoever waits at the same time shares one flush.
 */
export interface Journal {
  /** Of this journal alone: what was applied is noted under it. */
  readonly id: string
  /** Sequence of the newest record that is on the disk; 0 where there is none. */
  last(): number
  /**
   * Writes texts down, all of them or none, and resolves when they are on the disk. Throws `disk_full` or
   * `journal_unwritable`.
   */
  append(texts: readonly string[], kept?: KeptAnswer): Promise<Appended>
  /**
   * The records after a sequence, oldest first; `characters`: of their texts, after which no other record is read. Throws
   * `journal_damaged` where one is not as it was written, or is gone without having been forgotten.
   */
  read(after: number, most: number, characters?: number): JournalRecord[]
  /** What was answered under a key; null where nothing was, or long ago. */
  answerTo(key: string): Answered | null
  /** Sequence of the newest record that was forgotten; 0 where none was. */
  forgotten(): number
  /** Never gives a sequence up to this one again. */
  continueAfter(sequence: number): Promise<void>
  /** Forgets records up to a sequence and answers, both where they came before an instant. */
  forget(what: Forgotten): Promise<void>
  /** Bytes that are free where it rests. */
  free(): Promise<number>
  close(): Promise<void>
}

export interface JournalRecord {
  readonly sequence: number
  readonly text: string
  /** ISO instant. */
  readonly receivedAt: string
}

export interface Appended {
  readonly first: number
  readonly last: number
}

/** What is to be answered when the same request comes again. */
export interface KeptAnswer {
  readonly key: string
  /** Tells another request under the same key. */
  readonly digest: string
  /** The answer as text, once it is known which sequences the records have; null where none is to be kept. */
  answer(appended: Appended): string | null
}

export interface Answered {
  readonly digest: string
  readonly answer: string
}

export interface Forgotten {
  readonly upTo: number
  readonly recordsBefore: Date
  readonly answersBefore: Date
}

export interface JournalOptions {
  /** Made when it is missing. */
  readonly folder: string
  readonly now: () => Date
}

/**
 * The file has no checksums of its own, and a block of it that was written to the place of another holds records that are
 * whole: each knows its sequence, by its checksum, and the sequence of the record before it.
 */
type StoredRecord = readonly [receivedAt: string, text: string, before: number, checksum: number]
type StoredAnswer = readonly [at: string, digest: string, answer: string]

// To look through the library's files for their exports takes longer than to load it.
const { open } = createRequire(import.meta.url)('lmdb') as typeof import('lmdb')

/** Opens the journal of a folder, and makes it when it is missing. Throws `journal_unreadable`. */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { folder } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    await examine(folder)
    return await FileJournal.open(options)
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw new TakingsError('journal_unreadable', { path: folder, problem }, { cause: error })
  }
}

interface Waiting {
  readonly texts: readonly string[]
  readonly kept: KeptAnswer | undefined
  readonly receivedAt: string
  resolve(appended: Appended): void
  reject(error: TakingsError): void
}

class FileJournal implements Journal {
  readonly id: string
  readonly #root: RootDatabase<string, string>
  readonly #records
  readonly #answers
  readonly #now: () => Date
  readonly #folder: string
  readonly #waiting: Waiting[] = []
  #isWriting = false
  /** Sequence of the newest record, and the newest sequence that will not be given again. */
  #newest: number
  #given: number
  #forgotten: number

  private constructor(root: RootDatabase<string, string>, id: string, own: JournalOptions) {
    this.#root = root
    this.id = id
    this.#now = own.now
    this.#folder = own.folder
    this.#records = root.openDB<StoredRecord, number>({ name: 'records' })
    this.#answers = root.openDB<StoredAnswer, string>({ name: 'answers' })
    const [newest = 0] = this.#records.getKeys({ reverse: true, limit: 1 })
    const counted = (name: string) => Number(root.get(name) ?? 0)
    this.#forgotten = counted('forgotten')
    this.#newest = Math.max(newest, this.#forgotten)
    if (this.#newest < counted('newest')) throw new Error('its newest records are gone')
    // A journal whose records were all forgotten still knows how far it counted.
    this.#given = Math.max(this.#newest, counted('last'))
  }

  static async open(own: JournalOptions): Promise<FileJournal> {
    // A batch that the library makes of a turn of the event loop by itself fails without anybody who hears of it.
    const root = open<string, string>({
      path: own.folder,
      noSubdir: false,
      eventTurnBatching: false,
    })
    const known = root.get('id')
    if (known !== undefined) return new FileJournal(root, known, own)
    const id = randomUUID()
    await root.put('id', id)
    await root.flushed
    return new FileJournal(root, id, own)
  }

  last(): number {
    return this.#given
  }

  forgotten(): number {
    return this.#forgotten
  }

  append(texts: readonly string[], kept?: KeptAnswer): Promise<Appended> {
    const receivedAt = this.#now().toISOString()
    return new Promise((resolve, reject) => {
      this.#waiting.push({ texts, kept, receivedAt, resolve, reject })
      if (!this.#isWriting) void this.#writeWaiting()
    })
  }

  /** All that wait at the same time are one transaction. The next one begins when it is over: it says what came before. */
  async #writeWaiting(): Promise<void> {
    this.#isWriting = true
    while (this.#waiting.length > 0) await this.#writeGroup(this.#waiting.splice(0))
    this.#isWriting = false
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const { records, answers, appended } = this.#planned(group)
      const [newest = this.#newest] = records.slice(-1).map(({ sequence }) => sequence)
      await this.#together(() => [
        ...records.map(({ sequence, stored }) => this.#records.put(sequence, stored)),
        ...answers.map(({ key, stored }) => this.#answers.put(key, stored)),
        this.#root.put('newest', String(newest)),
      ])
      this.#newest = newest
      this.#given = Math.max(this.#given, newest)
      for (const [index, { resolve }] of group.entries()) resolve(appended[index] as Appended)
    } catch (error) {
      const failure = await this.#failureOf(error)
      for (const { reject } of group) reject(failure)
    }
  }

  #planned(group: readonly Waiting[]) {
    let before = this.#newest
    let given = this.#given
    const records: { readonly sequence: number; readonly stored: StoredRecord }[] = []
    const answers: { readonly key: string; readonly stored: StoredAnswer }[] = []
    const appended: Appended[] = []
    for (const { texts, kept, receivedAt } of group) {
      const first = given + 1
      for (const text of texts) {
        given += 1
        const checksum = checksumOf({ sequence: given, receivedAt, text, before })
        records.push({ sequence: given, stored: [receivedAt, text, before, checksum] })
        before = given
      }
      const own = { first, last: given }
      appended.push(own)
      const answer = kept?.answer(own) ?? null
      if (kept && answer !== null)
        answers.push({ key: kept.key, stored: [receivedAt, kept.digest, answer] })
    }
    return { records, answers, appended }
  }

  read(after: number, most: number, characters = Number.POSITIVE_INFINITY): JournalRecord[] {
    const range = { start: after + 1, end: this.#given + 1, limit: most }
    const records: JournalRecord[] = []
    let last: number | null = null
    let read = 0
    for (const { key: sequence, value } of this.#records.getRange(range)) {
      const [receivedAt, text, before, checksum] = value
      if (checksumOf({ sequence, receivedAt, text, before }) !== checksum)
        throw new TakingsError('journal_damaged', { sequence })
      // The one before the first of them is read already, or forgotten.
      const follows = last === null ? before <= Math.max(after, this.#forgotten) : before === last
      if (!follows) throw new TakingsError('journal_damaged', { sequence: before })
      last = sequence
      records.push({ sequence, receivedAt, text })
      read += text.length
      if (read >= characters) break
    }
    return records
  }

  answerTo(key: string): Answered | null {
    const known = this.#answers.get(key)
    return known ? { digest: known[1], answer: known[2] } : null
  }

  async continueAfter(sequence: number): Promise<void> {
    if (sequence <= this.#given) return
    this.#given = sequence
    await this.#together(() => [this.#root.put('last', String(sequence))])
  }

  async forget({ upTo, recordsBefore, answersBefore }: Forgotten): Promise<void> {
    const old = recordsBefore.toISOString()
    for (;;) {
      const some = [...this.#records.getRange({ end: upTo + 1, limit: forgottenAtOnce })]
      const gone = some.filter(({ value: [receivedAt] }) => receivedAt < old)
      const forgotten = Math.max(this.#forgotten, ...gone.slice(-1).map(({ key }) => key))
      await this.#together(() => [
        ...gone.map(({ key }) => this.#records.remove(key)),
        this.#root.put('forgotten', String(forgotten)),
      ])
      this.#forgotten = forgotten
      // They came in this order, so the first that is kept ends them.
      if (gone.length < forgottenAtOnce) break
    }
    const limit = answersBefore.toISOString()
    const answers = [...this.#answers.getRange()].filter(({ value: [at] }) => at < limit)
    await this.#together(() => answers.map(({ key }) => this.#answers.remove(key)))
  }

  /** One transaction, on the disk when it resolves. Every write in it fails with it, so all of them are heard. */
  async #together(write: () => readonly Promise<boolean>[]): Promise<void> {
    let writes: readonly Promise<boolean>[] = []
    const whole = this.#root.batch(() => {
      writes = write()
    })
    await Promise.all([whole, ...writes])
    await this.#root.flushed
  }

  async #failureOf(error: unknown): Promise<TakingsError> {
    const { message = String(error), commitError } = error as {
      message?: string
      commitError?: unknown
    }
    const cause = await Promise.resolve(commitError).catch((reason: unknown) => reason)
    const problem = cause instanceof Error ? cause.message : message
    const isFull = (await this.free().catch(() => Number.POSITIVE_INFINITY)) < leastToWrite
    return isFull
      ? new TakingsError('disk_full', { problem, path: this.#folder }, { cause: error })
      : new TakingsError('journal_unwritable', { problem }, { cause: error })
  }

  async free(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#folder)
    return bavail * bsize
  }

  async close(): Promise<void> {
    // After a write that failed it waits for ever; what was acknowledged is on the disk.
    const over = new AbortController()
    const patience = setTimeout(mostClosing, undefined, { signal: over.signal })
    await Promise.race([this.#root.close(), patience.catch(() => undefined)])
    over.abort()
  }
}

function checksumOf(record: JournalRecord & { readonly before: number }): number {
  const { sequence, receivedAt, text, before } = record
  return crc32(text, crc32(`${sequence} ${before} ${receivedAt} `))
}

/** Removed in one transaction. */
const forgottenAtOnce = 10_000

/** Milliseconds in which the library must have let go of its file. */
const mostClosing = 3_000
/** Bytes below which a write fails for want of space, whatever the library says of it. */
const leastToWrite = 10_000_000
