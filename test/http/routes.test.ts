import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { answers, resultAnswer } from '../../src/http/schemas.ts'
import { importFiles } from '../../src/ingest/ingest.ts'
import type { RejectGroup, RunSummary } from '../../src/model/import.ts'
import type { Result } from '../../src/model/query.ts'
import type { Health, Shop } from '../../src/model/wire.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { openTestApp, type TestApp } from './open-test-app.ts'

/** 2 x 10.00 + 3 x 1.25 = 23.75 in two orders; the third row has a negative price. */
const orders = `order number,order date,product,customer,country,quantity,unit price
1001,2011-03-14,Lamp,Ada,Germany,2,10.00
1002,2011-04-15,Bulb,Grace,France,3,1.25
1003,2011-04-16,Bulb,Grace,France,1,-1.25
`

let test: TestApp

beforeAll(async () => {
  test = await openTestApp()
  const folder = join(test.folder, 'files')
  await mkdir(folder)
  await writeFile(join(folder, 'orders.csv'), orders)
  const report = await importFiles(test.warehouse, {
    paths: [join(folder, 'orders.csv')],
    names: { [join(folder, 'orders.csv')]: 'orders.csv' },
    now: () => new Date('2026-03-10T12:00:00Z'),
    workFolder: join(test.folder, 'work'),
    maxRejects: 1,
  })
  expect(report).toMatchObject({ state: 'committed', rows: { in: 3, accepted: 2, rejected: 1 } })
})
afterAll(() => test.close())

describe('figures', () => {
  it('a query is answered with rows, range and SQL, in the documented shape', async () => {
    const response = await test.app.inject({
      method: 'POST',
      url: '/api/v1/query',
      payload: { metrics: ['revenue', 'orders'], by: ['month'] },
    })
    const result = response.json<Result>()
    expect(resultAnswer.safeParse(result).error).toBeUndefined()
    expect(result.data.rows).toMatchObject([
      { month: '2011-03-01', orders: 1 },
      { month: '2011-04-01', orders: 1 },
    ])
    expect(result.data.rows.map(({ revenue }) => Number(revenue))).toEqual([20, 3.75])
    expect(result.meta.range).toEqual({ from: '2011-03-14', to: '2011-04-15' })
    expect(result.meta.sql.join()).toMatch(/select/i)
  })

  it('the shop says what it holds', async () => {
    const response = await test.app.inject({ url: '/api/v1/shop' })
    expect(answers.shop.safeParse(response.json()).error).toBeUndefined()
    expect(response.json<{ data: Shop }>().data).toMatchObject({
      demo: false,
      orders: 2,
      orderLines: 2,
      period: { from: '2011-03-14', to: '2011-04-15' },
      version: '1.2.3',
      dataFolder: test.folder,
    })
  })

  it('metrics come with their definitions', async () => {
    const response = await test.app.inject({ url: '/api/v1/metrics' })
    expect(answers.catalogue.safeParse(response.json()).error).toBeUndefined()
  })
})

describe('what became of rows', () => {
  it('runs are listed, and each has its report', async () => {
    const list = await test.app.inject({ url: '/api/v1/runs' })
    expect(answers.runs.safeParse(list.json()).error).toBeUndefined()
    const [run] = list.json<{ data: RunSummary[] }>().data
    expect(run).toMatchObject({ rows: { in: 3, rejected: 1 }, files: ['orders.csv'] })
    const report = await test.app.inject({ url: `/api/v1/runs/${run?.runId}` })
    expect(answers.importReport.safeParse(report.json()).error).toBeUndefined()
    expect(report.json().data.rejectedBy).toEqual({ negative_price: 1 })
  })

  it('rejected rows are counted by reason and shown whole', async () => {
    const groups = await test.app.inject({ url: '/api/v1/rejects?outcome=rejected' })
    expect(answers.rejectGroups.safeParse(groups.json()).error).toBeUndefined()
    expect(groups.json<{ data: RejectGroup[] }>().data).toMatchObject([
      { reason: 'negative_price', rows: 1, outcome: 'rejected' },
    ])
    const rows = await test.app.inject({
      url: '/api/v1/rejects/rows?reason=negative_price&limit=5',
    })
    expect(answers.rejectedRows.safeParse(rows.json()).error).toBeUndefined()
    expect(rows.json().data).toMatchObject([{ file: 'orders.csv', recordNumber: 3 }])
    expect(rows.json().data[0].row).toMatchObject({ 'order number': '1003', 'unit price': '-1.25' })
  })

  it('rejected rows are exported as CSV with their own header', async () => {
    const response = await test.app.inject({ url: '/api/v1/rejects/export' })
    expect(response.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(response.headers['content-disposition']).toMatch(
      /^attachment; filename\*=UTF-8''.+\.csv$/,
    )
    expect(response.body).toContain(
      'order number,order date,product,customer,country,quantity,unit price',
    )
    expect(response.body).toContain('1003')
    expect(response.body).not.toContain('1001')
    const files = await test.app.inject({ url: '/api/v1/rejects/files' })
    expect(files.json().data).toMatchObject([{ text: response.body }])
  })
})

describe('the server', () => {
  it('is healthy while the warehouse answers', async () => {
    const response = await test.app.inject({ url: '/api/v1/health' })
    expect(answers.health.safeParse(response.json()).error).toBeUndefined()
    expect(response.json<{ data: Health }>().data).toMatchObject({ status: 'ok', version: '1.2.3' })
  })

  it('says 503 when the warehouse does not', async () => {
    const { warehouse } = test
    const silent = { ...warehouse, query: () => Promise.reject(new Error('gone')) }
    const failing = await openTestApp({
      shops: {
        current: async () => ({ warehouse: silent, demo: false }),
        real: async () => silent,
      },
    })
    try {
      const response = await failing.app.inject({ url: '/api/v1/health' })
      expect(response.statusCode).toBe(503)
      expect(response.json<{ data: Health }>().data.status).toBe('failing')
    } finally {
      await failing.close()
    }
  })

  it('finds nothing wrong with good data', async () => {
    const response = await test.app.inject({ url: '/api/v1/audit' })
    expect(answers.audit.safeParse(response.json()).error).toBeUndefined()
    expect(response.json().data).toEqual([])
  })
})

describe('a client that leaves before its answer is there', () => {
  it('stops the work, and is no bug', async () => {
    const lines: string[] = []
    let asked: AbortSignal | undefined
    const { query } = test.warehouse
    const endless: Warehouse['query'] = (sql, parameters, options) => {
      const { signal } = options ?? {}
      if (!signal || options?.brief) return query(sql, parameters, options)
      asked = signal
      return query('SELECT count(*) FROM range(1000000) a, range(1000000) b', [], options)
    }
    const own = await openTestApp({
      log: {
        level: 'error',
        stream: { write: (line: string) => void lines.push(line) } as never,
      },
      shops: {
        current: async () => ({ warehouse: { ...test.warehouse, query: endless }, demo: false }),
      },
    })
    try {
      const address = await own.app.listen({ port: 0 })
      const leaving = new AbortController()
      const answer = fetch(`${address}/api/v1/query`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ metrics: ['revenue'], by: ['product'] }),
        signal: leaving.signal,
      })
      await vi.waitUntil(() => asked)
      leaving.abort()
      await expect(answer).rejects.toThrow('abort')
      await vi.waitUntil(() => asked?.aborted)
      await own.app.close()
      expect(lines).toEqual([])
    } finally {
      await own.close()
    }
  })
})
