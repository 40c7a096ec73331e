import { existsSync, readdirSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createImportSessions } from '../../src/http/import-sessions.ts'
import { safeName } from '../../src/http/receive-upload.ts'
import { answers } from '../../src/http/schemas.ts'
import type { ImportSession, Shop } from '../../src/model/wire.ts'
import { multipart, openTestApp, type Part, settledImport, type TestApp } from './open-test-app.ts'

/** Two orders: 2 x 10.00 + 1 x 5.50 and 3 x 1.25, so revenue is 29.25. */
const orders = `order number,order date,product,customer,quantity,unit price
1001,2011-03-14,Lamp,Ada,2,10.00
1001,2011-03-14,Shade,Ada,1,5.50
1002,2011-03-15,Bulb,Grace,3,1.25
`
/** Every day is twelve or less, so the file alone does not tell which is the month. */
const ambiguous = `order number,order date,product,customer,quantity,unit price
1001,03/04/2011,Lamp,Ada,2,10.00
1002,05/06/2011,Bulb,Grace,3,1.25
`

let test: TestApp

beforeEach(async () => {
  test = await openTestApp()
})
afterEach(() => test.close())

describe('an upload', () => {
  it('is previewed, and loads nothing before its commit', async () => {
    const session = await settledImport(test.app, (await upload([file('orders.csv', orders)])).id)
    expect(session).toMatchObject({ state: 'waiting', report: { state: 'preview' } })
    expect(session.report?.rows).toMatchObject({ in: 3, accepted: 3, rejected: 0 })
    expect(session.report?.totals.revenue).toMatch(/^29\.25(00)?$/)
    expect(session.report?.files.map(({ path }) => path)).toEqual(['orders.csv'])
    expect((await shop()).orders).toBe(0)
  })

  it('is loaded by its commit, and a second commit changes nothing', async () => {
    const { id } = await upload([file('orders.csv', orders)])
    await settledImport(test.app, id)
    await commit(id)
    const committed = await settledImport(test.app, id)
    expect(committed).toMatchObject({ state: 'committed', report: { orders: { new: 2 } } })
    expect((await shop()).orders).toBe(2)
    expect(await commit(id)).toMatchObject({ statusCode: 202 })
    expect((await shop()).lastImport?.runId).toBe(committed.report?.runId)

    const again = await upload([file('again.csv', orders)])
    await settledImport(test.app, again.id)
    await commit(again.id)
    expect(await settledImport(test.app, again.id)).toMatchObject({ state: 'unchanged' })
  })

  it('that asks to be committed is loaded without a preview, unless a question is open', async () => {
    const commit = { name: 'commit', content: 'true' }
    const { id } = await upload([commit, file('orders.csv', orders)])
    expect(await settledImport(test.app, id)).toMatchObject({ state: 'committed' })
    const unclear = await upload([commit, file('ambiguous.csv', ambiguous)])
    expect(await settledImport(test.app, unclear.id)).toMatchObject({
      report: { state: 'question' },
    })
    expect((await shop()).orders).toBe(2)
  })

  it('with an open question cannot be committed until it is answered', async () => {
    const { id } = await upload([file('ambiguous.csv', ambiguous)])
    const asked = await settledImport(test.app, id)
    expect(asked).toMatchObject({ state: 'waiting', report: { state: 'question' } })
    const question = asked.report?.questions[0]
    const refused = await commit(id)
    expect(refused.statusCode).toBe(409)
    expect(refused.json().error).toMatchObject({
      code: 'open_question',
      details: { key: question?.key },
    })

    const choice = question?.choices.find(({ text }) => /day/i.test(text)) ?? question?.choices[0]
    const response = await test.app.inject({
      method: 'POST',
      url: `/api/v1/imports/${id}/answers`,
      payload: { answers: { [question?.key ?? '']: choice?.value ?? '' } },
    })
    expect(response.statusCode).toBe(202)
    expect(await settledImport(test.app, id)).toMatchObject({ report: { state: 'preview' } })
  })

  it('that fails says why, in the words of the error', async () => {
    const { id } = await upload([file('empty.csv', '')])
    const failed = await settledImport(test.app, id)
    expect(failed).toMatchObject({ state: 'failed', report: { state: 'failed', runId: null } })
    expect(failed.report?.error).toMatchObject({ code: 'empty_file' })
    expect(failed.report?.error?.message).toBe('empty.csv is empty.')
  })

  it('is answered in the documented shape', async () => {
    const { id } = await upload([file('orders.csv', orders)])
    await settledImport(test.app, id)
    const response = await test.app.inject({ url: `/api/v1/imports/${id}` })
    expect(answers.importSession.safeParse(response.json()).error).toBeUndefined()
  })

  it('is forgotten with its files when it is removed', async () => {
    const { id } = await upload([file('orders.csv', orders)])
    await settledImport(test.app, id)
    expect(uploads()).toHaveLength(1)
    const removed = await test.app.inject({ method: 'DELETE', url: `/api/v1/imports/${id}` })
    expect([removed.statusCode, removed.body]).toEqual([204, ''])
    expect(uploads()).toEqual([])
    expect((await test.app.inject({ url: `/api/v1/imports/${id}` })).statusCode).toBe(404)
  })

  it('that is removed while it is worked on stops', async () => {
    const { id } = await upload([file('orders.csv', orders)])
    await test.app.inject({ method: 'DELETE', url: `/api/v1/imports/${id}` })
    expect(uploads()).toEqual([])
    expect((await shop()).orders).toBe(0)
  })

  it('is kept for an hour after it was last asked for', async () => {
    let instant = Date.parse('2026-03-10T12:00:00Z')
    const { warehouse, folder } = test
    const sessions = createImportSessions({
      shops: {
        current: async () => ({ warehouse, demo: false }),
        real: async () => warehouse,
        onCommit: warehouse.onCommit,
      },
      now: () => new Date(instant),
      workFolder: join(folder, 'work'),
      settings: {},
      onBug: (error) => expect.unreachable(error.message),
    })
    const upload = {
      folder: join(folder, 'upload'),
      answers: {},
      askAgain: false,
      commit: false,
      request: { paths: [] },
    }
    await mkdir(upload.folder)
    const { id } = sessions.begin(upload)
    await vi.waitUntil(() => sessions.find(id).state !== 'working', { timeout: 30_000 })
    instant += 59 * 60_000
    await sessions.expire()
    expect(sessions.find(id).id).toBe(id)
    instant += 59 * 60_000
    await sessions.expire()
    expect(sessions.find(id).id).toBe(id)
    instant += 61 * 60_000
    await sessions.expire()
    expect(() => sessions.find(id)).toThrow('There is no import')
    expect(existsSync(upload.folder)).toBe(false)
  })

  it('stands on disk under a plain name, whatever its own', async () => {
    const { id } = await upload([file('../../etc/pass\\wd.csv', orders)])
    const session = await settledImport(test.app, id)
    const [folder = ''] = uploads()
    expect(readdirSync(join(test.folder, 'work', 'uploads', folder))).toEqual(['1-wd.csv'])
    expect(existsSync(join(test.folder, 'etc'))).toBe(false)
    expect(session.report?.files[0]?.path).toBe('wd.csv')
  })

  it('that fails while it is received leaves nothing on disk', async () => {
    const response = await send([file('orders.csv', orders), { name: 'answers', content: '{' }])
    expect(response.statusCode).toBe(400)
    expect(uploads()).toEqual([])
  })

  it('of more files than a page may send is refused, and taken from the command line', async () => {
    const many = Array.from({ length: 501 }, (_, index) => file(`${index}.csv`, orders))
    const refused = await send(many)
    expect(refused.statusCode).toBe(413)
    expect(refused.json().error).toMatchObject({ code: 'too_many_files', details: { limit: 500 } })
    expect(uploads()).toEqual([])
    expect((await send(many.slice(1))).statusCode).toBe(202)
    const own = await openTestApp({ ownerToken: 'of-the-owner' })
    try {
      const lots = Array.from({ length: 1_100 }, (_, index) => file(`${index}.csv`, 'a'))
      const { payload, headers } = multipart(lots)
      const response = await own.app.inject({
        method: 'POST',
        url: '/api/v1/imports',
        payload,
        headers: { ...headers, authorization: 'Bearer of-the-owner' },
      })
      expect(response.statusCode).toBe(202)
    } finally {
      await own.close()
    }
  })
})

