import { readFile, stat, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Shop } from '../../src/model/wire.ts'
import { startServer, takings, workingFolder } from './run-takings.ts'

const orders = `order number,order date,product,customer,country,quantity,unit price
1001,2011-03-14,Lamp,Ada,Germany,2,10.00
1002,2011-04-15,Bulb,Grace,France,3,1.25
`
const later = `order number,order date,product,customer,country,quantity,unit price
1003,2011-05-16,Bulb,Grace,France,4,1.25
`

async function filesFolder(): Promise<string> {
  const cwd = await workingFolder()
  await writeFile(join(cwd, 'orders.csv'), orders)
  await writeFile(join(cwd, 'later.csv'), later)
  return cwd
}

async function shopAt(url: string): Promise<Shop> {
  const response = await fetch(`${url}/api/v1/shop`)
  return ((await response.json()) as { data: Shop }).data
}

describe('takings start', { timeout: 120_000 }, () => {
  it('imports the files and says where to look, in one last line', async () => {
    const cwd = await filesFolder()
    const server = await startServer(['orders.csv', '--port', '0'], { cwd })
    expect(server.readyLine).toMatch(
      /^Ready: http:\/\/127\.0\.0\.1:\d+ · 2 orders, 14 Mar – 15 Apr 2011 · nothing leaves this machine$/,
    )
    expect(server.stderr()).toContain(`Data: ${join(cwd, 'takings-data')}`)
    expect(server.stderr()).toContain('2 in = 2 accepted')
    const outcome = await server.stop('SIGINT')
    expect(outcome.exitCode).toBe(130)
    expect(outcome.stdout.trimEnd().split('\n').at(-1)).toBe(server.readyLine)
  })

  it('has a thread pool that slow questions cannot fill', async () => {
    const cwd = await filesFolder()
    const server = await startServer(['orders.csv', '--port', '0'], { cwd })
    const lock = JSON.parse(await readFile(join(cwd, 'takings-data', 'takings.lock'), 'utf8'))
    if (process.platform === 'linux') {
      const environment = await readFile(`/proc/${lock.pid}/environ`, 'utf8')
      expect(environment).toContain('UV_THREADPOOL_SIZE=16')
    }
    expect((await server.stop()).exitCode).toBe(0)
  })

  it('owns the folder: commands go through it, and a second server is refused', async () => {
    const cwd = await filesFolder()
    const server = await startServer(['orders.csv', '--port', '0'], { cwd })
    const lockFile = join(cwd, 'takings-data', 'takings.lock')
    expect((await stat(lockFile)).mode & 0o077).toBe(0)

    const query = await takings(['query', 'orders', '--json'], { cwd })
    expect(JSON.parse(query.stdout).data.rows).toMatchObject([{ orders: 2 }])
    const imported = await takings(['import', 'later.csv', '--json'], { cwd })
    expect(JSON.parse(imported.stdout).data).toMatchObject({
      state: 'committed',
      orders: { new: 1 },
    })
    expect((await shopAt(server.url)).orders).toBe(3)
    const runs = await takings(['runs', '--json'], { cwd })
    expect(JSON.parse(runs.stdout).data).toHaveLength(2)
    const wrong = await takings(['runs', '99'], { cwd })
    expect(wrong).toMatchObject({ exitCode: 3, stdout: '' })
    expect(wrong.stderr).toContain('There is no run 99.')
    expect(await takings(['doctor'], { cwd })).toMatchObject({ exitCode: 0 })
    const dry = await takings(['import', 'orders.csv', '--dry-run', '--json'], { cwd })
    expect(JSON.parse(dry.stdout).data).toMatchObject({ state: 'preview' })

    const second = await takings(['start', '--port', '0'], { cwd })
    expect(second).toMatchObject({ exitCode: 5, stdout: '' })
    expect(second.stderr).toContain(`A server is running at ${server.url}`)
    await server.stop()
    expect(await takings(['query', 'orders'], { cwd })).toMatchObject({
      exitCode: 0,
      stdout: 'orders\n3\n',
    })
  })

  it('without data shows the demo shop, and leaves it at the first real import', async () => {
    const cwd = await filesFolder()
    await takings(['demo', '--orders', '300', '--years', '1'], { cwd })
    const server = await startServer(['--port', '0'], { cwd })
    expect(server.readyLine).toContain(' · demo shop: ')
    expect(server.stderr()).toContain('its figures are made up')
    expect(await shopAt(server.url)).toMatchObject({ demo: true, name: 'Demo shop' })
    expect(await takings(['import', 'orders.csv'], { cwd })).toMatchObject({ exitCode: 0 })
    expect(await shopAt(server.url)).toMatchObject({ demo: false, orders: 2 })
  })

  it('makes the demo shop when nothing was loaded yet, though a warehouse is there', async () => {
    const cwd = await filesFolder()
    await takings(['migrate'], { cwd })
    const server = await startServer(['--port', '0'], { cwd })
    expect(server.readyLine).toMatch(/ · demo shop: 30,000 orders, /)
    expect(await shopAt(server.url)).toMatchObject({ demo: true, orders: 30_000 })
  })

  it('takes the next port when the default one is taken, but not when one was asked for', async () => {
    const cwd = await filesFolder()
    const taken = await listen()
    const refused = await takings(['start', 'orders.csv', '--port', String(taken.port)], { cwd })
    expect(refused).toMatchObject({ exitCode: 5, stdout: '' })
    expect(refused.stderr).toContain(
      `Port ${taken.port} cannot be used: another program listens there`,
    )

    await listen(4160).catch(() => undefined)
    const server = await startServer([], { cwd })
    const port = Number(new URL(server.url).port)
    expect(port).toBeGreaterThan(4160)
    expect(port).toBeLessThan(4211)
  })

  it('stops before serving when a file cannot be read', async () => {
    const cwd = await filesFolder()
    await writeFile(join(cwd, 'empty.csv'), '')
    const outcome = await takings(['start', 'empty.csv', '--port', '0'], { cwd })
    expect(outcome).toMatchObject({ exitCode: 4, stdout: '' })
    expect(outcome.stderr).toContain('is empty')
  })

  it('listens elsewhere only with an access token, kept for its owner', async () => {
    const cwd = await filesFolder()
    const server = await startServer(['orders.csv', '--port', '0', '--host', '0.0.0.0'], { cwd })
    const tokenFile = join(cwd, 'takings-data', 'access-token')
    const token = (await readFile(tokenFile, 'utf8')).trim()
    expect((await stat(tokenFile)).mode & 0o077).toBe(0)
    expect(server.readyLine).toContain(`?token=${token}`)
    const url = new URL('/api/v1/shop', server.url)
    expect((await fetch(url)).status).toBe(401)
    const headers = { authorization: `Bearer ${token}` }
    expect((await fetch(url, { headers })).status).toBe(200)
    expect(await takings(['query', 'orders'], { cwd })).toMatchObject({ exitCode: 0 })
  })
})

