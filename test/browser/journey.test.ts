import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shared, sharedData } from '../acceptance/shared-data.ts'
import { openTestApp, type TestApp } from '../http/open-test-app.ts'
import { browserPath, openBrowser, openPage, settled } from './open-browser.ts'

/** A new user's way, on the real server: drop a file, answer what it cannot say, see the figures. */

/** No day above 12, so that nothing but a person can tell days from months. */
const doubtful = `Order No,Order Date,SKU,Product,Quantity,Unit Price,Customer,Country
1001,03/04/2025,L-1,Desk lamp,2,19.90,C1,Germany
1002,05/04/2025,M-1,Enamel mug,3,8.50,C2,France
1003,07/06/2025,L-1,Desk lamp,1,19.90,C1,Germany
1004,09/06/2025,K-1,Kite,1,24.00,C3,Italy
`

describe.skipIf(browserPath === null)('from a file to figures', () => {
  let browser: Browser
  let server: TestApp
  let address: string

  beforeAll(async () => {
    const webFolder = new URL('../../dist/web', import.meta.url).pathname
    server = await openTestApp({ webFolder })
    await server.app.listen({ host: '127.0.0.1', port: 0 })
    address = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  const keyFigure = (page: Page, name: string) =>
    page
      .getByRole('region', { name: 'Key figures' })
      .getByRole('button', { name: new RegExp(`^${name}`) })

  /** Whole figures stand in the title of the short ones. */
  const whole = (page: Page, name: string) =>
    keyFigure(page, name).locator('span[title]').getAttribute('title')

  async function commit(page: Page): Promise<void> {
    await page.getByRole('button', { name: /^Import [\d,]+ rows$/ }).click()
    await page.getByRole('link', { name: 'Show on the Overview' }).waitFor()
  }

  async function openOverview(page: Page): Promise<void> {
    await page.getByRole('link', { name: 'Show on the Overview' }).click()
    await settled(page)
  }

  it('asks what it cannot know, and shows what the answer makes of it', async () => {
    const { page, context, problems } = await openPage(browser)
    await page.goto(address)
    await page.getByRole('link', { name: 'Import files' }).click()
    const file = { name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from(doubtful) }
    await page.getByLabel('Files to import').setInputFiles(file)
    await page.getByRole('radio', { name: /the day stands first/ }).check()
    await page.getByRole('button', { name: 'Continue' }).click()
    await commit(page)
    await openOverview(page)
    // 3 April to 9 June; 2 x 19.90 + 3 x 8.50 + 19.90 + 24.00.
    expect(new URL(page.url()).search).toBe('?from=2025-04-03&to=2025-06-09')
    expect(await whole(page, 'Net sales')).toBe('109.20')
    expect(await whole(page, 'Orders')).toBe('4')
    await page.getByRole('button', { name: 'currency not stated: set it' }).click()
    await page.getByRole('combobox', { name: 'Currency of all amounts' }).fill('EUR')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Currency: EUR' }).waitFor()
    await expect.poll(() => whole(page, 'Net sales')).toBe('€109.20')
    expect(problems).toEqual([])
    await context.close()
  })

  it.skipIf(sharedData === null)('shows the figures of a real export, to the cent', async () => {
    const { page, context, problems } = await openPage(browser)
    await page.goto(`${address}/data`)
    await page
      .getByLabel('Files to import')
      .setInputFiles(shared('online_retail_dev', 'de_semicolon_cp1252.csv'))
    await commit(page)
    const totals = page.locator('main dl').first()
    expect(await totals.textContent()).toContain('823,746.14')
    const net = /Net sales(€[\d,]+\.\d\d)/.exec((await totals.textContent()) ?? '')?.[1]
    await openOverview(page)
    expect(await whole(page, 'Net sales')).toBe(net)
    expect(problems).toEqual([])
    await context.close()
  })
})
