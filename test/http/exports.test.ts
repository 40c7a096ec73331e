import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { AppOptions } from '../../src/http/app.ts'
import { answers } from '../../src/http/schemas.ts'
import type { WireError } from '../../src/model/errors.ts'
import { exportFormats } from '../../src/model/export.ts'
import { reportingTables } from '../../src/model/reporting.ts'
import type { ExportSession } from '../../src/model/wire.ts'
import type { Engine } from '../../src/warehouse/warehouse.ts'
import { openTestApp, type TestApp } from './open-test-app.ts'

const url = '/api/v1/exports'

async function testApp(options: Partial<AppOptions> = {}): Promise<TestApp> {
  const test = await openTestApp(options)
  onTestFinished(() => test.close())
  return test
}

async function begin(app: FastifyInstance, format = 'csv'): Promise<ExportSession> {
  const response = await app.inject({ method: 'POST', url, payload: { format } })
  expect(response.statusCode).toBe(202)
  return response.json<{ data: ExportSession }>().data
}

function settled(app: FastifyInstance, id: string): Promise<ExportSession> {
  return vi.waitUntil(
    async () => {
      const body = (await app.inject({ url: `${url}/${id}` })).json<{ data: ExportSession }>()
      expect(answers.exportSession.safeParse(body).error).toBeUndefined()
      return body.data.state === 'working' ? undefined : body.data
    },
    { timeout: 30_000, interval: 20 },
  )
}

const codeOf = (response: { json<Body>(): Body }) => response.json<WireError>().error.code

const leftIn = ({ folder }: TestApp) => readdir(join(folder, 'work/exports'))

/** Exports that have begun wait in the snapshot until they are let go, or stopped. */
function holdSnapshots(warehouse: Engine): { readonly letGo: () => void; begun(): number } {
  let letGo: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const snapshot = warehouse.snapshot
  let begun = 0
  vi.spyOn(warehouse, 'snapshot').mockImplementation((work, options) =>
    snapshot(async (own) => {
      begun += 1
      const stopped = new Promise<never>((_, reject) => {
        const { signal } = options ?? {}
        if (signal?.aborted) reject(signal.reason)
        signal?.addEventListener('abort', () => reject(signal.reason))
      })
      await Promise.race([held, stopped])
      return work(own)
    }, options),
  )
  return { letGo, begun: () => begun }
}

