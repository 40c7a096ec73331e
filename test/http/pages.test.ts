import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Hooks } from '../../src/http/app.ts'
import { openTestApp, type TestApp, writePages } from './open-test-app.ts'

let test: TestApp
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'takings-pages-'))
  const none = { secrets: [], variable: '' }
  const secrets = { shopify: none, woocommerce: none }
  const hooks = new Hooks({ secrets, now: () => new Date('2026-03-10T12:00:00Z') })
  test = await openTestApp({
    webFolder: await writePages(folder),
    hooks: { hooks, apart: false },
  })
})
afterAll(async () => {
  await test.close()
  await rm(folder, { recursive: true })
})

describe('the pages', () => {
  it.each(['/', '/overview', '/data?from=2011-01-01', '/products/17'])(
    '%s is the page',
    async (url) => {
      const response = await test.app.inject({ url })
      expect(response.statusCode).toBe(200)
      expect(response.headers['content-type']).toContain('text/html')
      expect(response.headers['cache-control']).toBe('no-cache')
      expect(response.body).toContain('<title>Takings</title>')
    },
  )

  it.each(['/api/v1/nothing', '/api/', '/assets/gone-A1.js', '/favicon.png', '/../package.json'])(
    '%s is not',
    async (url) => {
      const response = await test.app.inject({ url })
      expect(response.statusCode).toBe(404)
      expect(response.json().error.code).toBe('route_not_found')
    },
  )

  it('files with a hash in their name are kept for good', async () => {
    const response = await test.app.inject({ url: '/assets/main-B1x2.js' })
    expect(response.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(response.headers['content-encoding']).toBeUndefined()
    expect(response.body).toContain('plain')
  })

  it('browsers that read brotli get the compressed file of the build', async () => {
    const headers = { 'accept-encoding': 'gzip, br' }
    const response = await test.app.inject({ url: '/assets/main-B1x2.js', headers })
    expect(response.headers['content-encoding']).toBe('br')
    expect(response.headers['content-type']).toContain('javascript')
    expect(response.body).toBe('brotli')
  })
})

describe('the policy on content', () => {
  it('allows scripts of this server and the one inline script by its hash', async () => {
    const script = 'document.documentElement.dataset.theme = "dark"'
    const hash = createHash('sha256').update(script).digest('base64')
    const { headers } = await test.app.inject({ url: '/' })
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain(`script-src 'self' 'sha256-${hash}';`)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(policy).not.toMatch(/https?:/)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
  })

  it('answers of the API are kept nowhere', async () => {
    const { headers } = await test.app.inject({ url: '/api/v1/metrics' })
    expect(headers['cache-control']).toBe('no-store')
  })
})

describe('the description of the API', () => {
  it('is served at /docs from this machine alone', async () => {
    const page = await test.app.inject({ url: '/docs' })
    expect(page.statusCode).toBe(200)
    expect(page.body).not.toMatch(/(src|href)="https?:/)
  })

  it('has every route with its answer', async () => {
    const document = (await test.app.inject({ url: '/docs/json' })).json()
    expect(Object.keys(document.paths).sort()).toEqual([
      '/api/v1/alerts',
      '/api/v1/alerts/check',
      '/api/v1/alerts/imports',
      '/api/v1/alerts/incidents',
      '/api/v1/alerts/incidents/{id}/dismiss',
      '/api/v1/alerts/incidents/{id}/snooze',
      '/api/v1/alerts/rules',
      '/api/v1/alerts/rules/{id}',
      '/api/v1/alerts/rules/{id}/snooze',
      '/api/v1/alerts/webhooks',
      '/api/v1/alerts/webhooks/{id}',
      '/api/v1/alerts/webhooks/{id}/test',
      '/api/v1/answers',
      '/api/v1/answers/{id}',
      '/api/v1/audit',
      '/api/v1/customers',
      '/api/v1/exports',
      '/api/v1/exports/{id}',
      '/api/v1/exports/{id}/files/{name}',
      '/api/v1/health',
      '/api/v1/health/ready',
      '/api/v1/hooks',
      '/api/v1/imports',
      '/api/v1/imports/{id}',
      '/api/v1/imports/{id}/answers',
      '/api/v1/imports/{id}/commit',
      '/api/v1/inventory',
      '/api/v1/live',
      '/api/v1/live/replay',
      '/api/v1/metrics',
      '/api/v1/orders',
      '/api/v1/products',
      '/api/v1/query',
      '/api/v1/rejects',
      '/api/v1/rejects/export',
      '/api/v1/rejects/files',
      '/api/v1/rejects/mend',
      '/api/v1/rejects/rows',
      '/api/v1/restatements',
      '/api/v1/returns',
      '/api/v1/roles',
      '/api/v1/rollups/rebuild',
      '/api/v1/runs',
      '/api/v1/runs/{run}',
      '/api/v1/settings',
      '/api/v1/shop',
      '/api/v1/stock',
      '/hooks/shopify',
      '/hooks/woocommerce',
    ])
    for (const methods of Object.values<Record<string, { summary: string }>>(document.paths)) {
      for (const { summary } of Object.values(methods)) expect(summary).not.toBe('')
    }
  })
})
