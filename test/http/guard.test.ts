import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from './open-test-app.ts'

const url = '/api/v1/metrics'
const token = 'a-token-of-this-server'

describe('on the loopback address', () => {
  let test: TestApp
  beforeAll(async () => {
    test = await openTestApp()
  })
  afterAll(() => test.close())

  it.each(['localhost', 'localhost:4160', '127.0.0.1:1', '[::1]:4160', 'LOCALHOST:4160'])(
    'the host %s is served',
    async (host) => {
      expect((await test.app.inject({ url, headers: { host } })).statusCode).toBe(200)
    },
  )

  it.each([
    'shop.example',
    'shop.example:4160',
    'localhost.shop.example',
    '127.0.0.1.shop.example',
    '127.0.0.2',
    'user@localhost',
  ])('the host "%s" is refused, for pages and docs too', async (host) => {
    for (const path of [url, '/', '/docs/json']) {
      const response = await test.app.inject({ url: path, headers: { host } })
      expect(response.json().error.code).toBe('host_refused')
    }
  })

  it.each([
    { origin: 'http://shop.example' },
    { origin: 'null' },
    { origin: 'http://localhost:9999' },
    { origin: 'https://localhost.shop.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('a write from %o is refused', async (headers) => {
    const response = await test.app.inject({
      method: 'POST',
      url: '/api/v1/query',
      headers: { host: 'localhost:4160', ...headers },
      payload: { metrics: ['revenue'] },
    })
    expect(response.json().error.code).toBe('origin_refused')
  })

  it.each([
    { origin: 'http://localhost:4160', 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    {},
  ])('a write from %o is served', async (headers) => {
    const response = await test.app.inject({
      method: 'POST',
      url: '/api/v1/query',
      headers: { host: 'localhost:4160', ...headers },
      payload: { metrics: ['revenue'] },
    })
    expect(response.statusCode).toBe(200)
  })

  it('no answer allows another origin to read it', async () => {
    const headers = { host: 'localhost', origin: 'https://shop.example' }
    const response = await test.app.inject({ url, headers })
    expect(response.headers['access-control-allow-origin']).toBeUndefined()
  })
})

describe('on an address that others reach', () => {
  let test: TestApp
  beforeAll(async () => {
    const hosts = ['shop.internal', 'fe80::1']
    test = await openTestApp({ hosts, accessToken: token, accessTokenPath: '/data/access-token' })
  })
  afterAll(() => test.close())

  it('its own names are served, others are not', async () => {
    const headers = { authorization: `Bearer ${token}` }
    const codes = await Promise.all(
      ['shop.internal:4160', '[fe80::1]:4160', 'localhost', 'shop.example'].map(
        async (host) => (await test.app.inject({ url, headers: { ...headers, host } })).statusCode,
      ),
    )
    expect(codes).toEqual([200, 200, 200, 403])
  })

  it.each([
    {},
    { authorization: 'Bearer wrong' },
    { authorization: `Basic ${token}` },
    { authorization: token },
    { cookie: 'takings_token=wrong' },
    { cookie: `other=${token}` },
  ])('a request with %o needs the token and is told where it stands', async (headers) => {
    const response = await test.app.inject({ url, headers: { host: 'shop.internal', ...headers } })
    expect(response.statusCode).toBe(401)
    expect(response.json().error).toMatchObject({ code: 'token_required' })
    expect(response.json().error.hint).toContain('/data/access-token')
    expect(response.body).not.toContain(token)
  })

  it('a link with the token becomes a cookie, and the token leaves the address', async () => {
    const headers = { host: 'shop.internal' }
    const link = `/overview?from=2011-01-01&token=${token}`
    const response = await test.app.inject({ url: link, headers })
    expect(response.statusCode).toBe(302)
    expect(response.headers.location).toBe('/overview?from=2011-01-01')
    const cookie = String(response.headers['set-cookie'])
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict$/)
    const again = await test.app.inject({
      url,
      headers: { ...headers, cookie: cookie.split(';')[0] ?? '' },
    })
    expect(again.statusCode).toBe(200)
  })

  it('a link with the token leads nowhere else', async () => {
    const headers = { host: 'shop.internal' }
    const response = await test.app.inject({ url: `//evil.example/?token=${token}`, headers })
    expect(String(response.headers.location ?? '/')).toMatch(/^\/(?!\/)/)
  })

  it('a write cannot carry the token in its address', async () => {
    const response = await test.app.inject({
      method: 'POST',
      url: `/api/v1/query?token=${token}`,
      headers: { host: 'shop.internal' },
      payload: { metrics: ['revenue'] },
    })
    expect(response.statusCode).toBe(401)
  })
})