describe('an export', () => {
  it.each(exportFormats)(
    'is asked for, waited for and fetched file by file: %s',
    async (format) => {
      const test = await testApp()
      const { id, state } = await begin(test.app, format)
      expect(state).toBe('working')
      const done = await settled(test.app, id)
      expect(done).toMatchObject({ state: 'done', error: null, manifest: { format } })
      const tables = done.manifest?.tables ?? []
      expect(tables.map(({ file }) => file)).toEqual(
        reportingTables.map(({ name }) => `${name}.${format}`),
      )
      for (const { file, bytes } of tables) {
        const response = await test.app.inject({ url: `${url}/${id}/files/${file}` })
        expect(response.headers).toMatchObject({
          'content-length': String(bytes),
          'content-disposition': `attachment; filename="${file}"`,
          'content-type': expect.stringContaining(format),
          'cache-control': 'no-store',
        })
        const written = await readFile(join(test.folder, 'work/exports', id, file))
        const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
        expect(digest(response.rawPayload)).toBe(digest(written))
      }
      const removed = await test.app.inject({ method: 'DELETE', url: `${url}/${id}` })
      expect(removed.statusCode).toBe(204)
      expect(codeOf(await test.app.inject({ url: `${url}/${id}` }))).toBe('export_not_found')
      expect(await leftIn(test)).toEqual([])
    },
  )

  it('gives no file but its own', async () => {
    const { app } = await testApp()
    const { id } = await begin(app)
    await settled(app, id)
    for (const name of ['sales.parquet', '..%2F..%2F..%2Ftakings.duckdb', '%2Fetc%2Fpasswd', '.']) {
      const response = await app.inject({ url: `${url}/${id}/files/${name}` })
      expect(response.statusCode).toBe(404)
    }
  })

  it('needs the access token where the server does', async () => {
    const token = 'a-token-of-this-server'
    const { app } = await testApp({ accessToken: token, accessTokenPath: '/data/access-token' })
    const order = { method: 'POST', url, payload: { format: 'csv' } } as const
    expect(codeOf(await app.inject(order))).toBe('token_required')
    const headers = { authorization: `Bearer ${token}` }
    const begun = await app.inject({ ...order, headers })
    expect(begun.statusCode).toBe(202)
    const { id } = begun.json<{ data: ExportSession }>().data
    for (const path of [`${url}/${id}`, `${url}/${id}/files/sales.csv`]) {
      expect(codeOf(await app.inject({ url: path }))).toBe('token_required')
    }
    expect(codeOf(await app.inject({ method: 'DELETE', url: `${url}/${id}` }))).toBe(
      'token_required',
    )
  })

  it('waits for the one before it, and can be removed while it waits', async () => {
    const test = await testApp()
    const { letGo, begun } = holdSnapshots(test.warehouse)
    const [first, second, third] = [
      await begin(test.app),
      await begin(test.app),
      await begin(test.app),
    ]
    await vi.waitUntil(() => begun() === 1)
    await test.app.inject({ method: 'DELETE', url: `${url}/${second.id}` })
    expect(codeOf(await test.app.inject({ url: `${url}/${second.id}` }))).toBe('export_not_found')
    letGo()
    expect(await settled(test.app, first.id)).toMatchObject({ state: 'done' })
    expect(await settled(test.app, third.id)).toMatchObject({ state: 'done' })
    expect(begun()).toBe(2)
    expect((await leftIn(test)).sort()).toEqual([first.id, third.id].sort())
  })

  it('is stopped when it is removed, and leaves nothing', async () => {
    const test = await testApp()
    const { begun } = holdSnapshots(test.warehouse)
    const { id } = await begin(test.app)
    await vi.waitUntil(() => begun() === 1)
    await test.app.inject({ method: 'DELETE', url: `${url}/${id}` })
    expect(await leftIn(test)).toEqual([])
  })

  it('is refused where many are kept, and forgotten after an hour', async () => {
    let hour = 12
    const test = await testApp({ now: () => new Date(`2026-03-10T${hour}:00:00Z`) })
    for (let count = 0; count < 5; count += 1) await settled(test.app, (await begin(test.app)).id)
    const order = { method: 'POST', url, payload: { format: 'csv' } } as const
    expect(codeOf(await test.app.inject(order))).toBe('busy')
    hour = 14
    expect((await test.app.inject(order)).statusCode).toBe(202)
  })

  it('that fails says why and leaves nothing', async () => {
    const test = await testApp()
    await test.warehouse.transact(
      async (transaction) => {
        await transaction.execute('DROP VIEW reporting.charges')
        await transaction.execute(
          'CREATE VIEW reporting.charges AS SELECT *, NULL AS order_number, NULL AS region_name FROM main.order_charges_fact, range(3)',
        )
        await transaction.execute(
          `INSERT INTO order_charges_fact VALUES (1, 'tax', 1, 0, '2024-01-01', NULL, 'shop', now(), 1)`,
        )
      },
      { change: () => null, runToken: 'test' },
    )
    const { id } = await begin(test.app)
    expect(await settled(test.app, id)).toMatchObject({
      state: 'failed',
      manifest: null,
      error: { code: 'export_does_not_add_up', details: { table: 'charges', written: 3, rows: 1 } },
    })
    expect(await leftIn(test)).toEqual([])
    expect((await test.app.inject({ url: `${url}/${id}/files/sales.csv` })).statusCode).toBe(404)
  })
})
