import type { ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { TakingsError } from '../model/errors.ts'
import { forkWorker } from './fork-worker.ts'
import type { Filling, StagedCell, StagedRow, StagingReply, StagingRequest } from './message.ts'

export type { StagedCell, StagedRow }
export { forkWorker }

/**
 * A private engine in a killable child process with a memory limit of its own: input is staged as text
 * and cleaned by SQL there, and what comes out is clean Parquet. It never opens the warehouse file.
 */
export interface Staging {
  /** Runs a statement. Rejects with `StagingFault` when the engine refuses it. */
  run(sql: string, onProgress?: (share: number) => void): Promise<void>
  /**
   * Runs a statement that comes again in the same words, and is planned only once. It may read tables that are not
   * temporary and nothing else: of files the plan keeps what they held the first time.
   */
  repeat(sql: string): Promise<void>
  /**
   * Puts the rows of a SELECT into a table in place of those that it had; the table is made where it is not there. It stays
   * the same one, so that statements which read it can come again.
   */
  fill(filling: Filling): Promise<void>
  /** Runs a statement and gives its rows. */
  rows(sql: string, onProgress?: (share: number) => void): Promise<readonly StagedRow[]>
  /**
   * A second connection to the same engine, within the same memory limit: its statements run beside those of the
   * first, and do not see what is temporary there.
   */
  readonly beside: Staging
  /** Ends the process and frees its memory. */
  close(): Promise<void>
  /**
   * Frees the memory after work that went well. The process stays for a few seconds where it is small, and the next
   * staging takes it: to start one is a quarter of a small import.
   */
  release(): Promise<void>
}

/** The engine's own words on a statement it could not run, most often because of the input. */
export class StagingFault extends Error {
  override readonly name = 'StagingFault'
  /** True when the memory limit was reached. */
  get outOfMemory(): boolean {
    return /out of memory|failed to allocate/i.test(this.message)
  }
  /** True when the disk is full. */
  get diskFull(): boolean {
    return /no space left|disk (is )?full|could not write/i.test(this.message)
  }
}

export interface StagingOptions {
  /** Folder of its own; created when missing. */
  readonly folder: string
  /** As the engine writes it: 1GB, 512MB. */
  readonly memoryLimit: string
  /** Kills the process at once. */
  readonly signal?: AbortSignal
}

/** Bytes that a process may keep for itself between two of its works; one that has done little keeps 100 million. */
const mostKept = 130_000_000

/** Milliseconds in which a process must have let go of its engine; it takes some 10. */
const mostClosing = 2_000

interface Waiting {
  resolve(rows: readonly StagedRow[]): void
  reject(error: Error): void
  readonly onProgress: ((share: number) => void) | undefined
}

/** Starts the process and waits until it is ready. */
export async function openStaging(options: StagingOptions): Promise<Staging> {
  const staging = start(options)
  try {
    await staging.opened
  } catch (error) {
    await staging.close()
    throw error
  }
  return staging
}

/** The same without waiting: the first statement does, and fails with what made the start fail. */
export function startStaging(options: StagingOptions): Staging {
  return start(options)
}

function start(options: StagingOptions): StagingProcess {
  options.signal?.throwIfAborted()
  mkdirSync(options.folder, { recursive: true })
  const child = takeSpare() ?? startWorker()
  return new StagingProcess(child, options)
}

/** A process that waits for the next `startStaging`. */
let spare: ChildProcess | null = null
/** Ends it where it waits for a while only. */
let spareTimer: NodeJS.Timeout | undefined

/**
 * Starts a process before it is known what it will be asked, or whether anything, while the caller is busy with
 * other things. The next staging takes it. It keeps nobody from ending, and ends with whoever started it.
 */
export function prepareStaging(): void {
  if (!spare) waitAsSpare(startWorker())
}

function waitAsSpare(child: ChildProcess): void {
  spare = child
  const forget = () => {
    if (spare === child) endSpareStaging()
  }
  // The next staging starts one of its own then, and hears what is wrong.
  child.once('error', forget).once('exit', forget)
  for (const handle of handlesOf(child)) handle.unref?.()
}

/** Milliseconds that a process waits for more work. */
const spareFor = 10_000

/** Keeps a process that has done its work, and nothing else, for the next one. */
function keepSpare(child: ChildProcess): void {
  if (spare) {
    child.kill('SIGKILL')
    return
  }
  waitAsSpare(child)
  spareTimer = setTimeout(endSpareStaging, spareFor)
  spareTimer.unref()
}

/** Ends the process that nobody took. */
export function endSpareStaging(): void {
  clearTimeout(spareTimer)
  spare?.kill('SIGKILL')
  spare = null
}

function takeSpare(): ChildProcess | null {
  const child = spare
  clearTimeout(spareTimer)
  spare = null
  if (!child) return null
  forgetListeners(child)
  for (const handle of handlesOf(child)) handle.ref?.()
  return child
}

/** Of ours; the channel has some of its own. */
function forgetListeners(child: ChildProcess): void {
  for (const event of ['message', 'exit', 'error']) child.removeAllListeners(event)
  child.stderr?.removeAllListeners('data')
}

/** All that would keep this process waiting for another. */
function handlesOf(child: ChildProcess): { ref?(): void; unref?(): void }[] {
  return [child, child.channel ?? {}, (child.stderr as Socket | null) ?? {}]
}

type WithoutId<Request> = Request extends unknown ? Omit<Request, 'id'> : never
/** What one of the two connections does. */
type Statement = WithoutId<Extract<StagingRequest, { beside: boolean }>>

class StagingProcess implements Staging {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, Waiting>()
  readonly #ended: Promise<void>
  readonly #signal: AbortSignal | undefined
  #lastId = 0
  #closed = false
  #released = false
  /** Hears no more of the process. */
  #leave: () => void = () => undefined
  #lastWords = ''
  /** Rejects when the process cannot be made ready. */
  readonly opened: Promise<unknown>

  constructor(child: ChildProcess, { folder, memoryLimit, signal }: StagingOptions) {
    this.#child = child
    this.#signal = signal
    child.on('message', (reply: StagingReply) => this.#receive(reply))
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#lastWords = (this.#lastWords + chunk.toString()).slice(-500)
    })
    const abort = () => child.kill('SIGKILL')
    signal?.addEventListener('abort', abort)
    this.#ended = new Promise((resolve) => {
      const end = (error?: Error) => {
        signal?.removeEventListener('abort', abort)
        this.#failAll(error ?? this.#epitaph())
        resolve()
      }
      this.#leave = () => {
        forgetListeners(child)
        end()
      }
      child.once('exit', () => end())
      // It could not be started, or died while it was spoken to.
      child.on('error', (error) => {
        if (child.pid === undefined) end(stopped(error.message))
      })
    })
    this.opened = this.#ask((id) => ({ kind: 'open', id, settings: { folder, memoryLimit } }))
    // Whoever asks first hears of it.
    this.opened.catch(() => undefined)
  }

  async run(sql: string, onProgress?: (share: number) => void): Promise<void> {
    await this.#state({ kind: 'run', sql, beside: false }, onProgress)
  }

  async repeat(sql: string): Promise<void> {
    await this.#state({ kind: 'repeat', sql, beside: false })
  }

  async fill(filling: Filling): Promise<void> {
    await this.#state({ kind: 'fill', beside: false, ...filling })
  }

  rows(sql: string, onProgress?: (share: number) => void): Promise<readonly StagedRow[]> {
    return this.#state({ kind: 'rows', sql, beside: false }, onProgress)
  }

  get beside(): Staging {
    return {
      run: async (sql, onProgress) => {
        await this.#state({ kind: 'run', sql, beside: true }, onProgress)
      },
      repeat: async (sql) => {
        await this.#state({ kind: 'repeat', sql, beside: true })
      },
      fill: async (filling) => {
        await this.#state({ kind: 'fill', beside: true, ...filling })
      },
      rows: (sql, onProgress) => this.#state({ kind: 'rows', sql, beside: true }, onProgress),
      beside: this,
      close: () => this.close(),
      release: () => this.release(),
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    if (!this.#released) this.#child.kill('SIGKILL')
    await this.#ended
  }

  async release(): Promise<void> {
    if (this.#closed) return this.#ended
    if (!(await this.#isOfFurtherUse())) return this.close()
    this.#closed = true
    this.#released = true
    this.#leave()
    keepSpare(this.#child)
  }

  async #isOfFurtherUse(): Promise<boolean> {
    const isBusy = this.#waiting.size > 0
    if (isBusy || this.#signal?.aborted || !this.#child.connected) return false
    const giveUp = setTimeout(() => this.#child.kill('SIGKILL'), mostClosing)
    const rows = await this.#ask((id) => ({ kind: 'close', id })).catch(() => [])
    clearTimeout(giveUp)
    const [kept] = rows
    return typeof kept?.memory === 'number' && kept.memory <= mostKept && !this.#signal?.aborted
  }

  async #state(
    statement: Statement,
    onProgress?: (share: number) => void,
  ): Promise<readonly StagedRow[]> {
    await this.opened
    return this.#ask((id) => ({ ...statement, id }), onProgress)
  }

  #ask(
    request: (id: number) => StagingRequest,
    onProgress?: (share: number) => void,
  ): Promise<readonly StagedRow[]> {
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve, reject) => {
      if (this.#closed || !this.#child.connected) return reject(this.#epitaph())
      this.#waiting.set(id, { resolve, reject, onProgress })
      this.#child.send(request(id))
    })
  }

  #receive(reply: StagingReply): void {
    const waiting = this.#waiting.get(reply.id)
    if (!waiting) return
    if (reply.kind === 'progress') {
      if (reply.percentage >= 0) waiting.onProgress?.(reply.percentage / 100)
      return
    }
    this.#waiting.delete(reply.id)
    if (reply.kind === 'done') waiting.resolve(reply.rows)
    else waiting.reject(new StagingFault(reply.message))
  }

  /** Why nothing more comes from the process. */
  #epitaph(): Error {
    if (this.#signal?.aborted) return this.#signal.reason
    if (this.#closed) return new StagingFault('staging was closed')
    const { exitCode, signalCode } = this.#child
    const cause = signalCode
      ? `its process was ended by ${signalCode}`
      : `its process ended (${exitCode ?? 'it was cut off'})`
    const lastLine = this.#lastWords.trim().split('\n').at(-1)
    return stopped(lastLine ? `${cause}: ${lastLine}` : cause)
  }

  #failAll(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error)
    this.#waiting.clear()
  }
}

function stopped(problem: string): TakingsError {
  return new TakingsError('staging_stopped', { problem })
}

function startWorker(): ChildProcess {
  return forkWorker(fileURLToPath(import.meta.url).replace(/staging\.(ts|js)$/, 'worker.$1'))
}
