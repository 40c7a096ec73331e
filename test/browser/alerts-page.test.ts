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
    server = await openTestApp({
      webFolder: new URL('../../dist/web', import.meta.url).pathname,
      // It goes on, because what is open is listed by when it was opened.
      now: () => new Date(Date.parse('2026-03-10T12:00:00Z') + performance.now()),
    })
    await server.app.listen({ host: '127.0.0.1', port: 0 })
    address = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  async function importEmpty(name: string): Promise<void> {
    const form = new FormData()
    form.append('commit', 'true')
    form.append('files', new Blob(['']), name)
    const response = await fetch(`${address}/api/v1/imports`, { method: 'POST', body: form })
    expect(response.status).toBe(202)
  }

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
    await importEmpty('empty.csv')
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

  it('keeps what is open at its place under the pointer when something newer opens', async () => {
    const { page, context, problems } = await openPage(browser)
    await page.goto(`${address}/alerts`)
    await settled(page)
    const buttons = page.getByRole('button', { name: /^Put aside: / })
    const names = () =>
      buttons.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))
    await importEmpty('first.csv')
    await buttons.first().hover({ timeout: 20_000 })
    await importEmpty('second.csv')
    const held = ['Put aside: first.csv', 'Put aside: second.csv']
    await expect.poll(names, { timeout: 20_000 }).toEqual(held)
    await page.mouse.move(1, 1)
    await expect.poll(names).toEqual(held.toReversed())
    // What is put aside takes the focus with it, and holds nothing any more.
    await buttons.first().click()
    await expect.poll(names).toEqual(['Put aside: first.csv'])
    await page.mouse.move(1, 1)
    await importEmpty('third.csv')
    await expect
      .poll(names, { timeout: 20_000 })
      .toEqual(['Put aside: third.csv', 'Put aside: first.csv'])
    for (const left of [1, 0]) {
      await buttons.first().click()
      await expect.poll(() => buttons.count()).toBe(left)
    }
    expect(problems).toEqual([])
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
    await page.getByText('Test: given up: it answered 404: it refuses the message.').waitFor()
    expect(await violations(page)).toEqual([])
    await page.reload()
    await settled(page)
    expect(await page.getByText(/whsec_/).count()).toBe(0)
    expect(problems).toEqual([])
    await context.close()
  })
})
