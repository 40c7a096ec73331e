import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import {
  endSpareStaging,
  openStaging,
  prepareStaging,
  StagingFault,
  type StagingOptions,
} from '../../src/staging/staging.ts'

/** Ids of the staging processes that are alive. */
function allWorkers(): { pid: number; parent: number }[] {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' })
  return listed.split('\n').flatMap((line) => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    return /staging.worker\.(ts|js)/.test(command)
      ? [{ pid: Number(pid), parent: Number(parent) }]
      : []
  })
}

/** Those that this test process has started. */
function workers(): number[] {
  return allWorkers()
    .filter(({ parent }) => parent === process.pid)
    .map(({ pid }) => pid)
}

async function open(options: Partial<StagingOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'takings-staging-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const staging = await openStaging({
    folder: join(folder, 'engine'),
    memoryLimit: '256MB',
    ...options,
  })
  onTestFinished(() => staging.close())
  return { staging, folder }
}

/** Runs for minutes. */
const endless = 'SELECT sum(a.range * b.range % 7) FROM range(100000000) a, range(1000000) b'

afterEach(() => {
  expect(workers()).toEqual([])
})

it('does not take what tables held when a statement was planned for what they hold later', async () => {
  const { staging } = await open()
  await staging.run('CREATE TABLE said (words VARCHAR, amount DECIMAL(18,4))')
  await staging.run(
    'CREATE TABLE found (words VARCHAR, side VARCHAR, missing BOOLEAN, times BIGINT)',
  )
  const again = `INSERT INTO found SELECT coalesce(words, 'none'), CASE WHEN amount < 0 THEN 'off' ELSE 'on' END,
    words IS NULL, count(*) FILTER (WHERE words = 'z') FROM said GROUP BY ALL`
  await staging.run("INSERT INTO said SELECT 'x', 2 FROM range(10)")
  await staging.repeat(again)
  await staging.run('DELETE FROM said')
  await staging.run('DELETE FROM found')
  await staging.run("INSERT INTO said VALUES (NULL, -1), ('z', NULL), ('yy', 99999999999999)")
  await staging.repeat(again)
  expect(await staging.rows('SELECT * FROM found ORDER BY words')).toEqual([
    { words: 'none', side: 'off', missing: true, times: '0' },
    { words: 'yy', side: 'on', missing: false, times: '0' },
    { words: 'z', side: 'on', missing: false, times: '1' },
  ])
  await staging.close()
})

it('fills tables that stay, under statements that come again on either connection', async () => {
  const { staging } = await open()
  const again = 'INSERT INTO sums SELECT sum(one) FROM numbers'
  const fill = (table: string, select: string, on = staging) =>
    on.fill({ table, columns: `${table === 'sums' ? 'total' : 'one'} INTEGER`, select })
  await fill('sums', 'SELECT 0')
  await fill('numbers', 'SELECT 1')
  await staging.repeat(again)
  await staging.beside.repeat(again)
  await fill('numbers', 'SELECT * FROM range(2, 4)', staging.beside)
  // A table that is new while plans are there.
  await fill('others', 'SELECT NULL', staging.beside)
  await Promise.all([staging.repeat(again), staging.beside.repeat(again)])
  expect(await staging.rows('SELECT total FROM sums ORDER BY total')).toEqual(
    [0, 1, 1, 5, 5].map((total) => ({ total })),
  )
  const failing = fill('numbers', "SELECT 'x'")
  await expect(failing).rejects.toBeInstanceOf(StagingFault)
  await fill('numbers', 'SELECT 7')
  await staging.repeat(again)
  expect(await staging.rows('SELECT max(total) AS total FROM sums')).toEqual([{ total: 7 }])
  await staging.close()
})

it('plans a statement once that comes again, and reads what its tables hold then', async () => {
  const { staging } = await open()
  await staging.run('CREATE TABLE numbers (one INTEGER)')
  await staging.run('CREATE TABLE sums (total INTEGER)')
  const again = 'INSERT INTO sums SELECT sum(one) FROM numbers'
  for (const one of [1, 2, 3]) {
    await staging.run(`INSERT INTO numbers VALUES (${one})`)
    await staging.repeat(again)
  }
  // More of them than are kept, and the table made anew under the plan.
  for (let other = 0; other < 30; other++)
    await staging.repeat(`INSERT INTO sums SELECT ${other} WHERE false`)
  await staging.run('CREATE OR REPLACE TABLE numbers AS SELECT 10 AS one')
  await staging.repeat(again)
  expect(await staging.rows('SELECT total FROM sums ORDER BY total')).toEqual([
    { total: 1 },
    { total: 3 },
    { total: 6 },
    { total: 10 },
  ])
  await expect(staging.repeat('INSERT INTO nowhere VALUES (1)')).rejects.toBeInstanceOf(
    StagingFault,
  )
  await staging.close()
})

