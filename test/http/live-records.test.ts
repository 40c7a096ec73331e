import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LiveIntake, openIntake } from '../../src/ingest/ingest.ts'
import { openJournal } from '../../src/journal/journal.ts'
import { openTestApp, type TestApp } from './open-test-app.ts'

const token = 'a-token-of-the-test'
const now = () => new Date('2026-03-10T12:00:00Z')
let test: TestApp
let folder = ''
let intake: Promise<LiveIntake> | null = null

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'takings-live-http-'))
  test = await openTestApp({
    writeToken: { token, path: '/data/access-token' },
    intake: {
      open() {
        intake ??= open()
        return intake
      },
      opened: () => intake,
    },
  })
})

afterEach(async () => {
  await (await intake)?.close()
  intake = null
  await test.close()
  rmSync(folder, { recursive: true, force: true })
})

async function open(): Promise<LiveIntake> {
  return openIntake({
    journal: await openJournal({ folder: join(folder, 'journal'), now }),
    warehouse: test.warehouse,
    now,
    workFolder: join(folder, 'work'),
    memoryLimit: '512MB',
    mostWaiting: 50,
  })
}

interface Sent {
  readonly url?: string
  readonly type?: string
  readonly key?: string
  readonly authorization?: string | null
}

async function send(
  payload: string | Buffer | Readable | object,
  { url = '/api/v1/orders?wait=visible', type = 'application/json', key, authorization }: Sent = {},
) {
  const sent = authorization === undefined ? `Bearer ${token}` : authorization
  const response = await test.app.inject({
    method: 'POST',
    url,
    headers: {
      'content-type': type,
      ...(sent === null ? {} : { authorization: sent }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    payload,
  })
  return { status: response.statusCode, headers: response.headers, body: response.json() }
}

const order = (number: string | number, changes: object = {}) => ({
  order_number: number,
  ordered_at: '2026-03-02T10:15:00+01:00',
  currency: 'EUR',
  lines: [{ product_key: 'L1', quantity: 2, unit_price: 9.95 }],
  ...changes,
})

async function revenue(): Promise<unknown> {
  const [row] = await test.warehouse.query(
    'SELECT count(DISTINCT order_id)::INTEGER AS orders, sum(total_price)::DECIMAL(18,2) AS revenue FROM sales_fact',
  )
  return row
}

describe('POST /api/v1/orders', () => {
  it('answers once the order is safe, or once it can be queried', async () => {
    const safe = await send(order(1001), { url: '/api/v1/orders' })
    expect(safe).toMatchObject({
      status: 202,
      body: { data: { accepted: 1, rejected: 0, refused: [], sequence: 1 } },
    })
    const visible = await send([
      order('1002'),
      order('1003', { lines: [{ sku: 'X', quantity: '0.5', total_price: '7.25' }] }),
    ])
    expect(visible).toMatchObject({ status: 200, body: { data: { accepted: 2, sequence: 3 } } })
    expect(await revenue()).toEqual({ orders: 3, revenue: '47.05' })
  })

  it('needs the token, from this machine too', async () => {
    for (const authorization of [null, 'Bearer another', `Basic ${token}`]) {
      const refused = await send(order(1), { authorization })
      expect(refused).toMatchObject({ status: 401, body: { error: { code: 'token_required' } } })
      expect(refused.body.error.hint).toContain('/data/access-token')
    }
    expect(intake).toBeNull()
  })

  it('names records that do not fit by their index, keeps them, and takes the others', async () => {
    const { status, body } = await send([
      order(1),
      order(2, { lines: [] }),
      order(3, { lines: [{ product_key: 'L1', quantity: -1, unit_price: 1 }] }),
      order(4, { lines: [{ product_key: 'L1', quantity: 1, unit_price: 0.30000000000000004 }] }),
      order(5, { ordered_at: '2026-02-30T10:00:00Z' }),
      order(Number('12345678901234567890')),
      order(6, { note: 'hello' }),
      'no record at all',
      order(7),
    ])
    expect(status).toBe(200)
    expect(body.data).toMatchObject({ accepted: 2, rejected: 7, sequence: 9 })
    expect(
      body.data.refused.map(
        ({ index, path }: { index: number; path: string | null }) => `${index} ${path}`,
      ),
    ).toEqual([
      '1 null',
      '2 lines.0.quantity',
      '3 lines.0.unit_price',
      '4 ordered_at',
      '5 order_number',
      '6 null',
      '7 null',
    ])
    expect(await revenue()).toEqual({ orders: 2, revenue: '39.80' })
    const kept = await test.warehouse.query(
      'SELECT value, row FROM rejected_rows ORDER BY record_number',
    )
    expect(kept).toHaveLength(7)
    expect(kept[1]?.value).toContain('lines.0.quantity')
    expect(JSON.parse(String(kept[1]?.row)).line).toContain('"order_number":3')
  })

  it('refuses a request of which nothing fits, and keeps it all the same', async () => {
    const refused = await send(order(1, { lines: 'none' }))
    expect(refused).toMatchObject({ status: 422, body: { error: { code: 'records_rejected' } } })
    expect(refused.body.error.message).toContain('record 0: lines')
    await expect
      .poll(async () => (await test.warehouse.query('SELECT 1 AS one FROM rejected_rows')).length, {
        timeout: 20_000,
      })
      .toBe(1)
    expect(await send('{"order_number": ', {})).toMatchObject({ status: 400 })
    expect(await send([], {})).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_request' } },
    })
  })

  it('refuses line numbers that stand twice, and lines of which only some have one', async () => {
    const one = { product_key: 'A', quantity: 1, unit_price: 5 }
    const numbered = (...numbers: readonly (number | undefined)[]) => ({
      lines: numbers.map((line_number) => ({ ...one, line_number })),
    })
    const { status, body } = await send([
      order(1, numbered(undefined, 1)),
      order(2, numbered(1, 1)),
      order(3, numbered(2, 1)),
      order(4, numbered(undefined, undefined)),
    ])
    expect(status).toBe(200)
    expect(body.data).toMatchObject({ accepted: 2, rejected: 2 })
    expect(body.data.refused).toEqual([
      { index: 0, path: 'lines', problem: 'either all lines have a line_number, or none' },
      { index: 1, path: 'lines', problem: 'two lines have one line_number' },
    ])
    expect(await revenue()).toEqual({ orders: 2, revenue: '20.00' })
  })

  it('refuses a day beside a time that does not state the same one', async () => {
    const times: readonly [string, boolean][] = [
      ['2026-03-01T23:30:00Z', false],
      ['2026-03-01T23:30:00+00:00', false],
      ['2026-03-01T23:30:00-0000', false],
      ['2026-03-02T00:30:00+01:00', false],
      ['2026-03-01T23:30:00+01:00', true],
      ['2026-03-01T23:30:00', true],
    ]
    const back = { lines: [{ product_key: 'L1', quantity: 1, amount: 5 }] }
    const orders = times.map(([ordered_at], index) =>
      order(index, { ordered_at, order_date: '2026-03-01' }),
    )
    const returns = times.map(([returned_at], index) => ({
      ...back,
      return_number: index,
      returned_at,
      return_date: '2026-03-01',
    }))
    for (const [url, records, name] of [
      ['/api/v1/orders', orders, 'order_date'],
      ['/api/v1/returns', returns, 'return_date'],
    ] as const) {
      const { body } = await send(records, { url: `${url}?wait=visible` })
      const refused = body.data.refused as readonly { index: number; path: string }[]
      expect(refused.map(({ index, path }) => `${index} ${path}`)).toEqual(
        times.flatMap(([, fits], index) => (fits ? [] : [`${index} ${name}`])),
      )
    }
    expect(await test.warehouse.query('SELECT DISTINCT order_date FROM sales_fact')).toEqual([
      { order_date: '2026-03-01' },
    ])
  })

  it('refuses a document that is not in UTF-8', async () => {
    const [latin, utf8] = (['latin1', 'utf8'] as const).map((encoding) =>
      Buffer.from(JSON.stringify([order('Ä1'), order('Ö1')]), encoding),
    )
    const refused = await send(latin ?? '')
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'invalid_request' } } })
    expect(refused.body.error.message).toContain('not in UTF-8')
    const keyed = Buffer.from(`${JSON.stringify(order('Ä1'))}\n`, 'latin1')
    expect(await send(keyed, { type: 'application/x-ndjson', key: 'k' })).toMatchObject({
      status: 422,
      body: { error: { code: 'records_rejected' } },
    })
    expect(await send(utf8 ?? '')).toMatchObject({ status: 200 })
    expect(
      await test.warehouse.query('SELECT order_number FROM orders ORDER BY order_number'),
    ).toEqual([{ order_number: 'Ä1' }, { order_number: 'Ö1' }])
  })

  it('refuses texts with halves of characters', async () => {
    const { body } = await send([order('1'), order('2', { channel: '\ud83d' })])
    expect(body.data.refused).toEqual([
      { index: 1, path: 'channel', problem: 'it holds half of a character' },
    ])
  })

  it('names the records that were rejected when they were applied', async () => {
    const foreign = order(2, { currency: 'USD' })
    const partly = order(5, {
      lines: [
        { product_key: 'L1', quantity: 1, unit_price: 5 },
        { product_key: 'L2', quantity: 1, unit_price: 5, discount: 9 },
      ],
    })
    const records = [order(1), foreign, order(3, { lines: [] }), foreign, partly, order(6)]
    const { status, body } = await send(records)
    expect(status).toBe(200)
    expect(body.data).toMatchObject({ accepted: 2, rejected: 4, sequence: 6 })
    const currency = expect.stringMatching(/the currency is not the one.*: USD$/)
    expect(body.data.refused).toEqual([
      { index: 1, path: null, problem: currency },
      { index: 2, path: null, problem: expect.stringContaining('has lines') },
      { index: 3, path: null, problem: currency },
      { index: 4, path: 'lines.1', problem: expect.stringContaining('the discount is more than') },
    ])
    expect(await revenue()).toEqual({ orders: 3, revenue: '44.80' })
    const lines = [order(7), order(8, { ordered_at: '2027-03-01T10:00:00Z' })]
    const streamed = await send(lines.map((one) => JSON.stringify(one)).join('\n'), {
      type: 'application/x-ndjson',
    })
    expect(streamed).toMatchObject({ status: 200, body: { data: { accepted: 1, rejected: 1 } } })
    expect(streamed.body.data.refused).toEqual([
      { index: 1, path: null, problem: expect.stringContaining('in the future') },
    ])
    for (const key of ['first', 'first'])
      expect(await send(order(9, { currency: 'USD' }), { key })).toMatchObject({
        status: 422,
        body: { error: { code: 'records_rejected', message: expect.stringContaining('USD') } },
      })
    const safe = await send(order(10, { currency: 'USD' }), { url: '/api/v1/orders' })
    expect(safe).toMatchObject({ status: 202, body: { data: { accepted: 1, rejected: 0 } } })
  })

  it('gives the stored answer under a key that comes again, and refuses another body', async () => {
    const first = await send([order(1), order(2, { lines: [] })], { key: 'k-1' })
    const again = await send([order(1), order(2, { lines: [] })], { key: 'k-1' })
    expect(again.body).toEqual(first.body)
    expect((await intake)?.state().accepted).toBe(2)
    const other = await send([order(3)], { key: 'k-1' })
    expect(other).toMatchObject({
      status: 422,
      body: { error: { code: 'idempotency_key_reused' } },
    })
    expect(await send([order(3)], { key: 'k-2' })).toMatchObject({ status: 200 })
  })

  it('takes two requests under one key at once for one', async () => {
    const both = await Promise.all([send(order(1), { key: 'k' }), send(order(1), { key: 'k' })])
    expect(both[0]?.body).toEqual(both[1]?.body)
    expect((await intake)?.state().accepted).toBe(1)
  })

  it('reads lines of JSON as they come', async () => {
    const lines = [order(1), order(2)].map((one) => JSON.stringify(one))
    const body = Readable.from([
      `${lines[0]}\n${lines[1]?.slice(0, 20)}`,
      `${lines[1]?.slice(20)}\r\n\n`,
      '{"order_number":\n',
    ])
    const { status, body: answer } = await send(body, { type: 'application/x-ndjson' })
    expect(status).toBe(200)
    expect(answer.data).toEqual({
      accepted: 2,
      rejected: 1,
      refused: [{ index: 2, path: null, problem: 'not valid JSON' }],
      sequence: 3,
    })
    const keyed = await send(`${lines.join('\n')}\n`, { type: 'application/x-ndjson', key: 'k' })
    expect(keyed).toMatchObject({ status: 200, body: { data: { accepted: 2 } } })
    expect(await revenue()).toEqual({ orders: 2, revenue: '39.80' })
  })

  it('says how many of a stream were taken when no more can wait', async () => {
    const all = Array.from({ length: 60 }, (_, index) => JSON.stringify(order(index)))
    const full = await send(all.join('\n'), { type: 'application/x-ndjson' })
    expect(full).toMatchObject({
      status: 429,
      body: { error: { code: 'queue_full', details: { accepted: 0 } } },
    })
    expect(Number(full.headers['retry-after'])).toBeGreaterThan(0)
  })

  it('says of a request that can never fit what to do', async () => {
    const all = Array.from({ length: 51 }, (_, index) => order(index))
    for (const own of [{}, { type: 'application/x-ndjson', key: 'k' }]) {
      const body = 'key' in own ? all.map((one) => JSON.stringify(one)).join('\n') : all
      const refused = await send(body, own)
      expect(refused).toMatchObject({ status: 413, body: { error: { code: 'too_many_records' } } })
      expect(refused.body.error.message).toContain('51')
      expect(refused.body.error.hint).toContain('in parts')
    }
    expect((await intake)?.state().accepted).toBe(0)
  })

  it('answers while a body is still being sent', async () => {
    const url = await test.app.listen({ host: '127.0.0.1', port: 0 })
    const all = Array.from({ length: 4_000 }, (_, index) => JSON.stringify(order(index)))
    const authorization = `Bearer ${token}`
    const post = (body: string, headers: Record<string, string> = {}) =>
      fetch(`${url}/api/v1/orders`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/x-ndjson', ...headers },
        body,
      })
    const full = await post(all.join('\n'))
    expect(full.status).toBe(429)
    expect(await full.json()).toMatchObject({ error: { code: 'queue_full' } })
    const large = await post('x'.repeat(40_000_000), { 'idempotency-key': 'k' })
    expect(large.status).toBe(413)
    expect(await large.json()).toMatchObject({ error: { code: 'upload_too_large' } })
  })

  it('takes the other kinds by their own schemas', async () => {
    const sent = [
      ['products', { product_key: 'L1', product_name: 'Lamp', price: '9.95' }],
      ['customers', { customer_key: 7, name: 'Ada', email: 'ada@example.org', age: 36 }],
      ['stock', { product_key: 'L1', quantity: 40, occurred_at: '2026-03-01T08:00:00Z' }],
      [
        'returns',
        {
          return_number: 'R1',
          return_date: '2026-03-03',
          lines: [{ product_key: 'L1', quantity: 1, amount: 9.95 }],
        },
      ],
    ] as const
    for (const [kind, record] of sent)
      expect(await send(record, { url: `/api/v1/${kind}?wait=visible` })).toMatchObject({
        status: 200,
      })
    expect(
      await test.warehouse.query(
        'SELECT product_name, stock, (SELECT sum(amount) FROM returns_fact) AS back FROM products WHERE product_id > 0',
      ),
    ).toEqual([{ product_name: 'Lamp', stock: '40.000', back: '9.9500' }])
  })

  it('refuses a discount of more than the goods cost, to the last decimal', async () => {
    const lines = [
      { product_key: 'L1', quantity: '0.5', unit_price: '9.99', discount: '1' },
      { product_key: 'M1', quantity: 1, total_price: '6.005' },
    ]
    const { body } = await send([
      order(1, { lines, discount: '10.0001' }),
      order(2, { lines, discount: '10' }),
    ])
    expect(body.data).toMatchObject({
      accepted: 1,
      rejected: 1,
      refused: [{ index: 0, path: 'discount' }],
    })
  })

  it('refuses a return that is called as those without a number are', async () => {
    const lines = [{ product_key: 'L1', quantity: 1, amount: '1.00' }]
    const { status, body } = await send(
      { return_number: '2026-03-01 #4', return_date: '2026-03-01', lines },
      { url: '/api/v1/returns' },
    )
    expect(status).toBe(422)
    expect(JSON.stringify(body)).toContain('return_number')
  })

  it('counts each of the equal lines of a return', async () => {
    const one = { product_key: 'L1', quantity: 1, amount: '9.95' }
    const back = {
      return_number: 'R1',
      return_date: '2026-03-03',
      lines: [
        one,
        { ...one, quantity: '0.5', amount: '5' },
        one,
        { product_key: 'M1', quantity: 1, amount: '1' },
      ],
    }
    for (const times of ['once', 'and again'])
      expect(await send(back, { url: '/api/v1/returns?wait=visible' }), times).toMatchObject({
        status: 200,
        body: { data: { accepted: 1, rejected: 0 } },
      })
    expect(
      await test.warehouse.query(
        'SELECT sum(quantity) AS pieces, sum(amount) AS amount FROM returns_fact',
      ),
    ).toEqual([{ pieces: '3.500', amount: '25.9000' }])
  })

  it('says whether it is ready', async () => {
    const before = await test.app.inject({ url: '/api/v1/health/ready' })
    expect(before.json()).toMatchObject({
      data: { status: 'ok', warehouse: { ok: true }, live: null },
    })
    await send(order(1))
    const after = await test.app.inject({ url: '/api/v1/health/ready' })
    expect(after.statusCode).toBe(200)
    expect(after.json().data.live).toMatchObject({ ok: true, waiting: 0, problem: null })
    expect(after.json().data.live.freeBytes).toBeGreaterThan(0)
    await test.warehouse.close()
    const closed = await test.app.inject({ url: '/api/v1/health/ready' })
    expect(closed.statusCode).toBe(503)
    expect(closed.json().data).toMatchObject({ status: 'failing', warehouse: { ok: false } })
  })

  it('stands in the OpenAPI document with its schema', async () => {
    const document = (await test.app.inject({ url: '/docs/json' })).json()
    const { post } = document.paths['/api/v1/orders']
    const text = JSON.stringify(post.requestBody)
    for (const name of ['order_number', 'source_version', 'exchange_rate', 'unit_price'])
      expect(text).toContain(name)
    expect(Object.keys(post.requestBody.content)).toContain('application/x-ndjson')
  })
})
