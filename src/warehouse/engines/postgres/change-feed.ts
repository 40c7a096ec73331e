import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { anyDay, type Change } from '../../../model/change.ts'
import { Listeners } from '../../listeners.ts'
import { changeChannel } from './names.ts'

/** How often the ledger is asked for commits that no message told of, ms. */
const pollMs = 1_000

interface Message {
  readonly from: string
  /** Null where nobody need be told: settings, or rows of rollups that were added up. */
  readonly change: Change | null
}

/**
 * Tells listeners of the commits of every process: of our own at once, of others by NOTIFY, and, where a message was
 * lost with its connection, by the ledger, which is asked every second.
 */
export class ChangeFeed {
  readonly #pool: pg.Pool
  readonly #noticePartitions: () => Promise<void>
  readonly #own = randomUUID()
  readonly #listeners = new Listeners()
  /** Gives back the connection that listens; null where there is none. */
  #letGo: (() => void) | null = null
  #timer: NodeJS.Timeout | null = null
  #sequence = 0
  #revision = 0
  /** The newest run at the last look into the ledger. */
  #untold = 0
  #looking = false
  #closed = false

  constructor(pool: pg.Pool, noticePartitions: () => Promise<void>) {
    this.#pool = pool
    this.#noticePartitions = noticePartitions
  }

  add(listener: (change: Change) => void): () => void {
    return this.#listeners.add(listener)
  }

  /** Begins to listen; what was committed before is not told. */
  async open(): Promise<void> {
    this.#sequence = await this.#newest()
    await this.#listen()
    this.#timer = setInterval(() => void this.#look(), pollMs)
    this.#timer.unref()
  }

  /** Inside the transaction: the message goes out with its COMMIT. */
  async notify(client: pg.PoolClient, change: Change | null): Promise<void> {
    const message: Message = { from: this.#own, change }
    await client.query('SELECT pg_notify($1, $2)', [changeChannel, JSON.stringify(message)])
  }

  /** After a commit of our own. */
  committed(change: Change | null): void {
    this.#tell(change)
  }

  /** Rises with every commit that was heard of, before it is told. */
  get revision(): number {
    return this.#revision
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer) clearInterval(this.#timer)
    this.#letGo?.()
  }

  async #listen(): Promise<void> {
    const client = await this.#pool.connect()
    let isLetGo = false
    const letGo = () => {
      if (isLetGo) return
      isLetGo = true
      this.#letGo = null
      client.release(true)
    }
    client.on('notification', ({ payload }) => this.#hear(payload))
    client.on('error', letGo)
    this.#letGo = letGo
    try {
      await client.query(`LISTEN ${changeChannel}`)
    } catch (error) {
      letGo()
      throw error
    }
    if (this.#closed) letGo()
  }

  #hear(payload: string | undefined): void {
    const message = JSON.parse(payload ?? 'null') as Message | null
    if (message && message.from !== this.#own) this.#tell(message.change)
  }

  /** One look at a time: a server that is down answers none for seconds. */
  async #look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    await this.#poll().catch(() => undefined)
    this.#looking = false
  }

  /**
   * Listens again where the connection broke, and tells what was missed. Partitions that an owner attached or took off
   * are told of by nobody at all.
   */
  async #poll(): Promise<void> {
    if (this.#closed) return
    const wasCut = !this.#letGo
    if (wasCut) await this.#listen()
    if (await this.#partitionsDiffer()) await this.#noticePartitions()
    const newest = await this.#newest()
    if (wasCut) {
      // What was said meanwhile is lost, and the next message would hide it; of settings no run tells at all.
      this.#tell({ sequence: newest, tables: facts, days: anyDay })
    }
    // A message may be on its way still: a commit counts as missed once two looks in a row found it untold.
    if (this.#untold > this.#sequence) this.#tell({ sequence: newest, tables: facts, days: anyDay })
    this.#untold = newest
  }

  async #newest(): Promise<number> {
    const { rows } = await this.#pool.query('SELECT coalesce(max(run_id), 0) AS run_id FROM runs')
    return Number(rows[0]?.run_id ?? 0)
  }

  async #partitionsDiffer(): Promise<boolean> {
    const { rows } = await this.#pool.query('SELECT partitions_differ() AS differ')
    return rows[0]?.differ === true
  }

  #tell(change: Change | null): void {
    this.#revision += 1
    this.#sequence = Math.max(this.#sequence, change?.sequence ?? 0)
    this.#listeners.announce(change)
  }
}

const facts = ['sales_fact', 'orders', 'returns_fact', 'order_charges_fact', 'stock_fact'] as const
