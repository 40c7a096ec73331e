import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { followChanges } from '../../web/api.ts'

/** A connection as browsers make it, which says what the test lets it say. */
class Connection extends EventTarget {
  static readonly CLOSED = 2
  static made: Connection[] = []
  readonly address: string
  readyState = 0

  constructor(address: string) {
    super()
    this.address = address
    Connection.made.push(this)
  }

  say(name: string, data: unknown, lastEventId = ''): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data), lastEventId }))
  }

  fail(readyState: number): void {
    this.readyState = readyState
    this.dispatchEvent(new Event('error'))
  }

  close(): void {
    this.readyState = Connection.CLOSED
  }
}

const at = '2026-03-10T12:00:00.000Z'

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', Connection)
  Connection.made = []
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function follow() {
  const states: boolean[] = []
  const moments: string[] = []
  const stop = followChanges('run-1', {
    onChange: () => undefined,
    onState: (isConnected) => states.push(isConnected),
    onMoment: (moment) => moments.push(moment),
  })
  onTestFinished(stop)
  return { states, moments, stop }
}

const newest = (): Connection => {
  const connection = Connection.made.at(-1)
  if (!connection) throw new Error('nothing was opened')
  return connection
}

it('stays with a server that gives signs of life, and hears what time it is there', () => {
  const { states, moments } = follow()
  newest().say('hello', { at })
  for (let beat = 0; beat < 20; beat += 1) {
    vi.advanceTimersByTime(15_000)
    newest().say('beat', { at })
  }
  expect(Connection.made).toHaveLength(1)
  expect(states).toEqual([true])
  expect(moments).toHaveLength(21)
})

it('leaves a connection that says nothing more, and names the last change that it heard', () => {
  const { states } = follow()
  newest().say('hello', { at })
  newest().say('change', { days: null }, 'run-7')
  vi.advanceTimersByTime(39_999)
  expect([Connection.made.length, ...states]).toEqual([1, true])
  vi.advanceTimersByTime(1)
  expect(states).toEqual([true, false])
  expect(Connection.made.map(({ readyState }) => readyState)).toEqual([Connection.CLOSED, 0])
  expect(newest().address).toBe('/api/v1/live?since=run-7')
  newest().say('hello', { at })
  expect(states).toEqual([true, false, true])
})

it('does not wait for ever for a connection to begin, nor for one that was refused', () => {
  const { states } = follow()
  vi.advanceTimersByTime(10_000)
  expect(Connection.made).toHaveLength(2)
  newest().fail(Connection.CLOSED)
  vi.advanceTimersByTime(5_000)
  expect(Connection.made).toHaveLength(3)
  expect(new Set(states)).toEqual(new Set([false]))
})

it('opens nothing once it was ended', () => {
  const { stop } = follow()
  newest().say('hello', { at })
  stop()
  vi.advanceTimersByTime(120_000)
  expect(Connection.made.map(({ readyState }) => readyState)).toEqual([Connection.CLOSED])
})
