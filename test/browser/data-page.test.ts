import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserPath, openBrowser, openPage } from './open-browser.ts'
import { openStandIn, type StandIn } from './stand-in-api.ts'

/** How the Data page behaves, on an import of the stand-in. */

describe.skipIf(browserPath === null)('the Data page', () => {
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
    const opened = await openPage(browser)
    page = opened.page
    await page.goto(`${standIn.url}/data`)
    return async () => {
      expect(await page.evaluate(() => 'hacked' in window)).toBe(false)
      expect(await page.locator('img').count()).toBe(0)
      expect(opened.problems).toEqual([])
      await opened.context.close()
    }
  })

  const file = { name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') }

  it('takes a file from question to figures', async () => {
    await page.getByLabel('Files to import').setInputFiles(file)
    await page.getByText('Is 03/04/2026 the 3rd of April or the 4th of March?').waitFor()
    expect(await page.getByRole('cell', { name: 'HAND WARMER' }).count()).toBe(1)

    const goOn = page.getByRole('button', { name: 'Continue' })
    expect(await goOn.isDisabled()).toBe(true)
    await page.getByRole('radio', { name: /Day first: 3 April/ }).check()
    await goOn.click()

    await page.getByRole('button', { name: 'Import 5,402 rows' }).click()
    const overview = page.getByRole('link', { name: 'Show on the Overview' })
    await overview.waitFor()
    expect(await page.getByTestId('rows-sum').textContent()).toBe(
      '5,419 rows in = 5,402 accepted + 4 rejected + 0 duplicate + 13 ignored',
    )
    await overview.click()
    await expect.poll(() => new URL(page.url()).search).toBe('?from=2026-10-01&to=2026-11-22')
  })

  it('finds its import again after a reload', async () => {
    await page.getByLabel('Files to import').setInputFiles(file)
    await page.getByRole('button', { name: 'Continue' }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Continue' }).waitFor()
    await page.getByRole('button', { name: 'Discard' }).click()
    await page.getByTestId('drop-zone').waitFor()
    expect(new URL(page.url()).search).toBe('')
  })

  it('takes dropped files', async () => {
    const transfer = await page.evaluateHandle(() => {
      const made = new DataTransfer()
      made.items.add(new File(['a,b\n1,2\n'], 'orders.csv', { type: 'text/csv' }))
      return made
    })
    const sent = page.waitForRequest((request) => request.url().endsWith('/api/v1/imports'))
    await page.getByTestId('drop-zone').dispatchEvent('drop', { dataTransfer: transfer })
    expect((await sent).method()).toBe('POST')
  })

  it('shows the rows that were not loaded, by reason and run', async () => {
    await page.getByRole('link', { name: '17 not loaded' }).first().click()
    await expect.poll(() => new URL(page.url()).search).toBe('?run=3')
    const group = page.getByRole('button', { name: /2 rejected: the unit price is negative/ })
    await group.press('Enter')
    const table = page.getByRole('table', { name: /the unit price is negative/ })
    await table.waitFor()
    expect(await table.getByRole('row').count()).toBe(3)
    const download = page.getByRole('link', { name: /as CSV: the unit price is negative/ })
    expect(await download.getAttribute('href')).toBe(
      '/api/v1/rejects/export?run=3&reason=negative_price',
    )
  })

  it('offers to start again when an import is gone', async () => {
    await page.goto(`${standIn.url}/data?import=gone`)
    await page.getByRole('alert').waitFor()
    await page.getByRole('button', { name: 'Start again' }).click()
    await page.getByTestId('drop-zone').waitFor()
  })
})
