import { stat } from 'node:fs/promises'
import { star } from '../../../model/star.ts'
import type { Slots } from '../../slots.ts'
import type { Database } from './database.ts'
import type { SessionOptions } from './session.ts'

export interface UpkeepOptions {
  readonly database: Database
  readonly session: SessionOptions
  readonly writing: Slots<string>
  readonly reading: Slots<number>
  readonly briefReading: Slots<number>
}

/** A journal of this many bytes is worth a checkpoint before the next transaction. */
const worthCheckpoint = 16 * 1024 * 1024

/** After so many milliseconds without a question or a commit the engine gives memory back. */
const idleAfter = 10_000

/**
 * What an idle engine may keep: the blocks asked for most recently, and rows that only the journal holds so
 * far, some 22 MB before a checkpoint is due. All else is read from the file again. With ten million lines
 * a page of 28 days then takes 0.1 s of 1.7 s CPU time more, as it did when 150 MB were kept.
 */
const idleMemory = '32MB'

/**
 * What the engine leaves to us. Checkpoints are made between transactions, not inside one, where a small
 * commit would wait for all that came before it. And memory that a load or a heavy question filled is
 * given back when nobody asks anything: the engine itself keeps it for ever.
 */
export class Upkeep {
  readonly #options: UpkeepOptions
  readonly #idle: NodeJS.Timeout
  #checkpointFrom = worthCheckpoint
  #checking = false
  #stopped = false

  constructor(options: UpkeepOptions) {
    this.#options = options
    this.#idle = setTimeout(() => void this.#giveBack(), idleAfter).unref()
  }

  /** Somebody asks something. */
  used(): void {
    if (!this.#stopped) this.#idle.refresh()
  }

  /** A transaction was committed. */
  committed(): void {
    this.used()
    if (!this.#checking && !this.#stopped) void this.#checkpointWhenDue()
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#idle)
  }

  /** Moves the journal into the file. The caller is the only writer. */
  async checkpoint(): Promise<void> {
    const { database } = this.#options
    await database.use((session) => session.execute(session.writer, { sql: 'CHECKPOINT' }))
  }

  /** See `EngineLog`. Writers wait for it. */
  async verifiedCheckpoint(afterRun: number): Promise<boolean> {
    const { database, reading, briefReading, writing } = this.#options
    const fingerprint = () =>
      database.use((session) =>
        session.ask(session.writer, { sql: fingerprintSql, parameters: [afterRun] }),
      )
    return writing.use(async () => {
      if (!reading.idle || !briefReading.idle) return false
      const before = await fingerprint()
      await this.checkpoint()
      await reading.holdAll(() => briefReading.holdAll(() => this.#letGo()))
      return JSON.stringify(await fingerprint()) === JSON.stringify(before)
    })
  }

  async #checkpointWhenDue(): Promise<void> {
    const { session, writing } = this.#options
    this.#checking = true
    try {
      const journal = await stat(`${session.path}.wal`)
      if (journal.size < this.#checkpointFrom) return
      // Should it fail, as on a full disk, everything in the journal is committed all the same, and the
      // next attempt can wait until the journal has grown a good deal.
      this.#checkpointFrom = journal.size * 2
      await writing.use(() => this.checkpoint())
      this.#checkpointFrom = worthCheckpoint
    } catch {
      // There is no journal, or see above.
    } finally {
      this.#checking = false
    }
  }

  /** Lowering the limit is what makes the engine let go of memory; nobody may need it meanwhile. */
  async #giveBack(): Promise<void> {
    const { writing, reading, briefReading } = this.#options
    if (![writing, reading, briefReading].every(({ idle }) => idle)) {
      this.used()
      return
    }
    try {
      const giveBack = () => this.#letGo()
      await writing.use(() => reading.holdAll(() => briefReading.holdAll(giveBack)))
    } catch {
      // It keeps what it has; nothing depends on this.
    }
  }

  /** Nobody may ask anything meanwhile. */
  async #letGo(): Promise<void> {
    const { database, session } = this.#options
    const setLimit = (limit: string) =>
      database.use((opened) =>
        opened.execute(opened.writer, { sql: `SET memory_limit = '${limit}'` }),
      )
    await setLimit(idleMemory).finally(() => setLimit(session.memoryLimit))
  }
}

/** What runs after `$1` wrote, and all members, each table as one number that any other content changes. */
const fingerprintSql = star
  .map(({ name, columns }) => {
    const names = columns.map((column) => column.name)
    const where = names.includes('run_id') ? 'WHERE run_id > $1::BIGINT' : ''
    return `SELECT '${name}' AS name, count(*) AS rows, bit_xor(hash(${names.join(', ')})) AS content FROM ${name} ${where}`
  })
  .join(' UNION ALL ')
