import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type RunningServer, startServer, takings, workingFolder } from './run-takings.ts'

/** Orders that come one by one, to the server as people run it. */

const orders = `Order No,Order Date,SKU,Product,Quantity,Unit Price,Customer,Country,Currency
1001,2025-04-03,L-1,Desk lamp,2,19.90,C1,Germany,EUR
1002,2025-04-20,M-1,Enamel mug,3,8.50,C2,France,EUR
`

/** One process, so that a kill meets the one that works: it is born with what it would start itself again for. */
const environment = { UV_THREADPOOL_SIZE: '16' }

async function post(
  server: RunningServer,
  { cwd, query = '' }: { readonly cwd: string; readonly query?: string },
  number: string,
): Promise<{ status: number; body: unknown }> {
  const token = (await readFile(join(cwd, 'takings-data/access-token'), 'utf8')).trim()
  const response = await fetch(`${server.url}/api/v1/orders${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      order_number: number,
      order_date: '2025-04-21',
      currency: 'EUR',
      lines: [{ product_key: 'L-1', quantity: 1, unit_price: '19.90' }],
    }),
  })
  return { status: response.status, body: await response.json() }
}

async function figures(cwd: string): Promise<string> {
  const { stdout } = await takings(['query', 'revenue,orders'], { cwd })
  return stdout.trim().split('\n').at(-1)?.replaceAll('\t', ' ') ?? ''
}

describe('a running server', () => {
  it('has every order that it acknowledged, though it is killed at once', {
    timeout: 90_000,
  }, async () => {
    const cwd = await workingFolder()
    await writeFile(join(cwd, 'orders.csv'), orders)
    await takings(['import', 'orders.csv'], { cwd })
    const first = await startServer(['--port', '0'], { cwd, environment })
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => post(first, { cwd }, `live-${index}`)),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 202))
    await first.stop('SIGKILL')
    const second = await startServer(['--port', '0'], { cwd, environment })
    const visible = await post(second, { cwd, query: '?wait=visible' }, 'live-0')
    expect(visible).toMatchObject({ status: 200, body: { data: { sequence: 21 } } })
    expect(await figures(cwd)).toBe('463.30 22')
    // The pages open on what was imported, and lists are not full of batches.
    const shop = await (await fetch(`${second.url}/api/v1/shop`)).json()
    expect(shop.data).toMatchObject({ orders: 22, orderLines: 22, lastImport: { runId: 1 } })
    const runs = await takings(['runs', '--json'], { cwd })
    expect(JSON.parse(runs.stdout).data).toHaveLength(1)
    const all = await takings(['runs', '--live', '--json'], { cwd })
    expect(JSON.parse(all.stdout).data.length).toBeGreaterThan(1)
    expect((await second.stop()).exitCode).toBe(0)
    const doctor = await takings(['doctor', '--rollups'], { cwd })
    expect(doctor.exitCode).toBe(0)
  })

  it('says loudly that the journal is damaged, and starts again once it was moved away', {
    timeout: 180_000,
  }, async () => {
    const cwd = await workingFolder()
    await writeFile(join(cwd, 'orders.csv'), orders)
    await takings(['import', 'orders.csv'], { cwd })
    const first = await startServer(['--port', '0'], { cwd, environment })
    await post(first, { cwd, query: '?wait=visible' }, 'live-1')
    await first.stop()
    const journal = join(cwd, 'takings-data/journal/data.mdb')
    await writeFile(journal, (await readFile(journal)).fill(7))
    const refused = await takings(['start', '--port', '0'], { cwd })
    expect(refused.exitCode).toBe(5)
    expect(refused.stderr).toContain('The journal of live orders')
    expect(refused.stderr).toContain('move it away')
    expect(await figures(cwd)).toBe('85.20 3')
    await rm(join(cwd, 'takings-data/journal'), { recursive: true })
    const again = await startServer(['--port', '0'], { cwd, environment })
    expect((await post(again, { cwd, query: '?wait=visible' }, 'live-2')).status).toBe(200)
    const { stderr } = await again.stop()
    expect(stderr).toContain('A new journal of live orders begins')
    expect(await figures(cwd)).toBe('105.10 4')
  })

  it('is made whole again where its files are damaged after it was killed, and figures with it', {
    timeout: 90_000,
  }, async () => {
    const cwd = await workingFolder()
    await writeFile(join(cwd, 'orders.csv'), orders)
    await writeFile(
      join(cwd, 'later.csv'),
      orders.replaceAll('100', '200').replaceAll('2025-04-0', '2025-05-0'),
    )
    const server = await startServer(['--port', '0'], { cwd, environment })
    await takings(['import', 'orders.csv'], { cwd })
    expect((await post(server, { cwd, query: '?wait=visible' }, 'live-1')).status).toBe(200)
    await takings(['import', 'later.csv'], { cwd })
    const before = await figures(cwd)
    await server.stop('SIGKILL')
    const log = join(cwd, 'takings-data/takings.duckdb.wal')
    const bytes = await readFile(log)
    bytes.fill(0, Math.floor(bytes.length / 3))
    await writeFile(log, bytes)

    const asked = await takings(['query', 'revenue,orders'], { cwd })
    expect(asked.stdout.trim().split('\n').at(-1)?.replaceAll('\t', ' ')).toBe(before)
    expect(before).toBe('150.50 5')
    expect(asked.stderr).toMatch(/lacks the import of .*orders\.csv.*later\.csv/s)
    expect(asked.stderr).toContain('All of it is there again')
    expect(await figures(cwd)).toBe(before)
  })

  it('names what is missing and cannot be made whole again, and goes on without it when told to', {
    timeout: 60_000,
  }, async () => {
    const cwd = await workingFolder()
    await writeFile(join(cwd, 'orders.csv'), orders)
    await takings(['import', 'orders.csv'], { cwd })
    await rm(join(cwd, 'takings-data/takings.duckdb'))
    const refused = await takings(['overview'], { cwd })
    expect(refused.exitCode).toBe(5)
    expect(refused.stderr).toContain('orders.csv')
    expect(refused.stderr).toContain('takings doctor --accept-missing')
    const started = await takings(['start', '--port', '0'], { cwd })
    expect(started.exitCode).toBe(5)
    expect((await takings(['doctor', '--accept-missing'], { cwd })).exitCode).toBe(0)
    expect((await takings(['import', 'orders.csv'], { cwd })).exitCode).toBe(0)
    expect(await figures(cwd)).toBe('65.30 2')
  })
})
