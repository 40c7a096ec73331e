import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createLiveFeed, type LiveFeed, type Viewer } from '../../src/http/live-feed.ts'
import { answers } from '../../src/http/schemas.ts'
import { importFiles } from '../../src/ingest/ingest.ts'
import { livePage } from '../../src/metrics/metrics.ts'
import type { Change } from '../../src/model/change.ts'
import type { LivePage } from '../../src/model/live-page.ts'
import { openTestApp } from './open-test-app.ts'

/** The figures of the Live page are worked out once for all who look, and for nobody where nobody looks. */

const blank = (kind: number) =>
  ({ figures: { kind }, ticker: { orders: [] } }) as unknown as LivePage

/** A viewer that reads everything at once. */
function viewerOf() {
  const events: string[] = []
  const viewer = {
    events,
    writableLength: 0,
    writableNeedDrain: false,
    write(text: string) {
      if (/^event: (figures|ticker)/.test(text)) events.push(text)
      return true
    },
    once: () => viewer,
    end: () => viewer,
    destroy: () => viewer,
  }
  return viewer
}

function openFeed(read: (signal: AbortSignal) => Promise<LivePage>) {
  let announce: (change: Change) => void = () => undefined
  const failures: unknown[] = []
  const feed = createLiveFeed({
    now: () => new Date('2026-03-10T12:00:00Z'),
    onCommit: (listener) => {
      announce = listener
      return () => undefined
    },
    readPage: read,
    onFailure: (error) => failures.push(error),
  })
  onTestFinished(() => feed.close())
  const commit = () => announce({ sequence: 1, tables: ['sales_fact'], days: null })
  return { feed, commit, failures }
}

function look(feed: LiveFeed, figures = true) {
  const viewer = viewerOf()
  const leave = feed.follow(viewer as unknown as Viewer, null, { figures })
  return { events: viewer.events, leave }
}

describe('figures for all', () => {
  afterEach(() => vi.useRealTimers())

  it('cost nothing while nobody wants them', async () => {
    vi.useFakeTimers()
    const read = vi.fn(async () => blank(1))
    const { feed, commit } = openFeed(read)
    const other = look(feed, false)
    commit()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(read).not.toHaveBeenCalled()
    const { leave } = look(feed)
    await vi.advanceTimersByTimeAsync(1)
    expect(read).toHaveBeenCalledOnce()
    leave()
    commit()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(read).toHaveBeenCalledOnce()
    expect(other.events).toEqual([])
  })

  it('come at once, after commits at most four times a second, and as the time goes by', async () => {
    vi.useFakeTimers()
    let times = 0
    const { feed, commit } = openFeed(async () => blank(times++))
    const { events } = look(feed)
    await vi.advanceTimersByTimeAsync(1)
    const figures = () => events.filter((event) => event.startsWith('event: figures')).length
    expect(figures()).toBe(1)
    for (let step = 0; step < 95; step += 1) {
      commit()
      await vi.advanceTimersByTimeAsync(10)
    }
    expect(figures()).toBe(4)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(figures()).toBe(5)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(figures()).toBe(6)
    // The orders stayed the same, so they were told once.
    expect(events.filter((event) => event.startsWith('event: ticker'))).toHaveLength(1)
  })

  it('rest longer where they take long', async () => {
    vi.useFakeTimers()
    let times = 0
    const { feed, commit } = openFeed(async () => {
      await new Promise((resolve) => setTimeout(resolve, 400))
      return blank(times++)
    })
    look(feed)
    for (let step = 0; step < 320; step += 1) {
      commit()
      await vi.advanceTimersByTimeAsync(10)
    }
    expect(times).toBe(2)
  })

  it('are known to who comes later, and stop when the last one leaves', async () => {
    vi.useFakeTimers()
    let stopped = false
    let times = 0
    const { feed, commit } = openFeed(async (signal) => {
      signal.addEventListener('abort', () => {
        stopped = true
      })
      times += 1
      if (times > 1) await new Promise((resolve) => setTimeout(resolve, 1_000))
      return blank(times)
    })
    const first = look(feed)
    await vi.advanceTimersByTimeAsync(1)
    const second = look(feed)
    expect(second.events).toEqual(first.events)
    expect(second.events).toHaveLength(2)
    commit()
    await vi.advanceTimersByTimeAsync(500)
    first.leave()
    expect(stopped).toBe(false)
    second.leave()
    expect(stopped).toBe(true)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(first.events).toHaveLength(2)
  })

  it('go on after a failure', async () => {
    vi.useFakeTimers()
    let times = 0
    const { feed, failures } = openFeed(async () => {
      times += 1
      if (times === 1) throw new Error('broken')
      return blank(times)
    })
    const { events } = look(feed)
    await vi.advanceTimersByTimeAsync(1)
    expect(failures).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(events).toHaveLength(2)
  })
})

