import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { bodyLimits, takeStream } from '../../src/http/live-door.ts'
import type { LiveIntake } from '../../src/ingest/ingest.ts'
import { TakingsError } from '../../src/model/errors.ts'
import type { LiveItem } from '../../src/model/live.ts'

/** Streams of records, with an intake that keeps them in memory. */

interface Kept {
  readonly intake: LiveIntake
  readonly items: LiveItem[]
  /** Records that were written down together. */
  readonly together: number[]
}

/** `failing`: what it throws once it has that many records. */
function openIntake(failing?: { readonly after: number; readonly error: Error }): Kept {
  const items: LiveItem[] = []
  const together: number[] = []
  const intake: Partial<LiveIntake> = {
    async accept(some) {
      if (failing && items.length >= failing.after) throw failing.error
      items.push(...some)
      together.push(some.length)
      return { sequence: items.length }
    },
  }
  return { intake: intake as LiveIntake, items, together }
}

const orders = { kind: 'orders', source: 'shop' } as const
const order = (number: string, name = 'Lamp') =>
  JSON.stringify({
    order_number: number,
    order_date: '2026-03-02',
    lines: [{ product_name: name, quantity: 1, unit_price: '9.95' }],
  })

function numbersOf(items: readonly LiveItem[]): string[] {
  return items.map((item) => {
    if ('fits' in item && item.fits.kind === 'orders') return item.fits.record.order_number
    return 'misfit' in item ? item.misfit.problem : '?'
  })
}

describe('a stream of records', () => {
  it('keeps a line that is not in UTF-8 as a record that does not fit, and takes the others', async () => {
    const { intake, items } = openIntake()
    const latin = Buffer.from(`${order('Ä1')}\n${order('Ö1')}\n`, 'latin1')
    const { answer } = await takeStream(intake, Readable.from([latin, order('Ü1')]), orders)
    expect(answer).toMatchObject({ accepted: 1, rejected: 2, sequence: 3 })
    expect(answer.refused).toEqual([
      { index: 0, path: null, problem: 'not in UTF-8' },
      { index: 1, path: null, problem: 'not in UTF-8' },
    ])
    expect(numbersOf(items)).toEqual(['not in UTF-8', 'not in UTF-8', 'Ü1'])
  })

  it('reads characters that lie in two chunks, and separators of lines inside of texts', async () => {
    const { intake, items } = openIntake()
    const bytes = Buffer.from(`${order('Ä1', 'a\u2028b')}\r\n\n${order('2')}`)
    const chunks = Array.from(bytes, (byte) => Buffer.from([byte]))
    const { answer } = await takeStream(intake, Readable.from(chunks), orders)
    expect(answer).toMatchObject({ accepted: 2, rejected: 0 })
    expect(numbersOf(items)).toEqual(['Ä1', '2'])
  })

  it('keeps the beginning of a line that is too long, and goes on after it', async () => {
    const { intake, items } = openIntake()
    const long = order('2', 'x'.repeat(bodyLimits.line))
    const lines = Buffer.from([order('1'), long, order('3')].join('\n'))
    const { answer } = await takeStream(intake, Readable.from([lines]), orders)
    expect(answer).toMatchObject({ accepted: 2, rejected: 1, sequence: 3 })
    expect(answer.refused).toEqual([{ index: 1, path: null, problem: 'longer than 1 MB' }])
    const [, kept] = items
    const { text = '' } = kept && 'misfit' in kept ? kept.misfit : {}
    expect(long.startsWith(text.replace(/…$/, ''))).toBe(true)
    expect(text.length).toBeLessThan(20_000)
    expect(text).toContain('"order_number":"2"')
  })

  it('holds little of a line that never ends', async () => {
    const { intake } = openIntake()
    const chunk = Buffer.alloc(1024 * 1024, 'x')
    let most = 0
    const endless = function* () {
      for (let chunks = 0; chunks < 600; chunks += 1) {
        most = Math.max(most, process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed)
        yield chunk
      }
    }
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed
    const stream = Readable.from(endless(), { objectMode: true, highWaterMark: 1 })
    await expect(takeStream(intake, stream, orders)).rejects.toMatchObject({
      code: 'records_rejected',
    })
    expect(most - before).toBeLessThan(200_000_000)
  })

  it('writes large records down before many of them wait', async () => {
    const { intake, together } = openIntake()
    const lines = Array.from({ length: 20 }, (_, index) =>
      order(String(index), 'x'.repeat(bodyLimits.line / 2)),
    )
    await takeStream(intake, Readable.from([Buffer.from(lines.join('\n'))]), orders).catch(
      () => undefined,
    )
    expect(together.length).toBeGreaterThan(1)
    expect(Math.max(...together)).toBeLessThan(12)
  })

  it('says how many were taken before the disk was full', async () => {
    const failure = new TakingsError('disk_full', { problem: 'nothing is left', path: 'the disk' })
    const lines = Array.from({ length: 2_500 }, (_, index) => order(String(index))).join('\n')
    const later = openIntake({ after: 2_000, error: failure })
    const stopped = takeStream(later.intake, Readable.from([Buffer.from(lines)]), orders)
    await expect(stopped).rejects.toMatchObject({
      code: 'stream_stopped',
      status: 507,
      details: { accepted: 2_000 },
      message: expect.stringContaining('nothing is left'),
    })
    const atOnce = openIntake({ after: 0, error: failure })
    await expect(
      takeStream(atOnce.intake, Readable.from([Buffer.from(lines)]), orders),
    ).rejects.toMatchObject({ code: 'disk_full', details: { accepted: 0 } })
  })
})
