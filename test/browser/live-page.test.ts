import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildApp } from '../../src/http/app.ts'
import { type LiveIntake, openIntake } from '../../src/ingest/ingest.ts'
import { openJournal } from '../../src/journal/journal.ts'
import type { LiveItem } from '../../src/model/live.ts'
import { openTestApp, shopsOf, type TestApp } from '../http/open-test-app.ts'
import { browserPath, openBrowser, openPage, screens, settled } from './open-browser.ts'
import { violations } from './violations.ts'

/** The Live page on the real server, at noon of 10 March 2026. */

const now = () => new Date('2026-03-10T12:00:00Z')
const hostile = '<img src=x onerror=alert(1)>'

interface Sent {
  readonly number: string
  readonly at: string
  readonly price: string
  readonly product?: string
  readonly country?: string
}

describe.skipIf(browserPath === null)('the Live page', () => {
  const webFolder = new URL('../../dist/web', import.meta.url).pathname
  let browser: Browser
  let server: TestApp
  let intake: LiveIntake
  let address: string

  beforeAll(async () => {
    server = await openTestApp({ webFolder })
    await server.app.listen({ host: '127.0.0.1', port: 0 })
    address = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`
    const { warehouse, folder } = server
    intake = await openIntake({
      journal: await openJournal({ folder: `${folder}/journal`, now }),
      warehouse,
      now,
      workFolder: `${folder}/live-work`,
      memoryLimit: '512MB',
    })
    await send(
      { number: 'W1', at: '2026-03-03T09:00:00Z', price: '40.00' },
      { number: 'W2', at: '2026-03-03T15:00:00Z', price: '60.00' },
      { number: 'T1', at: '2026-03-10T09:00:00Z', price: '30.00', product: hostile },
      { number: 'T2', at: '2026-03-10T11:55:00Z', price: '20.00', country: 'FR' },
    )
    browser = await openBrowser()
  })
  afterAll(async () => {
    await intake?.close()
    await browser?.close()
    await server?.close()
  })

  async function send(...orders: readonly Sent[]): Promise<void> {
    const items = orders.map(({ number, at, price, product = 'Lamp', country = 'DE' }) => {
      const line = { product_key: product, product_name: product, quantity: '1', unit_price: price }
      const record = {
        order_number: number,
        at,
        state: 'counted',
        currency: 'EUR',
        region: { country },
        lines: [line],
      }
      return { fits: { kind: 'orders', source: 'shop', record } } as unknown as LiveItem
    })
    const { sequence } = await intake.accept(items)
    expect(await intake.visible(sequence, 60_000)).toBe(true)
  }

  const figure = (page: Page, label: string) =>
    page
      .getByRole('region', { name: 'Key figures' })
      .locator('div', { has: page.getByText(label, { exact: true }) })
      .last()
      .locator('span[title]')
      .first()
      .getAttribute('title')
  const numbers = (page: Page) =>
    page.getByRole('region', { name: 'Newest orders', exact: true }).locator('li')

  it('shows posted orders without a reload, against the same time a week ago', async () => {
    const { page, context, problems } = await openPage(browser)
    await page.goto(`${address}/live`)
    await settled(page)
    expect(await figure(page, 'Revenue')).toBe('€50.00')
    expect(await page.getByText('+25.0%').count()).toBeGreaterThan(0)
    expect(await figure(page, 'Last 10 minutes')).toBe('1')
    expect(await numbers(page).count()).toBe(2)
    // Names of others are text.
    expect(await page.getByText(hostile).count()).toBeGreaterThan(0)
    expect(await page.locator('main img').count()).toBe(0)
    await send({ number: 'T3', at: '2026-03-10T11:59:00Z', price: '10.00' })
    await expect.poll(() => figure(page, 'Revenue'), { timeout: 20_000 }).toBe('€60.00')
    await expect.poll(() => numbers(page).first().textContent()).toContain('T3')
    expect(problems).toEqual([])
    await context.close()
  })

  it('holds still while it is paused, and while somebody reads its orders', async () => {
    const { page, context } = await openPage(browser)
    await page.goto(`${address}/live`)
    await settled(page)
    const before = await figure(page, 'Orders')
    await page.keyboard.press(' ')
    await page.getByText(/^Paused at/).waitFor()
    await send({ number: 'T4', at: '2026-03-10T11:59:10Z', price: '1.00' })
    await page.getByRole('button', { name: '1 new — show' }).waitFor()
    expect(await figure(page, 'Orders')).toBe(before)
    await page.getByRole('button', { name: '1 new — show' }).click()
    await expect.poll(() => numbers(page).first().textContent()).toContain('T4')
    const list = page.getByRole('region', { name: 'List of newest orders' })
    await list.hover()
    await send({ number: 'T5', at: '2026-03-10T11:59:20Z', price: '1.00' })
    await page.getByRole('button', { name: '1 new — show' }).waitFor()
    expect(await numbers(page).first().textContent()).toContain('T4')
    await page.mouse.move(5, 5)
    await expect.poll(() => numbers(page).first().textContent()).toContain('T5')
    await context.close()
  })

  it('hangs on a wall: dark, without the menu, until Escape', async () => {
    const { page, context } = await openPage(browser)
    await page.goto(`${address}/live`)
    await settled(page)
    await page.keyboard.press('f')
    const menu = page.getByRole('navigation', { name: 'Pages' })
    await menu.waitFor({ state: 'hidden' })
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme)
    await expect.poll(theme).toBe('dark')
    await expect.poll(() => page.url()).toContain('tv=1')
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await menu.waitFor()
    await expect.poll(theme).toBe('light')
    await context.close()
  })

  it('replays a past day, says so, and keeps the moment in the address', async () => {
    const { page, context, problems } = await openPage(browser)
    await page.goto(`${address}/live?day=2026-03-03&at=14:59:00&speed=1`)
    await settled(page)
    await page.getByText(/^Replay of 3 Mar 2026, 14:59 at 1×$/).waitFor()
    expect(await figure(page, 'Revenue')).toBe('€40.00')
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText(/14:59 — paused$/).waitFor()
    const slider = page.getByRole('slider', { name: 'Moment of the day' })
    await slider.press('ArrowRight')
    await slider.press('ArrowRight')
    await expect.poll(() => figure(page, 'Revenue'), { timeout: 10_000 }).toBe('€100.00')
    await expect.poll(() => new URL(page.url()).searchParams.get('at')).toMatch(/^15:0[01]:/)
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('1000')
    await page.getByRole('button', { name: 'Play' }).click()
    await expect
      .poll(() => new URL(page.url()).searchParams.get('at') ?? '', { timeout: 20_000 })
      .toMatch(/^(1[6-9]|2\d):/)
    await page.getByRole('link', { name: 'Back to now' }).click()
    await page.getByText(/^Figures of/).waitFor()
    expect(new URL(page.url()).search).toBe('')
    expect(problems).toEqual([])
    await context.close()
  })

  it('replays today up to now and no further', async () => {
    const { page, context, problems } = await openPage(browser)
    await page.goto(`${address}/live?day=2026-03-10&at=11:30:00&speed=1000`)
    await page.getByText(/^Replay of 10 Mar 2026, 12:00 — paused$/).waitFor({ timeout: 20_000 })
    await page.getByRole('link', { name: 'Back to now' }).click()
    await page.getByText(/^Figures of/).waitFor()
    await page.goBack()
    const slider = page.getByRole('slider', { name: 'Moment of the day' })
    // To the second, as the server last said what time it is.
    await expect
      .poll(async () => Number(await slider.getAttribute('max')) / 3_600, { timeout: 10_000 })
      .toBeCloseTo(12, 1)
    await page.getByText(/12:00 — paused$/).waitFor({ timeout: 20_000 })
    await page.getByRole('button', { name: 'Play' }).click()
    await page.getByText(/^Replay of 10 Mar 2026, 0\d:\d\d at 1000×$/).waitFor({ timeout: 10_000 })
    expect(problems).toEqual([])
    await context.close()
  })

  describe.each(['/live', '/live?day=2026-03-03&at=14:59:00&speed=1'])('%s', (path) => {
    it.each(screens)('is sound at $width, $colorScheme', async (screen) => {
      const { page, context, problems } = await openPage(browser, screen)
      await page.addInitScript(() => {
        const seen = window as unknown as { shifted: number }
        seen.shifted = 0
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries())
            seen.shifted += (entry as unknown as { value: number }).value
        }).observe({ type: 'layout-shift', buffered: true })
      })
      await page.goto(address + path)
      await settled(page)
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(overflow, 'sideways scrolling').toBeLessThanOrEqual(0)
      const shifted = await page.evaluate(() => (window as unknown as { shifted: number }).shifted)
      expect(shifted, 'layout shift').toBeLessThanOrEqual(0.02)
      expect(await violations(page)).toEqual([])
      expect(problems).toEqual([])
      await context.close()
    })
  })

  it('keeps its figures and says of when they are while the server is away, and goes on', async () => {
    const { page, context } = await openPage(browser)
    await page.goto(`${address}/live`)
    await settled(page)
    const before = Number(await figure(page, 'Orders'))
    await server.app.close()
    await page.getByText(/^Reconnecting: figures of 12:00:00/).waitFor()
    expect(Number(await figure(page, 'Orders'))).toBe(before)
    const { warehouse, folder } = server
    const app = await buildApp({
      shops: shopsOf(warehouse),
      now,
      workFolder: `${folder}/work-again`,
      version: '1.2.3',
      webFolder,
    })
    await send({ number: 'T6', at: '2026-03-10T11:59:30Z', price: '1.00' })
    await app.listen({ host: '127.0.0.1', port: Number(new URL(address).port) })
    await expect
      .poll(async () => Number(await figure(page, 'Orders')), { timeout: 20_000 })
      .toBe(before + 1)
    await page.getByText(/^Figures of/).waitFor()
    await context.close()
    await app.close()
  })
})

describe.skipIf(browserPath === null)('a shop whose data does not end today', () => {
  let server: TestApp
  let browser: Browser
  let address: string

  beforeEach(async () => {
    server = await openTestApp({
      webFolder: new URL('../../dist/web', import.meta.url).pathname,
    })
    await server.app.listen({ host: '127.0.0.1', port: 0 })
    address = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`
    browser = await openBrowser()
  })
  afterEach(async () => {
    await browser?.close()
    await server?.close()
  })

  async function importOrderOf(...days: readonly string[]): Promise<void> {
    const form = new FormData()
    form.append('commit', 'true')
    const header = 'OrderID,CustomerID,ProductID,Quantity,TotalPrice,OrderDate'
    const rows = days.map((day, index) => `${index + 1},A,P,1,10.00,${day}`)
    form.append('files', new Blob([`${[header, ...rows].join('\n')}\n`]), 'orders.csv')
    await fetch(`${address}/api/v1/imports`, { method: 'POST', body: form })
    await expect
      .poll(async () => (await server.warehouse.freshness()).newestDay, { timeout: 30_000 })
      .toBe(days.at(-1))
  }

  it('offers its last day instead of zeros', async () => {
    await importOrderOf('2011-12-09')
    const { page } = await openPage(browser)
    await page.goto(`${address}/live`)
    await page.getByRole('heading', { name: 'Your data ends on 9 Dec 2011.' }).waitFor()
    await page.getByRole('link', { name: 'Replay 9 Dec 2011' }).click()
    await page.getByText(/^Replay of 9 Dec 2011/).waitFor()
    await page.getByText('These orders tell a day and no time.').waitFor()
  })

  it('offers no day that has not come', async () => {
    await importOrderOf('2026-03-09', '2026-03-10', '2026-03-11')
    const { page } = await openPage(browser)
    await page.goto(`${address}/live`)
    await page.getByRole('link', { name: 'Replay' }).click()
    await page.getByText(/^Replay of 10 Mar 2026/).waitFor()
    await settled(page)
    expect(await page.getByText('it has not come yet').count()).toBe(0)
  })
})
