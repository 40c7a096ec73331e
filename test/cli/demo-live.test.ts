import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { LivedOutcome } from '../../src/cli/living-text.ts'
import { outcomeOf, spawnTakings, startServer, takings, workingFolder } from './run-takings.ts'

/** One process, so that a signal meets the one that works: it is born with what it would start itself again for. */
const environment = { UV_THREADPOOL_SIZE: '16' }
/** A small history, and a pace at which something happens while a test looks. */
const small = ['--orders', '600', '--years', '0.1', '--rate', '40', '--port', '0', '--data', 'd']

interface Living {
  readonly url: string
  shop(): Promise<{ orders: number; demo: boolean; customers: number }>
  /** Waits until the pages tell of so many orders. */
  until(orders: number): Promise<void>
  stop(signal: NodeJS.Signals): Promise<{ exitCode: number; stdout: string; stderr: string }>
}

async function startLiving(cwd: string, words: readonly string[] = small): Promise<Living> {
  const child = spawnTakings(['demo', '--live', ...words], { cwd, environment })
  const outcome = outcomeOf(child)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await outcome
  })
  const url = await new Promise<string>((resolve, reject) => {
    let seen = ''
    const look = (chunk: unknown) => {
      seen += chunk
      const [, found] = /Ready: (http:\S+)\/live /.exec(seen) ?? []
      if (found) resolve(found)
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    void outcome.then((ended) => reject(new Error(`it ended: ${JSON.stringify(ended)}`)))
  })
  const shop = async () => (await (await fetch(`${url}/api/v1/shop`)).json()).data
  return {
    url,
    shop,
    async until(orders) {
      while ((await shop()).orders < orders) await new Promise((next) => setTimeout(next, 50))
    },
    stop(signal) {
      child.kill(signal)
      return outcome
    },
  }
}

async function figureOf(cwd: string, metric: string): Promise<number> {
  const words = ['query', metric, '--from', '2000-01-01', '--data', 'd/demo-live', '--json']
  const { stdout } = await takings(words, { cwd })
  return Number(JSON.parse(stdout).data.rows[0][metric])
}

/** Orders of the shop once all is applied that was on the disk: a server that stops leaves some of it to the next one. */
async function appliedOrders(cwd: string): Promise<number> {
  const server = await startServer(['--data', 'd/demo-live', '--port', '0'], { cwd, environment })
  for (let waiting = 1; waiting > 0; ) {
    const { data } = await (await fetch(`${server.url}/api/v1/health/ready`)).json()
    waiting = data.live?.waiting ?? 0
  }
  await server.stop()
  return figureOf(cwd, 'orders')
}