const header = 'OrderID,CustomerID,ProductID,Quantity,TotalPrice,OrderDate'
const clock = () => new Date('2026-03-10T12:00:00Z')

async function shopWith(lines: readonly string[]) {
  const test = await openTestApp()
  onTestFinished(() => test.close())
  const folder = join(test.folder, 'files')
  await mkdir(folder)
  const add = async (name: string, added: readonly string[]) => {
    const path = join(folder, name)
    await writeFile(path, `${[header, ...added].join('\n')}\n`)
    const work = { now: clock, workFolder: join(test.folder, 'import-work') }
    const report = await importFiles(test.warehouse, { paths: [path], ...work })
    expect(report.state).toBe('committed')
  }
  await add('first.csv', lines)
  return { ...test, add }
}

describe('a thousand viewers', () => {
  it('cost as many questions to the warehouse as one, and hear the same bytes', async () => {
    const questionsFor = async (viewers: number) => {
      const { warehouse, add } = await shopWith(['1,A,P,1,10.00,2026-03-09'])
      let questions = 0
      const counted = {
        ...warehouse,
        query: (...asked: Parameters<typeof warehouse.query>) => {
          questions += 1
          return warehouse.query(...asked)
        },
        snapshot: ((work, options) =>
          warehouse.snapshot(
            (snapshot) =>
              work({
                ...snapshot,
                query: (...asked) => {
                  questions += 1
                  return snapshot.query(...asked)
                },
              }),
            options,
          )) as typeof warehouse.snapshot,
      }
      const feed = createLiveFeed({
        now: () => new Date('2026-03-10T12:00:00Z'),
        onCommit: warehouse.onCommit,
        readPage: (signal) => livePage(counted, { now: clock, signal }),
        mostPause: 3_600_000,
      })
      onTestFinished(() => feed.close())
      const all = Array.from({ length: viewers }, () => look(feed))
      const told = (count: number) =>
        vi.waitUntil(() => all.every(({ events }) => events.length >= count), { timeout: 20_000 })
      await told(2)
      for (let time = 0; time < 3; time += 1) {
        await add(`more-${time}.csv`, [`${time + 2},B,P,2,20.00,2026-03-10`])
        await told(2 * (time + 2))
      }
      for (const { events } of all) expect(events).toEqual(all[0]?.events)
      expect(all[0]?.events.at(-2)).toContain('"value":3')
      return questions
    }
    const [one, thousand] = [await questionsFor(1), await questionsFor(1_000)]
    expect(one).toBeGreaterThan(0)
    expect(thousand).toBe(one)
  }, 60_000)
})

describe('the replay', () => {
  it('is answered in the documented shape, and refuses what is no day', async () => {
    const { app } = await shopWith(['1,A,P,1,10.00,2026-03-08', '2,B,P,2,20.00,2026-03-09'])
    const ask = (search: string) => app.inject({ url: `/api/v1/live/replay?${search}` })
    const answered = await ask('day=2026-03-08')
    expect(answered.statusCode).toBe(200)
    expect(answers.livePage.safeParse(answered.json()).error).toBeUndefined()
    const { figures, ticker } = answered.json<{ data: LivePage }>().data
    expect(figures).toMatchObject({ kind: 'replay', at: '2026-03-09T00:00:00.000Z' })
    expect(ticker.orders.map(({ number }) => number)).toEqual(['1'])
    const moment = await ask('day=2026-03-09&at=2026-03-09T10:00:00Z')
    // Of an order that tells its day only nobody knows whether it was there at ten.
    expect(moment.json<{ data: LivePage }>().data.ticker.orders).toHaveLength(1)
    expect((await ask('day=tomorrow')).statusCode).toBe(400)
    expect((await ask('day=2026-03-11')).json().error.code).toBe('invalid_range')
    expect((await ask('day=2026-03-08&at=2026-03-09T10:00:00Z')).statusCode).toBe(400)
  })
})
