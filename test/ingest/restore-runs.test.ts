import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importFiles, openIntake, restoreRuns } from '../../src/ingest/ingest.ts'
import { openJournal } from '../../src/journal/journal.ts'
import type { TakingsError } from '../../src/model/errors.ts'
import {
  openWarehouse,
  type Warehouse,
  type WarehouseOptions,
} from '../../src/warehouse/warehouse.ts'
import { now, TemporaryShop } from './temporary-shop.ts'

/**
 * What was committed is there, or is committed again, or keeps the warehouse closed: whatever became of the engine's files
 * after the process was killed.
 */

let folder: string
let killed: string
let truth: unknown

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'takings-restore-'))
  killed = join(folder, 'killed')
  const script = join(import.meta.dirname, 'restore-child.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', script, killed], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
  expect(signal).toBe('SIGKILL')
  expect(existsSync(join(killed, 'takings.duckdb.wal'))).toBe(true)
  const warehouse = await openWarehouse({ folder: copy('truth'), now })
  truth = await contentOf(warehouse)
  await warehouse.close()
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A data folder as the killed process left it. */
function copy(name: string): string {
  const path = join(folder, name)
  cpSync(killed, path, { recursive: true })
  rmSync(join(path, 'takings.lock'), { force: true })
  return path
}

/** What a shop is, without the numbers that we give it ourselves. */
async function contentOf(warehouse: Warehouse): Promise<unknown> {
  const lines = await warehouse.query(
    `SELECT order_number, line_number, product_key, customers.name AS customer, CAST(sales_fact.order_date AS VARCHAR) AS day, quantity, total_price
     FROM sales_fact JOIN orders ON orders.order_id = sales_fact.order_id
     JOIN products ON products.product_id = sales_fact.product_id
     JOIN customers ON customers.customer_id = sales_fact.customer_id
     ORDER BY order_number, line_number`,
  )
  const settings = await warehouse.query(
    "SELECT key, value FROM settings WHERE key <> 'settings_revision' ORDER BY key",
  )
  const runs = await warehouse.query(
    `SELECT run_token, source, state, rows_in, rows_accepted, rows_rejected FROM runs
     WHERE run_token NOT LIKE 'live-%' ORDER BY run_id`,
  )
  return { lines, settings, runs }
}

/** Opens a folder as commands do. */
async function openRestored(path: string, missing: string[] = []): Promise<Warehouse> {
  const restore: WarehouseOptions['restore'] = async (warehouse, lost) => {
    missing.push(...lost.imports.map(({ files }) => files))
    const journal = await openJournal({ folder: join(path, 'journal'), now })
    const workFolder = join(path, 'work')
    await restoreRuns(warehouse, lost, { journal, now, workFolder, memoryLimit: '512MB' })
    await journal.close()
  }
  return openWarehouse({ folder: path, now, restore })
}

/** What a server does next: live records whose batch was not noted yet are in the journal and wait again. */
async function applyWaiting(warehouse: Warehouse, path: string): Promise<void> {
  const journal = await openJournal({ folder: join(path, 'journal'), now })
  const workFolder = join(path, 'work')
  const intake = await openIntake({ journal, warehouse, now, workFolder, memoryLimit: '512MB' })
  expect(await intake.visible(journal.last(), 30_000)).toBe(true)
  await intake.close()
}

function damage(path: string, how: string, share: number): void {
  const log = join(path, 'takings.duckdb.wal')
  const bytes = readFileSync(log)
  const at = Math.floor(bytes.length * share)
  if (how === 'zeroed') bytes.fill(0, at)
  if (how === 'changed in one bit') bytes[at] = (bytes[at] ?? 0) ^ 0x20
  writeFileSync(log, bytes)
  if (how === 'cut') truncateSync(log, at)
  if (how === 'removed') rmSync(log)
}

const shares = [0.02, 0.45, 0.9, 0.998]
const damages = [
  ...['cut', 'zeroed', 'changed in one bit'].flatMap((how) =>
    shares.map((share) => [how, share] as const),
  ),
  ['removed', 0] as const,
]

