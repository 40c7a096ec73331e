import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { InjectOptions } from 'fastify'
import { expect, it, onTestFinished } from 'vitest'
import { answers } from '../../src/http/schemas.ts'
import { importFiles } from '../../src/ingest/ingest.ts'
import type { WireError } from '../../src/model/errors.ts'
import type { ImportReport, RunSummary } from '../../src/model/import.ts'
import { defaultStockRules } from '../../src/model/inventory.ts'
import type { Result } from '../../src/model/query.ts'
import type { Shop, ShopSettings } from '../../src/model/wire.ts'
import { openTestApp, type TestApp } from './open-test-app.ts'

/** 2 x 10.00 + 3 x 1.25 = 23.75. */
const silent = `order number,order date,product,customer,country,quantity,unit price
1001,2011-03-14,Lamp,Ada,Germany,2,10.00
1002,2011-04-15,Bulb,Grace,France,3,1.25
`
const inEuro = `order number,order date,product,customer,country,quantity,unit price,currency
1001,2011-03-14,Lamp,Ada,Germany,2,10.00,EUR
1002,2011-04-15,Bulb,Grace,France,3,1.25,EUR
`

const now = () => new Date('2026-03-10T12:00:00Z')

async function openShopOf(text: string | null): Promise<TestApp> {
  const test = await openTestApp()
  onTestFinished(() => test.close())
  if (text === null) return test
  const folder = join(test.folder, 'files')
  await mkdir(folder)
  const path = join(folder, 'orders.csv')
  await writeFile(path, text)
  const workFolder = join(test.folder, 'work')
  const report = await importFiles(test.warehouse, { paths: [path], now, workFolder })
  expect(report.state).toBe('committed')
  return test
}

const url = '/api/v1/settings'

const stock = defaultStockRules

async function put({ app }: TestApp, payload: InjectOptions['payload'] = {}) {
  return app.inject({ method: 'PUT', url, payload })
}

async function settingsOf({ app }: TestApp): Promise<ShopSettings> {
  const response = await app.inject({ url })
  expect(answers.settings.safeParse(response.json()).error).toBeUndefined()
  return response.json<{ data: ShopSettings }>().data
}

it('a currency that no file stated is stated, and every answer carries it', async () => {
  const test = await openShopOf(silent)
  expect(await settingsOf(test)).toEqual({ shopName: null, currency: null, timeZone: 'UTC', stock })

  const response = await put(test, { currency: ' gbp ' })
  expect(response.statusCode).toBe(200)
  const stated = { shopName: null, currency: 'GBP', timeZone: 'UTC', stock }
  expect(response.json()).toEqual({ data: stated, meta: {} })
  expect(await settingsOf(test)).toEqual(stated)

  const figures = await test.app.inject({
    method: 'POST',
    url: '/api/v1/query',
    payload: { metrics: ['revenue'] },
  })
  const { data, meta } = figures.json<Result>()
  expect(meta.currency).toBe('GBP')
  expect(meta.notes.map(({ code }) => code)).not.toContain('currency_not_stated')
  expect(Number(data.rows[0]?.revenue), 'nothing is converted').toBe(23.75)
  const run = await test.app.inject({ url: '/api/v1/runs/1' })
  const { totals, warnings } = run.json<{ data: ImportReport }>().data
  expect(totals).toMatchObject({ currency: 'GBP' })
  expect(warnings.map(({ code }) => code)).not.toContain('currency_not_stated')
  const runs = await test.app.inject({ url: '/api/v1/runs' })
  expect(runs.json<{ data: RunSummary[] }>().data[0]?.totals.currency).toBe('GBP')
})

it('the name is stated without touching the currency, and the other way round', async () => {
  const test = await openShopOf(null)
  await put(test, { shopName: '  Northwind Lamps ' })
  await put(test, { currency: 'SEK' })
  expect(await settingsOf(test)).toMatchObject({ shopName: 'Northwind Lamps', currency: 'SEK' })
  const shop = await test.app.inject({ url: '/api/v1/shop' })
  expect(shop.json<{ data: Shop }>().data.name).toBe('Northwind Lamps')
})

