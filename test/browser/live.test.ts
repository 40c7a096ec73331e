import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { buildApp } from '../../src/http/app.ts'
import { type LiveIntake, openIntake } from '../../src/ingest/ingest.ts'
import { openJournal } from '../../src/journal/journal.ts'
import type { Answer } from '../../src/model/wire.ts'
import { openTestApp, shopsOf, type TestApp } from '../http/open-test-app.ts'
import { browserPath, openBrowser, openPage, settled } from './open-browser.ts'

/** Pages follow what comes in, on the real server: nobody reloads them. */

const header = 'Order No,Order Date,SKU,Product,Quantity,Unit Price,Customer,Country,Currency'
const firstOrders = [
  '1001,2025-04-03,L-1,Desk lamp,2,19.90,C1,Germany,EUR',
  '1002,2025-04-20,M-1,Enamel mug,3,8.50,C2,France,EUR',
]

describe.skipIf(browserPath === null)('an open page', () => {
  const webFolder = new URL('../../dist/web', import.meta.url).pathname
  let browser: Browser
  let server: TestApp
  let port: number
  let intake: Promise<LiveIntake> | null = null

  beforeAll(async () => {
    server = await openTestApp({
      webFolder,
      writeToken: { token: 'of-the-test', path: '' },
      intake: {
        open() {
          intake ??= openLive()
          return intake
        },
        opened: () => intake,
      },
    })
    await server.app.listen({ host: '127.0.0.1', port: 0 })
    port = (server.app.server.address() as AddressInfo).port
    await importOrders(firstOrders)
    browser = await openBrowser()
  })
  afterAll(async () => {
    await (await intake)?.close()
    await browser?.close()
    await server?.close()
  })

  const address = () => `http://127.0.0.1:${port}`

  async function importOrders(lines: readonly string[]): Promise<void> {
    const api = `${address()}/api/v1/imports`
    const form = new FormData()
    form.append('commit', 'true')
    form.append('files', new Blob([`${[header, ...lines].join('\n')}\n`]), 'orders.csv')
    const response = await fetch(api, { method: 'POST', body: form })
    const { data } = (await response.json()) as Answer<{ id: string }>
    await vi.waitUntil(
      async () => {
        const answer = (await (await fetch(`${api}/${data.id}`)).json()) as Answer<{
          state: string
        }>
        if (answer.data.state === 'waiting') throw new Error(JSON.stringify(answer.data))
        return answer.data.state === 'committed'
      },
      { timeout: 30_000, interval: 20 },
    )
  }

  async function openLive(): Promise<LiveIntake> {
    const now = () => new Date('2026-03-10T12:00:00Z')
    const { warehouse, folder } = server
    return openIntake({
      journal: await openJournal({ folder: `${folder}/journal`, now }),
      warehouse,
      now,
      workFolder: `${folder}/live-work`,
      memoryLimit: '512MB',
    })
  }

  async function postOrder(number: string, price: string): Promise<void> {
    const response = await fetch(`${address()}/api/v1/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer of-the-test' },
      body: JSON.stringify({
        order_number: number,
        order_date: '2025-04-21',
        currency: 'EUR',
        lines: [{ product_key: 'L-1', quantity: 1, unit_price: price }],
      }),
    })
    expect(response.status).toBe(202)
  }

  const netSales = (page: Page) =>
    page
      .getByRole('region', { name: 'Key figures' })
      .getByRole('button', { name: /^Net sales/ })
      .locator('span[title]')
      .getAttribute('title')

  it('shows an import of somebody else within a second, and stays as it was left', async () => {
    const { page, context, problems } = await openPage(browser, {
      width: 1200,
      height: 500,
      colorScheme: 'light',
    })
    await page.goto(`${address()}/?from=2025-04-01&to=2025-04-30`)
    await settled(page)
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    expect(await netSales(page)).toBe('€65.30')
    let documents = 0
    page.on('framenavigated', () => {
      documents += 1
    })
    await page.evaluate(() => window.scrollTo(0, 300))
    const asked = page.waitForRequest((request) => request.url().endsWith('/api/v1/query'))
    await importOrders(['1003,2025-04-21,L-1,Desk lamp,1,19.90,C1,Germany,EUR'])
    await asked
    await expect.poll(() => netSales(page), { timeout: 1_000 }).toBe('€85.20')
    expect(await page.evaluate(() => window.scrollY)).toBe(300)
    expect(new URL(page.url()).search).toBe('?from=2025-04-01&to=2025-04-30')
    expect(documents).toBe(0)
    expect(problems).toEqual([])
    await context.close()
  })

  it('shows posted orders', async () => {
    const { page, context, problems } = await openPage(browser)
    await page.goto(`${address()}/?from=2025-04-01&to=2025-04-30`)
    await settled(page)
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    await postOrder('live-1', '4.80')
    await expect.poll(() => netSales(page), { timeout: 10_000 }).toBe('€90.00')
    await postOrder('live-2', '10.00')
    await expect.poll(() => netSales(page), { timeout: 10_000 }).toBe('€100.00')
    expect(problems).toEqual([])
    await context.close()
  })

  it('keeps still while nobody sees it, and shows what it missed when somebody does', async () => {
    const { page, context, problems } = await openPage(browser)
    await page.goto(`${address()}/?from=2025-04-01&to=2025-04-30`)
    await settled(page)
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    const show = (visibility: 'hidden' | 'visible') =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'visibilityState', { value, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      }, visibility)
    await show('hidden')
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await importOrders(['1005,2025-04-23,L-1,Desk lamp,1,7.00,C1,Germany,EUR'])
    await settled(page)
    expect(asked).toEqual([])
    await show('visible')
    await expect.poll(() => netSales(page), { timeout: 10_000 }).toBe('€107.00')
    expect(asked[0]).toContain('/api/v1/live?since=')
    expect(problems).toEqual([])
    await context.close()
  })

  it('keeps the runs at their places under the pointer', async () => {
    const { page, context, problems } = await openPage(browser)
    await page.goto(`${address()}/data`)
    await settled(page)
    const runs = page.getByRole('region', { name: 'Runs', exact: true }).getByRole('listitem')
    const before = await runs.count()
    const first = await runs.first().textContent()
    await runs.first().hover()
    await importOrders(['1006,2025-05-01,L-1,Desk lamp,1,9.00,C1,Germany,EUR'])
    await expect.poll(() => runs.count(), { timeout: 10_000 }).toBe(before + 1)
    expect(await runs.first().textContent()).toBe(first)
    await page.mouse.move(1, 1)
    await expect.poll(() => runs.first().textContent()).toContain('Net sales €9.00')
    expect(problems).toEqual([])
    await context.close()
  })

  it('leaves room for others, however many pages are open', async () => {
    const context = await browser.newContext()
    // One server takes six connections of a browser, and one page is seen at a time.
    for (let tab = 0; tab < 7; tab += 1) {
      const page = await context.newPage()
      await page.goto(`${address()}/?from=2025-04-01&to=2025-04-30`)
      await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
      await expect.poll(() => netSales(page), { timeout: 10_000 }).toBe('€107.00')
      await page.evaluate(() => {
        Object.defineProperty(document, 'visibilityState', { value: 'hidden' })
        document.dispatchEvent(new Event('visibilitychange'))
      })
    }
    await context.close()
  })

  it('says that it lost the server, and makes up for what it missed once that is back', async () => {
    const { page, context } = await openPage(browser)
    await page.goto(`${address()}/?from=2025-04-01&to=2025-04-30`)
    await settled(page)
    const before = await netSales(page)
    await server.app.close()
    const status = page.getByRole('status')
    await status.filter({ hasText: 'Reconnecting' }).waitFor()
    expect(await netSales(page)).toBe(before)
    const { warehouse, folder } = server
    const app = await buildApp({
      shops: shopsOf(warehouse),
      now: () => new Date('2026-03-10T12:00:00Z'),
      workFolder: `${folder}/work-again`,
      version: '1.2.3',
      webFolder,
    })
    await app.listen({ host: '127.0.0.1', port })
    await importOrders(['1004,2025-04-22,L-1,Desk lamp,10,10.00,C9,Germany,EUR'])
    await status.filter({ hasText: 'Live' }).waitFor({ timeout: 10_000 })
    const expected = `€${(Number(before?.replace('€', '')) + 100).toFixed(2)}`
    await expect.poll(() => netSales(page), { timeout: 3_000 }).toBe(expected)
    await context.close()
    await app.close()
  })
})
