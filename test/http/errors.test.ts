import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wireError } from '../../src/http/schemas.ts'
import { TakingsError, type WireError } from '../../src/model/errors.ts'
import { multipart, openTestApp, type TestApp } from './open-test-app.ts'

let test: TestApp

beforeAll(async () => {
  test = await openTestApp()
})
afterAll(() => test.close())

interface Failure {
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly payload?: string | Buffer | object
  readonly headers?: Record<string, string>
  readonly status: number
  readonly code: string
}

const json = { 'content-type': 'application/json' }
const unknownImport = '/api/v1/imports/00000000-0000-4000-8000-000000000000'
const unknownExport = '/api/v1/exports/00000000-0000-4000-8000-000000000000'

/** Each way in which a request can fail, as clients meet it. */
const failures: readonly Failure[] = [
  {
    name: 'a route that is not there',
    method: 'GET',
    url: '/api/v1/nothing',
    status: 404,
    code: 'route_not_found',
  },
  {
    name: 'a page without built pages',
    method: 'GET',
    url: '/',
    status: 404,
    code: 'route_not_found',
  },
  {
    name: 'a wrong method',
    method: 'PUT',
    url: '/api/v1/query',
    status: 404,
    code: 'route_not_found',
  },
  {
    name: 'a body that is no JSON',
    method: 'POST',
    url: '/api/v1/query',
    payload: '{"metrics":',
    headers: json,
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'an empty body',
    method: 'POST',
    url: '/api/v1/query',
    payload: '',
    headers: json,
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'a body of another type',
    method: 'POST',
    url: '/api/v1/query',
    payload: 'metrics=revenue',
    headers: { 'content-type': 'text/plain' },
    status: 415,
    code: 'invalid_request',
  },
  {
    name: 'a body that is too large',
    method: 'POST',
    url: '/api/v1/query',
    payload: JSON.stringify({ metrics: 'x'.repeat(1_100_000) }),
    headers: json,
    status: 413,
    code: 'upload_too_large',
  },
  {
    name: 'a body that poisons prototypes',
    method: 'POST',
    url: '/api/v1/query',
    payload: '{"__proto__":{"x":1}}',
    headers: json,
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'an unknown metric',
    method: 'POST',
    url: '/api/v1/query',
    payload: { metrics: ['profit'] },
    status: 400,
    code: 'unknown_metric',
  },
  {
    name: 'an unknown dimension',
    method: 'POST',
    url: '/api/v1/query',
    payload: { metrics: ['revenue'], by: ['colour'] },
    status: 400,
    code: 'unknown_dimension',
  },
  {
    name: 'a dimension the metric does not know',
    method: 'POST',
    url: '/api/v1/query',
    payload: { metrics: ['stock_on_hand'], by: ['hour'] },
    status: 400,
    code: 'dimension_not_available',
  },
  {
    name: 'a range that ends before it begins',
    method: 'POST',
    url: '/api/v1/query',
    payload: { metrics: ['revenue'], from: '2011-02-01', to: '2011-01-01' },
    status: 400,
    code: 'invalid_range',
  },
  {
    name: 'a query that is a list',
    method: 'POST',
    url: '/api/v1/query',
    payload: [],
    status: 400,
    code: 'invalid_query',
  },
  {
    name: 'a query without metrics',
    method: 'POST',
    url: '/api/v1/query',
    payload: { metrics: [] },
    status: 400,
    code: 'invalid_query',
  },
  {
    name: 'a run that is not there',
    method: 'GET',
    url: '/api/v1/runs/99',
    status: 404,
    code: 'run_not_found',
  },
  {
    name: 'a run that is no number',
    method: 'GET',
    url: '/api/v1/runs/first',
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'a limit out of range',
    method: 'GET',
    url: '/api/v1/runs?limit=0',
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'an unknown outcome',
    method: 'GET',
    url: '/api/v1/rejects?outcome=lost',
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'a wrong window of rows',
    method: 'GET',
    url: '/api/v1/rejects/rows?offset=-1',
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'nothing to export',
    method: 'GET',
    url: '/api/v1/rejects/export',
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'an import that is not there',
    method: 'GET',
    url: unknownImport,
    status: 404,
    code: 'import_not_found',
  },
  {
    name: 'an export in a format that is none',
    method: 'POST',
    url: '/api/v1/exports',
    payload: { format: 'xlsx' },
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'an export that is not there',
    method: 'GET',
    url: unknownExport,
    status: 404,
    code: 'export_not_found',
  },
  {
    name: 'a file of no export',
    method: 'GET',
    url: `${unknownExport}/files/sales.csv`,
    status: 404,
    code: 'export_not_found',
  },
  {
    name: 'a removal of no export',
    method: 'DELETE',
    url: unknownExport,
    status: 404,
    code: 'export_not_found',
  },
  {
    name: 'answers to no import',
    method: 'POST',
    url: `${unknownImport}/answers`,
    payload: { answers: {} },
    status: 404,
    code: 'import_not_found',
  },
  {
    name: 'answers that are no answers',
    method: 'POST',
    url: `${unknownImport}/answers`,
    payload: { answers: 3 },
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'a column that is what no column is',
    method: 'POST',
    url: `${unknownImport}/answers`,
    payload: { files: { 'orders.csv': { columns: { Date: 'moon_phase' } } } },
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'answers to forget that are not there',
    method: 'DELETE',
    url: '/api/v1/answers/0123456789abcdef',
    status: 404,
    code: 'answers_not_found',
  },
  {
    name: 'corrected rows that were not rejected',
    method: 'POST',
    url: '/api/v1/rejects/mend',
    payload: { rows: [{ origin: 'shop #1.1.1', row: { quantity: '1' } }] },
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'no corrected rows',
    method: 'POST',
    url: '/api/v1/rejects/mend',
    payload: { rows: [] },
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'a commit of no import',
    method: 'POST',
    url: `${unknownImport}/commit`,
    status: 404,
    code: 'import_not_found',
  },
  {
    name: 'a removal of no import',
    method: 'DELETE',
    url: unknownImport,
    status: 404,
    code: 'import_not_found',
  },
  {
    name: 'an upload that is no multipart',
    method: 'POST',
    url: '/api/v1/imports',
    payload: { files: [] },
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'an upload without files',
    method: 'POST',
    url: '/api/v1/imports',
    ...multipart([{ name: 'source', content: 'shop' }]),
    status: 400,
    code: 'no_files',
  },
  {
    name: 'an upload with answers that are no JSON',
    method: 'POST',
    url: '/api/v1/imports',
    ...multipart([{ name: 'answers', content: '{' }]),
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'an upload with a wrong share',
    method: 'POST',
    url: '/api/v1/imports',
    ...multipart([
      { name: 'files', fileName: 'a.csv', content: 'a' },
      { name: 'maxRejects', content: '7' },
    ]),
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'a currency that is none',
    method: 'PUT',
    url: '/api/v1/settings',
    payload: { currency: 'pounds' },
    status: 400,
    code: 'invalid_option',
  },
  {
    name: 'another host',
    method: 'GET',
    url: '/api/v1/health',
    headers: { host: 'shop.example' },
    status: 403,
    code: 'host_refused',
  },
  {
    name: 'a write from another origin',
    method: 'POST',
    url: '/api/v1/query',
    payload: { metrics: ['revenue'] },
    headers: { origin: 'https://evil.example' },
    status: 403,
    code: 'origin_refused',
  },
]