it('what was stated can be corrected while no sale carries a code', async () => {
  const test = await openShopOf(silent)
  await put(test, { currency: 'GBP' })
  await put(test, { currency: 'USD' })
  expect((await settingsOf(test)).currency).toBe('USD')
})

it('a currency that contradicts imported sales is refused, and the whole change with it', async () => {
  const test = await openShopOf(inEuro)
  const response = await put(test, { currency: 'GBP', shopName: 'Never' })
  expect(response.statusCode).toBe(409)
  const { error } = response.json<WireError>()
  expect(error).toMatchObject({
    code: 'currency_stated',
    message: 'The currency cannot be GBP: imported sales state EUR.',
    details: { currency: 'GBP', stated: ['EUR'] },
  })
  expect(await settingsOf(test)).toMatchObject({ shopName: null, currency: 'EUR' })
  expect((await put(test, { currency: 'EUR' })).statusCode).toBe(200)
})

it.each([
  ['no currency at all', { currency: 'GBX' }, 'invalid_option'],
  ['a sign', { currency: '£' }, 'invalid_option'],
  ['an empty name', { shopName: '  ' }, 'invalid_option'],
  ['a name of two lines', { shopName: 'My\nshop' }, 'invalid_option'],
  ['a name without end', { shopName: 'x'.repeat(81) }, 'invalid_option'],
  ['no time zone at all', { timeZone: 'Europe/Atlantis' }, 'invalid_option'],
  ['a lead time of half a day', { stock: { leadTimeDays: 0.5 } }, 'invalid_request'],
  ['a service level that is none', { stock: { serviceLevel: '100' } }, 'invalid_request'],
  ['a rule that is none', { stock: { colour: 'red' } }, 'invalid_request'],
  ['what is no setting', { colour: 'red' }, 'invalid_request'],
  ['a number', { currency: 978 }, 'invalid_request'],
])('refuses %s', async (_, payload, code) => {
  const test = await openShopOf(null)
  const response = await put(test, payload)
  expect(response.statusCode).toBe(400)
  expect(response.json<WireError>().error.code).toBe(code)
  expect(await settingsOf(test)).toEqual({ shopName: null, currency: null, timeZone: null, stock })
})

it('states rules of stock one by one, and the plan goes by them', async () => {
  const test = await openShopOf(silent)
  expect((await put(test, { stock: { leadTimeDays: 30 } })).statusCode).toBe(200)
  await put(test, { stock: { serviceLevel: '99' } })
  const rules = { ...stock, leadTimeDays: 30, serviceLevel: '99' }
  expect((await settingsOf(test)).stock).toEqual(rules)
  const response = await test.app.inject({ url: '/api/v1/inventory' })
  expect(answers.inventory.safeParse(response.json()).error).toBeUndefined()
  expect(response.json().data).toMatchObject({ rules })
  const later = await test.app.inject({ url: '/api/v1/inventory?day=2999-01-01' })
  expect(later.json<WireError>().error.code).toBe('invalid_range')
})

it('while the demo is shown, settings are those of the real shop', async () => {
  const demo = await openShopOf(inEuro)
  const real = await openShopOf(null)
  const server = await openTestApp({
    shops: {
      current: async () => ({ warehouse: demo.warehouse, demo: true }),
      real: async () => real.warehouse,
    },
  })
  onTestFinished(() => server.close())
  expect((await settingsOf(server)).currency).toBeNull()
  expect((await put(server, { currency: 'GBP' })).statusCode).toBe(200)
  expect((await settingsOf(real)).currency).toBe('GBP')
  expect((await settingsOf(demo)).currency).toBe('EUR')
})
