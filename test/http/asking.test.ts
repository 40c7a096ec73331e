import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answers } from '../../src/http/schemas.ts'
import type { RejectedRow, RejectGroup, RememberedAnswers } from '../../src/model/import.ts'
import type { ImportAnswers, ImportSession } from '../../src/model/wire.ts'
import { multipart, openTestApp, type Part, settledImport, type TestApp } from './open-test-app.ts'

/** Questions, corrected columns, what is remembered, and rejected rows that are mended: over HTTP. */

let test: TestApp
beforeEach(async () => {
  test = await openTestApp()
})
afterEach(() => test.close())

const header = 'order number,order date,product,quantity,unit price'
/** Every day is twelve or less, so the file alone does not tell which is the month. */
const ambiguous = `${header}\n1001,03/04/2011,Lamp,2,10.00\n1002,05/06/2011,Bulb,3,1.25\n`
const later = ambiguous.replace('1001', '2001').replace('1002', '2002')

describe('a question', () => {
  it('has the figures of each choice side by side, and those that differ are told', async () => {
    const { report } = await preview('orders.csv', ambiguous)
    const [question] = report?.questions ?? []
    const figures = question?.choices.map((choice) =>
      choice.figures.map(({ name, value, differs }) => [name, value, differs]),
    )
    // 2 x 10.00 + 3 x 1.25, whichever is the month; 3 April to 5 June, or 4 March to 6 May.
    const same = [
      ['Revenue', '23.75', false],
      ['Returns', '0.00', false],
      ['Orders', '2', false],
      ['Units', '5', false],
    ]
    expect(figures).toEqual([
      [
        ...same,
        ['First day', '3 Apr 2011', true],
        ['Last day', '5 Jun 2011', true],
        ['Rows rejected', '0', false],
      ],
      [
        ...same,
        ['First day', '4 Mar 2011', true],
        ['Last day', '6 May 2011', true],
        ['Rows rejected', '0', false],
      ],
    ])
  })

  it('is remembered once it was loaded, left aside on demand, and forgotten', async () => {
    const { id } = await preview('orders.csv', ambiguous)
    await say(id, { answers: { 'day-order': 'day-first' } })
    expect((await remembered()).length).toBe(0)
    await commit(id)
    const [kept] = await remembered()
    expect(kept).toMatchObject({
      source: 'shop',
      file: 'orders.csv',
      said: [{ kind: 'answer', name: 'day-order', value: 'day-first' }],
    })
    const next = await preview('later.csv', later)
    expect(next.report).toMatchObject({
      state: 'preview',
      period: { from: '2011-04-03', to: '2011-06-05' },
      remembered: [{ file: 'later.csv', name: 'day-order', value: 'day-first' }],
    })
    const again = await say(next.id, { askAgain: true })
    expect(again.report).toMatchObject({ state: 'question', remembered: [] })
    const gone = await test.app.inject({ method: 'DELETE', url: `/api/v1/answers/${kept?.id}` })
    expect([gone.statusCode, gone.body]).toEqual([204, ''])
    expect(await remembered()).toEqual([])
    expect((await preview('later.csv', later)).report?.state).toBe('question')
  })
})

describe('orders that are known', () => {
  it('are those of another shop once it is named, with the figures so far and then', async () => {
    const content = (price: string, more = '') =>
      `${header}\n1001,2011-04-13,Lamp,2,${price}\n${more}`
    const first = await preview('orders.csv', content('10.00', '1001,2011-04-13,Bulb,1,1.25\n'))
    expect((await commit(first.id)).state).toBe('committed')
    const { id } = await preview('other.csv', content('7.00'))
    const asked = await commit(id)
    const [question] = asked.report?.questions ?? []
    expect(question?.key).toBe('known-orders')
    // 2 x 10.00 + 1.25 are known, 2 x 7.00 come.
    expect(
      question?.choices.map(({ value, figures }) => [value, ...figures.map((one) => one.value)]),
    ).toEqual([
      ['same-shop', '21.25', '14.00', '1'],
      ['part', '21.25', 'up to 35.25', '1'],
      ['another-shop', '21.25', '35.25', '2'],
    ])
    await say(id, { answers: { 'known-orders': 'another-shop' }, source: 'outlet' })
    expect(await commit(id)).toMatchObject({ state: 'committed', report: { source: 'outlet' } })
  })
})

