import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createLiveFeed, type Viewer } from '../../src/http/live-feed.ts'
import { anyDay, type Change } from '../../src/model/change.ts'
import type { Answer, Shop } from '../../src/model/wire.ts'
import { openTestApp, type TestApp } from './open-test-app.ts'

const header = 'OrderID,CustomerID,ProductID,Quantity,TotalPrice,OrderDate'

interface Heard {
  readonly id: string
  readonly event: string
  readonly data: unknown
}

/** One who follows over a real connection. */
class Follower {
  readonly #reader: ReadableStreamDefaultReader<string>
  readonly #abort: AbortController
  readonly response: Response
  #text = ''

  private constructor(response: Response, abort: AbortController) {
    this.response = response
    this.#abort = abort
    if (!response.body) throw new Error('no body came')
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  }

  static async open(address: string, headers: Record<string, string> = {}): Promise<Follower> {
    const abort = new AbortController()
    const response = await fetch(address, { headers, signal: abort.signal })
    return new Follower(response, abort)
  }

  /** The next event but for signs of life; null once the server has ended it. */
  async next(): Promise<Heard | null> {
    for (;;) {
      const end = this.#text.indexOf('\n\n')
      if (end >= 0) {
        const block = this.#text.slice(0, end)
        this.#text = this.#text.slice(end + 2)
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? ''
        if (['', 'beat'].includes(field('event'))) continue
        return { id: field('id'), event: field('event'), data: JSON.parse(field('data')) }
      }
      const { done, value } = await this.#reader.read()
      if (done) return null
      this.#text += value
    }
  }

  leave(): void {
    this.#abort.abort()
  }
}

async function listening(): Promise<{ test: TestApp; url: string }> {
  const test = await openTestApp()
  onTestFinished(() => test.close())
  await test.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = test.app.server.address() as AddressInfo
  return { test, url: `http://127.0.0.1:${port}/api/v1` }
}

async function follow(
  url: string,
  { since, heard }: { since?: string; heard?: string } = {},
): Promise<Follower> {
  const follower = await Follower.open(
    `${url}/live${since === undefined ? '' : `?since=${since}`}`,
    heard === undefined ? {} : { 'last-event-id': heard },
  )
  onTestFinished(() => follower.leave())
  return follower
}

async function importOrders(url: string, lines: readonly string[]): Promise<void> {
  const form = new FormData()
  form.append('commit', 'true')
  form.append('files', new Blob([`${[header, ...lines].join('\n')}\n`]), 'orders.csv')
  const { data } = (await (
    await fetch(`${url}/imports`, { method: 'POST', body: form })
  ).json()) as Answer<{ id: string }>
  await vi.waitUntil(
    async () => {
      const { data: session } = (await (
        await fetch(`${url}/imports/${data.id}`)
      ).json()) as Answer<{
        state: string
      }>
      return session.state === 'committed'
    },
    { timeout: 30_000, interval: 50 },
  )
}

