import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { AlertCondition } from '../../src/model/alert.ts'
import { TakingsError } from '../../src/model/errors.ts'
import { openWarehouse } from '../../src/warehouse/warehouse.ts'
import { csv } from '../ingest/temporary-shop.ts'
import { everyEngine } from './engines.ts'
import {
  alertsOf,
  lowUnits,
  opened,
  orders,
  out,
  receipt,
  sale,
  stock,
  watchedShop,
  withStock,
  withUsualThursdays,
} from './watched-alerts.ts'
import { openReceiver } from './webhook-receiver.ts'

/** What alerts find and whom they tell, on every engine. What they should find is worked out by hand. */

describe.each(everyEngine())('alerts on $name', (engine) => {
  const open = async () => watchedShop(await engine.newAddress())

  it('tell once of stock that is low or out, however often and by whom it is looked at', async () => {
    const watched = await open()
    await withStock(watched)
    await watched.rule(lowUnits('3'))
    await watched.rule(out)
    // Messages of one alert come in order, those of two side by side.
    expect((await watched.heard()).sort()).toEqual(['fired CUP', 'fired CUP, LAMP'])
    expect(await watched.open()).toEqual(['CUP', 'CUP', 'LAMP'])
    expect(await watched.heard()).toEqual([])
    // A server that starts again knows nothing but what the warehouse keeps.
    expect(await watched.heard(alertsOf(watched.shop.warehouse, watched.clock))).toEqual([])
    const { rules } = await watched.alerts.state()
    expect(rules.map(({ sentence, status }) => `${sentence}. ${status}`)).toEqual([
      'When a product has 3 units or fewer left. 2 of 2 products are down to 3 units or fewer. 1 product sold in the last 90 days without any stock count: not watched.',
      'When a product is out of stock. 1 of 2 products is out of stock. 1 product sold in the last 90 days without any stock count: not watched.',
    ])
  })

  it('tell once where many look at the same moment', async () => {
    const watched = await open()
    await withStock(watched)
    await watched.rule(out)
    const many = Array.from({ length: 8 }, () => alertsOf(watched.shop.warehouse, watched.clock))
    await Promise.all(many.map((alerts) => alerts.check()))
    await Promise.all(many.map((alerts) => alerts.deliver()))
    expect(watched.receiver.received).toHaveLength(1)
    expect(await watched.open()).toEqual(['CUP'])
  })

  it('tell of the recovery, and do not flap around the limit', async () => {
    const watched = await open()
    await withStock(watched)
    await watched.rule(lowUnits('3'))
    await watched.rule(out)
    await watched.heard()
    // LAMP 3 + 1 = 4: above the limit, and not by 2.
    await watched.load('a.csv', receipt('LAMP', '2026-01-15 10:00:00', 1))
    expect(await watched.heard()).toEqual([])
    await watched.load('b.csv', sale(5, 'LAMP', 1))
    expect(await watched.heard()).toEqual([])
    // LAMP 3 + 2 = 5 is 2 above it.
    await watched.load('c.csv', receipt('LAMP', '2026-01-15 11:00:00', 2))
    expect(await watched.heard()).toEqual(['recovered LAMP'])
    await watched.load('d.csv', sale(6, 'LAMP', 1))
    expect(await watched.heard()).toEqual([])
    await watched.load('e.csv', sale(7, 'LAMP', 1))
    expect(await watched.heard()).toEqual(['fired LAMP'])
    // CUP has one again, and sells it before ten minutes are over: it was never back.
    await watched.load('f.csv', receipt('CUP', '2026-01-15 11:00:00', 1))
    expect(await watched.heard()).toEqual([])
    watched.clock.passes(9)
    await watched.load('g.csv', sale(8, 'CUP', 1))
    expect(await watched.heard()).toEqual([])
    await watched.load('h.csv', receipt('CUP', '2026-01-15 11:30:00', 1))
    expect(await watched.heard()).toEqual([])
    watched.clock.passes(9)
    expect(await watched.heard()).toEqual([])
    watched.clock.passes(1)
    expect(await watched.heard()).toEqual(['recovered CUP'])
    const history = await watched.alerts.history(10)
    expect(history.map(({ text, closingText }) => [text, closingText])).toContainEqual([
      'CUP is out of stock. It sold 0.29 a day.',
      'CUP is in stock again: 1.',
    ])
  })

  it('tell of days of cover at the pace of the shop’s whole days, of a category and of one product', async () => {
    const watched = await open()
    // The shop has 14 whole days before today. LAMP sold 28 in them and 14 in the last 7: 2 a day; 9 left last 4.5 days.
    const days = Array.from({ length: 14 }, (_, index) => String(index + 1).padStart(2, '0'))
    await watched.load(
      'orders.csv',
      orders(
        ...days.flatMap((day, index) => [
          [index + 1, `2026-01-${day} 10:00:00`, 'C1', 'LAMP', 2, '5.00'],
          [index + 101, `2026-01-${day} 10:00:00`, 'C1', 'CUP', 1, '5.00'],
        ]),
      ),
    )
    await watched.load(
      'products.csv',
      csv(
        ['ProductID', 'ProductName', 'Category', 'Price'],
        ['LAMP', 'Lamp', 'Light', '5.00'],
        ['CUP', 'Cup', 'Table', '5.00'],
      ),
    )
    const counted = (product: string, units: number) =>
      stock([product, '2026-01-15 09:00:00', 'count', units, 'Main'])
    await watched.load('lamps.csv', counted('LAMP', 9))
    await watched.load('cups.csv', counted('CUP', 4))
    const within = (threshold: string, category: string): AlertCondition => ({
      kind: 'low_stock',
      products: { of: 'category', category },
      measure: 'days',
      threshold,
    })
    await watched.rule(within('4.4', 'Light'))
    expect(await watched.heard()).toEqual([])
    await watched.rule(within('4.5', 'Light'))
    expect(await watched.heard()).toEqual(['fired Lamp'])
    const [incident] = (await watched.alerts.state()).open
    expect(incident?.text).toBe(
      'Lamp: 9 units left, enough for 4.5 days at the pace of the last weeks.',
    )
    expect(incident?.figures).toMatchObject({ onHand: '9', daysOfCover: '4.5' })
    const product = String(
      await watched.shop.value("SELECT product_id FROM products WHERE product_key = 'CUP'"),
    )
    await watched.rule({
      kind: 'low_stock',
      products: { of: 'product', product, name: '' },
      measure: 'units',
      threshold: '4',
    })
    expect(await watched.heard()).toEqual(['fired Cup'])
  })

  it('never take a product that is out for one that lasts, because nobody can buy it any more', async () => {
    const watched = await open()
    await withStock(watched)
    await watched.rule({
      kind: 'low_stock',
      products: { of: 'all' },
      measure: 'days',
      threshold: '3',
    })
    // LAMP sold one a day in the last 7 days: 3 left last 3 days.
    expect(await watched.heard()).toEqual(['fired CUP, LAMP'])
    // Nothing was sold for 28 days: LAMP has 3 that last, CUP has none.
    watched.clock.passes(29 * 1_440)
    expect(await watched.heard()).toEqual(['recovered LAMP'])
    expect(await watched.open()).toEqual(['CUP'])
    await watched.rule({
      kind: 'low_stock',
      products: { of: 'all' },
      measure: 'days',
      threshold: '2',
    })
    expect(await watched.heard()).toEqual(['fired CUP'])
    const [incident] = (await watched.alerts.state()).open
    expect(incident).toMatchObject({
      text: 'CUP: 0 units left, none sold lately.',
      figures: { onHand: '0', pace: '0.000000', daysOfCover: '0.0' },
    })
    await watched.load('cups.csv', receipt('CUP', '2026-02-13 09:00:00', 5))
    expect(await watched.heard()).toEqual(['recovered CUP', 'recovered CUP'])
  })

  it('go on where one of them cannot be looked at, and say which and why', async () => {
    const watched = await open()
    await withStock(watched)
    const { warehouse } = watched.shop
    await watched.rule(out)
    await watched.rule({ kind: 'import_failed' })
    await watched.alerts.importEnded({ files: [{ name: 'a.csv', sha256: null }], problem: 'No.' })
    let isBroken = true
    const failures: string[] = []
    const alerts = alertsOf(
      {
        ...warehouse,
        query: (sql, parameters, options) => {
          if (isBroken && sql === 'select product_id, category from products')
            throw new TakingsError('busy', { problem: 'nobody knows' })
          return warehouse.query(sql, parameters, options)
        },
      },
      watched.clock,
      { onRuleFailure: (error) => void failures.push(error.message) },
    )
    expect(await watched.heard(alerts)).toEqual(['fired a.csv'])
    expect(await watched.heard(alerts)).toEqual([])
    const status = async () => (await alerts.state()).rules.map((rule) => rule.status)
    expect(await status()).toEqual([
      `It could not be looked at: ${failures[0]}`,
      '1 import failed and waits for you.',
    ])
    expect(failures).toEqual([expect.stringContaining('nobody knows')])
    isBroken = false
    expect(await watched.heard(alerts)).toEqual(['fired CUP'])
    isBroken = true
    expect(await watched.heard(alerts)).toEqual([])
    expect(failures).toHaveLength(2)
    // What is open stays so while nobody can say otherwise.
    expect(await watched.open()).toEqual(['CUP', 'a.csv'])
  })

  it('sign what they send, under one id however often it is sent, and show no secret', async () => {
    const watched = await open()
    await withStock(watched)
    await watched.rule(out)
    watched.receiver.answers(503)
    expect(await watched.heard()).toEqual(['fired CUP'])
    const waiting = (await watched.alerts.state()).deliveries
    expect(waiting).toMatchObject([{ state: 'waiting', attempts: 1, problem: 'it answered 503' }])
    // Stopped and started again, five seconds later.
    watched.receiver.answers(204)
    expect(await watched.heard()).toEqual([])
    watched.clock.passes(0.1)
    expect(await watched.heard(alertsOf(watched.shop.warehouse, watched.clock))).toEqual([
      'fired CUP',
    ])
    watched.clock.passes(60)
    expect(await watched.heard()).toEqual([])
    const [first, second] = watched.receiver.received
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(second?.body).toBe(first?.body)
    const key = Buffer.from(watched.secret.replace('whsec_', ''), 'base64')
    for (const { headers, body } of watched.receiver.received) {
      const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
      const signature = createHmac('sha256', key).update(signed).digest('base64')
      expect(headers['webhook-signature']).toBe(`v1,${signature}`)
      expect(JSON.parse(body)).toMatchObject({
        id: headers['webhook-id'],
        type: 'alert.fired',
        text: 'My shop: CUP is out of stock. It sold 0.29 a day.',
        data: { shop: 'My shop', link: 'http://shop.local/alerts', more: 0 },
      })
    }
    expect(second?.headers['webhook-timestamp']).toBe(
      String(Date.parse('2026-01-15T12:00:06Z') / 1_000),
    )
    const shown = JSON.stringify(await watched.alerts.state())
    expect(shown).toContain('/…')
    expect(shown).not.toContain('secret-path')
    expect(shown).not.toContain('hidden')
    expect(shown).not.toContain(watched.secret)
  })

  it('send what was begun and never answered once more, in order', async () => {
    const watched = await open()
    await withStock(watched)
    await watched.rule(lowUnits('3'))
    await watched.alerts.check()
    // Killed between two steps: taken, and nothing known of it.
    await watched.shop.warehouse.transact(
      async (transaction) => {
        await transaction.execute(
          "UPDATE alert_deliveries SET attempts = 1, next_at = TIMESTAMPTZ '2026-01-15 12:00:30+00'",
        )
      },
      { change: () => null, runToken: 'killed' },
    )
    await watched.load('a.csv', receipt('LAMP', '2026-01-15 11:00:00', 20))
    // What recovered waits behind what fired.
    expect(await watched.heard()).toEqual([])
    watched.clock.passes(0.5)
    expect(await watched.heard()).toEqual(['fired CUP, LAMP', 'recovered LAMP'])
    expect(await watched.heard()).toEqual([])
  })

  it('follow no redirect, give up where nobody wants more, and say why', async () => {
    const watched = await open()
    await withStock(watched)
    await watched.rule(out)
    const elsewhere = await openReceiver()
    opened.push(elsewhere.close)
    watched.receiver.answers(307, { location: elsewhere.address })
    await watched.heard()
    expect(elsewhere.received).toEqual([])
    expect((await watched.alerts.state()).deliveries[0]?.problem).toBe(
      'it answered 307: another address, which is not followed',
    )
    watched.receiver.answers(410)
    watched.clock.passes(1)
    await watched.heard()
    expect((await watched.alerts.state()).deliveries).toMatchObject([
      { state: 'given_up', nextAt: null, problem: 'it answered 410: it wants no more' },
    ])
    const tested = await watched.alerts.test(watched.webhook)
    expect(tested).toMatchObject({ type: 'alert.test', state: 'given_up' })
    watched.receiver.answers(200)
    expect(await watched.alerts.test(watched.webhook)).toMatchObject({ state: 'delivered' })
  })

  it('are silent while they are snoozed, and tell then what still holds', async () => {
    const watched = await open()
    await withStock(watched)
    const rule = await watched.rule(out)
    await watched.alerts.snoozeRule({ id: rule, until: '2026-01-15T14:00:00Z' })
    expect(await watched.heard()).toEqual([])
    expect((await watched.alerts.state()).counts).toEqual({ open: 1, loud: 0 })
    watched.clock.passes(120)
    expect(await watched.heard()).toEqual(['fired CUP'])
    expect((await watched.alerts.state()).counts).toEqual({ open: 1, loud: 1 })
    const [incident] = (await watched.alerts.state()).open
    const id = incident?.id ?? ''
    await watched.alerts.snoozeIncident({ id, until: '2026-01-15T15:00:00Z' })
    expect(await watched.heard()).toEqual([])
    expect((await watched.alerts.state()).counts).toEqual({ open: 1, loud: 0 })
    watched.clock.passes(60)
    expect(await watched.heard()).toEqual(['reminder CUP'])
    expect(await watched.heard()).toEqual([])
    await expect(
      watched.alerts.snoozeIncident({ id, until: '2026-01-15T15:00:00Z' }),
    ).rejects.toMatchObject({ code: 'invalid_option' })
  })

  it('close what a rule found when it asks for something else, is turned off or deleted', async () => {
    const watched = await open()
    await withStock(watched)
    const id = await watched.rule(lowUnits('3'))
    await watched.heard()
    const wish = { isOn: true, webhooks: [watched.webhook] }
    await watched.alerts.saveRule(id, { ...wish, condition: lowUnits('2') })
    expect(await watched.heard()).toEqual(['closed CUP, LAMP', 'fired CUP'])
    await watched.alerts.saveRule(id, { ...wish, condition: lowUnits('2'), isOn: false })
    expect(await watched.heard()).toEqual(['closed CUP'])
    await watched.alerts.saveRule(id, { ...wish, condition: lowUnits('2') })
    expect(await watched.heard()).toEqual(['fired CUP'])
    await watched.alerts.deleteRule(id)
    expect(await watched.heard()).toEqual(['closed CUP'])
    expect((await watched.alerts.state()).rules).toEqual([])
    await expect(watched.alerts.deleteRule(id)).rejects.toMatchObject({ code: 'alert_not_found' })
  })

  it('tell of imports that failed until all of their files came well, or somebody put them aside', async () => {
    const watched = await open()
    const named = (...names: readonly string[]) => names.map((name) => ({ name, sha256: null }))
    const nobody = { files: named('early.csv'), problem: 'it is empty' }
    await watched.alerts.importEnded(nobody)
    await watched.rule({ kind: 'import_failed' })
    expect(await watched.heard()).toEqual([])
    await watched.alerts.importEnded({
      files: named('a.csv', 'b.csv'),
      problem: 'a.csv is damaged.',
    })
    expect(await watched.heard()).toEqual(['fired a.csv, b.csv'])
    await watched.alerts.importEnded({ files: named('b.csv'), problem: null })
    await watched.alerts.importEnded({ files: named('a.csv'), problem: 'a.csv is damaged.' })
    expect(await watched.heard()).toEqual([])
    await watched.alerts.importEnded({ files: named('a.csv'), problem: null })
    expect(await watched.heard()).toEqual(['recovered a.csv, b.csv'])
    await watched.alerts.importEnded({ files: named('c.csv'), problem: 'c.csv is empty.' })
    expect(await watched.heard()).toEqual(['fired c.csv'])
    const [incident] = (await watched.alerts.state()).open
    expect(incident?.text).toBe('The import of c.csv failed: c.csv is empty.')
    await watched.alerts.dismiss(incident?.id ?? '')
    expect(await watched.heard()).toEqual(['closed c.csv'])
    expect(await watched.open()).toEqual([])
  })

  it('tell of silence by day, not by night, and end with the next order', async () => {
    const watched = await open()
    await withUsualThursdays(watched)
    await watched.rule({ kind: 'no_orders', minutes: 60 })
    // 13:00 on Thursday in Berlin. e^-5.5 is 0.4 %.
    expect(await watched.heard()).toEqual(['fired The shop'])
    const [incident] = (await watched.alerts.state()).open
    expect(incident?.text).toBe(
      'No order for 60 minutes, where 5.5 are usual at this time of the week. The last one came at 10:25 on 15 Jan 2026.',
    )
    // Three on Friday morning: none is usual, which is no recovery either.
    watched.clock.at = new Date('2026-01-16T02:00:00Z')
    expect(await watched.heard()).toEqual([])
    expect(await watched.open()).toEqual(['The shop'])
    await watched.load(
      'night.csv',
      orders([9001, '2026-01-16T02:59:00+01:00', 'C1', 'LAMP', 1, '5.00']),
    )
    expect(await watched.heard()).toEqual(['recovered The shop'])
    watched.clock.passes(61)
    expect(await watched.heard()).toEqual([])
    expect((await watched.alerts.state()).rules[0]?.status).toBe(
      'No order for 60 minutes; 0 orders are usual at this time of the week, in the middle of 8 weeks, so none may well be chance.',
    )
  })

  it('say nothing of a silence while accepted orders wait', async () => {
    const watched = await open()
    await withUsualThursdays(watched)
    await watched.rule({ kind: 'no_orders', minutes: 60 })
    const deaf = alertsOf(watched.shop.warehouse, watched.clock, {
      deaf: async (minutes) => `They wait for ${minutes} minutes.`,
    })
    expect(await watched.heard(deaf)).toEqual([])
    expect((await deaf.state()).rules[0]?.status).toBe('They wait for 60 minutes.')
    expect(await watched.heard()).toEqual(['fired The shop'])
  })

  it.each([
    ['ftp://example.com/', 'webhooks are sent by https or http, not by ftp'],
    ['hooks.example.com', 'it is no address'],
    ['https://ada:secret@example.com/', 'it holds a name and a password'],
    ['https://example.com/#top', 'what stands after # is never sent'],
  ])('refuse the address %s in a sentence', async (address, problem) => {
    const { alerts } = await open()
    const refused = await alerts
      .addWebhook({ name: '', address })
      .catch((error: TakingsError) => error)
    expect(refused).toMatchObject({ code: 'invalid_option' })
    expect((refused as TakingsError).message).toContain(problem)
    expect((refused as TakingsError).message).not.toContain('secret')
  })

  it('refuse what can never be answered in a sentence', async () => {
    const { alerts } = await open()
    const refusal = async (condition: AlertCondition, webhooks: readonly string[] = []) => {
      const error = await alerts
        .saveRule(null, { condition, isOn: true, webhooks })
        .catch((thrown: TakingsError) => thrown)
      return (error as TakingsError).message
    }
    expect(await refusal(lowUnits('0'))).toContain('is no number above 0')
    expect(await refusal(lowUnits('few'))).toContain('is no number above 0')
    expect(await refusal({ kind: 'no_orders', minutes: 4 })).toContain('from 5 to 1440')
    expect(await refusal(out, ['w1'])).toContain('there is no webhook w1')
    const products = { of: 'category', category: 'Nothing' } as const
    expect(await refusal({ kind: 'stock_out', products })).toContain('no product is of Nothing')
    expect(
      await alerts
        .addWebhook({ name: '', address: 'https://example.com', secret: 'whsec_c2hvcnQ=' })
        .catch((error: TakingsError) => error.message),
    ).toContain('it is no secret of webhooks')
  })
})

describe('alerts of one database', () => {
  const [, postgres] = everyEngine()

  it('are told once by two servers', async () => {
    const address = (await postgres?.newAddress()) ?? null
    const watched = await watchedShop(address)
    const other = await openWarehouse({
      folder: `${watched.shop.folder}/other`,
      address,
      now: watched.clock.now,
    })
    opened.push(() => other.close())
    await withStock(watched)
    await watched.rule(lowUnits('3'))
    const both = [watched.alerts, alertsOf(other, watched.clock)]
    await Promise.all(both.map((alerts) => alerts.check()))
    await Promise.all(both.map((alerts) => alerts.deliver()))
    await Promise.all(both.map((alerts) => alerts.check()))
    expect(watched.receiver.received).toHaveLength(1)
    expect(await watched.open()).toEqual(['CUP', 'LAMP'])
  })
})
