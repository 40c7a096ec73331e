import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserPath, openBrowser, openPage, screens, settled } from './open-browser.ts'
import { openStandIn, type StandIn, type StandInOptions } from './stand-in-api.ts'
import { violations } from './violations.ts'

/** What every page holds on every screen: nothing moves, axe finds nothing, nothing is refused. */

const pages: readonly (readonly [string, string, StandInOptions])[] = [
  ['Overview', '/', {}],
  ['Overview of the demo shop', '/', { demo: true, currency: null }],
  ['Overview without a currency', '/', { currency: null }],
  ['Overview with filters', '/?where=country:in:Germany&where=product:in:%231&range=last90', {}],
  ['Overview without data', '/', { empty: true }],
  ['Overview that fails', '/', { failing: 'customer' }],
  ['Data', '/data', {}],
  ['Alerts', '/alerts', {}],
  ['Alerts without any', '/alerts', { empty: true, demo: true }],
  ['Data without runs', '/data', { empty: true, demo: true }],
]

interface Shift {
  readonly value: number
  readonly hadRecentInput: boolean
}

/** Cumulative layout shift as browsers report it; the largest window is never more than the sum. */
async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = window as unknown as { shifted: number }
    seen.shifted = 0
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as unknown as Shift[]) {
        if (!entry.hadRecentInput) seen.shifted += entry.value
      }
    }).observe({ type: 'layout-shift', buffered: true })
  })
}

describe.skipIf(browserPath === null)('pages', () => {
  let browser: Browser
  let standIn: StandIn

  beforeAll(async () => {
    browser = await openBrowser()
    standIn = await openStandIn()
  })
  afterAll(async () => {
    await browser?.close()
    await standIn?.close()
  })

  describe.each(pages)('%s', (_, path, options) => {
    it.each(screens)('at $width, $colorScheme', async (screen) => {
      standIn.set({ ...options, delay: 60 })
      const { page, context, problems } = await openPage(browser, screen)
      await watchShifts(page)
      await page.goto(standIn.url + path)
      await settled(page)
      expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe(
        screen.colorScheme,
      )
      const shifted = await page.evaluate(() => (window as unknown as { shifted: number }).shifted)
      expect(shifted, 'layout shift').toBeLessThanOrEqual(0.02)
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(overflow, 'sideways scrolling').toBeLessThanOrEqual(0)
      expect(problems).toEqual([])
      expect(await violations(page)).toEqual([])
      await context.close()
    })
  })
})