describe('nothing leaves this machine', () => {
  it('neither the import nor the server connects or looks up anything', async () => {
    const cwd = await filesFolder()
    const log = join(cwd, 'connections.log')
    const preload = pathToFileURL(join(import.meta.dirname, 'record-connections.mjs')).href
    const environment = { RECORD_CONNECTIONS: log, NODE_OPTIONS: `--import ${preload}` }
    const server = await startServer(['orders.csv', '--port', '0'], { cwd, environment })
    await fetch(`${server.url}/`)
    await fetch(`${server.url}/docs`)
    const body = JSON.stringify({ metrics: ['revenue'], by: ['country'] })
    const headers = { 'content-type': 'application/json' }
    await fetch(`${server.url}/api/v1/query`, { method: 'POST', headers, body })
    await server.stop()
    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n')
    expect(lines).toContain('process started')
    expect(lines.filter((line) => !isLocal(line))).toEqual([])
  })

  it('the recorder sees what it must', async () => {
    const cwd = await filesFolder()
    const log = join(cwd, 'connections.log')
    const preload = pathToFileURL(join(import.meta.dirname, 'record-connections.mjs')).href
    const script = join(cwd, 'calls.mjs')
    await writeFile(script, "await fetch('http://shop.invalid:81/').catch(() => undefined)\n")
    const environment = { RECORD_CONNECTIONS: log, NODE_OPTIONS: `--import ${preload}` }
    await takings(['--version'], { cwd, environment, preload: [pathToFileURL(script).href] })
    const text = await readFile(log, 'utf8')
    expect(text).toMatch(/^(connect|lookup) shop\.invalid/m)
  })
})

/** Listening looks its own address up; processes of this machine talk through files and pipes. */
function isLocal(line: string): boolean {
  return /^(process started|(lookup|connect) (127\.0\.0\.1(:\d+)?|\/.*|\\\\.*))$/.test(line)
}

async function listen(port = 0): Promise<{ server: Server; port: number }> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  onTestFinished(() => void server.close())
  const bound = server.address()
  return { server, port: typeof bound === 'object' && bound ? bound.port : 0 }
}