describe('a column', () => {
  it('is shown with its first values as they stand and as they are read', async () => {
    const { report } = await preview(
      'orders.csv',
      `${header},note\n1001,13/04/2011,Lamp,2,"10,50",\n1002,14/04/2011,Bulb,1,"1,25",hello\n`,
    )
    expect(report?.files[0]?.columns).toMatchObject([
      { name: 'order number', role: 'order_number', read: ['1001', '1002'] },
      {
        name: 'order date',
        role: 'order_date',
        samples: ['13/04/2011', '14/04/2011'],
        read: ['2011-04-13', '2011-04-14'],
      },
      { name: 'product' },
      { name: 'quantity', role: 'quantity', read: ['2', '1'] },
      {
        name: 'unit price',
        role: 'unit_price',
        samples: ['10,50', '1,25'],
        read: ['10.5', '1.25'],
      },
      { name: 'note', role: null, read: [], evidence: expect.stringMatching(/^not used: /) },
    ])
  })

  it('is corrected, and the figures are told anew', async () => {
    const content = `${header},total\n1001,2011-04-13,Lamp,2,10.00,17.00\n`
    const { id, report } = await preview('orders.csv', content)
    expect(report?.totals.revenue).toBe('17.00')
    const corrected = await say(id, { files: { 'orders.csv': { columns: { total: null } } } })
    expect(corrected.report?.totals.revenue).toBe('20.00')
    const back = await say(id, { files: { 'orders.csv': { columns: { total: 'line_total' } } } })
    expect(back.report?.totals.revenue).toBe('17.00')
    expect((await commit(id)).state).toBe('committed')
    expect((await remembered())[0]?.said).toMatchObject([
      { kind: 'column', name: 'total', value: 'line_total', text: 'line total' },
    ])
  })

  it('can be told of a file that was not recognised, which cannot be loaded before', async () => {
    const odd = 'ref,when,thing,how many,each\n1,2024-01-15,Mug,2,9.50\n2,2024-01-16,Cup,1,3.00\n'
    const { id, state, report } = await preview('odd.csv', odd)
    expect(state).toBe('waiting')
    expect(report).toMatchObject({ state: 'failed', error: { code: 'not_recognised' } })
    expect(report?.files[0]?.columns.map(({ name, samples }) => [name, samples[0]])).toEqual([
      ['ref', '1'],
      ['when', '2024-01-15'],
      ['thing', 'Mug'],
      ['how many', '2'],
      ['each', '9.50'],
    ])
    const refused = await test.app.inject({ method: 'POST', url: `/api/v1/imports/${id}/commit` })
    expect(refused.json().error.code).toBe('not_recognised')
    const columns = {
      ref: 'order_number',
      when: 'order_date',
      thing: 'product_name',
      'how many': 'quantity',
      each: 'unit_price',
    }
    const told = await say(id, { files: { 'odd.csv': { columns } } })
    expect(told.report).toMatchObject({ state: 'preview', totals: { revenue: '22.00', orders: 2 } })
    expect((await commit(id)).state).toBe('committed')
  })

  it('can be any of the roles that are listed', async () => {
    const response = await test.app.inject({ url: '/api/v1/roles' })
    expect(answers.roles.safeParse(response.json()).error).toBeUndefined()
    expect(response.json().data).toContainEqual({
      role: 'order_date',
      text: 'order date',
      group: 'Order',
    })
  })
})

