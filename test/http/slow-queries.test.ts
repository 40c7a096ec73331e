import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Health, ImportSession, Shop } from '../../src/model/wire.ts'
import { multipart, openTestApp, type TestApp } from './open-test-app.ts'

/** What a server does while questions that would run for hours have every reader. */

const endless =
  'SELECT count(*) FROM range(1000000) a, range(1000000) b, range(1000) c WHERE (a.range * b.range) % 7 = 3'
/** More than there are readers, so that some of them wait in line as well. */
const questions = 8

const orders = `order number,order date,product,customer,quantity,unit price
1001,2011-03-14,Lamp,Ada,2,10.00
1001,2011-03-14,Shade,Ada,1,5.50
1002,2011-03-15,Bulb,Grace,3,1.25
`

let test: TestApp
let slow: { readonly ended: () => number; stop(): Promise<void> }

beforeEach(async () => {
  test = await openTestApp()
  slow = askSlowly(test)
})
afterEach(async () => {
  await slow.stop()
  await test.close()
})

/** Each of them ends only when it is stopped. */
function askSlowly({ warehouse }: TestApp): typeof slow {
  const controller = new AbortController()
  let ended = 0
  const all = Promise.allSettled(
    Array.from({ length: questions }, () =>
      warehouse.query(endless, [], { signal: controller.signal }).finally(() => ended++),
    ),
  )
  return {
    ended: () => ended,
    async stop() {
      controller.abort(new Error('enough'))
      await all
    },
  }
}

async function get<Data>(url: string): Promise<{ status: number; data: Data }> {
  const response = await test.app.inject({ url: `/api/v1${url}` })
  return { status: response.statusCode, data: response.json<{ data: Data }>().data }
}

describe('slow questions', () => {
  it('keep no upload from being read, committed and shown, and no one from asking after it', async () => {
    const { payload, headers } = multipart([
      { name: 'commit', content: 'true' },
      { name: 'files', fileName: 'orders.csv', content: orders },
    ])
    const accepted = await test.app.inject({
      method: 'POST',
      url: '/api/v1/imports',
      payload,
      headers,
    })
    expect(accepted.statusCode).toBe(202)
    const { id } = accepted.json<{ data: ImportSession }>().data
    const session = await vi.waitUntil(
      async () => {
        const health = await get<Health>('/health')
        expect(health).toMatchObject({ status: 200, data: { status: 'ok' } })
        const { data } = await get<ImportSession>(`/imports/${id}`)
        return data.state === 'working' ? undefined : data
      },
      { timeout: 50_000, interval: 20 },
    )
    expect(session).toMatchObject({ state: 'committed', report: { orders: { new: 2 } } })
    const shop = await get<Shop>('/shop')
    expect(shop).toMatchObject({ status: 200, data: { orders: 2, orderLines: 3 } })
    expect((await get('/settings')).status).toBe(200)
    expect(await get('/runs')).toMatchObject({
      status: 200,
      data: [{ runId: 1, state: 'committed' }],
    })
    expect((await get('/runs/1')).status).toBe(200)
    expect(slow.ended()).toBe(0)
  })
})
