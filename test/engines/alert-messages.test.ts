import { describe, expect, it } from 'vitest'
import { everyEngine } from './engines.ts'
import {
  lowUnits,
  out,
  receipt,
  type WatchedShop,
  watchedShop,
  withStock,
} from './watched-alerts.ts'

/** When messages that were not taken are sent again, on every engine. */

describe.each(everyEngine())('messages of alerts on $name', (engine) => {
  async function open(): Promise<WatchedShop> {
    const watched = await watchedShop(await engine.newAddress())
    await withStock(watched)
    return watched
  }

  it('do not wait for hours behind an older one of their alert', async () => {
    const watched = await open()
    await watched.rule(lowUnits('3'))
    watched.receiver.answers(503)
    await watched.heard()
    for (const minutes of [1, 6, 31, 121]) {
      watched.clock.passes(minutes)
      expect(await watched.heard()).toEqual(['fired CUP, LAMP'])
    }
    watched.receiver.answers(204)
    expect(await watched.heard()).toEqual([])
    // The next attempt is five hours away, and there is something new.
    await watched.load('a.csv', receipt('LAMP', '2026-01-15 11:00:00', 20))
    expect(await watched.heard()).toEqual(['fired CUP, LAMP', 'recovered LAMP'])
  })

  it('are not given up sooner because there is much to tell', async () => {
    const watched = await open()
    const id = await watched.rule(out)
    const wish = { condition: out, webhooks: [watched.webhook] }
    watched.receiver.answers(503)
    await watched.heard()
    for (let round = 0; round < 6; round += 1) {
      watched.clock.passes(2)
      await watched.alerts.saveRule(id, { ...wish, isOn: false })
      await watched.heard()
      watched.clock.passes(2)
      await watched.alerts.saveRule(id, { ...wish, isOn: true })
      await watched.heard()
    }
    const { deliveries } = await watched.alerts.state()
    expect(new Set(deliveries.map(({ state }) => state))).toEqual(new Set(['waiting']))
    watched.receiver.answers(204)
    watched.clock.passes(60)
    const told = await watched.heard()
    expect(told).toEqual(
      Array.from({ length: 13 }, (_, index) => (index % 2 === 0 ? 'fired CUP' : 'closed CUP')),
    )
  })

  it.each([
    [400, 'given_up', 'it answered 400: it refuses the message'],
    [404, 'given_up', 'it answered 404: it refuses the message'],
    [410, 'given_up', 'it answered 410: it wants no more'],
    [408, 'waiting', 'it answered 408'],
    [429, 'waiting', 'it answered 429'],
    [500, 'waiting', 'it answered 500'],
  ])('that are answered %i are %s', async (status, state, problem) => {
    const watched = await open()
    await watched.rule(out)
    watched.receiver.answers(status)
    await watched.heard()
    expect((await watched.alerts.state()).deliveries).toMatchObject([
      { state, problem, attempts: 1 },
    ])
  })
})
