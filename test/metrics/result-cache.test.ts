import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { runQuery } from '../../src/metrics/metrics.ts'
import { ResultCache } from '../../src/metrics/result-cache.ts'
import { anyDay, type Change } from '../../src/model/change.ts'
import type { DayRange } from '../../src/model/day.ts'
import { now, openShop, runStatement, write } from './shop-warehouse.ts'

const january: DayRange = { from: '2024-01-01', to: '2024-01-31' }
const march: DayRange = { from: '2024-03-01', to: '2024-03-31' }

/** A warehouse of which only commits are seen, and a question that counts how often it is worked out. */
function cacheOf(
  options: { readonly rows?: number; readonly days?: readonly DayRange[] | null } = {},
) {
  let revision = 0
  let listener: (change: Change) => void = () => undefined
  const worked: string[] = []
  const cache = new ResultCache<string>({
    revision: () => revision,
    onCommit: (heard) => {
      listener = heard
      return () => undefined
    },
  })
  const { rows = 1, days = [january] } = options
  return {
    worked,
    commit(changed: Change['days'] | 'silent') {
      revision += 1
      if (changed !== 'silent')
        listener({ sequence: revision, tables: ['sales_fact'], days: changed })
    },
    ask: (key = 'a', signal?: AbortSignal, slow?: Promise<void>) =>
      cache.get(key, {
        work: async (own) => {
          worked.push(key)
          own.addEventListener('abort', () => worked.push(`${key} stopped`))
          await slow
          return `${key} of ${revision}`
        },
        rowsOf: () => rows,
        daysOf: () => days,
        ...(signal ? { signal } : {}),
      }),
  }
}

it('works an answer out once, for those who ask later and meanwhile', async () => {
  const { ask, worked } = cacheOf()
  expect(await Promise.all([ask(), ask(), ask('b')])).toEqual(['a of 0', 'a of 0', 'b of 0'])
  expect(await ask()).toBe('a of 0')
  expect(worked).toEqual(['a', 'b'])
})

it('drops what a commit touched and carries over the rest', async () => {
  const { ask, commit, worked } = cacheOf()
  await ask()
  commit(march)
  commit(null)
  expect(await ask()).toBe('a of 0')
  commit({ from: '2024-01-31', to: '2024-02-02' })
  expect(await ask()).toBe('a of 3')
  commit(anyDay)
  expect(await ask()).toBe('a of 4')
  expect(worked).toHaveLength(3)
})

it('carries nothing over a commit that was not told, nor an answer that any commit may change', async () => {
  const told = cacheOf()
  await told.ask()
  told.commit('silent')
  told.commit(march)
  expect(await told.ask()).toBe('a of 2')
  const stock = cacheOf({ days: null })
  await stock.ask()
  stock.commit(march)
  expect(await stock.ask()).toBe('a of 1')
})

it('keeps no answer during which a commit came, and gives it to nobody who asks after the commit', async () => {
  const { ask, commit, worked } = cacheOf()
  let finish = () => {}
  const slow = new Promise<void>((resolve) => {
    finish = resolve
  })
  const early = ask('a', undefined, slow)
  commit(march)
  const late = ask('a')
  finish()
  await early
  expect(await late).toBe('a of 1')
  expect(worked).toEqual(['a', 'a'])
  await turn()
  await ask('a')
  expect(worked).toEqual(['a', 'a'])
})

it('stops the work when nobody waits any more, and not before', async () => {
  const { ask, worked } = cacheOf()
  const [first, second] = [new AbortController(), new AbortController()]
  const never = new Promise<void>(() => {})
  const asked = [ask('a', first.signal, never), ask('a', second.signal, never)]
  first.abort(new Error('first left'))
  await expect(asked[0]).rejects.toThrow('first left')
  expect(worked).toEqual(['a'])
  second.abort(new Error('second left'))
  await expect(asked[1]).rejects.toThrow('second left')
  expect(worked).toEqual(['a', 'a stopped'])
})

it('forgets an answer that failed', async () => {
  const { ask, worked } = cacheOf()
  const failing = ask('a', undefined, Promise.reject(new Error('no')))
  await expect(failing).rejects.toThrow('no')
  expect(await ask()).toBe('a of 0')
  expect(worked).toEqual(['a', 'a'])
})

it('is bounded: what was not asked for longest goes first', async () => {
  const { ask, worked } = cacheOf({ rows: 90_000 })
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await ask(key)
  expect(worked).toEqual(['a', 'b', 'c', 'b'])
})

it('gives an answer again with the freshness of now, until its days are touched', async () => {
  const shop = await openShop()
  try {
    const query = { metrics: ['revenue'], ...january } as const
    const ask = () => runQuery(shop.warehouse, query, { now })
    const first = await ask()
    await shop.warehouse.transact(
      async (transaction) => {
        await transaction.execute(
          runStatement(2, '2024-05-22T08:00:00Z', ['2024-03-01', '2024-03-01']),
        )
        await transaction.execute(
          "update sales_fact set total_price = 1 where order_date >= date '2024-01-01'",
        )
      },
      {
        change: () => ({ sequence: 2, tables: ['sales_fact'], days: march }),
        runToken: 'elsewhere',
      },
    )
    const again = await ask()
    expect(again.data).toEqual(first.data)
    expect(again.meta.freshness.sequence).toBe(2)
    await write(shop.warehouse, [])
    const anew = await ask()
    expect(anew.data).not.toEqual(first.data)
  } finally {
    await shop.close()
  }
})