describe('a warehouse whose process was killed', () => {
  it.each(damages)(
    'holds all that was committed, though its log was %s at %d',
    {
      timeout: 60_000,
    },
    async (how, share) => {
      const path = copy(`${how}-${share}`.replaceAll(' ', '-'))
      damage(path, how, share)
      const warehouse = await openRestored(path)
      try {
        await applyWaiting(warehouse, path)
        expect(await contentOf(warehouse)).toEqual(truth)
        expect(await warehouse.audit()).toEqual([])
        expect(await warehouse.auditRollups()).toEqual([])
      } finally {
        await warehouse.close()
      }
      const again = await openWarehouse({ folder: path, now })
      expect(await contentOf(again)).toEqual(truth)
      await again.close()
      // A log that nobody could read lies aside with the file that it belonged to.
      const aside = how === 'zeroed' || how === 'changed in one bit'
      expect(existsSync(join(path, 'set-aside'))).toBe(aside)
      if (!aside) return
      const [one = ''] = readdirSync(join(path, 'set-aside'))
      expect(readdirSync(join(path, 'set-aside', one)).sort()).toEqual([
        'takings.duckdb',
        'takings.duckdb.wal',
      ])
    },
  )

  it('stays closed where nobody can commit again what it lacks, and says what that is', async () => {
    const path = copy('nobody')
    damage(path, 'removed', 0)
    const refused = await openWarehouse({ folder: path, now }).catch((error: TakingsError) => error)
    expect(refused).toMatchObject({ code: 'runs_missing' })
    const { message } = refused as TakingsError
    expect(message).toContain('orders-from-1.csv')
    expect(message).toContain('orders-from-120.csv')
    expect(message).toContain('live records')
    // Nothing was given up by the refusal.
    const missing: string[] = []
    const warehouse = await openRestored(path, missing)
    expect(missing).toHaveLength(3)
    expect(await contentOf(warehouse)).toEqual(truth)
    await warehouse.close()
  })

  it('stays closed where the clean files of an import are gone too', async () => {
    const path = copy('gone')
    damage(path, 'cut', 0.5)
    rmSync(join(path, 'kept-imports'), { recursive: true })
    await expect(openRestored(path)).rejects.toMatchObject({ code: 'runs_missing' })
  })

  it('is left as it is where its log is damaged and nobody may mend it', async () => {
    const path = copy('left')
    damage(path, 'zeroed', 0.5)
    const before = readFileSync(join(path, 'takings.duckdb.wal'))
    await expect(openWarehouse({ folder: path, now })).rejects.toMatchObject({
      code: 'warehouse_damaged',
    })
    expect(readFileSync(join(path, 'takings.duckdb.wal')).equals(before)).toBe(true)
    expect(existsSync(join(path, 'set-aside'))).toBe(false)
  })

  it('gets its files back where the file is damaged as well as the log', async () => {
    const path = copy('both')
    damage(path, 'zeroed', 0.5)
    const file = join(path, 'takings.duckdb')
    const bytes = readFileSync(file)
    bytes.fill(7, 4096, bytes.length)
    writeFileSync(file, bytes)
    const log = readFileSync(join(path, 'takings.duckdb.wal'))
    await expect(openRestored(path)).rejects.toMatchObject({
      code: expect.stringMatching(/^warehouse_(damaged|unreachable)$/),
    })
    expect(readFileSync(file).equals(bytes)).toBe(true)
    expect(readFileSync(join(path, 'takings.duckdb.wal')).equals(log)).toBe(true)
  })

  it('stays closed where the journal has forgotten what it lacks', async () => {
    const path = copy('forgotten')
    damage(path, 'removed', 0)
    const journal = await openJournal({ folder: join(path, 'journal'), now })
    const later = new Date(now().getTime() + 86_400_000)
    await journal.forget({ upTo: 10, recordsBefore: later, answersBefore: later })
    await journal.close()
    const refused = await openRestored(path).catch((error: TakingsError) => error)
    expect(refused).toMatchObject({ code: 'runs_missing' })
    expect((refused as TakingsError).message).toContain('live records')
  })

  it('opens for what it is once that was accepted', async () => {
    const path = copy('accepted')
    damage(path, 'removed', 0)
    rmSync(join(path, 'kept-imports'), { recursive: true })
    await (await openWarehouse({ folder: path, now, restore: 'accept' })).close()
    const warehouse = await openWarehouse({ folder: path, now })
    expect((await contentOf(warehouse)) as { lines: unknown[] }).toMatchObject({ lines: [] })
    await warehouse.close()
  })
})

describe('clean files of an import', () => {
  const file = 'order,date,customer,product,quantity,price\n1,2024-05-01,C1,P1,1,5.00\n'
  const kept = (shop: TemporaryShop) => {
    const path = join(shop.folder, 'data', 'kept-imports')
    return existsSync(path) ? readdirSync(path) : []
  }

  it('are kept until the import was read back from the file, and no longer', async () => {
    const shop = await TemporaryShop.open()
    await shop.importText('orders.csv', file)
    expect(kept(shop)).toHaveLength(1)
    await shop.warehouse.close()
    expect(kept(shop)).toEqual([])
    rmSync(shop.folder, { recursive: true })
  })

  it('are not kept of an import that failed', async () => {
    const shop = await TemporaryShop.open()
    const stopped = new AbortController()
    await expect(
      shop.import(shop.file('orders.csv', file), {
        signal: stopped.signal,
        onProgress: ({ step }) => {
          if (step === 'loading') stopped.abort(new Error('stopped'))
        },
      }),
    ).rejects.toThrow()
    expect(kept(shop)).toEqual([])
    await shop.close()
  })

  it('are not needed for an older copy of the file to be found out', async () => {
    const shop = await TemporaryShop.open()
    const data = join(shop.folder, 'data')
    await shop.warehouse.close()
    const older = readFileSync(join(data, 'takings.duckdb'))
    const warehouse = await openWarehouse({ folder: data, now })
    const paths = [shop.file('orders.csv', file)]
    await importFiles(warehouse, { paths, now, workFolder: shop.workFolder })
    await warehouse.close()
    writeFileSync(join(data, 'takings.duckdb'), older)
    const refused = await openRestored(data).catch((error: TakingsError) => error)
    expect(refused).toMatchObject({ code: 'runs_missing' })
    expect((refused as TakingsError).message).toContain('orders.csv')
    rmSync(shop.folder, { recursive: true })
  })
})
