import { expect, it } from 'vitest'
import { moments } from './moments.ts'
import { countsFor, trialsOf } from './trials.ts'

it('makes the same trials of the same seed, as many as were asked for', () => {
  const counts = countsFor(1_000)
  const trials = trialsOf(1, counts)
  const ofKind = (wanted: string) => trials.filter(({ kind }) => kind === wanted).length
  expect([ofKind('kills'), ofKind('damage'), ofKind('full disk')]).toEqual([100, 40, 20])
  const kills = trials.flatMap((trial) => (trial.kind === 'kills' ? trial.moments : []))
  expect(kills).toHaveLength(1_000)
  expect(new Set(kills.map(({ name }) => name))).toEqual(new Set(moments.map(({ name }) => name)))
  expect(trialsOf(1, counts)).toEqual(trials)
  expect(trialsOf(2, counts)).not.toEqual(trials)
  // A short run meets all kinds too.
  expect(new Set(trialsOf(3, countsFor(60)).map(({ kind }) => kind)).size).toBe(3)
})
