import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { everyEngine } from '../engines/engines.ts'
import { Children } from './child-process.ts'
import { killAtEach, wrongAtLast } from './kills.ts'
import { type EngineName, moments } from './moments.ts'

/**
 * A process that takes orders and files in is killed with SIGKILL at named moments and at any, again and again over the
 * same data: in the end whatever was acknowledged is there exactly once.
 */

const children = new Children()
afterAll(() => children.close())

/** Any moment comes more often than those that have names. */
const anyMore = moments.filter(({ kind }) => kind === 'any')

describe.each(everyEngine())('orders that are taken in on $name', (tested) => {
  const engine = tested.name as EngineName
  const met = [...moments, ...anyMore, ...anyMore].filter(({ engines }) => engines.includes(engine))
  it(`are there exactly once, whenever the process is killed (${met.length} times)`, {
    timeout: 1_800_000,
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'takings-kills-'))
    const place = { engine, folder, address: await tested.newAddress() }
    try {
      const accepted = await killAtEach(children, { ...place, moments: met, first: 1 })
      expect(await wrongAtLast(children, place, accepted)).toEqual([])
      expect(accepted.size).toBeGreaterThan(met.length)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
