import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Children } from './child-process.ts'
import { type Damage, damage, openDamaged, targets } from './damages.ts'
import { killAtEach } from './kills.ts'
import { moments } from './moments.ts'

/**
 * Files of a server that was killed are damaged: whatever was acknowledged is there exactly once, or it refuses and says
 * what to do. Those of the log alone stand in `test/ingest/restore-runs.test.ts`, with the exact content.
 */

const children = new Children()
const folder = mkdtempSync(join(tmpdir(), 'takings-damages-'))
const whole = join(folder, 'whole')
let accepted: ReadonlySet<string> = new Set()

beforeAll(async () => {
  // The last one is killed after its third batch, so that the log holds some.
  const killed = ['import noted', 'before commit', 'after commit']
  accepted = await killAtEach(children, {
    ...{ engine: 'duckdb', folder: whole, address: null, first: 3 },
    moments: killed.map((name) => {
      const moment = moments.find((one) => one.name === name)
      if (!moment) throw new Error(`there is no moment ${name}`)
      return moment
    }),
  })
}, 300_000)

afterAll(async () => {
  await children.close()
  rmSync(folder, { recursive: true, force: true })
})

const all = null
const damages: readonly (readonly [Damage, string | null])[] = [
  [{ target: 'log', how: 'a block zeroed', share: 0.5 }, all],
  [{ target: 'journal', how: 'cut', share: 0.5 }, 'journal_unreadable'],
  [{ target: 'journal', how: 'a block zeroed', share: 0 }, 'journal_unreadable'],
  [{ target: 'file', how: 'cut', share: 0.5 }, 'warehouse_damaged'],
  [{ target: 'notes', how: 'cut', share: 0.5 }, 'warehouse_unreachable'],
  [{ target: 'notes', how: 'a block zeroed', share: 0.1 }, 'warehouse_unreachable'],
]

describe('what a server that was killed left', () => {
  it.each(damages)(
    'is all there, or refused with what to do: %o',
    { timeout: 120_000 },
    async (one, code) => {
      const path = join(folder, 'damaged')
      cpSync(whole, path, { recursive: true })
      try {
        expect(damage(path, one)).toBe(true)
        const { refused, wrong } = await openDamaged(children, path, { accepted, whole })
        expect(wrong).toEqual([])
        expect(refused).toBe(code)
      } finally {
        rmSync(path, { recursive: true, force: true })
      }
    },
  )

  it('was damaged in each of its files', () => {
    expect(new Set(damages.map(([{ target }]) => target))).toEqual(new Set(Object.keys(targets)))
    expect(accepted.size).toBeGreaterThan(20)
  })
})
