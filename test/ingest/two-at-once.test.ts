import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { twoAtOnce } from '../../src/ingest/two-at-once.ts'
import { Workbench } from '../../src/ingest/workbench.ts'
import type { Staging } from '../../src/staging/staging.ts'

const connection = (beside: () => Staging): Staging => ({
  repeat: async () => undefined,
  fill: async () => undefined,
  run: async () => undefined,
  rows: async () => [],
  get beside() {
    return beside()
  },
  close: async () => undefined,
  release: async () => undefined,
})
const second: Staging = connection(() => first)
const first: Staging = connection(() => second)
const bench = new Workbench(first, '/nowhere')

it('gives the results in the order of the items, and works on two at once at most', async () => {
  let under = 0
  let most = 0
  const run = async (item: number) => {
    under += 1
    most = Math.max(most, under)
    await setTimeout(20 - item * 3)
    under -= 1
    return item * 10
  }
  const results = await twoAtOnce(bench, [1, 2, 3, 4, 5], {
    mayBeBeside: (item) => item !== 2,
    run,
  })
  expect(results).toEqual([10, 20, 30, 40, 50])
  expect(most).toBe(2)
})

it('leaves the first connection to what may not be beside', async () => {
  const run = async (item: string, own: Workbench) => {
    await setTimeout(5)
    return `${item} on ${own.staging === first ? 'the first' : 'the second'}`
  }
  expect(
    await twoAtOnce(bench, ['large', 'small', 'huge'], {
      mayBeBeside: (item) => item === 'small',
      run,
    }),
  ).toEqual(['large on the first', 'small on the second', 'huge on the first'])
})

it('begins nothing more after a failure, and lets end what is under way', async () => {
  const ended: string[] = []
  const run = async (item: string) => {
    if (item === 'broken') throw new Error('broken')
    await setTimeout(30)
    ended.push(item)
    return item
  }
  const work = twoAtOnce(bench, ['broken', 'small', 'next', 'last'], {
    mayBeBeside: (item) => item === 'small' || item === 'last',
    run,
  })
  await expect(work).rejects.toThrow('broken')
  expect(ended).toEqual(['small'])
})