describe('the feed of changes', () => {
  it('says hello, then tells every viewer of each commit with the days that it touched', async () => {
    const { url } = await listening()
    const [first, second] = [await follow(url), await follow(url)]
    expect(first.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(first.response.headers.get('cache-control')).toBe('no-store')
    expect(first.response.headers.get('content-security-policy')).toContain("default-src 'self'")
    const hello = await first.next()
    expect(hello).toMatchObject({ event: 'hello' })
    expect(await second.next()).toEqual(hello)
    await importOrders(url, ['1,A,P,1,10.00,2024-03-01', '2,B,P,2,20.00,2024-03-05'])
    const change = await first.next()
    expect(change).toMatchObject({
      event: 'change',
      data: { days: { from: '2024-03-01', to: '2024-03-05' } },
    })
    expect(change?.id).not.toBe(hello?.id)
    expect(await second.next()).toEqual(change)
  })

  it('tells at once who may have missed something, and nobody else', async () => {
    const { url } = await listening()
    const shop = async () => ((await (await fetch(`${url}/shop`)).json()) as Answer<Shop>).data
    const before = (await shop()).livePosition ?? ''
    await importOrders(url, ['1,A,P,1,10.00,2024-03-01'])
    const now = (await shop()).livePosition ?? ''
    const missed = { event: 'change', data: { days: anyDay }, id: now }
    for (const late of [
      { since: before },
      { heard: before },
      { since: now, heard: 'elsewhere-7' },
    ]) {
      const follower = await follow(url, late)
      expect(await follower.next()).toMatchObject({ event: 'hello', id: '' })
      expect(await follower.next()).toEqual(missed)
    }
    const upToDate = await Promise.all([
      follow(url, { since: now }),
      follow(url, { since: before, heard: now }),
      follow(url),
    ])
    for (const follower of upToDate) {
      expect(await follower.next()).toMatchObject({ event: 'hello', id: now })
    }
    await importOrders(url, ['2,A,P,1,10.00,2024-04-01'])
    for (const follower of upToDate) {
      expect(await follower.next()).toMatchObject({
        data: { days: { from: '2024-04-01', to: '2024-04-01' } },
      })
    }
  })

  it('ends with the server, and is left without harm', async () => {
    const { test, url } = await listening()
    const [stays, leaves] = [await follow(url), await follow(url)]
    await stays.next()
    leaves.leave()
    await importOrders(url, ['1,A,P,1,10.00,2024-03-01'])
    expect(await stays.next()).toMatchObject({ event: 'change' })
    const closed = test.app.close()
    expect(await stays.next().catch(() => null)).toBeNull()
    await closed
  })

  it('does not answer HEAD, which would never end', async () => {
    const { url } = await listening()
    expect((await fetch(`${url}/live`, { method: 'HEAD' })).status).toBe(404)
  })
})

describe('a feed', () => {
  afterEach(() => vi.useRealTimers())

  function openFeed(options: { heartbeat?: number; mostWaiting?: number; mostViewers?: number }) {
    let announce: (change: Change) => void = () => undefined
    const feed = createLiveFeed({
      now: () => new Date('2026-03-10T12:00:00Z'),
      ...options,
      onCommit: (listener) => {
        announce = listener
        return () => undefined
      },
    })
    onTestFinished(() => feed.close())
    const commit = (day: string) =>
      announce({ sequence: 1, tables: ['sales_fact'], days: { from: day, to: day } })
    return { feed, commit }
  }

  /** A viewer that reads nothing until it is told to. */
  function slowViewer() {
    const viewer = {
      written: [] as string[],
      writableLength: 0,
      writableNeedDrain: false,
      destroyed: false,
      onDrain: [] as (() => void)[],
      write(text: string) {
        viewer.written.push(text)
        viewer.writableLength += text.length
        viewer.writableNeedDrain = true
        return false
      },
      once(_: string, listener: () => void) {
        viewer.onDrain.push(listener)
        return viewer
      },
      end: () => viewer,
      destroy() {
        viewer.destroyed = true
        return viewer
      },
      read() {
        viewer.writableLength = 0
        viewer.writableNeedDrain = false
        for (const listener of viewer.onDrain.splice(0)) listener()
      },
    }
    return viewer
  }

  it('keeps little for one who does not read, and tells it once, later, to ask all again', () => {
    const { feed, commit } = openFeed({ mostWaiting: 300 })
    const viewer = slowViewer()
    feed.follow(viewer as unknown as Viewer, null)
    for (let day = 10; day < 30; day += 1) commit(`2024-01-${day}`)
    const before = viewer.written.length
    expect(before).toBeLessThan(8)
    viewer.read()
    expect(viewer.written.slice(before)).toEqual([
      `id: ${feed.position()}\nevent: change\ndata: ${JSON.stringify({ days: anyDay })}\n\n`,
    ])
    commit('2024-02-01')
    expect(viewer.written.at(-1)).toContain('2024-02-01')
  })

  it('never names a position before it said what was missed up to it', () => {
    const { feed, commit } = openFeed({})
    const before = feed.position()
    commit('2024-01-10')
    const viewer = slowViewer()
    feed.follow(viewer as unknown as Viewer, before)
    // Whatever a broken connection has let through of it.
    const events = viewer.written.join('').split(/(?<=\n\n)/)
    const heard = events.map((event) => ({
      kind: /^event: (.*)$/m.exec(event)?.[1],
      id: /^id: (.*)$/m.exec(event)?.[1],
    }))
    expect(heard).toEqual([
      { kind: 'hello', id: undefined },
      { kind: 'change', id: feed.position() },
    ])
  })

  it('gives signs of life, and drops one that has read nothing since the last of them', () => {
    vi.useFakeTimers()
    const { feed, commit } = openFeed({ heartbeat: 1_000, mostWaiting: 200 })
    const [reads, sleeps] = [slowViewer(), slowViewer()]
    for (const viewer of [reads, sleeps]) feed.follow(viewer as unknown as Viewer, null)
    vi.advanceTimersByTime(1_000)
    expect(reads.written.at(-1)).toBe('event: beat\ndata: {"at":"2026-03-10T12:00:00.000Z"}\n\n')
    for (let day = 10; day < 20; day += 1) commit(`2024-01-${day}`)
    reads.read()
    vi.advanceTimersByTime(1_000)
    expect([reads.destroyed, sleeps.destroyed]).toEqual([false, true])
  })

  it('takes no more viewers than it has room for', () => {
    const { feed } = openFeed({ mostViewers: 1 })
    const leave = feed.follow(slowViewer() as unknown as Viewer, null)
    expect(feed.isFull()).toBe(true)
    leave()
    expect(feed.isFull()).toBe(false)
  })
})

it('forgets a viewer whose connection breaks', async () => {
  const { test, url } = await listening()
  const { port } = test.app.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await once(socket, 'data')
  socket.destroy()
  await after(50)
  await importOrders(url, ['1,A,P,1,10.00,2024-03-01'])
  expect((await fetch(`${url}/health`)).status).toBe(200)
})
