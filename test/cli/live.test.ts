import { readFile, writeFile } from 'node:fs/promises'
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
    timeout: 90_000,
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
  })
})