describe('every way to fail has the one error shape', () => {
  it.each(failures)('$name: $status $code', async ({ status, code, ...request }) => {
    const { name: _name, ...sent } = request
    const response = await test.app.inject({
      ...sent,
      headers: { host: '127.0.0.1:4160', ...sent.headers },
    })
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8')
    const body = response.json<WireError>()
    expect(wireError.safeParse(body).error).toBeUndefined()
    expect({ status: response.statusCode, code: body.error.code }).toEqual({ status, code })
    expect(body.error.requestId).toMatch(/^[0-9a-f-]{36}$/)
    expect(`${body.error.message}${body.error.hint}`).not.toMatch(/\{\w+\}|undefined/)
    expect(response.headers['content-security-policy']).toContain("default-src 'self'")
  })
})

describe('a bug', () => {
  it('is a plain sentence for the client and a stack for the log', async () => {
    const lines: string[] = []
    const log = {
      level: 'error',
      stream: { write: (line: string) => void lines.push(line) } as never,
    }
    const broken = await openTestApp({
      log,
      shops: {
        current: () => Promise.reject(new Error('secret path /home/someone')),
        real: () => Promise.reject(new Error('never')),
      },
    })
    try {
      const response = await broken.app.inject({ url: '/api/v1/shop' })
      expect(response.statusCode).toBe(500)
      expect(response.json<WireError>().error.code).toBe('internal')
      expect(response.body).not.toContain('secret')
      const { requestId } = response.json<WireError>().error
      expect(lines.join('')).toContain('secret path /home/someone')
      expect(lines.join('')).toContain(requestId)
    } finally {
      await broken.close()
    }
  })

  it('a known error of the warehouse keeps its code and status', async () => {
    const error = new TakingsError('disk_full', { problem: 'no space left', path: '/data' })
    const full = await openTestApp({
      shops: { current: () => Promise.reject(error), real: () => Promise.reject(error) },
    })
    try {
      const response = await full.app.inject({ url: '/api/v1/runs' })
      expect(response.statusCode).toBe(507)
      expect(response.json<WireError>().error.hint).toBe('Free some space in /data and try again.')
    } finally {
      await full.close()
    }
  })
})
