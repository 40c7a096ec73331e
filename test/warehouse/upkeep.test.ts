import { existsSync, statSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { DuckDBConnection } from '@duckdb/node-api'
import { afterEach, expect, it, vi } from 'vitest'
import { openWarehouse, type Warehouse } from '../../src/warehouse/warehouse.ts'
import { now, temporaryFolder, temporaryWarehouse, write } from './temporary-warehouse.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** Statements that the engine ran from now on, all connections together; `meet` sees each as it begins. */
function watchStatements(meet: (sql: string) => void = () => undefined): string[] {
  const run = DuckDBConnection.prototype.run
  const seen: string[] = []
  vi.spyOn(DuckDBConnection.prototype, 'run').mockImplementation(function (
    this: DuckDBConnection,
    ...call
  ) {
    seen.push(call[0])
    meet(call[0])
    return run.apply(this, call)
  })
  return seen
}

it('takes a large journal into the file after the commit, and leaves a small one alone', async () => {
  const warehouse = await temporaryWarehouse()
  const journal = `${warehouse.location}.wal`
  const seen = watchStatements()
  await write(warehouse, "INSERT INTO settings VALUES ('a', 'x')")
  expect(statSync(journal).size).toBeGreaterThan(0)
  await write(
    warehouse,
    "INSERT INTO settings SELECT 'key ' || range, repeat(md5(range::VARCHAR), 8) FROM range(100000)",
  )
  await vi.waitFor(
    () => expect(existsSync(journal) && statSync(journal).size > 0).toBe(false),
    10_000,
  )
  expect(seen.filter((sql) => sql === 'CHECKPOINT')).toHaveLength(1)
  expect(seen.indexOf('CHECKPOINT')).toBeGreaterThan(seen.lastIndexOf('COMMIT'))
  await write(warehouse, "INSERT INTO settings VALUES ('b', 'x')")
  await setTimeout(100)
  expect(seen.filter((sql) => sql === 'CHECKPOINT')).toHaveLength(1)
  expect(await warehouse.query('SELECT count(*)::INTEGER AS n FROM settings')).toEqual([
    { n: 100_002 },
  ])
})

it('gives memory back once nobody asks anything, and not while somebody does', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const warehouse = await openWarehouse({
    folder: await temporaryFolder(),
    now,
    memoryLimit: '512MB',
  })
  const seen = watchStatements()
  const limits = () => seen.filter((sql) => sql.startsWith('SET memory_limit'))
  const controller = new AbortController()
  const slow = warehouse.query(
    'SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3',
    [],
    { signal: controller.signal },
  )
  const stopped = expect(slow).rejects.toThrow('enough')
  await vi.advanceTimersByTimeAsync(10_000)
  await write(warehouse, "INSERT INTO settings VALUES ('a', 'nobody keeps the writer waiting')")
  expect(limits()).toEqual([])
  controller.abort(new Error('enough'))
  await stopped

  await vi.advanceTimersByTimeAsync(10_000)
  await vi.waitFor(() => expect(limits()).toHaveLength(2))
  expect(limits()).toEqual(["SET memory_limit = '32MB'", "SET memory_limit = '512MB'"])
  const [row] = await warehouse.query("SELECT current_setting('memory_limit') AS memory")
  expect(row?.memory).toBe('488.2 MiB')
  await warehouse.close()
})

it('keeps little of what it has read once nobody asks anything', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const warehouse = await temporaryWarehouse()
  const seen = watchStatements()
  await write(
    warehouse,
    "INSERT INTO settings SELECT 'key ' || range, md5(range::VARCHAR) || md5((-range)::VARCHAR) FROM range(1500000)",
  )
  const read = 'SELECT count(*)::INTEGER AS n, max(length(value))::INTEGER AS longest FROM settings'
  const content = await warehouse.query(read)
  expect(await heldMegabytes(warehouse)).toBeGreaterThan(50)

  await vi.advanceTimersByTimeAsync(10_000)
  await vi.waitFor(() => expect(seen.at(-1)).toBe("SET memory_limit = '1GB'"))
  expect(await heldMegabytes(warehouse)).toBeLessThan(35)
  expect(await warehouse.query(read)).toEqual(content)
})

it('has whoever asks while it gives memory back wait for its limit', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const warehouse = await temporaryWarehouse()
  const asked: Promise<unknown>[] = []
  const seen = watchStatements((sql) => {
    if (sql !== "SET memory_limit = '32MB'") return
    asked.push(
      warehouse.query('SELECT 1 AS question'),
      warehouse.query('SELECT 1 AS brief', [], { brief: true }),
      write(warehouse, "INSERT INTO settings VALUES ('a', 'x')"),
    )
  })
  await vi.advanceTimersByTimeAsync(10_000)
  await vi.waitFor(() => expect(asked).toHaveLength(3))
  await Promise.all(asked)
  expect(seen.slice(0, 2)).toEqual(["SET memory_limit = '32MB'", "SET memory_limit = '1GB'"])
  expect(seen).toEqual(
    expect.arrayContaining(['SELECT 1 AS question', 'SELECT 1 AS brief', 'BEGIN']),
  )
})

/** What the engine itself says that it holds, in whatever role. */
async function heldMegabytes(warehouse: Warehouse): Promise<number> {
  const [row] = await warehouse.query(
    'SELECT (sum(memory_usage_bytes) / 1e6)::DOUBLE AS held FROM duckdb_memory()',
  )
  return Number(row?.held)
}