it('runs statements and gives rows: wide numbers and days as text, lists as arrays', async () => {
  const { staging } = await open()
  await staging.run(
    'CREATE TABLE sums AS SELECT 9007199254740993::BIGINT AS wide, 1.50::DECIMAL(18,4) AS money',
  )
  expect(
    await staging.rows(`SELECT *, 7::INTEGER AS small, DATE '2024-02-29' AS day, [1, 2] AS list, NULL AS none,
      true AS yes, 'é' AS text FROM sums`),
  ).toEqual([
    {
      wide: '9007199254740993',
      money: '1.5000',
      small: 7,
      day: '2024-02-29',
      list: [1, 2],
      none: null,
      yes: true,
      text: 'é',
    },
  ])
  await staging.close()
})

it('answers each of many statements asked at once with its own rows', async () => {
  const { staging } = await open()
  const asked = Array.from({ length: 20 }, (_, index) => staging.rows(`SELECT ${index} AS number`))
  expect((await Promise.all(asked)).flat()).toEqual(asked.map((_, number) => ({ number })))
  await staging.close()
})

it('reports what the engine refuses, and goes on', async () => {
  const { staging } = await open()
  const fault = await staging.run('SELECT nothing FROM nowhere').catch((error: unknown) => error)
  expect(fault).toBeInstanceOf(StagingFault)
  expect(fault).toMatchObject({ message: /nowhere/, outOfMemory: false, diskFull: false })
  expect(await staging.rows('SELECT 1 AS one')).toEqual([{ one: 1 }])
  await staging.close()
})

it('can load no extension and keeps its files in its folder', async () => {
  const { staging, folder } = await open({ memoryLimit: '64MB' })
  await expect(staging.run('INSTALL httpfs')).rejects.toThrow()
  await staging.run('SELECT range FROM range(3000000) ORDER BY hash(range)')
  expect(await readdir(folder)).toEqual(['engine'])
  await staging.close()
})

it('says so when the memory limit is reached, and goes on', async () => {
  const { staging } = await open({ memoryLimit: '64MB' })
  const fault = await staging
    .rows("SELECT length(string_agg(repeat('x', 100), ',')) FROM range(20000000)")
    .catch((error: unknown) => error)
  expect(fault).toBeInstanceOf(StagingFault)
  expect(fault).toMatchObject({ outOfMemory: true, diskFull: false })
  expect(await staging.rows('SELECT 1 AS one')).toEqual([{ one: 1 }])
  await staging.close()
})

it('tells how far a long statement is', async () => {
  const { staging } = await open()
  const shares: number[] = []
  await staging.run('CREATE TABLE numbers AS SELECT range AS number FROM range(1000000)')
  await staging.run('SELECT max(sha256(sha256(number::VARCHAR))) FROM numbers', (share) =>
    shares.push(share),
  )
  expect(shares.length).toBeGreaterThan(0)
  for (const share of shares) {
    expect(share).toBeGreaterThanOrEqual(0)
    expect(share).toBeLessThanOrEqual(1)
  }
  await staging.close()
})

it('is killed by its signal in the middle of a statement', async () => {
  const controller = new AbortController()
  const { staging } = await open({ signal: controller.signal })
  const running = staging.run(endless)
  await setTimeout(100)
  controller.abort(new Error('enough'))
  await expect(running).rejects.toThrow('enough')
  await expect(staging.run('SELECT 1')).rejects.toThrow('enough')
})