describe('takings demo --live', { timeout: 300_000 }, () => {
  it('keeps a shop alive, ends at Ctrl-C, and goes on with the same shop', async () => {
    const cwd = await workingFolder()
    const first = await startLiving(cwd, [...small, '--json'])
    const begun = await first.shop()
    expect(begun.demo).toBe(true)
    expect(begun.orders).toBeGreaterThanOrEqual(595)
    await first.until(begun.orders + 60)
    const page = await fetch(`${first.url}/api/v1/live?figures=1`)
    expect(page.status).toBe(200)
    await page.body?.cancel()
    const ended = await first.stop('SIGINT')
    expect(ended.exitCode).toBe(130)
    const { data } = JSON.parse(ended.stdout) as { data: LivedOutcome & { folder: string } }
    expect(data.folder).toBe(join(cwd, 'd/demo-live'))
    expect(data.orders).toBeGreaterThanOrEqual(60)
    expect(data).toMatchObject({ refused: 0 })
    expect(data.stockEntries).toBeGreaterThan(100)
    // What was sent is what the shop says now.
    const counted = 600 + data.orders - data.cancelled
    expect(await appliedOrders(cwd)).toBe(counted)
    expect(existsSync(join(cwd, 'd/takings.duckdb'))).toBe(false)

    const second = await startLiving(cwd, [...small, '--json'])
    await second.until(counted + 60)
    const again = await second.stop('SIGINT')
    const { data: more } = JSON.parse(again.stdout) as { data: LivedOutcome }
    expect(again.stderr).not.toContain('Making the demo shop')
    expect(more).toMatchObject({ refused: 0 })
    expect(await appliedOrders(cwd)).toBe(counted + more.orders - more.cancelled)
    const doctor = await takings(['doctor', '--rollups', '--data', 'd/demo-live'], { cwd })
    expect(doctor.exitCode).toBe(0)
  })

  it('loses nothing and gives no number twice when it is killed', async () => {
    const cwd = await workingFolder()
    const first = await startLiving(cwd)
    const begun = (await first.shop()).orders
    await first.until(begun + 60)
    const seen = (await first.shop()).orders
    expect((await first.stop('SIGKILL')).exitCode).toBe(999)
    const kept = await appliedOrders(cwd)
    // Some may have been cancelled since.
    expect(kept).toBeGreaterThanOrEqual(seen - 5)
    const second = await startLiving(cwd, [...small, '--json'])
    await second.until(kept + 60)
    const ended = await second.stop('SIGTERM')
    expect(ended.exitCode).toBe(0)
    const { data } = JSON.parse(ended.stdout) as { data: LivedOutcome }
    // An order whose number came twice would have replaced the other.
    expect(await appliedOrders(cwd)).toBe(kept + data.orders - data.cancelled)
    const doctor = await takings(['doctor', '--rollups', '--data', 'd/demo-live'], { cwd })
    expect(doctor.exitCode).toBe(0)
  })

  it('takes no files, and is not opened twice', async () => {
    const cwd = await workingFolder()
    const living = await startLiving(cwd)
    const second = await takings(['demo', '--live', ...small], { cwd })
    expect(second.exitCode).toBe(5)
    expect(second.stderr).toContain(`The living demo shop is open at ${living.url}.`)
    await writeFile(
      join(cwd, 'orders.csv'),
      'Order No,Order Date,SKU,Quantity,Unit Price\n1,2025-04-03,L,1,2.00\n',
    )
    const imported = await takings(['import', 'orders.csv', '--data', 'd/demo-live'], { cwd })
    expect(imported.stdout + imported.stderr).toContain('files do not go into it')
    expect(imported.exitCode).toBe(2)
    await living.stop('SIGINT')
    const other = await takings(['demo', '--live', '--seed', '9', '--data', 'd'], { cwd })
    expect(other.exitCode).toBe(2)
    expect(other.stderr).toContain('was made with 1')
  })

  it('says plainly what is wrong, before anything is made', async () => {
    const cwd = await workingFolder()
    const taken = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void taken.close())
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as AddressInfo
    await mkdir(join(cwd, 'other/demo-live'), { recursive: true })
    await writeFile(join(cwd, 'other/demo-live/mine.txt'), 'mine')
    const wrong: readonly (readonly [string[], number, string])[] = [
      [['--live', '--rate', '0'], 2, '0 is no number of orders a second'],
      [['--live', '--rate', 'abc'], 2, 'abc is no number of orders a second'],
      [['--live', '--out', 'files'], 2, "cannot be used with option '--out <folder>'"],
      [['--live', '--dirty'], 2, "cannot be used with option '--dirty'"],
      [['--live', '--preset', 'brief'], 2, "cannot be used with option '--preset <name>'"],
      [['--live', '--years', '0.001'], 2, 'the period is under a month'],
      [['--rate', '5'], 2, 'it is for a living shop only'],
      [['--live', '--port', String(port)], 5, `port ${port}`],
      [['--live', '--data', 'other'], 2, 'holds no living demo shop'],
    ]
    for (const [words, exitCode, text] of wrong) {
      const ended = await takings(['demo', ...words], { cwd })
      expect([words, ended.exitCode]).toEqual([words, exitCode])
      expect(ended.stderr.toLowerCase()).toContain(text.toLowerCase())
    }
    expect(existsSync(join(cwd, 'takings-data/demo-live'))).toBe(false)
    expect(await readFile(join(cwd, 'other/demo-live/mine.txt'), 'utf8')).toBe('mine')
  })
})
