import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { type LockOwner, openWarehouse, readLock } from '../../src/warehouse/warehouse.ts'
import { now, temporaryFolder } from './temporary-warehouse.ts'

async function writeLock(folder: string, owner: Partial<LockOwner>): Promise<void> {
  await writeFile(join(folder, 'takings.lock'), JSON.stringify(owner))
}

/** The lock that this very process would write. */
async function ownLock(): Promise<LockOwner> {
  const folder = await temporaryFolder()
  const warehouse = await openWarehouse({ folder, now })
  const owner = await readLock(folder)
  await warehouse.close()
  if (!owner) throw new Error('an open warehouse has no lock')
  return owner
}

it('refuses a second owner in the same process and names the first', async () => {
  const folder = await temporaryFolder()
  const warehouse = await openWarehouse({ folder, now })
  await expect(openWarehouse({ folder: join(folder, '.'), now })).rejects.toMatchObject({
    code: 'warehouse_locked',
    details: { path: folder, pid: process.pid },
  })
  expect(await warehouse.query('SELECT 1 AS n')).toEqual([{ n: 1 }])
  await warehouse.close()
  expect(existsSync(join(folder, 'takings.lock'))).toBe(false)
  await (await openWarehouse({ folder, now })).close()
})

it('lets one of many win that come at once', async () => {
  const folder = await temporaryFolder()
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, () => openWarehouse({ folder, now })),
  )
  const won = outcomes.filter((outcome) => outcome.status === 'fulfilled')
  expect(won).toHaveLength(1)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason.code).toBe('warehouse_locked')
  }
  await won[0]?.value.close()
  expect(await readdir(folder)).toEqual(['takings.duckdb'])
})

it('refuses a second process, and takes over from one that was killed', async () => {
  const folder = await temporaryFolder()
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'children/hold.ts'), folder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  await expect(openWarehouse({ folder, now })).rejects.toMatchObject({
    code: 'warehouse_locked',
    details: { pid: child.pid },
  })
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(existsSync(join(folder, 'takings.lock'))).toBe(true)
  expect(await readLock(folder)).toBeNull()
  const warehouse = await openWarehouse({ folder, now })
  expect((await readLock(folder))?.pid).toBe(process.pid)
  await warehouse.close()
})

it.each<[string, (own: LockOwner) => Partial<LockOwner>]>([
  [
    'a process of before the machine was started again',
    (own) => ({ ...own, bootId: 'another boot' }),
  ],
  ['a process whose number another one has now', (own) => ({ ...own, processStart: '1' })],
  ['a process that is gone', (own) => ({ ...own, pid: 2 ** 22 + 1 })],
  ['nobody', () => ({})],
])('takes over the lock of %s', async (_, stale) => {
  const folder = await temporaryFolder()
  await writeLock(folder, stale(await ownLock()))
  expect(await readLock(folder)).toBeNull()
  const warehouse = await openWarehouse({ folder, now })
  expect(await readLock(folder)).toMatchObject({
    pid: process.pid,
    startedAt: '2024-06-30T12:00:00.000Z',
  })
  await warehouse.close()
  expect(await readdir(folder)).toEqual(['takings.duckdb'])
})

it('respects a lock that leaves out what its system does not tell', async () => {
  const folder = await temporaryFolder()
  await writeLock(folder, { pid: process.pid })
  await expect(openWarehouse({ folder, now })).rejects.toMatchObject({ code: 'warehouse_locked' })
})

it('takes over a lock file that a crash cut short', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'takings.lock'), '{"pid": 12')
  await (await openWarehouse({ folder, now })).close()
})

it('tells its user, and nobody else, where the server listens', async () => {
  const folder = await temporaryFolder()
  const warehouse = await openWarehouse({ folder, now })
  expect(await readLock(folder)).toMatchObject({ url: null, token: null })
  await warehouse.announceServer('http://127.0.0.1:4321', 'secret')
  expect(await readLock(folder)).toMatchObject({
    pid: process.pid,
    url: 'http://127.0.0.1:4321',
    token: 'secret',
  })
  const path = join(folder, 'takings.lock')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ token: 'secret' })
  await warehouse.close()
  expect(await readLock(folder)).toBeNull()
})