it('is not started when its signal was given before', async () => {
  await expect(open({ signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow(
    'too late',
  )
})

it('reports a process that was ended from outside', async () => {
  const { staging } = await open()
  const [pid = 0] = workers()
  const running = staging.run(endless)
  await setTimeout(100)
  process.kill(pid, 'SIGKILL')
  const stopped = { code: 'staging_stopped', message: /ended by SIGKILL/, transient: true }
  await expect(running).rejects.toMatchObject(stopped)
  await expect(staging.run('SELECT 1')).rejects.toMatchObject(stopped)
})

it('can be closed while it runs, and again', async () => {
  const { staging } = await open()
  const running = staging.run(endless)
  const refused = expect(running).rejects.toThrow('staging was closed')
  await staging.close()
  await refused
  await expect(staging.rows('SELECT 1')).rejects.toThrow('staging was closed')
  await staging.close()
})

it('leaves no process behind when it cannot be opened', async () => {
  await expect(open({ memoryLimit: 'a lot' })).rejects.toBeInstanceOf(StagingFault)
})

it('has a second connection that answers while the first is busy, in the same zone', async () => {
  const { staging } = await open()
  const busy = staging.run(endless)
  const refused = expect(busy).rejects.toThrow('staging was closed')
  expect(
    await staging.beside.rows("SELECT current_setting('TimeZone') AS zone, 1::INTEGER AS one"),
  ).toEqual([{ zone: 'UTC', one: 1 }])
  await staging.beside.run('CREATE TEMP TABLE own AS SELECT 1 AS one')
  expect(await staging.beside.rows('SELECT one::INTEGER AS one FROM own')).toEqual([{ one: 1 }])
  await staging.close()
  await refused
})

it('takes the process that was prepared, and ends one that nobody took', async () => {
  prepareStaging()
  const [prepared] = workers()
  const { staging } = await open()
  expect(workers()).toEqual([prepared])
  // It is in use now, and not for the other to end.
  endSpareStaging()
  expect(await staging.rows('SELECT 1::INTEGER AS one')).toEqual([{ one: 1 }])
  await staging.close()
  prepareStaging()
  const [unused] = workers()
  expect(unused).not.toBe(prepared)
  // One is enough.
  prepareStaging()
  expect(workers()).toEqual([unused])
  endSpareStaging()
  await expect.poll(workers, { timeout: 5000 }).toEqual([])
  // The next one is started anew.
  const { staging: next } = await open()
  expect(await next.rows('SELECT 2::INTEGER AS two')).toEqual([{ two: 2 }])
  await next.close()
})

it('makes do where the prepared process died', async () => {
  prepareStaging()
  const [pid = 0] = workers()
  process.kill(pid, 'SIGKILL')
  await expect.poll(workers, { timeout: 5000 }).toEqual([])
  // Its end is told to this process some time after it stands in no list any more.
  await setTimeout(1_000)
  const { staging } = await open()
  expect(await staging.rows('SELECT 3::INTEGER AS three')).toEqual([{ three: 3 }])
  await staging.close()
})

it('keeps nobody from ending with a process that was prepared, and ends it then', async () => {
  const module = JSON.stringify(new URL('../../src/staging/staging.ts', import.meta.url).href)
  // Of the processes that it started one lists the others.
  const script = `const { prepareStaging } = await import(${module}); prepareStaging()
    const { execFileSync } = await import('node:child_process')
    const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' })
    for (const line of listed.split('\\n').filter((one) => /staging.worker/.test(one))) {
      const [pid, parent] = line.trim().split(/ +/)
      if (Number(parent) === process.pid) console.log(pid)
    }`
  const words = ['--import', 'tsx', '--input-type=module', '-e', script]
  const { stdout } = await promisify(execFile)(process.execPath, words, { timeout: 20_000 })
  expect(Number(stdout)).toBeGreaterThan(0)
  const alive = () => allWorkers().some(({ pid }) => pid === Number(stdout))
  await expect.poll(alive, { timeout: 10_000 }).toBe(false)
})

it('leaves a process to the next staging, with nothing of the last in it', async () => {
  const { staging: first } = await open()
  const [pid] = workers()
  await first.run('CREATE TABLE kept AS SELECT 1 AS one')
  await first.beside.run('CREATE TEMP TABLE own AS SELECT 1 AS one')
  await first.release()
  await expect(first.rows('SELECT 1')).rejects.toThrow('staging was closed')
  await first.close()
  await first.release()
  expect(workers()).toEqual([pid])
  const { staging: second } = await open({ memoryLimit: '128MB' })
  expect(workers()).toEqual([pid])
  await expect(second.run('SELECT * FROM kept')).rejects.toThrow('kept')
  await expect(second.beside.run('SELECT * FROM own')).rejects.toThrow('own')
  expect(await second.rows("SELECT current_setting('memory_limit') AS memory")).toEqual([
    { memory: '122.0 MiB' },
  ])
  // One is enough to wait.
  const { staging: third } = await open()
  await second.release()
  await third.release()
  await expect.poll(workers, { timeout: 5000 }).toEqual([pid])
  endSpareStaging()
  await expect.poll(workers, { timeout: 5000 }).toEqual([])
})

it('ends a process that nobody takes for ten seconds', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { staging } = await open()
  await staging.release()
  vi.advanceTimersByTime(9_999)
  expect(workers()).toHaveLength(1)
  vi.advanceTimersByTime(1)
  vi.useRealTimers()
  await expect.poll(workers, { timeout: 5000 }).toEqual([])
})

it('waits ten seconds anew after each work', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { staging: first } = await open()
  await first.release()
  const [pid] = workers()
  vi.advanceTimersByTime(6_000)
  const { staging: second } = await open()
  await second.release()
  vi.advanceTimersByTime(9_999)
  expect(workers()).toEqual([pid])
  vi.advanceTimersByTime(1)
  vi.useRealTimers()
  await expect.poll(workers, { timeout: 5000 }).toEqual([])
})

it('leaves no process that is busy, was stopped or was ended', async () => {
  const { staging: busy } = await open()
  const refused = expect(busy.run(endless)).rejects.toThrow('staging was closed')
  await setTimeout(100)
  await busy.release()
  await refused
  expect(workers()).toEqual([])
  const controller = new AbortController()
  const { staging: stopped } = await open({ signal: controller.signal })
  controller.abort(new Error('enough'))
  await stopped.release()
  expect(workers()).toEqual([])
  const { staging: ended } = await open()
  process.kill(workers()[0] ?? 0, 'SIGKILL')
  await ended.release()
  expect(workers()).toEqual([])
})
