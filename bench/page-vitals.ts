import type { Browser, BrowserContext, Page } from 'playwright-core'
import { followRequests, settled } from '../test/browser/open-browser.ts'

/** What a browser says of one visit. */
export interface Vitals {
  /** Milliseconds from the navigation until the largest text or picture was painted. */
  readonly largestPaint: number
  /** Its words, to know what was seen. */
  readonly largestText: string
  /** Sum of all layout shifts that no input caused. */
  readonly shift: number
}

declare global {
  interface Window {
    takingsVitals: { largestPaint: number; largestText: string; shift: number }
  }
}

interface PaintEntry extends PerformanceEntry {
  readonly element?: Element
}

interface ShiftEntry extends PerformanceEntry {
  readonly value: number
  readonly hadRecentInput: boolean
}

/** The TypeScript loader wraps functions to keep their names, by a function that pages do not have. */
const loaderLeftovers = 'globalThis.__name = (named) => named'

const screen = { width: 1440, height: 900 }

/** A browser that has never been here: nothing is cached. */
export async function newVisitor(
  browser: Browser,
  slowDown = 1,
): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ viewport: screen })
  const page = await context.newPage()
  followRequests(page)
  await page.addInitScript({ content: loaderLeftovers })
  await page.addInitScript(watchVitals)
  if (slowDown > 1) {
    const session = await context.newCDPSession(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowDown })
  }
  return { page, context }
}

/** Opens an address and waits until every figure and chart is there. */
export async function visit(page: Page, address: string): Promise<Vitals> {
  await page.goto(address)
  await settled(page)
  return page.evaluate(() => window.takingsVitals)
}

function watchVitals(): void {
  const vitals = { largestPaint: 0, largestText: '', shift: 0 }
  window.takingsVitals = vitals
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PaintEntry[]) {
      vitals.largestPaint = entry.startTime
      vitals.largestText = entry.element?.textContent?.slice(0, 60) ?? ''
    }
  }).observe({ type: 'largest-contentful-paint', buffered: true })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as ShiftEntry[]) {
      if (!entry.hadRecentInput) vitals.shift += entry.value
    }
  }).observe({ type: 'layout-shift', buffered: true })
}
