import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Query } from '../../src/model/query.ts'
import { browserPath, openBrowser, openPage, settled } from './open-browser.ts'
import { openStandIn, type StandIn } from './stand-in-api.ts'

/** What the Overview does first when there is much to do. */

/** What the page noted of itself. */
interface Noted {
  /** Titles of cards that began to wait or were drawn, and `chip`; one list per commit of the page. */
  readonly commits: string[][]
  readonly drawn: string[]
}

describe.skipIf(browserPath === null)('the Overview', () => {
  let browser: Browser
  let standIn: StandIn
  let page: Page

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
    return () => opened.context.close()
  })

  const card = (title: string) => page.getByRole('region', { name: title, exact: true })

  /** Keeps queries from the server until they are released; `asked` has them in their order. */
  const holdQueries = async () => {
    const asked: Query[] = []
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route('**/api/v1/query', async (route) => {
      asked.push(route.request().postDataJSON() as Query)
      await released
      await route.continue()
    })
    return { asked, release }
  }
  const twoFrames = () =>
    page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    )

  it('asks the key figures first, and everything else when they were answered', async () => {
    const { asked, release } = await holdQueries()
    await page.goto(standIn.url)
    await page.getByText('Regions').waitFor({ state: 'attached' })
    await expect.poll(() => asked.length).toBeGreaterThan(0)
    await twoFrames()
    expect(asked.map(({ by }) => by)).toEqual([undefined])
    release()
    await settled(page)
    const others = asked.slice(1).map(({ by }) => by?.join(' and '))
    expect(others.sort()).toEqual([
      'category and product',
      'country',
      'customer',
      'day',
      'day',
      'product',
    ])
  })

  it('asks everything else when the key figures fail, too', async () => {
    await page.route('**/api/v1/query', (route) => {
      const { by } = route.request().postDataJSON() as Query
      return by ? route.continue() : route.fulfill({ status: 503, body: '{}' })
    })
    await page.goto(standIn.url)
    await card('Top products').getByRole('img').waitFor()
    expect(await card('Key figures').getByRole('button', { name: 'Retry' }).count()).toBe(1)
  })

  it('shows the filter that was chosen before it touches a chart, and draws no other one again', async () => {
    await page.goto(standIn.url)
    await settled(page)
    await holdQueries()
    await page.evaluate(watch)
    await card('Top customers')
      .getByRole('img')
      .click({ position: { x: 60, y: 20 } })
    await page.getByRole('button', { name: /^Remove filter: Customer is/ }).waitFor()
    const noted = () => page.evaluate(() => (window as unknown as { noted: Noted }).noted as Noted)
    await expect.poll(async () => (await noted()).drawn).toContain('Top customers')
    await expect.poll(async () => (await noted()).commits.flat()).toContain('Regions')
    await twoFrames()
    const { commits, drawn } = await noted()
    expect(commits[0]).toEqual(['chip'])
    expect(commits.slice(1).flat().sort()).toEqual([
      'Net sales over time',
      'Regions',
      'Top products',
    ])
    expect(drawn).toEqual(['Top customers'])
  })
})

/** Runs in the page: notes which cards begin to wait, and whose pictures are drawn again. */
function watch(): void {
  const commits: string[][] = []
  const drawn: string[] = []
  Object.assign(window, { noted: { commits, drawn } })
  const titleOf = (element: Element) => element.closest('section')?.querySelector('h2')?.textContent
  new MutationObserver((records) => {
    const commit: string[] = []
    for (const { target, type, addedNodes } of records) {
      const filters = (node: Node) => node instanceof Element && node.ariaLabel === 'Filters'
      if ([...addedNodes].some(filters)) commit.push('chip')
      if (type !== 'attributes' || !(target instanceof Element)) continue
      if (target.getAttribute('aria-busy') === 'true') commit.push(titleOf(target) ?? '')
    }
    if (commit.length > 0) commits.push(commit)
  }).observe(document.body, { subtree: true, childList: true, attributeFilter: ['aria-busy'] })
  const { clearRect } = CanvasRenderingContext2D.prototype
  CanvasRenderingContext2D.prototype.clearRect = function (...place) {
    const title = titleOf(this.canvas) ?? ''
    if (!drawn.includes(title)) drawn.push(title)
    clearRect.apply(this, place)
  }
}
