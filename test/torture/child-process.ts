import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { orderNumber } from './child-orders.ts'
import type { EngineName, StatementMoment } from './moments.ts'

/** What a process that takes orders in is to do. */
export interface ChildJob {
  readonly folder: string
  readonly address: string | null
  readonly engine: EngineName
  /** Marks its orders. */
  readonly number: number
  /** Null: it applies what waits, takes some more orders in, and ends; what keeps it from that it says as JSON. */
  readonly moment: {
    readonly name: string
    readonly statement?: StatementMoment
    readonly imports: boolean
    readonly hurries: boolean
    readonly older: boolean
    /** Which of the passages is the last. */
    readonly last: number
  } | null
}

export interface Ended {
  /** Numbers of the orders that it called accepted. */
  readonly accepted: readonly string[]
  /** What else it said. */
  readonly said: readonly string[]
  readonly code: number | null
  readonly signal: string | null
}

/** A moment that has not come after so many milliseconds never comes. */
const patience = 60_000

/**
 * Processes that take orders in. The next one loads its code while one works, which is half of what it takes to come to
 * its moment.
 */
export class Children {
  #next: ChildProcess | null = null

  /** Gives a process its job and waits for its end; `afterMs`: of its work, when it is killed from outside. */
  async run(job: ChildJob, afterMs: number | null = null): Promise<Ended> {
    const child = this.#next ?? start()
    this.#next = start()
    const ended = once(child, 'exit')
    const accepted: string[] = []
    const said: string[] = []
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
    const begins = job.moment?.name === 'opening' ? 'opening' : 'sending'
    const over = new AbortController()
    const kill = (ms: number) =>
      setTimeout(ms, undefined, { signal: over.signal }).then(
        () => child.kill('SIGKILL'),
        () => undefined,
      )
    lines.on('line', (line) => {
      if (line === begins && afterMs !== null) void kill(afterMs)
      if (orderNumber.test(line)) accepted.push(line)
      else said.push(line)
    })
    const read = once(lines, 'close')
    let isLate = false
    void kill(patience).then(() => {
      isLate = !over.signal.aborted
    })
    child.stdin?.write(`${JSON.stringify(job)}\n`)
    const [code, signal] = (await ended) as [number | null, string | null]
    over.abort()
    await read
    if (isLate) throw new Error(`the moment "${job.moment?.name}" never came`)
    return { accepted, said, code, signal }
  }

  /** Ends the one that waits. */
  async close(): Promise<void> {
    const child = this.#next
    this.#next = null
    if (!child) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
}

function start(): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'child.ts')], {
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
}
