import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AlertsState, AlertWish } from '../../src/model/alert.ts'
import { TakingsError } from '../../src/model/errors.ts'
import { watchedShop, withUsualThursdays } from '../engines/watched-alerts.ts'
import { openReceiver, type WebhookReceiver } from '../engines/webhook-receiver.ts'
import { multipart, openTestApp, settledImport, type TestApp } from './open-test-app.ts'

/** Alerts over HTTP: what may be said, what is answered, and what never leaves the server. */

let test: TestApp
let receiver: WebhookReceiver
const log: string[] = []

beforeEach(async () => {
  log.length = 0
  receiver = await openReceiver()
  const stream = { write: (line: string) => log.push(line) > 0 } as never
  test = await openTestApp({
    log: { level: 'trace', stream },
    address: () => 'http://shop.local:4160',
  })
})
afterEach(async () => {
  await test.close()
  await receiver.close()
})

async function send(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object) {
  const response = await test.app.inject({
    method,
    url: `/api/v1/alerts${path}`,
    ...(body ? { payload: body } : {}),
  })
  const { data, error } = response.body === '' ? {} : response.json()
  return { status: response.statusCode, data, error }
}

async function state(): Promise<AlertsState> {
  return (await test.app.inject({ url: '/api/v1/alerts' })).json().data
}

const importFailed: AlertWish = { condition: { kind: 'import_failed' }, isOn: true, webhooks: [] }

async function upload(name: string, content: string, map?: string): Promise<void> {
  const { payload, headers } = multipart([
    { name: 'commit', content: 'true' },
    ...(map === undefined ? [] : [{ name: 'map', fileName: 'map.json', content: map }]),
    { name: 'files', fileName: name, content },
  ])
  const response = await test.app.inject({
    method: 'POST',
    url: '/api/v1/imports',
    payload,
    headers,
  })
  await settledImport(test.app, response.json().data.id)
}

const open = async () => (await state()).open.map(({ text }) => text)

