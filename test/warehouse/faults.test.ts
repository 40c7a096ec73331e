import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { afterEach, expect, it, vi } from 'vitest'
import type { Transaction, Warehouse } from '../../src/warehouse/warehouse.ts'
import { openWarehouse } from '../../src/warehouse/warehouse.ts'
import { insert } from './star-rows.ts'
import { now, temporaryFolder, temporaryWarehouse } from './temporary-warehouse.ts'

afterEach(() => void vi.restoreAllMocks())

/** Makes the next COMMIT end in an error, as a disk that fails does, after or before it took effect. */
function breakCommit(effect: 'committed' | 'lost'): void {
  const run = DuckDBConnection.prototype.run
  let broken = false
  vi.spyOn(DuckDBConnection.prototype, 'run').mockImplementation(async function (
    this: DuckDBConnection,
    ...call
  ) {
    if (call[0] !== 'COMMIT' || broken) return run.apply(this, call)
    broken = true
    if (effect === 'committed') await run.apply(this, call)
    throw new Error('FATAL Error: Failed to write: no answer from the disk')
  })
}

function load(warehouse: Warehouse, runToken: string): Promise<string> {
  return warehouse.transact(
    async (transaction: Transaction) => {
      await transaction.execute(insert('runs', { run_token: `'${runToken}'` }))
      await transaction.execute(insert('sales_fact'))
      return 'loaded'
    },
    { change: () => ({ sequence: 1, tables: ['sales_fact'], days: null }), runToken },
  )
}

async function count(warehouse: Warehouse): Promise<unknown> {
  const [row] = await warehouse.query('SELECT count(*)::INTEGER AS n FROM sales_fact')
  return row?.n
}

it('settles a COMMIT that erred but took effect: the ledger has it, so it stands', async () => {
  const warehouse = await temporaryWarehouse()
  const announced = vi.fn()
  warehouse.onCommit(announced)
  breakCommit('committed')
  expect(await load(warehouse, 'first')).toBe('loaded')
  expect(announced).toHaveBeenCalledTimes(1)
  expect(await count(warehouse)).toBe(1)
  expect(await load(warehouse, 'second')).toBe('loaded')
  expect(await count(warehouse)).toBe(2)
})

it('settles a COMMIT that erred without effect: the ledger lacks it, so the error is told', async () => {
  const warehouse = await temporaryWarehouse()
  const announced = vi.fn()
  warehouse.onCommit(announced)
  breakCommit('lost')
  await expect(load(warehouse, 'first')).rejects.toThrow()
  expect(announced).not.toHaveBeenCalled()
  expect(await count(warehouse)).toBe(0)
  expect(await load(warehouse, 'second')).toBe('loaded')
  expect(await count(warehouse)).toBe(1)
})

it('says that a commit is unknown when the file cannot be opened again, and recovers when it can', async () => {
  const warehouse = await temporaryWarehouse()
  breakCommit('committed')
  vi.spyOn(DuckDBInstance, 'create').mockRejectedValueOnce(new Error('IO Error: the disk is gone'))
  await expect(load(warehouse, 'first')).rejects.toMatchObject({ code: 'commit_unknown' })
  expect(await count(warehouse)).toBe(1)
})

it('does not claim to know about a commit that left no trace in the ledger', async () => {
  const warehouse = await temporaryWarehouse()
  breakCommit('lost')
  await expect(warehouse.settings.set('a', 'b')).rejects.toMatchObject({ code: 'commit_unknown' })
})

it('answers questions that ran while the database had to be opened again', async () => {
  const warehouse = await temporaryWarehouse()
  breakCommit('lost')
  const [answer] = await Promise.allSettled([
    warehouse.query('SELECT count(*) AS n FROM range(100000000) t WHERE range % 7 = 3'),
    load(warehouse, 'first'),
  ])
  expect(answer).toEqual({ status: 'fulfilled', value: [{ n: '14285714' }] })
})

it('opens the database again after a fatal error inside the work, with nothing of it kept', async () => {
  const warehouse = await temporaryWarehouse()
  const run = DuckDBConnection.prototype.run
  vi.spyOn(DuckDBConnection.prototype, 'run').mockImplementation(async function (
    this: DuckDBConnection,
    ...call
  ) {
    if (call[0] === 'SELECT fatal') throw new Error('FATAL Error: database has been invalidated')
    return run.apply(this, call)
  })
  const created = vi.spyOn(DuckDBInstance, 'create')
  const failing = warehouse.transact(
    async (transaction) => {
      await transaction.execute(insert('sales_fact'))
      await transaction.query('SELECT fatal')
    },
    { change: () => null, runToken: 'x' },
  )
  await expect(failing).rejects.toThrow('FATAL')
  expect(await count(warehouse)).toBe(0)
  expect(created).toHaveBeenCalledTimes(1)
})

it.skipIf(process.platform === 'win32')(
  'loses nothing and promises nothing false when the disk is full',
  async () => {
    const folder = await temporaryFolder()
    const child = join(import.meta.dirname, 'children/fill-disk.ts')
    // No file may grow beyond 6 MB, which fails a write as a full disk does.
    const command = `ulimit -f 6144; exec "${process.execPath}" --import tsx "${child}" "${folder}"`
    const { stdout } = await promisify(execFile)('bash', ['-c', command])
    const outcome = JSON.parse(stdout)
    expect(outcome).toMatchObject({ failure: 'disk_full', seen: outcome.committed })
    expect(outcome.committed).toBeGreaterThan(5)

    const warehouse = await openWarehouse({ folder, now })
    const [kept] = await warehouse.query(
      'SELECT count(DISTINCT run_id)::INTEGER AS runs, count(*)::INTEGER AS files FROM run_files',
    )
    expect(kept).toEqual({ runs: outcome.committed, files: outcome.committed * 2000 })
    await warehouse.close()
  },
)
