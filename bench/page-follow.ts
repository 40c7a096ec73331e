import type { Page } from 'playwright-core'
import { browserPath, openBrowser } from '../test/browser/open-browser.ts'
import { figureText, median } from './figures.ts'
import { atMost, type Finding } from './finding.ts'

const rounds = 7

export interface WatchedPages {
  readonly findings: readonly Omit<Finding, 'part' | 'size'>[]
  /** Orders that were sent for it. */
  readonly sent: number
}

/** What a person waits for: from sending an order until an open page shows it, without a reload. */
export async function watchPages(url: string, token: string): Promise<WatchedPages> {
  if (browserPath === null) return { findings: [], sent: 0 }
  const browser = await openBrowser()
  const day = new Date().toISOString().slice(0, 10)
  const pages = [
    { name: 'Overview', path: `/?from=${day}&to=${day}` },
    { name: 'Live page', path: '/live' },
  ]
  try {
    const findings: Omit<Finding, 'part' | 'size'>[] = []
    let sent = 0
    for (const { name, path } of pages) {
      const page = await browser.newPage()
      const send = () => {
        sent += 1
        return sendOrder({ url, token, number: `page-${sent}` })
      }
      // The first order of the day fills a page that was empty.
      await send()
      await page.goto(`${url}${path}`)
      await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
      const took: number[] = []
      for (let round = 0; round < rounds; round++) {
        await page.waitForTimeout(1_000)
        took.push(await timeToShow(page, send))
      }
      await page.close()
      findings.push({
        what: `a posted order shown on the open ${name}`,
        value: median(took),
        unit: 'ms',
        target: atMost(1_000),
        detail: `${rounds} orders in Chromium; the longest ${figureText(Math.max(...took), 'ms')}`,
      })
    }
    return { findings, sent }
  } finally {
    await browser.close()
  }
}

async function timeToShow(page: Page, send: () => Promise<void>): Promise<number> {
  const figures = () =>
    [...document.querySelectorAll('[aria-label="Key figures"] span[title]')]
      .map((figure) => figure.getAttribute('title'))
      .join('|')
  const before = await page.evaluate(figures)
  const started = performance.now()
  await send()
  await page.waitForFunction(
    (known) =>
      [...document.querySelectorAll('[aria-label="Key figures"] span[title]')]
        .map((figure) => figure.getAttribute('title'))
        .join('|') !== known,
    before,
    { polling: 'raf' },
  )
  return performance.now() - started
}

async function sendOrder(order: {
  readonly url: string
  readonly token: string
  readonly number: string
}): Promise<void> {
  const response = await fetch(`${order.url}/api/v1/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${order.token}` },
    body: JSON.stringify({
      order_number: order.number,
      ordered_at: new Date().toISOString(),
      currency: 'EUR',
      channel: 'web',
      customer: { customer_key: '10001' },
      region: { country: 'DE' },
      lines: [{ product_key: '1001', quantity: 1, unit_price: '5.95' }],
    }),
  })
  if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`)
}
