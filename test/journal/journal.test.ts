import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Journal, openJournal } from '../../src/journal/journal.ts'

let folder = ''
let today = new Date('2026-03-10T12:00:00Z')
let journal: Journal | null = null

const open = async () => {
  journal = await openJournal({ folder, now: () => today })
  return journal
}
const close = async () => {
  await journal?.close()
  journal = null
}
const textsOf = (from: Journal, after = 0) => from.read(after, 1_000).map(({ text }) => text)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'takings-journal-'))
  today = new Date('2026-03-10T12:00:00Z')
})

afterEach(async () => {
  await close()
  rmSync(folder, { recursive: true, force: true })
})

describe('the journal', () => {
  it('keeps records in the order in which they came, and goes on counting after a restart', async () => {
    const first = await open()
    expect(first.last()).toBe(0)
    const many = await Promise.all([
      first.append(['a', 'b']),
      first.append(['c']),
      first.append(['d']),
    ])
    expect(many).toEqual([
      { first: 1, last: 2 },
      { first: 3, last: 3 },
      { first: 4, last: 4 },
    ])
    expect(first.read(1, 2)).toEqual([
      { sequence: 2, text: 'b', receivedAt: today.toISOString() },
      { sequence: 3, text: 'c', receivedAt: today.toISOString() },
    ])
    const { id } = first
    await close()
    const second = await open()
    expect(second.id).toBe(id)
    expect(textsOf(second)).toEqual(['a', 'b', 'c', 'd'])
    expect(await second.append(['e'])).toEqual({ first: 5, last: 5 })
  })

  it('keeps what was answered under a key together with the records', async () => {
    const own = await open()
    expect(own.answerTo('k')).toBeNull()
    await own.append(['a'], { key: 'k', digest: 'd', answer: ({ last }) => `up to ${last}` })
    await own.append(['b'], { key: 'none', digest: 'd', answer: () => null })
    await close()
    const again = await open()
    expect(again.answerTo('k')).toEqual({ digest: 'd', answer: 'up to 1' })
    expect(again.answerTo('none')).toBeNull()
  })

  it('forgets what is old and applied, and never gives a sequence twice', async () => {
    const own = await open()
    await own.append(['old', 'older'], { key: 'k', digest: 'd', answer: () => 'yes' })
    today = new Date('2026-03-20T12:00:00Z')
    await own.append(['new'])
    const recent = new Date('2026-03-15T12:00:00Z')
    await own.forget({ upTo: 1, recordsBefore: recent, answersBefore: new Date('2026-03-01') })
    expect(textsOf(own)).toEqual(['older', 'new'])
    expect(own.answerTo('k')).not.toBeNull()
    await own.forget({ upTo: 3, recordsBefore: today, answersBefore: today })
    expect(textsOf(own)).toEqual(['new'])
    expect(own.answerTo('k')).toBeNull()
    const tomorrow = new Date('2026-03-21T12:00:00Z')
    await own.forget({ upTo: 3, recordsBefore: tomorrow, answersBefore: tomorrow })
    await close()
    const again = await open()
    expect(again.last()).toBe(3)
    expect(await again.append(['next'])).toEqual({ first: 4, last: 4 })
    await again.continueAfter(10)
    expect(await again.append(['later'])).toEqual({ first: 11, last: 11 })
  })

  it('says that it cannot be read, and changes nothing', async () => {
    const own = await open()
    await own.append(['a'])
    await close()
    writeFileSync(
      join(folder, 'data.mdb'),
      'no journal at all, but long enough to be read'.repeat(500),
    )
    await expect(open()).rejects.toMatchObject({ code: 'journal_unreadable' })
  })

  it('notices that its end is missing, and that a record was changed', async () => {
    const own = await open()
    await own.append(Array.from({ length: 200 }, (_, index) => `record ${index} `.padEnd(600, 'x')))
    await close()
    const path = join(folder, 'data.mdb')
    const whole = readFileSync(path)
    writeFileSync(path, whole.subarray(0, whole.length - 8 * 4096))
    await expect(open()).rejects.toMatchObject({ code: 'journal_unreadable' })
    const changed = Buffer.from(whole)
    // Pages are never written over, so the record may stand in several.
    for (let at = 0; ; at += 1) {
      at = whole.indexOf('record 150 ', at)
      if (at < 0) break
      changed[at + 20] = 'y'.charCodeAt(0)
    }
    writeFileSync(path, changed)
    const again = await open()
    expect(again.read(0, 100)).toHaveLength(100)
    expect(() => again.read(100, 100)).toThrow('Record 151')
  })

  it('gives all of its records or an error, whichever block of its file holds what another one did', async () => {
    const own = await open()
    for (let batch = 0; batch < 40; batch++)
      await own.append(
        Array.from({ length: 1 + (batch % 9) }, (_, index) =>
          `record ${batch} ${index} `.padEnd(300 + ((batch * 37 + index * 11) % 900), 'x'),
        ),
      )
    const texts = textsOf(own)
    await close()
    const path = join(folder, 'data.mdb')
    const whole = readFileSync(path)
    const blocks = whole.length / 4096
    const outcomes = { whole: 0, refused: 0 }
    for (let step = 0; step < 24; step++) {
      const changed = Buffer.from(whole)
      const from = (step * 13 + 5) % blocks
      whole.copy(changed, ((step * 29 + 7) % blocks) * 4096, from * 4096, (from + 1) * 4096)
      writeFileSync(path, changed)
      const found = await open()
        .then((again) => textsOf(again))
        .catch((error: { code?: string }) => error.code)
      await close()
      if (Array.isArray(found)) expect(found.join() === texts.join()).toBe(true)
      else expect(found).toMatch(/^journal_(damaged|unreadable)$/)
      outcomes[Array.isArray(found) ? 'whole' : 'refused'] += 1
    }
    expect(outcomes.whole).toBeGreaterThan(0)
    expect(outcomes.refused).toBeGreaterThan(5)
  })

  it.each([0, 1])(
    'does not go back to what it was before its newest records, though block %d is gone',
    async (block) => {
      const own = await open()
      for (const text of ['a', 'b', 'c', 'd']) await own.append([text])
      await close()
      const path = join(folder, 'data.mdb')
      const changed = readFileSync(path)
      changed.fill(0, block * 4096, (block + 1) * 4096)
      writeFileSync(path, changed)
      await expect(open()).rejects.toMatchObject({ code: 'journal_unreadable' })
    },
  )

  it('knows which records it forgot, and says when another is gone', async () => {
    const own = await open()
    for (const text of ['a', 'b', 'c', 'd', 'e']) await own.append([text])
    const old = new Date('2026-03-11')
    await own.forget({ upTo: 2, recordsBefore: old, answersBefore: old })
    expect(own.forgotten()).toBe(2)
    expect(textsOf(own)).toEqual(['c', 'd', 'e'])
    await close()
    expect(textsOf(await open())).toEqual(['c', 'd', 'e'])
    await close()
    const other = createRequire(import.meta.url)('lmdb').open({ path: folder, noSubdir: false })
    await other.openDB({ name: 'records' }).remove(4)
    await other.close()
    const again = await open()
    expect(again.forgotten()).toBe(2)
    expect(() => again.read(2, 10)).toThrow('Record 4')
    expect(textsOf(again, 4)).toEqual(['e'])
  })

  it('says that it cannot be written, goes on living, and keeps what it called written', async () => {
    const line = [
      process.execPath,
      ...['--import', 'tsx', join(import.meta.dirname, 'children/fill.ts'), folder],
    ]
    // As a disk that is full does.
    const child = spawn('bash', ['-c', 'ulimit -f 2000; exec "$@"', 'bash', ...line], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const exit = once(child, 'exit')
    const said: string[] = []
    createInterface({ input: child.stdout }).on('line', (one) => said.push(one))
    expect(await exit).toEqual([0, null])
    expect(said.slice(-3)).toEqual(Array.from({ length: 3 }, () => 'journal_unwritable'))
    const last = Number(said.at(-4))
    expect(last).toBeGreaterThan(100)
    const own = await open()
    expect(own.read(0, 10_000).slice(0, last)).toHaveLength(last)
    expect(own.last()).toBeGreaterThanOrEqual(last)
  })

  it('has whatever it called written, whenever the process is killed', {
    timeout: 120_000,
  }, async () => {
    const known = new Map<number, string>()
    for (let kill = 0; kill < 8; kill++) {
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', join(import.meta.dirname, 'children/append.ts'), folder],
        { stdio: ['pipe', 'pipe', 'inherit'] },
      )
      const exit = once(child, 'exit')
      await new Promise<void>((resolve) => {
        createInterface({ input: child.stdout })
          .on('line', (line) => {
            const [first = '', last = '', writer, batch] = line.split(' ')
            for (let at = Number(first); at <= Number(last); at++)
              known.set(at, `record ${writer} ${batch} ${at - Number(first)} `)
            resolve()
          })
          .on('close', resolve)
      })
      await setTimeout(20 + kill * 11)
      child.kill('SIGKILL')
      await exit
      const own = await open()
      const records = new Map(own.read(0, 1_000_000).map(({ sequence, text }) => [sequence, text]))
      for (const [sequence, text] of known) expect(records.get(sequence)).toMatch(text)
      expect(own.last()).toBeGreaterThanOrEqual(Math.max(...known.keys()))
      await close()
    }
    expect(known.size).toBeGreaterThan(100)
  })
})
