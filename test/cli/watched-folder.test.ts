import { appendFile, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { beingWritten, type FoundFile, filesIn, RestingFiles } from '../../src/cli/resting-files.ts'
import { nextTimeOfDay, timeOfDayFrom } from '../../src/cli/time-of-day.ts'
import { openWatchedFolder } from '../../src/cli/watched-folder.ts'
import { workingFolder } from './run-takings.ts'

const file = (name: string, mark = '1'): FoundFile => ({
  name,
  path: `/drop/${name}`,
  bytes: 10,
  mark,
})
const names = (files: readonly FoundFile[]) => files.map(({ name }) => name)

describe('files come to rest', () => {
  const resting = () => new RestingFiles({ settleMs: 5_000, patienceMs: 60_000 })

  it('once they have not changed for a while', () => {
    const rest = resting()
    expect(rest.ready([file('a')], 0)).toEqual([])
    expect(rest.ready([file('a', '2')], 4_000)).toEqual([])
    expect(rest.ready([file('a', '2')], 8_999)).toEqual([])
    expect(names(rest.ready([file('a', '2')], 9_000))).toEqual(['a'])
  })

  it('together, while one of them is written', () => {
    const rest = resting()
    rest.ready([file('customers'), file('orders', '1')], 0)
    expect(rest.ready([file('customers'), file('orders', '2')], 6_000)).toEqual([])
    const both = [file('customers'), file('orders', '2')]
    expect(names(rest.ready(both, 11_000))).toEqual(['customers', 'orders'])
  })

  it('without one that is written for ever', () => {
    const rest = resting()
    for (let at = 0; at < 65_000; at += 1_000) {
      expect(rest.ready([file('log', String(at)), file('orders')], at)).toEqual([])
    }
    expect(names(rest.ready([file('log', 'x'), file('orders')], 65_000))).toEqual(['orders'])
  })

  it('anew when they went and came, or somebody has them open', () => {
    const rest = resting()
    rest.ready([file('a')], 0)
    rest.ready([], 3_000)
    expect(rest.ready([file('a')], 6_000)).toEqual([])
    rest.disturb([file('a')], 10_000)
    expect(rest.ready([file('a')], 12_000)).toEqual([])
    expect(names(rest.ready([file('a')], 15_000))).toEqual(['a'])
  })
})

it('sees whole files only, directly in the folder', async () => {
  const folder = await workingFolder()
  for (const name of ['orders.csv', 'b.json', '.hidden.csv', 'c.csv.part', '~$d.xlsx', 'e.tmp']) {
    await writeFile(join(folder, name), 'x')
  }
  await writeFile(join(folder, 'empty.csv'), '')
  await mkdir(join(folder, 'done'))
  await writeFile(join(folder, 'done', 'f.csv'), 'x')
  const found = await filesIn(folder)
  expect(names(found)).toEqual(['b.json', 'orders.csv'])
  const before = found.find(({ name }) => name === 'orders.csv')?.mark
  await appendFile(join(folder, 'orders.csv'), 'y')
  const after = (await filesIn(folder)).find(({ name }) => name === 'orders.csv')?.mark
  expect(after).not.toBe(before)
})

it.runIf(process.platform === 'linux')('knows who has a file open for writing', async () => {
  const folder = await workingFolder()
  const [written, read] = [join(folder, 'written.csv'), join(folder, 'read.csv')]
  for (const path of [written, read]) await writeFile(path, 'x')
  const handles = [await open(written, 'a'), await open(read, 'r')]
  expect([...(await beingWritten([written, read]))]).toEqual([written])
  for (const handle of handles) await handle.close()
  expect([...(await beingWritten([written, read]))]).toEqual([])
})

describe('a watched folder', () => {
  const report = (text: string) => ({
    at: new Date('2026-03-10T12:00:00Z'),
    text: (place: string) => `${text} in ${place.split('/').at(-1)}`,
    document: { text },
  })

  it('puts files away with a report, each time in a folder of its own', async () => {
    const path = await workingFolder()
    const folder = await openWatchedFolder(path, '/elsewhere')
    const places: string[] = []
    for (const name of ['a.csv', 'b.csv']) {
      await writeFile(join(path, name), name)
      places.push(await folder.putAway(await filesIn(path), 'done', report(`read ${name}`)))
    }
    expect(places).toEqual(['done/2026-03-10_12-00-00', 'done/2026-03-10_12-00-00_2'])
    expect((await readdir(join(path, places[1] ?? ''))).sort()).toEqual([
      'b.csv',
      'takings-report.json',
      'takings-report.txt',
    ])
    expect(await readFile(join(path, places[1] ?? '', 'takings-report.txt'), 'utf8')).toBe(
      'read b.csv in 2026-03-10_12-00-00_2\n',
    )
    expect(await filesIn(path)).toEqual([])
  })

  it('knows a content again under any name, also after a cut in the middle of a line', async () => {
    const path = await workingFolder()
    const first = await openWatchedFolder(path, '/elsewhere')
    await writeFile(join(path, 'orders.csv'), 'content')
    const { fresh, known } = await first.part(await filesIn(path))
    expect([names(fresh), names(known)]).toEqual([['orders.csv'], []])
    await first.keep(fresh, new Date('2026-03-10T12:00:00Z'))
    await appendFile(join(path, 'done/taken.ndjson'), '{"name":"cut o')
    await rename(join(path, 'orders.csv'), join(path, 'again.csv'))
    const second = await openWatchedFolder(path, '/elsewhere')
    expect(names((await second.part(await filesIn(path))).known)).toEqual(['again.csv'])
    await writeFile(join(path, 'other.csv'), 'other')
    const parted = await second.part(await filesIn(path))
    await second.keep(parted.fresh, new Date('2026-03-10T13:00:00Z'))
    const third = await openWatchedFolder(path, '/elsewhere')
    expect(names((await third.part(await filesIn(path))).known)).toEqual(['again.csv', 'other.csv'])
  })

  it('does not mind a file that somebody takes away', async () => {
    const path = await workingFolder()
    const folder = await openWatchedFolder(path, '/elsewhere')
    await writeFile(join(path, 'a.csv'), 'a')
    const found = await filesIn(path)
    await rm(join(path, 'a.csv'))
    expect(await folder.putAway(found, 'failed', report('gone'))).toMatch(/^failed\//)
  })

  it('is none where the warehouse lies, or where there is no folder', async () => {
    const path = await workingFolder()
    await expect(openWatchedFolder(path, path)).rejects.toMatchObject({ code: 'invalid_option' })
    await expect(openWatchedFolder(join(path, 'work'), path)).rejects.toMatchObject({
      code: 'file_not_found',
    })
  })
})

describe('a time of day', () => {
  it('is read from hours and minutes', () => {
    expect(timeOfDayFrom('02:00', '--daily')).toEqual({ hour: 2, minute: 0 })
    expect(timeOfDayFrom('23:59', '--daily')).toEqual({ hour: 23, minute: 59 })
    for (const wrong of ['24:00', '2', '02:60', 'noon', '']) {
      expect(() => timeOfDayFrom(wrong, '--daily')).toThrow(/time of day/)
    }
  })

  it('comes today or tomorrow', () => {
    const at = { hour: 2, minute: 30 }
    const day = (text: string) => new Date(text)
    expect(nextTimeOfDay(day('2026-03-10T01:00:00'), at)).toEqual(day('2026-03-10T02:30:00'))
    expect(nextTimeOfDay(day('2026-03-10T02:30:00'), at)).toEqual(day('2026-03-11T02:30:00'))
    expect(nextTimeOfDay(day('2026-12-31T23:00:00'), at)).toEqual(day('2027-01-01T02:30:00'))
  })
})