describe('file names', () => {
  it.each([
    ['orders.csv', 'orders.csv'],
    ['C:\\exports\\orders.csv', 'orders.csv'],
    ['../../../etc/passwd', 'passwd'],
    ['..', 'file'],
    ['', 'file'],
    ['.hidden', 'hidden'],
    ['a\u0000b\n.csv', 'a_b_.csv'],
    ['Bestellungen März.csv', 'Bestellungen März.csv'],
  ])('%j becomes %j', (given, expected) => {
    expect(safeName(given)).toBe(expected)
  })
})

function file(fileName: string, content: string): Part {
  return { name: 'files', fileName, content }
}

function send(parts: readonly Part[], app = test.app) {
  return app.inject({ method: 'POST', url: '/api/v1/imports', ...multipart(parts) })
}

async function upload(parts: readonly Part[], app = test.app): Promise<ImportSession> {
  const response = await send(parts, app)
  expect(response.statusCode).toBe(202)
  return response.json<{ data: ImportSession }>().data
}

function commit(id: string) {
  return test.app.inject({ method: 'POST', url: `/api/v1/imports/${id}/commit` })
}

async function shop(): Promise<Shop> {
  return (await test.app.inject({ url: '/api/v1/shop' })).json<{ data: Shop }>().data
}

function uploads(): string[] {
  return readdirSync(join(test.folder, 'work', 'uploads'))
}
