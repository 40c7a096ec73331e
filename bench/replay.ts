import type { Warehouse } from '../src/warehouse/warehouse.ts'

/** Statements as a query ran them: which of them had to wait for which. */
export interface Recording {
  readonly statements: readonly RecordedStatement[]
}

interface RecordedStatement {
  /** With its values in place. */
  readonly sql: string
  /** Positions of those that were over when this one was asked. */
  readonly after: readonly number[]
}

interface Call {
  readonly order: number
  /** Calls that were over when this one began. */
  readonly over: readonly number[]
  readonly from: number
  readonly to: number
}

/**
 * A warehouse that remembers when each statement was asked and answered. What the layer keeps of a
 * warehouse between queries, it keeps of this one too, so one is made for all queries: with a new one
 * for each, every query asked again what a server has known since its first.
 */
export function recordingWarehouse(warehouse: Warehouse): {
  readonly warehouse: Warehouse
  /** What was asked since the last time; forgets it. */
  readonly takeCalls: () => Call[]
} {
  let calls: Call[] = []
  let asked = 0
  return {
    takeCalls() {
      const taken = calls
      calls = []
      asked = 0
      return taken
    },
    warehouse: {
      ...warehouse,
      async query(sql, parameters, options) {
        const order = asked++
        const over = calls.map((call) => call.order)
        const from = performance.now()
        const rows = await warehouse.query(sql, parameters, options)
        calls.push({ order, over, from, to: performance.now() })
        return rows
      },
    },
  }
}

/** `statements` are the last calls; those before them asked what is known of the shop. */
export function recordingOf(calls: readonly Call[], statements: readonly string[]): Recording {
  const first = calls.length - statements.length
  const ordered = [...calls].sort((a, b) => a.order - b.order).slice(first)
  return {
    statements: statements.map((sql, index) => ({
      sql,
      after: (ordered[index]?.over ?? []).map((order) => order - first).filter((at) => at >= 0),
    })),
  }
}

/** Runs the statements by hand, each as soon as those are over that it waited for then. */
export async function replay(warehouse: Warehouse, { statements }: Recording): Promise<void> {
  const running: Promise<unknown>[] = []
  for (const { sql, after } of statements) {
    const waited = Promise.all(after.map((position) => running[position]))
    running.push(waited.then(() => warehouse.query(sql)))
  }
  await Promise.all(running)
}

/** Milliseconds of a query in which none of its statements was running: what the layer itself took. */
export function ownTime(calls: readonly Call[], statements: number, tookMs: number): number {
  const first = calls.length - statements
  const ordered = [...calls].sort((a, b) => a.from - b.from)
  let busy = 0
  let until = 0
  for (const { order, from, to } of ordered) {
    if (order < first) continue
    busy += Math.max(0, to - Math.max(from, until))
    until = Math.max(until, to)
  }
  return tookMs - busy
}