describe('alerts over HTTP', () => {
  it('tell a webhook of an import that failed here, once, and of its recovery by its content', async () => {
    const ordered = (number: number) =>
      `Order No,Order Date,SKU,Quantity,Unit Price\n${number},2026-03-01,A,1,5.00\n`
    const made = await send('POST', '/webhooks', { address: receiver.address })
    expect(made.status).toBe(201)
    expect(made.data.secret).toMatch(/^whsec_/)
    const rule = { ...importFailed, webhooks: [made.data.webhook.id] }
    expect((await send('POST', '/rules', rule)).status).toBe(201)

    await upload('orders.csv', ordered(1), 'no map')
    await vi.waitUntil(() => receiver.received.length === 1, { timeout: 20_000 })
    const [fired] = receiver.received.map(({ body }) => JSON.parse(body))
    expect(fired).toMatchObject({
      type: 'alert.fired',
      text: expect.stringMatching(/^My shop: The import of orders.csv failed: .*map/),
      data: { link: 'http://shop.local:4160/alerts', demo: false },
    })
    await send('POST', '/check')
    await send('POST', '/check')
    // Another day's.
    await upload('orders.csv', ordered(2))
    await send('POST', '/check')
    expect(receiver.received).toHaveLength(1)
    await upload('again.csv', ordered(1))
    await vi.waitUntil(() => receiver.received.length === 2, { timeout: 20_000 })
    expect(JSON.parse(receiver.received[1]?.body ?? '')).toMatchObject({
      type: 'alert.recovered',
      text: 'My shop: Recovered: orders.csv: imported since.',
    })
    const history = (await test.app.inject({ url: '/api/v1/alerts/incidents' })).json().data
    expect(history).toMatchObject([{ resolution: 'recovered', subject: { name: 'orders.csv' } }])
    // Neither the address nor the secret is told to anybody, and no log holds them.
    const told = JSON.stringify(await state()) + log.join('')
    for (const hidden of ['secret-path', 'key=hidden', made.data.secret])
      expect(told).not.toContain(hidden)
  })

  it('change, snooze and delete what is there, and name what is not', async () => {
    const { data } = await send('POST', '/rules', importFailed)
    await upload('orders.csv', '')
    await vi.waitUntil(async () => (await open()).length > 0, { timeout: 20_000 })
    expect(await open()).toEqual(['The import of orders.csv failed: orders.csv is empty.'])
    const until = '2026-03-10T13:00:00Z'
    expect((await send('POST', `/rules/${data.id}/snooze`, { until })).status).toBe(204)
    expect((await state()).counts).toEqual({ open: 1, loud: 0 })
    expect((await send('POST', `/rules/${data.id}/snooze`, { until: null })).status).toBe(204)
    expect((await state()).counts).toEqual({ open: 1, loud: 1 })
    const off = await send('PUT', `/rules/${data.id}`, { ...importFailed, isOn: false })
    expect(off).toMatchObject({ status: 200, data: { isOn: false } })
    expect(await open()).toEqual([])
    expect((await send('DELETE', `/rules/${data.id}`)).status).toBe(204)
    expect((await send('DELETE', `/rules/${data.id}`)).error).toMatchObject({
      code: 'alert_not_found',
      message: `There is no alert ${data.id}.`,
    })
    expect((await send('POST', '/webhooks/w1/test')).status).toBe(404)
    expect((await send('POST', '/incidents/i1/dismiss')).status).toBe(404)
  })

  it('tell no silence of minutes in which the server was not there', async () => {
    const watched = await watchedShop(null)
    await withUsualThursdays(watched)
    await watched.rule({ kind: 'no_orders', minutes: 60 })
    const { warehouse } = watched.shop
    /** What a server says at 12:00 that started so many minutes before. */
    const statusAfter = async (minutes: number) => {
      watched.clock.passes(-minutes)
      const server = await openTestApp({
        shops: { current: async () => ({ warehouse, demo: false }) },
        now: watched.clock.now,
      })
      try {
        watched.clock.passes(minutes)
        const checked = await server.app.inject({ method: 'POST', url: '/api/v1/alerts/check' })
        const { rules, open } = checked.json().data as AlertsState
        return `${open.length} open. ${rules[0]?.status}`
      } finally {
        await server.close()
      }
    }
    const starting =
      '0 open. Takings has not been running for all of these minutes: orders of the time before may still come.'
    expect(await statusAfter(4)).toBe(starting)
    expect(await statusAfter(59)).toBe(starting)
    expect(await statusAfter(60)).toMatch(/^1 open. No order for 60 minutes, where 5.5 are usual/)
  })

  it('name an alert that cannot be looked at, in the log once', async () => {
    const warehouse: typeof test.warehouse = {
      ...test.warehouse,
      query: (sql, parameters, options) => {
        if (sql === 'select product_id, category from products')
          throw new TakingsError('busy', { problem: 'nobody knows' })
        return test.warehouse.query(sql, parameters, options)
      },
    }
    const current = async () => ({ warehouse, demo: false })
    const stream = { write: (line: string) => log.push(line) > 0 } as never
    const broken = await openTestApp({ shops: { current }, log: { level: 'info', stream } })
    try {
      const payload = { condition: { kind: 'stock_out', products: { of: 'all' } } }
      await broken.app.inject({ method: 'POST', url: '/api/v1/alerts/rules', payload })
      const check = { method: 'POST', url: '/api/v1/alerts/check' } as const
      await broken.app.inject(check)
      const { data } = (await broken.app.inject(check)).json()
      expect(data.rules[0].status).toMatch(/^It could not be looked at: .*nobody knows/)
      expect(log.filter((line) => line.includes('an alert could not be looked at'))).toHaveLength(1)
    } finally {
      await broken.close()
    }
  })

  it.each([
    [{ condition: { kind: 'weather' } }, 'invalid_request'],
    [{ condition: { kind: 'stock_out', products: { of: 'product' } } }, 'invalid_request'],
    [{ condition: { kind: 'no_orders', minutes: 2 } }, 'invalid_option'],
    [{ condition: { kind: 'no_orders', minutes: 60 }, webhooks: ['w1'] }, 'invalid_option'],
    [
      { condition: { kind: 'stock_out', products: { of: 'product', product: '17' } } },
      'invalid_option',
    ],
  ])('refuse the alert %j', async (wish, code) => {
    const { status, error } = await send('POST', '/rules', wish)
    expect(status).toBe(400)
    expect(error.code).toBe(code)
    expect((await state()).rules).toEqual([])
  })

  it('take no word of whoever has no token, where one is needed', async () => {
    const guarded = await openTestApp({ accessToken: 'of-the-test' })
    try {
      const asked = {
        method: 'POST',
        url: '/api/v1/alerts/webhooks',
        payload: { address: receiver.address },
      } as const
      expect((await guarded.app.inject(asked)).statusCode).toBe(401)
      const headers = { authorization: 'Bearer of-the-test' }
      expect((await guarded.app.inject({ ...asked, headers })).statusCode).toBe(201)
      const foreign = { ...headers, origin: 'https://elsewhere.example.com' }
      expect((await guarded.app.inject({ ...asked, headers: foreign })).statusCode).toBe(403)
    } finally {
      await guarded.close()
    }
  })

  it('ask nothing of the shop while there is no rule but whether there is one', async () => {
    const asked: string[] = []
    const warehouse: typeof test.warehouse = {
      ...test.warehouse,
      query: (sql, parameters, options) => {
        asked.push(sql)
        return test.warehouse.query(sql, parameters, options)
      },
    }
    const current = async () => ({ warehouse, demo: false })
    const counting = await openTestApp({ shops: { current } })
    try {
      await counting.app.inject({ method: 'POST', url: '/api/v1/alerts/check' })
      expect(asked.filter((sql) => /sales_fact|stock_fact|products/.test(sql))).toEqual([])
      // Pages ask after every commit: all of them are answered from what was read once.
      asked.length = 0
      const all = Array.from({ length: 50 }, () => counting.app.inject({ url: '/api/v1/alerts' }))
      await Promise.all(all)
      expect(asked.length).toBeLessThanOrEqual(8)
    } finally {
      await counting.close()
    }
  })
})
