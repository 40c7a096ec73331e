import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../http/open-test-app.ts'
import { browserPath, openBrowser, openPage, settled } from './open-browser.ts'
import { violations } from './violations.ts'

/** The page of alerts on the real server: what a person does there, and what somebody else sees of it. */

describe.skipIf(browserPath === null)('the page of alerts', () => {
  let browser: Browser
  let server: TestApp
  let address = ''

  beforeAll(async () => {
    server = await openTestApp({ webFolder: new URL('../../dist/web', import.meta.url).pathname })
    await server.app.listen({ host: '127.0.0.1', port: 0 })
    address = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  it('makes alerts with a click, shows everybody what is open, and silences it', async () => {
    const { page, context, problems } = await openPage(browser)
    await page.goto(`${address}/alerts`)
    await settled(page)
    await page.getByRole('button', { name: 'Add: When an import fails' }).click()
    await page.getByRole('checkbox', { name: 'When an import fails' }).waitFor()
    // Somebody else looks at another page and never reloads it.
    const other = await openPage(browser)
    await other.page.goto(`${address}/data`)
    await settled(other.page)
    const form = new FormData()
    form.append('commit', 'true')
    form.append('files', new Blob(['']), 'empty.csv')
    expect((await fetch(`${address}/api/v1/imports`, { method: 'POST', body: form })).status).toBe(
      202,
    )
    await other.page.getByRole('link', { name: '1 alert open' }).click()
    await other.page.getByText('The import of empty.csv failed').waitFor()
    expect(await violations(other.page)).toEqual([])

    await page.getByRole('button', { name: 'Snooze empty.csv' }).click()
    await page.getByRole('menuitemradio', { name: 'For an hour' }).click()
    await page.getByRole('link', { name: '1 alert open' }).waitFor({ state: 'detached' })
    await other.page.getByRole('link', { name: '1 alert open' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Put aside: empty.csv' }).click()
    await page.getByText('Nothing is open.').waitFor()
    await page.getByRole('region', { name: 'History' }).getByText('put aside').first().waitFor()
    expect([...problems, ...other.problems]).toEqual([])
    await other.context.close()
    await context.close()
  })

  it('is written with the keyboard alone, and says what is wrong with an address', async () => {
    const { page, context, problems } = await openPage(browser, {
      width: 390,
      height: 900,
      colorScheme: 'dark',
    })
    await page.goto(`${address}/alerts`)
    await settled(page)
    await page.getByRole('button', { name: 'New alert' }).press('Enter')
    const form = page.getByRole('form', { name: 'New alert' })
    await form.getByLabel('What happens').selectOption('no_orders')
    await form.getByLabel('Minutes').fill('45')
    expect(await violations(page)).toEqual([])
    await form.getByLabel('Minutes').press('Enter')
    const sentence = 'When no order comes for 45 minutes at a time when there should be some'
    await page.getByRole('checkbox', { name: sentence }).waitFor()

    await page.getByRole('button', { name: 'Add webhook' }).press('Enter')
    await page.getByLabel('Address').fill('mailto:ada@example.org')
    await page.getByLabel('Address').press('Enter')
    await page.getByText('webhooks are sent by https or http').waitFor()
    await page.getByLabel('Address').fill(`${address}/api/v1/nothing`)
    await page.getByLabel('Address').press('Enter')
    await page.getByText(/^whsec_/).waitFor()
    await page.getByRole('button', { name: /^Send a test/ }).click()
    await page.getByText('Test: given up: it answered 404.').waitFor()
    expect(await violations(page)).toEqual([])
    await page.reload()
    await settled(page)
    expect(await page.getByText(/whsec_/).count()).toBe(0)
    expect(problems).toEqual([])
    await context.close()
  })
})