describe('rejected rows', () => {
  const faulty = `${header}\n1001,2011-04-13,Lamp,2,10.00\n1002,2011-04-13,Bulb,two,1.25\n1003,2011-04-14,Bulb,three,1.25\n`

  async function rejected(): Promise<RejectedRow[]> {
    const response = await test.app.inject({ url: '/api/v1/rejects/rows?outcome=rejected' })
    expect(answers.rejectedRows.safeParse(response.json()).error).toBeUndefined()
    return response.json<{ data: RejectedRow[] }>().data
  }
  const mend = (rows: readonly { origin: string | null; row: Record<string, string> }[]) =>
    test.app.inject({ method: 'POST', url: '/api/v1/rejects/mend', payload: { rows } })

  it('are mended in place: once, and what is wrong still comes back once', async () => {
    await load('orders.csv', faulty)
    const rows = await rejected()
    expect(rows.map(({ origin, column, value }) => [origin, column, value])).toEqual([
      ['shop #1.1.2', 'quantity', 'two'],
      ['shop #1.1.3', 'quantity', 'three'],
    ])
    const response = await mend([
      { origin: 'shop #1.1.2', row: { quantity: '2' } },
      { origin: 'shop #1.1.3', row: { quantity: 'drei' } },
    ])
    expect(response.statusCode).toBe(202)
    const { data } = response.json<{ data: ImportSession }>()
    expect(await settledImport(test.app, data.id)).toMatchObject({
      state: 'committed',
      report: { rows: { in: 2, accepted: 1, rejected: 1 }, totals: { revenue: '2.50' } },
    })
    const left = await rejected()
    expect(left.map(({ origin, value }) => [origin, value])).toEqual([['shop #1.1.3', 'drei']])
    const groups = await test.app.inject({ url: '/api/v1/rejects?outcome=rejected' })
    expect(groups.json<{ data: RejectGroup[] }>().data.map(({ rows: count }) => count)).toEqual([1])
    const twice = await mend([{ origin: 'shop #1.1.2', row: { quantity: '5' } }])
    expect([twice.statusCode, twice.json().error.code]).toEqual([400, 'invalid_request'])
    expect((await shopRevenue()).toFixed(2)).toBe('22.50')
  })

  it('are read as the file was that they come from', async () => {
    // Only the 13th tells that the day stands first; the row that is mended does not.
    const dates = `${header}\n1001,13/04/2011,Lamp,2,10.00\n1002,03/04/2011,Bulb,two,1.25\n`
    await load('orders.csv', dates)
    const response = await mend([{ origin: 'shop #1.1.2', row: { quantity: '2' } }])
    const { data } = response.json<{ data: ImportSession }>()
    expect(await settledImport(test.app, data.id)).toMatchObject({
      state: 'committed',
      report: { period: { from: '2011-04-03', to: '2011-04-03' } },
    })
  })

  async function load(name: string, content: string): Promise<void> {
    const parts = [
      { name: 'commit', content: 'true' },
      { name: 'maxRejects', content: '1' },
      { name: 'files', fileName: name, content },
    ]
    expect(await settledImport(test.app, (await upload(parts)).id)).toMatchObject({
      state: 'committed',
    })
  }
})

async function shopRevenue(): Promise<number> {
  const payload = { metrics: ['revenue'] }
  const response = await test.app.inject({ method: 'POST', url: '/api/v1/query', payload })
  return Number(response.json().data.rows[0].revenue)
}

async function upload(parts: readonly Part[]): Promise<ImportSession> {
  const sent = { method: 'POST' as const, url: '/api/v1/imports', ...multipart(parts) }
  return (await test.app.inject(sent)).json<{ data: ImportSession }>().data
}

async function preview(name: string, content: string): Promise<ImportSession> {
  const { id } = await upload([{ name: 'files', fileName: name, content }])
  return settledImport(test.app, id)
}

/** The preview with what was said of it, in the documented shape. */
async function say(id: string, said: ImportAnswers): Promise<ImportSession> {
  const url = `/api/v1/imports/${id}/answers`
  const response = await test.app.inject({ method: 'POST', url, payload: said })
  expect(response.statusCode).toBe(202)
  const session = await settledImport(test.app, id)
  expect(answers.importSession.safeParse({ data: session, meta: {} }).error).toBeUndefined()
  return session
}

async function commit(id: string): Promise<ImportSession> {
  await test.app.inject({ method: 'POST', url: `/api/v1/imports/${id}/commit` })
  return settledImport(test.app, id)
}

async function remembered(): Promise<RememberedAnswers[]> {
  const response = await test.app.inject({ url: '/api/v1/answers' })
  expect(answers.remembered.safeParse(response.json()).error).toBeUndefined()
  return response.json<{ data: RememberedAnswers[] }>().data
}
