import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserPath, openBrowser, openPage, settled } from './open-browser.ts'
import { openStandIn, type StandIn } from './stand-in-api.ts'
import { violations } from './violations.ts'

/** How the Overview behaves, on figures of the stand-in. */

describe.skipIf(browserPath === null)('the Overview', () => {
  let browser: Browser
  let standIn: StandIn
  let page: Page
  let problems: readonly string[]

  beforeAll(async () => {
    browser = await openBrowser()
    standIn = await openStandIn()
  })
  afterAll(async () => {
    await browser?.close()
    await standIn?.close()
  })
  beforeEach(async () => {
    standIn.set({})
    const opened = await openPage(browser)
    page = opened.page
    problems = opened.problems
    return async () => {
      expect(problems).toEqual([])
      await opened.context.close()
    }
  })

  const open = async (path = '/') => {
    await page.goto(standIn.url + path)
    await settled(page)
  }
  const card = (title: string) => page.getByRole('region', { name: title, exact: true })
  const search = () => decodeURIComponent(new URL(page.url()).search)

  it('says what its figures are figures of', async () => {
    await open()
    await expect.poll(() => page.locator('main').textContent()).toMatch(/27 Oct – 23 Nov 2026/)
    expect(await page.locator('main').textContent()).toMatch(/Europe\/Berlin[\s·]+EUR/)
  })

  it('goes on to the next day of the shop without an order or a reload', async () => {
    await open()
    await expect.poll(() => page.locator('main').textContent()).toMatch(/27 Oct – 23 Nov 2026/)
    standIn.set({ today: '2026-11-24' })
    // Midnight in Berlin.
    standIn.tell('beat', { at: '2026-11-23T22:59:59.000Z' })
    standIn.tell('beat', { at: '2026-11-23T23:00:00.000Z' })
    await expect.poll(() => page.locator('main').textContent()).toMatch(/28 Oct – 24 Nov 2026/)
  })

  it('leaves its connection to others while nobody sees it', async () => {
    await open()
    await expect.poll(() => standIn.followers()).toBe(1)
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    await expect.poll(() => standIn.followers()).toBe(0)
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    await expect.poll(() => standIn.followers()).toBe(1)
  })

  it('says when no currency was stated, and shows no sign', async () => {
    standIn.set({ currency: null })
    await open()
    const text = await page.locator('main').textContent()
    expect(text).toContain('currency not stated: set it')
    expect(text).not.toMatch(/[€$£]/)
  })

  it('lets people state the currency, by keyboard, and shows it beside every amount', async () => {
    standIn.set({ currency: null })
    await open()
    const button = page.getByRole('button', { name: 'currency not stated: set it' })
    await button.press('Enter')
    const field = page.getByRole('combobox', { name: 'Currency of all amounts' })
    await expect.poll(() => field.evaluate((one) => one === document.activeElement)).toBe(true)
    await field.pressSequentially('GBX')
    await field.press('Enter')
    await page.getByRole('alert').getByText('No currency.').waitFor()
    expect(await violations(page)).toEqual([])

    await field.fill('gbp')
    await page.getByText('British Pound: amounts read £1,234.50').waitFor()
    await field.press('Enter')
    await page.getByRole('button', { name: 'Currency: GBP' }).waitFor()
    await expect.poll(() => card('Key figures').textContent()).toMatch(/Net sales£/)
    expect(await page.getByRole('dialog').count()).toBe(0)
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('GBP')
  })

  it('offers no currency to state for the demo', async () => {
    standIn.set({ demo: true, currency: null })
    await open()
    expect(await page.locator('main').textContent()).toContain('currency not stated')
    expect(await page.getByRole('button', { name: /currency/i }).count()).toBe(0)
  })

  it('names the demo shop and data that ended', async () => {
    standIn.set({ demo: true })
    await open()
    expect(await page.locator('main').textContent()).toMatch(
      /Demo shop — these figures are invented/,
    )
    standIn.set({ old: true })
    await open()
    expect(await page.locator('main').textContent()).toMatch(/Your data ends on 23 Nov 2026/)
  })

  it('shows whole figures as a table, reached by keyboard, whose rows filter the page', async () => {
    await open()
    await page.getByRole('button', { name: 'Top products as a table' }).focus()
    await page.keyboard.press('Enter')
    const table = card('Top products').getByRole('table')
    expect(await table.getByRole('columnheader').allInnerTexts()).toEqual([
      'Product',
      'Net sales (EUR)',
      'Net sales before (EUR)',
      'Change',
    ])
    const first = table.getByRole('button').first()
    const name = await first.textContent()
    await first.press('Enter')
    await page.getByRole('button', { name: `Remove filter: Product is ${name}` }).waitFor()
    expect(search()).toMatch(/where=product:in:#\d+/)
  })

  it('filters every other card by a bar, keeps its own bars, and goes back', async () => {
    await open()
    const sales = card('Key figures').getByRole('button', { name: /^Net sales/ })
    const before = await sales.textContent()
    const bars = card('Top customers').getByRole('img')
    await bars.click({ position: { x: 60, y: 20 } })
    const chip = page.getByRole('button', { name: /^Remove filter: Customer is/ })
    await chip.waitFor()
    await expect.poll(() => sales.textContent()).not.toBe(before)
    expect(await bars.getAttribute('aria-label')).toContain('8 bars')
    await page.goBack()
    await expect.poll(() => sales.textContent()).toBe(before)
    expect(await chip.count()).toBe(0)
  })

  it('filters by a country on the map', async () => {
    await open()
    const map = card('Regions').getByRole('img').first()
    const box = await map.boundingBox()
    if (!box) throw new Error('the map is not on the page')
    // Brazil is large and lies where the map is 33 % across and 66 % down.
    await map.click({ position: { x: box.width * 0.355, y: box.height * 0.62 } })
    await page.getByRole('button', { name: 'Remove filter: Country is Brazil' }).waitFor()
  })

  it('never lets a name become markup', async () => {
    await open('/?range=last-year')
    const bars = card('Top products').getByRole('img')
    const box = await bars.boundingBox()
    if (!box) throw new Error('the bars are not on the page')
    const tip = page.locator('.chart-tip').last()
    let hostile = false
    for (let row = 0; row < 8 && !hostile; row += 1) {
      await bars.hover({ position: { x: 40, y: ((row + 0.5) * box.height) / 8 } })
      await tip.waitFor()
      hostile = (await tip.textContent())?.includes('<img src=x') ?? false
    }
    await page.getByRole('button', { name: 'Top products as a table' }).click()
    await card('Top products').getByRole('table').waitFor()
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false)
    expect(await page.locator('img').count()).toBe(0)
    expect(hostile).toBe(true)
  })

  it('puts a metric into the big chart', async () => {
    await open()
    await page.getByRole('button', { name: /^Orders/ }).click()
    await card('Orders over time').waitFor()
    expect(search()).toBe('?metric=orders')
  })

  it('takes its range from presets and from the calendar', async () => {
    await open()
    await page.getByRole('button', { name: /^Range:/ }).click()
    await page.getByRole('button', { name: 'Last 7 days' }).click()
    await expect.poll(search).toBe('?range=last7')
    await page.getByRole('button', { name: /^Range:/ }).click()
    await page.getByRole('button', { name: /November 3rd, 2026/ }).click()
    await page.getByRole('button', { name: /November 9th, 2026/ }).click()
    await page.getByRole('button', { name: 'Apply' }).click()
    await expect.poll(search).toBe('?from=2026-11-03&to=2026-11-09')
  })

  it('compares with what is chosen, and with nothing', async () => {
    await open()
    await page.getByRole('button', { name: /^Compare:/ }).click()
    await page.getByRole('menuitemradio', { name: 'No comparison' }).click()
    await expect.poll(search).toBe('?compare=none')
    await settled(page)
    await expect.poll(() => card('Key figures').textContent()).not.toMatch(/%/)
  })

  it('keeps a failure inside its card and tries again', async () => {
    standIn.set({ failing: 'customer' })
    await open()
    await card('Top customers').getByText('The disk is full.').waitFor()
    await card('Top products').getByRole('img').waitFor()
    standIn.set({})
    await card('Top customers').getByRole('button', { name: 'Retry' }).click()
    await card('Top customers').getByRole('img').waitFor()
  })

  it('keeps the old picture while the new one loads', async () => {
    await open()
    standIn.set({ delay: 800 })
    await page.getByRole('button', { name: /^Range:/ }).click()
    await page.getByRole('button', { name: 'Last 90 days' }).click()
    await page.locator('section[aria-busy="true"]').first().waitFor()
    expect(await page.locator('main .skeleton').count()).toBe(0)
    expect(await card('Top products').getByRole('img').count()).toBe(1)
  })

  it('says why there is nothing and how to get out', async () => {
    await open('/?from=2020-01-01&to=2020-01-31&where=country:in:Germany')
    await card('Top products')
      .getByText('Nothing between 1 – 31 Jan 2020 with these filters.')
      .waitFor()
    await card('Top products').getByRole('button', { name: 'Clear filters' }).click()
    await expect.poll(search).toBe('?from=2020-01-01&to=2020-01-31')
  })

  it('remembers the look that was chosen', async () => {
    await open()
    await page.getByRole('button', { name: /^Appearance:/ }).click()
    await page.getByRole('menuitemradio', { name: 'Dark' }).click()
    await page.reload()
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
  })
})
