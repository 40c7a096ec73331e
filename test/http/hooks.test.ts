import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { buildHooksApp, Hooks } from '../../src/http/app.ts'
import { type LiveIntake, openIntake } from '../../src/ingest/ingest.ts'
import { openJournal } from '../../src/journal/journal.ts'
import { openTestApp, type TestApp } from './open-test-app.ts'

/** Webhooks as shop systems send them. Signatures are worked out here, by what the systems' own pages say of them. */

const now = () => new Date('2026-03-10T12:00:00Z')
const secrets = {
  shopify: { secrets: ['old secret', 'new secret'], variable: 'TAKINGS_SHOPIFY_SECRET' },
  woocommerce: { secrets: ['woo secret'], variable: 'TAKINGS_WOOCOMMERCE_SECRET' },
}
let test: TestApp
let folder = ''
let intake: LiveIntake
let hooks: Hooks

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'takings-hooks-http-'))
  hooks = new Hooks({ secrets, now })
  test = await openTestApp({
    accessToken: 'needed-everywhere-else',
    hooks: { hooks, apart: false },
    intake: { open: async () => intake, opened: () => null },
  })
  intake = await openIntake({
    journal: await openJournal({ folder: join(folder, 'journal'), now }),
    warehouse: test.warehouse,
    now,
    workFolder: join(folder, 'work'),
    memoryLimit: '512MB',
  })
})

