import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { ImportedFile } from '../../src/model/alert.ts'
import { everyEngine } from './engines.ts'
import { type WatchedShop, watchedShop } from './watched-alerts.ts'

/** Which failed imports are still to be mended, on every engine: a file is its content, not its name. */

const holding = (name: string, content: string): ImportedFile => ({
  name,
  sha256: createHash('sha256').update(content).digest('hex'),
})

describe.each(everyEngine())('failed imports on $name', (engine) => {
  async function open(): Promise<WatchedShop> {
    const watched = await watchedShop(await engine.newAddress())
    await watched.rule({ kind: 'import_failed' })
    return watched
  }

  it('stay open until their content is loaded, whatever else comes under their names', async () => {
    const watched = await open()
    const ended = (file: ImportedFile, problem: string | null) =>
      watched.alerts.importEnded({ files: [file], problem })
    await ended(holding('orders.csv', 'of Monday'), 'it is damaged')
    expect(await watched.heard()).toEqual(['fired orders.csv'])
    // Of Tuesday: it loads, and what Monday sold is missing all the same.
    await ended(holding('orders.csv', 'of Tuesday'), null)
    expect(await watched.heard()).toEqual([])
    expect(await watched.open()).toEqual(['orders.csv'])
    await ended(holding('orders.csv', 'of Wednesday'), 'it is damaged too')
    expect(await watched.heard()).toEqual(['fired orders.csv'])
    await ended(holding('orders.csv', 'of Wednesday'), 'it is damaged too')
    expect(await watched.heard()).toEqual([])
    // The same content under another name.
    await ended(holding('monday.csv', 'of Monday'), null)
    expect(await watched.heard()).toEqual(['recovered orders.csv'])
    const [incident] = (await watched.alerts.state()).open
    expect(incident?.text).toBe('The import of orders.csv failed: it is damaged too')
    await ended(holding('orders.csv', 'of Wednesday'), null)
    expect(await watched.heard()).toEqual(['recovered orders.csv'])
    expect(await watched.open()).toEqual([])
  })

  it('are one for each name where files hold the same, as empty ones do', async () => {
    const watched = await open()
    const problem = 'it is empty'
    await watched.alerts.importEnded({ files: [holding('orders.csv', '')], problem })
    expect(await watched.heard()).toEqual(['fired orders.csv'])
    await watched.alerts.importEnded({ files: [holding('stock.csv', '')], problem })
    expect(await watched.heard()).toEqual(['fired stock.csv'])
  })

  it('are known by name where nobody knew their content, as of old', async () => {
    const watched = await open()
    await watched.shop.warehouse.transact(
      async (transaction) => {
        await transaction.execute(
          `INSERT INTO failed_imports (failure_id, file, failed_at, problem)
           VALUES ('of-old', 'orders.csv', TIMESTAMPTZ '2026-01-14 12:00:00+00', 'it is damaged')`,
        )
      },
      { change: () => null, runToken: 'of-old' },
    )
    expect(await watched.heard()).toEqual(['fired orders.csv'])
    const files = [holding('orders.csv', 'of Tuesday')]
    await watched.alerts.importEnded({ files, problem: 'it is damaged' })
    expect(await watched.heard()).toEqual([])
    await watched.alerts.importEnded({ files, problem: null })
    expect(await watched.heard()).toEqual(['recovered orders.csv'])
  })

  it('are put aside for all alerts on imports, none of which takes that for a recovery', async () => {
    const watched = await open()
    await watched.rule({ kind: 'import_failed' })
    await watched.alerts.importEnded({
      files: [holding('orders.csv', 'of Monday')],
      problem: 'it is damaged',
    })
    expect(await watched.heard()).toEqual(['fired orders.csv', 'fired orders.csv'])
    const [incident] = (await watched.alerts.state()).open
    await watched.alerts.dismiss(incident?.id ?? '')
    expect(await watched.heard()).toEqual(['closed orders.csv', 'closed orders.csv'])
    const history = await watched.alerts.history(10)
    expect(history.map(({ resolution }) => resolution)).toEqual(['dismissed', 'dismissed'])
  })
})
