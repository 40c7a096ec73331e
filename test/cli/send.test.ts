import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { outcomeOf, spawnTakings, startServer, takings, workingFolder } from './run-takings.ts'

/** Files that are sent to a running server leave the same shop as an import of them. */

const generic = `Order No,Order Date,SKU,Product,Quantity,Unit Price,Total,Customer,Country,Currency
1001,2025-04-03 10:15,L-1,Desk lamp,2,19.90,39.80,C1,Germany,EUR
1001,2025-04-03 10:15,M-1,Enamel mug,1,8.50,8.50,C1,Germany,EUR
1002,2025-04-20 23:59,M-1,Enamel mug,3,8.50,20.00,C2,France,EUR
1002,2025-04-22 08:00,M-1,Enamel mug,-1,8.50,-8.50,C2,France,EUR
1002,2025-04-25 08:00,M-1,Enamel mug,-1,8.50,-8.50,C2,France,EUR
1003,2025-05-01 00:00,W-1,Wool,0.25,20.00,5.00,,Europe,EUR
1004,2025-05-02 07:30,L-1,Desk lamp,1,20.00,20.00,C3,Spain,EUR
1005,2025-05-02 07:45,W-1,Wool,1,20.00,20.00,C3,Atlantis,EUR
`

/** A refund with equal lines, a discount, shipping, a cancelled order and one that is not paid yet. */
const shopify = `Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Shipping Country,Cancelled at,Refunded Amount,Id,Lineitem discount
#1001,ada@example.com,paid,EUR,40.00,4.90,6.39,44.90,,0.00,2026-01-05 21:06:21 +0100,2,Lamp,20.00,L-1,Ada,DE,,0.00,901,0.00
#1002,bob@example.com,partially_refunded,EUR,27.00,4.90,5.09,31.90,TEN,3.00,2026-01-06 00:30:00 +0100,3,Mug,10.00,M-1,Bob,FR,,9.00,902,0.00
#1003,cy@example.com,refunded,EUR,40.00,0.00,6.39,40.00,,0.00,2026-01-07 09:00:00 +0100,1,Lamp,20.00,L-1,Cy,DE,,40.00,903,0.00
#1003,cy@example.com,,,,,,,,,2026-01-07 09:00:00 +0100,1,Lamp,20.00,L-1,,,,,,0.00
#1004,dan@example.com,pending,EUR,20.00,0.00,3.19,20.00,,0.00,2026-01-07 10:00:00 +0100,1,Lamp,20.00,L-1,Dan,DE,,0.00,904,0.00
#1005,eve@example.com,voided,EUR,20.00,0.00,3.19,20.00,,0.00,2026-01-08 10:00:00 +0100,1,Lamp,20.00,L-1,Eve,AT,2026-01-08 11:00:00 +0100,0.00,905,0.00
`

const questions = [
  ['revenue,gross_sales,discounts,returns,net_sales,orders,units,returned_units,customers,charges'],
  ['revenue,orders,returns,new_customers,charges', '--by', 'day'],
  ['revenue,units,returned_units', '--by', 'product'],
  ['revenue,orders,returns', '--by', 'region'],
  ['revenue,orders', '--by', 'customer'],
  ['revenue,orders', '--by', 'hour'],
  ['revenue,orders', '--by', 'channel'],
  ['stock_on_hand', '--by', 'product'],
]

/** What the shop of a data folder answers; ids are given in the order in which members come, and left out. */
async function answersOf(cwd: string, data: string): Promise<unknown[]> {
  const answers: unknown[] = []
  for (const words of questions) {
    const asked = await takings(['query', ...words, '--data', data, '--limit', '5000', '--json'], {
      cwd,
    })
    const rows = JSON.parse(asked.stdout).data.rows as Record<string, unknown>[]
    const named = rows.map((row) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => !name.endsWith('_key'))),
    )
    answers.push(named.map((row) => JSON.stringify(row)).sort())
  }
  return answers
}

/** One process, so that a kill meets the one that works: it is born with what it would start itself again for. */
const environment = { UV_THREADPOOL_SIZE: '16' }

