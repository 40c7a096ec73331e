import { describe, expect, it } from 'vitest'
import { localShop } from '../../src/cli/local-shop.ts'
import { TakingsError } from '../../src/model/errors.ts'
import { out, watchedShop, withStock, withUsualThursdays } from '../engines/watched-alerts.ts'
import { fakeContext, fakeTerminal } from './fake-terminal.ts'

/** Alerts that a command looks at, without a server. */

describe('a command', () => {
  it('tells no silence, because it hears no order', async () => {
    const watched = await watchedShop(null)
    await withUsualThursdays(watched)
    await watched.rule({ kind: 'no_orders', minutes: 60 })
    const context = fakeContext(fakeTerminal(), { now: watched.clock.now })
    const { alerts } = localShop(watched.shop.warehouse, false, context)
    const { open, rules } = await alerts.check()
    expect(open).toEqual([])
    expect(rules[0]?.status).toBe(
      'Only a running server hears orders as they come, so a silence cannot be told here.',
    )
    await alerts.importEnded(null, async () => [])
    expect(watched.receiver.received).toEqual([])
    // A server tells it.
    expect(await watched.heard()).toEqual(['fired The shop'])
  })

  it('fails where an alert cannot be looked at, once it told of all others', async () => {
    const watched = await watchedShop(null)
    await withStock(watched)
    await watched.rule(out)
    await watched.rule({ kind: 'import_failed' })
    const { warehouse } = watched.shop
    const broken: typeof warehouse = {
      ...warehouse,
      query: (sql, parameters, options) => {
        if (sql === 'select product_id, category from products')
          throw new TakingsError('busy', { problem: 'nobody knows' })
        return warehouse.query(sql, parameters, options)
      },
    }
    const context = fakeContext(fakeTerminal(), { now: watched.clock.now })
    const { alerts } = localShop(broken, false, context)
    await expect(
      alerts.importEnded('it is damaged', async () => [{ name: 'a.csv', sha256: null }]),
    ).rejects.toMatchObject({ code: 'busy' })
    expect(await watched.open()).toEqual(['a.csv'])
    expect(watched.receiver.received).toHaveLength(1)
    await expect(alerts.check()).rejects.toMatchObject({ code: 'busy' })
  })

  it('asks one thing of a shop without alerts when an import ends, and reads no file', async () => {
    const watched = await watchedShop(null)
    await watched.alerts.deleteWebhook(watched.webhook)
    const { warehouse } = watched.shop
    const asked: string[] = []
    const counting: typeof warehouse = {
      ...warehouse,
      query: (sql, parameters, options) => {
        asked.push(sql)
        return warehouse.query(sql, parameters, options)
      },
    }
    const context = fakeContext(fakeTerminal(), { now: watched.clock.now })
    const { alerts } = localShop(counting, false, context)
    await alerts.importEnded(null, () => Promise.reject(new Error('a file was read')))
    await alerts.importEnded('it failed', () => Promise.reject(new Error('a file was read')))
    expect(asked).toHaveLength(2)
  })
})
