import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { surveyBytes } from '../../src/ingest/byte-survey.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'takings-bytes-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const megabyte = 1 << 20

function survey(content: string | Buffer) {
  const path = join(folder, 'file')
  writeFileSync(path, content)
  return surveyBytes(path)
}

describe('a survey of bytes', () => {
  it('counts the lines that hold something, whatever ends them', async () => {
    expect(await survey('a\n\r\nb\r\n\n\nc')).toMatchObject({ lines: 3, quoted: false, utf8: true })
    expect(await survey('')).toMatchObject({ lines: 0, total: 0, utf8: true })
    expect(await survey('"a\nb"')).toMatchObject({ lines: 2, quoted: true })
  })

  it.each([0, 1, 2, 3, 4])(
    'reads a character cut %i bytes before a megabyte ends',
    async (before) => {
      for (const character of ['é', '€', '😀']) {
        const text = `${'x'.repeat(megabyte - before)}${character}\n`.repeat(3)
        expect(await survey(text)).toMatchObject({ utf8: true, lines: 3 })
      }
    },
  )

  it('sees a byte that is no UTF-8 anywhere, and a character cut off by the end', async () => {
    const late = Buffer.alloc(3 * megabyte + 17, 'x')
    late[3 * megabyte + 5] = 0xe9
    expect(await survey(late)).toMatchObject({ utf8: false, lines: 1 })
    for (const length of [1, 2, 3]) {
      const cut = Buffer.concat([
        Buffer.from('x'.repeat(megabyte - 2)),
        Buffer.from('😀').subarray(0, length),
      ])
      expect(await survey(cut)).toMatchObject({ utf8: false })
    }
  })

  it('counts lines over chunks that end within one, or right after it', async () => {
    for (const length of [megabyte - 2, megabyte - 1, megabyte, megabyte + 1]) {
      expect(await survey(`${'x'.repeat(length)}\r\n`.repeat(3))).toMatchObject({ lines: 3 })
    }
  })

  it('counts no lines that hold only blanks, nor a byte order mark', async () => {
    expect(await survey(' \t\r\n\uFEFF\n \nb\n')).toMatchObject({ lines: 2 })
    expect(await survey('\uFEFF\n \n\t b\n')).toMatchObject({ lines: 1 })
  })

  it.each([megabyte - 2, megabyte - 1, megabyte, 2 * megabyte])(
    'states no lines where a return after %i bytes stands alone',
    async (length) => {
      const before = 'x'.repeat(length)
      expect(await survey(`${before}\r\n`)).toMatchObject({ lines: 1 })
      expect(await survey(`${before}\r`)).toMatchObject({ lines: null })
      expect(await survey(`${before}\rb\nc\r\n`)).toMatchObject({ lines: null })
      expect(await survey(`${before}\r\r\nb`)).toMatchObject({ lines: null })
    },
  )

  it('tells every kind of line end, wherever it stands', async () => {
    const long = 'x'.repeat(megabyte - 1)
    const kinds: readonly [string, readonly string[]][] = [
      ['one line', []],
      ['a\nb\n', ['\n']],
      ['a\r\nb\r\n', ['\r\n']],
      ['a\rb', ['\r']],
      ['a\r', ['\r']],
      ['\na\r\n', ['\n', '\r\n']],
      [`${long}\r\n`, ['\r\n']],
      [`${long}\r`, ['\r']],
      [`${long}\n\n`, ['\n']],
      [`${long}x\n`, ['\n']],
      [`${long}\rb\nc\r\n`, ['\n', '\r\n', '\r']],
      [`a\n${long}${long}${long}\r\nb\n`, ['\n', '\r\n']],
      [`a\n${long}${long}${long}\rb\n`, ['\n', '\r']],
    ]
    for (const [text, expected] of kinds)
      expect((await survey(text)).newlines, text.slice(0, 9)).toEqual(new Set(expected))
  })
})