afterEach(async () => {
  await intake.close()
  await test.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Sent {
  readonly topic?: string
  readonly id?: string
  readonly secret?: string | null
  readonly headers?: Readonly<Record<string, string>>
}

function signed(body: string | Buffer, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('base64')
}

async function shopify(
  body: string | Buffer,
  { topic = 'orders/create', id, secret = 'new secret', headers = {} }: Sent = {},
  app = test.app,
) {
  const response = await app.inject({
    method: 'POST',
    url: '/hooks/shopify',
    headers: {
      host: 'shop.tunnel.example',
      'content-type': 'application/json',
      'x-shopify-topic': topic,
      ...(secret === null ? {} : { 'x-shopify-hmac-sha256': signed(body, secret) }),
      ...(id === undefined ? {} : { 'x-shopify-webhook-id': id }),
      ...headers,
    },
    payload: body,
  })
  return { status: response.statusCode, body: response.json(), text: response.body }
}

function woocommerce(body: string, headers: Readonly<Record<string, string>>) {
  return test.app.inject({
    method: 'POST',
    url: '/hooks/woocommerce',
    headers: { host: 'shop.tunnel.example', 'content-type': 'application/json', ...headers },
    payload: body,
  })
}

const line =
  '{"id":9007199254740993,"title":"Mug","name":"Mug","sku":"MUG","quantity":2,"price":1.10}'
const order = (number: number) =>
  `{"id":90071992547409${number},"name":"#${number}","created_at":"2026-03-02T10:15:00+01:00",\r\n\t "updated_at":"2026-03-02T10:15:00+01:00",` +
  `"financial_status" : "paid","currency":"EUR","email":"ada@example.com","note":"\\u00e9 \u00fc \u{1f600}","line_items":[${line}]}  \n`

async function counted(): Promise<unknown[]> {
  expect(await intake.visible(intake.state().accepted, 60_000)).toBe(true)
  return test.warehouse.query(
    `SELECT order_number, quantity, total_price FROM sales_fact JOIN orders ON orders.order_id = sales_fact.order_id
     ORDER BY order_number`,
  )
}

it('takes a message whose bytes were signed with one of the secrets, once', async () => {
  const first = await shopify(order(1001), { id: 'a' })
  expect(first).toMatchObject({
    status: 200,
    body: { data: { outcome: 'accepted', topic: 'orders/create' } },
  })
  expect((await shopify(order(1001), { id: 'a' })).body.data.outcome).toBe('duplicate')
  expect((await shopify(order(1001), { id: 'b', secret: 'old secret' })).body.data.outcome).toBe(
    'accepted',
  )
  expect((await shopify(order(1002), { id: 'a' })).body.data.outcome).toBe('accepted')
  expect(await counted()).toEqual([
    { order_number: '#1001', quantity: '2.000', total_price: '2.2000' },
    { order_number: '#1002', quantity: '2.000', total_price: '2.2000' },
  ])
})

it('refuses what is not signed, or not as it is, and keeps nothing of it', async () => {
  const body = order(1001)
  const refused = [
    await shopify(body, { secret: null }),
    await shopify(body, { secret: 'another secret' }),
    await shopify(body, { secret: null, headers: { 'x-shopify-hmac-sha256': 'AAAA' } }),
    // The same document, and other bytes.
    await shopify(JSON.stringify(JSON.parse(body)), {
      secret: null,
      headers: { 'x-shopify-hmac-sha256': signed(body, 'new secret') },
    }),
    await shopify(body, {
      secret: null,
      headers: { 'x-shopify-hmac-sha256': signed(body, 'new secret').slice(0, -4) },
    }),
  ]
  for (const { status, body: answer, text } of refused) {
    expect(status).toBe(401)
    expect(answer.error.code).toBe('hook_signature_refused')
    expect(answer.error.hint).toContain('TAKINGS_SHOPIFY_SECRET')
    expect(text).not.toMatch(/secret'|new secret|old secret|at .*\.ts/)
  }
  expect(intake.state().accepted).toBe(0)
  expect(hooks.state()[0]).toMatchObject({ refused: 5, topics: [] })
})

it('says what to set where there is no secret', async () => {
  const app = await buildHooksApp({
    hooks: new Hooks({
      secrets: { ...secrets, shopify: { ...secrets.shopify, secrets: [] } },
      now,
    }),
    intake: async () => intake,
  })
  const { status, body } = await shopify(order(1001), { secret: '' }, app)
  expect(status).toBe(503)
  expect(body.error).toMatchObject({ code: 'hook_not_configured' })
  expect(body.error.hint).toContain('TAKINGS_SHOPIFY_SECRET')
  await app.close()
})

it('acknowledges topics of which nothing is loaded, tests, and what it does not know', async () => {
  const outcome = async (sent: Sent) => (await shopify('{"id":1}', sent)).body.data.outcome
  expect(await outcome({ topic: 'refunds/create' })).toBe('acknowledged')
  expect(await outcome({ topic: 'draft_orders/create' })).toBe('acknowledged')
  expect(await outcome({ topic: 'customers/redact' })).toBe('acknowledged')
  expect(await outcome({ topic: 'themes/publish' })).toBe('unknown')
  expect(await outcome({ headers: { 'x-shopify-test': 'true' } })).toBe('test')
  expect(intake.state().accepted).toBe(0)
  const answer = await test.app.inject({
    url: '/api/v1/hooks',
    headers: { authorization: 'Bearer needed-everywhere-else' },
  })
  const [state] = answer.json().data
  expect(state.topics.map(({ topic }: { topic: string }) => topic)).toContain('themes/publish')
  expect(state.problem).toMatch(/refunds\/create came and orders\/updated never did/)
  await shopify(order(1001), { topic: 'orders/updated' })
  expect(hooks.state()[0]?.problem).toBeNull()
})

it('keeps what was signed and is no document among the rejected rows', async () => {
  expect((await shopify('{"id":1', { id: 'a' })).status).toBe(200)
  expect((await shopify(Buffer.from([0x7b, 0xff, 0x7d]), { id: 'b' })).status).toBe(200)
  expect((await shopify(order(1003), { id: 'c' })).status).toBe(200)
  expect(await counted()).toHaveLength(1)
  expect(
    await test.warehouse.query("SELECT reason FROM rejected_rows WHERE outcome = 'rejected'"),
  ).toEqual([{ reason: 'malformed_json' }, { reason: 'malformed_json' }])
})

it("answers WooCommerce's unsigned ping, and nothing else that is unsigned", async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  expect((await woocommerce('webhook_id=12', form)).statusCode).toBe(200)
  expect((await woocommerce('webhook_id=12&more=1', form)).statusCode).toBe(401)
  const body = '{"id":501}'
  const sent = await woocommerce(body, {
    'x-wc-webhook-signature': signed(body, 'woo secret'),
    'x-wc-webhook-topic': 'coupon.created',
  })
  expect(sent.json().data).toEqual({ outcome: 'acknowledged', topic: 'coupon.created' })
})

it('answers a burst while earlier messages are applied, and loses and doubles none', async () => {
  const burst = Array.from({ length: 300 }, (_, index) => 1000 + (index % 150))
  const answers = await Promise.all(
    burst.map((number, index) => shopify(order(number), { id: `delivery ${index}` })),
  )
  expect(answers.map(({ status }) => status)).toEqual(burst.map(() => 200))
  expect(await counted()).toHaveLength(150)
})

it('listens apart for webhooks alone, and not elsewhere then', async () => {
  const app = await buildHooksApp({ hooks, intake: async () => intake })
  expect((await shopify(order(1001), {}, app)).status).toBe(200)
  for (const url of ['/', '/api/v1/shop', '/docs', '/hooks', '/hooks/other'])
    expect((await app.inject({ url })).statusCode, url).toBe(404)
  await app.close()
  const other = await openTestApp({ hooks: { hooks, apart: true } })
  const sent = await other.app.inject({
    method: 'POST',
    url: '/hooks/shopify',
    headers: { host: 'localhost' },
    payload: order(1001),
  })
  expect(sent.statusCode).toBe(404)
  await other.close()
})
