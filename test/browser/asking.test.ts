import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../http/open-test-app.ts'
import { browserPath, openBrowser, openPage } from './open-browser.ts'
import { violations } from './violations.ts'

/** What a person says in the page, on the real server: an answer, what a column is, what a row should have been. */

const header = 'Order No,Order Date,SKU,Quantity,Unit Price,Total,Origin'
/** No day above 12; the total is after a coupon that a shop owner may not want to see. */
const orders = (first: number) => `${header}
${first},03/04/2025,L-1,2,19.90,30.00,web
${first + 1},05/04/2025,M-1,3,8.50,25.50,web
${first + 2},07/06/2025,L-1,1,19.90,19.90,fair
${first + 3},08/06/2025,M-1,2,8.50,17.00,fair
${first + 4},09/06/2025,L-1,one,,19.90,web
`

describe.skipIf(browserPath === null)('what is said in the page', () => {
  let browser: Browser
  let server: TestApp
  let page: Page
  let problems: readonly string[]

  beforeEach(async () => {
    const webFolder = new URL('../../dist/web', import.meta.url).pathname
    server = await openTestApp({ webFolder })
    await server.app.listen({ host: '127.0.0.1', port: 0 })
    browser = await openBrowser()
    const opened = await openPage(browser)
    page = opened.page
    problems = opened.problems
    const { port } = server.app.server.address() as AddressInfo
    await page.goto(`http://127.0.0.1:${port}/data`)
  })
  afterEach(async () => {
    expect(problems).toEqual([])
    await browser?.close()
    await server?.close()
  })

  const give = (name: string, content: string) =>
    page
      .getByLabel('Files to import')
      .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) })
  const revenue = () => page.locator('main dl').first().locator('div').nth(1).textContent()

  it('is an answer, a column and a corrected row, and holds for the next file', async () => {
    await give('orders.csv', orders(1001))
    const dayFirst = page.getByRole('radio', { name: /the day stands first/ })
    await dayFirst.waitFor()
    // 3 April or 4 March: what differs stands with each choice, the rest once.
    expect(await page.getByText('3 Apr 2025').count()).toBe(1)
    expect(await page.getByText('4 Mar 2025').count()).toBe(1)
    expect(await page.getByText(/The same either way: revenue 92\.40/).count()).toBe(1)
    expect(await violations(page)).toEqual([])
    await dayFirst.check()
    await page.getByRole('button', { name: 'Continue' }).click()

    // 30.00 + 25.50 + 19.90 + 17.00; the last row has no quantity that can be read.
    await page.getByRole('button', { name: 'Import 4 rows' }).waitFor()
    expect(await revenue()).toContain('92.40')
    await page.getByText(/^Columns: /).click()
    await page.getByLabel('What “Total” is').selectOption('-')
    expect(await page.getByRole('status').allTextContents()).toContainEqual(
      expect.stringContaining('1 correction to try out'),
    )
    await page.getByRole('button', { name: 'Show with corrections' }).click()
    // 2 x 19.90 + 3 x 8.50 + 19.90 + 2 x 8.50
    await expect.poll(revenue).toContain('102.20')
    await page.getByText('you said so').waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Import 4 rows' }).click()
    await page.getByRole('link', { name: 'Show on the Overview' }).waitFor()

    await page.getByRole('button', { name: /1 rejected: the quantity is not a number/ }).click()
    const quantity = page.getByLabel('Quantity of record 5')
    await expect
      .poll(() => quantity.evaluate((field) => field === document.activeElement))
      .toBe(true)
    await quantity.fill('1')
    await page.getByLabel('Unit Price of record 5').fill('19.90')
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Import 1 row again' }).click()
    await page.getByText('1 row corrected and loaded').waitFor()
    const told = await page
      .getByRole('status')
      .filter({ hasText: 'corrected and loaded' })
      .textContent()
    expect(told).toMatch(/Quantity one →\s+became 1, Unit Price blank →\s+became 19\.90/)
    await page.getByText(/No rejected, ignored or duplicate rows are left/).waitFor()

    expect(await page.getByText('the day stands first, as answered on 10 Mar 2026').count()).toBe(1)
    expect(await page.getByText('“Total” is not used, as said on 10 Mar 2026').count()).toBe(1)
    await page.getByRole('button', { name: 'Import more' }).click()
    await give('later.csv', orders(2001))
    await page.getByRole('button', { name: 'Import 4 rows' }).waitFor()
    expect(await revenue()).toContain('102.20')
    await page.getByRole('button', { name: 'Ask again' }).click()
    await page.getByRole('radio', { name: /the day stands first/ }).waitFor()
    await page.getByRole('button', { name: 'Discard' }).click()
    await page.getByRole('button', { name: 'Forget what was said of orders.csv' }).click()
    await expect.poll(() => page.getByText('Remembered answers').count()).toBe(0)
  }, 120_000)

  it('makes out a file that was not recognised', async () => {
    await give('odd.csv', 'ref,when,sku,how many,each\n1,2024-01-15,Mug,2,9.50\n')
    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('button', { name: /^Import/ }).count()).toBe(0)
    expect(await violations(page)).toEqual([])
    const told = { ref: 'order_number', when: 'order_date', 'how many': 'quantity' }
    for (const [column, role] of Object.entries({ ...told, each: 'unit_price' }))
      await page.getByLabel(`What “${column}” is`).selectOption(role)
    await page.getByRole('button', { name: 'Show with corrections' }).click()
    await page.getByRole('button', { name: 'Import 1 row' }).waitFor()
    expect(await revenue()).toContain('19.00')
  }, 60_000)
})
