import { createRequire } from 'node:module'
import { setTimeout } from 'node:timers/promises'
import type { StatementMoment } from './moments.ts'

const require = createRequire(import.meta.url)

export interface WatchOptions {
  readonly engine: string
  readonly moment: StatementMoment
  /** Counts the passage; true at the last one. */
  readonly passes: () => boolean
  /** Milliseconds from the start of a statement to the end of the process that runs it. */
  readonly amidMs: number
  readonly die: () => void
}

type Run = (this: object, ...words: unknown[]) => unknown

/** Ends the process at a statement of the engine's library, whoever asks for it. */
export function watchStatements({ engine, moment, passes, amidMs, die }: WatchOptions): void {
  const { begins, within, passage, abortsAt } = moment
  /** By connection: whether its transaction came to what the moment lies behind. */
  const inside = new WeakMap<object, boolean>()
  watch(engine, (connection, sql, run) => {
    if (sql === 'BEGIN') inside.delete(connection)
    else if (within && sql.startsWith(within)) inside.set(connection, true)
    const isMeant = sql.startsWith(begins) && (!within || inside.get(connection) === true)
    if (!isMeant || !passes()) return run()
    if (passage === 'before') return die()
    if (passage === 'amid') {
      void setTimeout(amidMs).then(die)
      return run()
    }
    return after(connection, run)
  })

  async function after(connection: object, run: () => unknown): Promise<unknown> {
    if (abortsAt)
      await own(engine).run.call(connection, `SET debug_checkpoint_abort = '${abortsAt}'`)
    try {
      return await run()
    } finally {
      die()
    }
  }
}

/** The method of the library that runs statements. */
function own(engine: string): {
  readonly owner: Record<string, Run>
  readonly name: string
  readonly run: Run
} {
  const [owner, name] =
    engine === 'duckdb'
      ? [require('@duckdb/node-api').DuckDBConnection.prototype, 'run']
      : [require('pg').Client.prototype, 'query']
  originals[engine] ??= owner[name]
  return { owner, name, run: originals[engine] as Run }
}

const originals: Record<string, Run> = {}

function watch(
  engine: string,
  met: (connection: object, sql: string, run: () => unknown) => unknown,
): void {
  const { owner, name, run } = own(engine)
  owner[name] = function (this: object, ...words: unknown[]) {
    const [first] = words
    const sql = typeof first === 'string' ? first : String((first as { text?: string }).text ?? '')
    return met(this, sql, () => run.apply(this, words))
  }
}