/** A folder with a running server on `b`, and nothing real in it. */
async function serverBeside(): Promise<{
  cwd: string
  server: Awaited<ReturnType<typeof startServer>>
}> {
  const cwd = await workingFolder()
  await takings(['demo', '--orders', '20', '--data', 'b'], { cwd })
  return { cwd, server: await startServer(['--port', '0', '--data', 'b'], { cwd, environment }) }
}

describe('takings send', { timeout: 240_000 }, () => {
  it.each([
    [
      'a generic file with returns in it',
      async (cwd: string) => {
        await writeFile(join(cwd, 'files.csv'), generic)
        return 'files.csv'
      },
    ],
    [
      'the export of a platform with refunds and charges',
      async (cwd: string) => {
        await writeFile(join(cwd, 'files.csv'), shopify)
        return 'files.csv'
      },
    ],
    [
      'the files of the demo shop',
      async (cwd: string) => {
        await takings(['demo', '--orders', '400', '--out', 'files'], { cwd })
        return 'files'
      },
    ],
  ])('leaves the same figures as an import: %s', async (_, write) => {
    const { cwd, server } = await serverBeside()
    const files = await write(cwd)
    expect(await takings(['import', files, '--data', 'a'], { cwd })).toMatchObject({ exitCode: 0 })
    const sent = await takings(['send', files, '--data', 'b'], { cwd })
    expect(sent).toMatchObject({ exitCode: 0 })
    expect(sent.stdout).toContain('All that the server took can be queried.')
    const again = await takings(['send', files, '--data', 'b', '--json'], { cwd })
    expect(JSON.parse(again.stdout).data).toMatchObject({ state: 'sent', refused: 0 })
    await server.stop()
    expect(await answersOf(cwd, 'b')).toEqual(await answersOf(cwd, 'a'))
    const doctor = await takings(['doctor', '--rollups', '--data', 'b'], { cwd })
    expect(doctor.exitCode).toBe(0)
  })

  it.each([
    ['of half an hour', '+05:30', '2025-01-03T10:15:00+05:30', '10'],
    ['west of Greenwich', '-03:00', '2025-01-03T23:15:00-03:00', '23'],
  ])('settles the zone %s that the files state, as an import does', async (_, offset, at, hour) => {
    const { cwd, server } = await serverBeside()
    await writeFile(
      join(cwd, 'orders.csv'),
      `Order No,Order Date,SKU,Quantity,Unit Price,Currency
1,${at},L-1,1,10.00,INR
2,2025-07-03T00:05:00${offset},L-1,1,10.00,INR
`,
    )
    const environment = { TZ: 'Europe/Berlin' }
    await takings(['import', 'orders.csv', '--data', 'a'], { cwd, environment })
    const sent = await takings(['send', 'orders.csv', '--data', 'b'], { cwd, environment })
    expect(sent).toMatchObject({ exitCode: 0 })
    await server.stop()
    const zones: unknown[] = []
    for (const data of ['a', 'b']) {
      const { stdout } = await takings(['settings', '--data', data, '--json'], { cwd })
      zones.push(JSON.parse(stdout).data.timeZone)
      const hours = await takings(['query', 'orders', '--by', 'hour', '--data', data], { cwd })
      expect(hours.stdout).toContain(`${hour}\t1`)
    }
    expect(zones[1]).toBe(zones[0])
  })

  it('keeps equal lines of one return', async () => {
    const { cwd } = await serverBeside()
    await writeFile(
      join(cwd, 'returns.csv'),
      `${'Order No,Order Date,SKU,Quantity,Unit Price,Currency'}
A1,2025-04-03,L-1,5,10.00,EUR
C1,2025-04-04,L-1,-1,10.00,EUR
C1,2025-04-04,L-1,-1,10.00,EUR
`,
    )
    expect(await takings(['send', 'returns.csv', '--data', 'b'], { cwd })).toMatchObject({
      exitCode: 0,
    })
    const { stdout } = await takings(['query', 'returns,returned_units', '--data', 'b'], { cwd })
    expect(stdout).toContain('20.00\t2')
  })

  it('says what live records cannot say, and how much of it there is', async () => {
    const { cwd } = await serverBeside()
    await writeFile(
      join(cwd, 'odd.csv'),
      `${generic}1006,2025-05-03 09:00,,,1,20.00,20.00,C3,Spain,EUR\n1007,soon,L-1,Desk lamp,1,20.00,20.00,C3,Spain,EUR\n`,
    )
    const sent = await takings(['send', 'odd.csv', '--data', 'b'], { cwd })
    expect(sent.exitCode).toBe(6)
    expect(sent.stdout).toContain('NOT SENT: 1 order with lines that name no product')
    expect(sent.stdout).toContain('note: 1 return under a number that another one')
    expect(sent.stdout).toContain('1 rejected: the date is not a date')
    expect(sent.stdout).not.toContain('kept whole')
    // 39.80 + 8.50 + 20.00 + 5.00 + 20.00 + 20.00; the order that was not sent had 20.00 more.
    const { stdout } = await takings(['query', 'revenue,orders', '--data', 'b'], { cwd })
    expect(stdout).toContain('113.30\t5')
  })

  it('sends nothing on a dry run, and asks what an import would ask', async () => {
    const { cwd, server } = await serverBeside()
    await writeFile(join(cwd, 'orders.csv'), generic)
    const dry = await takings(['send', 'orders.csv', '--data', 'b', '--dry-run'], { cwd })
    expect(dry).toMatchObject({ exitCode: 0 })
    expect(dry.stdout).toContain('It would be 5 orders, 2 returns.')
    const doubtful = `Order No,Order Date,SKU,Quantity,Unit Price\n1,03/04/2011,L-1,1,10.00\n2,05/06/2011,L-1,1,10.00\n`
    await writeFile(join(cwd, 'doubtful.csv'), doubtful)
    const asked = await takings(['send', 'doubtful.csv', '--data', 'b'], { cwd })
    expect(asked.exitCode).toBe(4)
    expect(asked.stdout).toContain('takings send doubtful.csv --answer day-order=day-first')
    const shop = await (await fetch(`${server.url}/api/v1/shop`)).json()
    expect(shop.data.demo).toBe(true)
    const answered = ['send', 'doubtful.csv', '--data', 'b', '--answer', 'day-order=day-first']
    expect(await takings(answered, { cwd })).toMatchObject({ exitCode: 0 })
    const { stdout } = await takings(['query', 'orders', '--by', 'day', '--data', 'b'], { cwd })
    expect(stdout).toContain('2011-04-03\t1')
  })

  it('loses and doubles nothing while the server is killed and started again', async () => {
    const { cwd, server } = await serverBeside()
    await takings(['demo', '--orders', '300', '--out', 'files'], { cwd })
    await takings(['import', 'files', '--data', 'a'], { cwd })
    const child = spawnTakings(['send', 'files', '--data', 'b', '--rate', '100'], { cwd })
    const outcome = outcomeOf(child)
    const token = (await readFile(join(cwd, 'b/access-token'), 'utf8')).trim()
    expect(token).not.toBe('')
    for (let orders = 0; orders < 50; ) {
      const shop = await (await fetch(`${server.url}/api/v1/shop`)).json()
      orders = shop.data.demo ? 0 : shop.data.orders
    }
    await server.stop('SIGKILL')
    await startServer(['--port', '0', '--data', 'b'], { cwd, environment })
    const sent = await outcome
    expect(sent).toMatchObject({ exitCode: 0 })
    expect(sent.stderr).toContain('Waiting: the server')
    expect(await answersOf(cwd, 'b')).toEqual(await answersOf(cwd, 'a'))
  })

  it('waits as a busy server says, and sends the same under the same key', async () => {
    const cwd = await workingFolder()
    await writeFile(join(cwd, 'orders.csv'), generic)
    await mkdir(join(cwd, 'b'))
    await writeFile(join(cwd, 'b/access-token'), 'secret\n')
    const keys: string[] = []
    const server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json')
      const data = { accepted: 1, rejected: 0, refused: [], sequence: 1 }
      if (request.method === 'GET')
        return response.end(JSON.stringify({ data: { currency: null, timeZone: 'UTC' }, meta: {} }))
      keys.push(`${request.url} ${request.headers['idempotency-key']}`)
      const isFull = keys.length === 1
      response.statusCode = isFull ? 429 : 200
      if (isFull) response.setHeader('retry-after', '1')
      const error = { code: 'queue_full', message: 'full', hint: '', details: {}, requestId: '1' }
      return response.end(JSON.stringify(isFull ? { error } : { data, meta: {} }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const sent = await takings(['send', 'orders.csv', '--data', 'b', '--to', url], { cwd })
    expect(sent).toMatchObject({ exitCode: 0 })
    expect(sent.stderr).toContain('Waiting: the server is busy applying.')
    expect(keys[0]).toMatch(/^\/api\/v1\/orders\?source=shop /)
    expect(keys[1]).toBe(keys[0])
  })

  it('says plainly what is wrong and what to do', async () => {
    const { cwd, server } = await serverBeside()
    await writeFile(join(cwd, 'orders.csv'), generic)
    await writeFile(join(cwd, 'token'), 'not the one\n')
    const none = await takings(['send', 'orders.csv', '--data', 'c'], { cwd })
    expect(none).toMatchObject({ exitCode: 5 })
    expect(none.stderr).toContain('`takings start`')
    const rate = await takings(['send', 'orders.csv', '--data', 'b', '--rate', 'fast'], { cwd })
    expect(rate).toMatchObject({ exitCode: 2 })
    expect(rate.stderr).toContain('fast is no number of orders a second')
    const missing = await takings(['send', 'nowhere.csv', '--data', 'b'], { cwd })
    expect(missing).toMatchObject({ exitCode: 3 })
    const words = ['send', 'orders.csv', '--to', server.url, '--token-file', 'token']
    const refused = await takings(words, { cwd })
    expect(refused).toMatchObject({ exitCode: 5 })
    expect(refused.stderr).toContain('does not take the access token')
    const elsewhere = ['send', 'orders.csv', '--data', 'b', '--to', 'http://127.0.0.1:9']
    const silent = await takings(elsewhere, { cwd })
    expect(silent).toMatchObject({ exitCode: 5 })
    expect(silent.stderr).toContain('does not answer as Takings does')
  })

  it('refuses rows that were rejected once: whole orders would lose their other lines', async () => {
    const { cwd } = await serverBeside()
    const bad = `${generic}1001,soon,L-1,Desk lamp,1,20.00,20.00,C1,Germany,EUR\n`
    await writeFile(join(cwd, 'orders.csv'), bad)
    await takings(['import', 'orders.csv', '--data', 'b'], { cwd })
    await takings(['rejects', 'export', '--out', 'rejects', '--data', 'b'], { cwd })
    const [name = ''] = await readdir(join(cwd, 'rejects'))
    const exported = await readFile(join(cwd, 'rejects', name), 'utf8')
    await writeFile(join(cwd, 'mended.csv'), exported.replace('soon', '2025-04-04 09:00'))
    const sent = await takings(['send', 'mended.csv', '--data', 'b'], { cwd })
    expect(sent).toMatchObject({ exitCode: 4 })
    expect(sent.stderr).toContain('rows that were rejected once')
  })

  it('ends at Ctrl-C after what is under way, and says how far it came', async () => {
    const { cwd } = await serverBeside()
    await takings(['demo', '--orders', '300', '--out', 'files'], { cwd })
    const child = spawnTakings(['send', 'files/sales_fact.csv', '--data', 'b', '--rate', '20'], {
      cwd,
    })
    const outcome = outcomeOf(child)
    for (let isSending = false; !isSending; ) {
      const { stdout } = await takings(['query', 'orders', '--data', 'b', '--json'], { cwd })
      isSending = !stdout.includes('"orders":20')
    }
    child.kill('SIGINT')
    const stopped = await outcome
    expect(stopped.exitCode).toBe(130)
    expect(stopped.stdout).toContain('Stopped before the end: 300 orders stand in the files.')
  })
})
