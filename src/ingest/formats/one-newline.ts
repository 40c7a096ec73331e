import { closeSync, createReadStream, createWriteStream, openSync, readSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { OpenRequest } from '../format.ts'
import type { InputFile } from '../input.ts'

/**
 * The engine's reader of lines stops at line ends of several kinds in one file; such a file is copied with
 * one kind.
 */
export async function withOneNewline({ file, head, folder }: OpenRequest): Promise<InputFile> {
  const kinds = new Set([head, ...windowsOf(file)].flatMap(newlinesIn))
  if (kinds.size < 2) return file
  const path = join(folder, `${file.number}-${basename(file.path)}.lines`)
  let endsInReturn = false
  const normalise = new Transform({
    decodeStrings: false,
    transform(chunk: string, _encoding, done) {
      const joined = endsInReturn ? `\r${chunk}` : chunk
      endsInReturn = joined.endsWith('\r')
      done(null, (endsInReturn ? joined.slice(0, -1) : joined).replace(/\r\n?/g, '\n'))
    },
    flush(done) {
      done(null, endsInReturn ? '\n' : '')
    },
  })
  await pipeline(createReadStream(file.path, 'utf8'), normalise, createWriteStream(path))
  return { ...file, path, lines: null }
}

const windows = 16
const windowLength = 65_536

/** Parts of a large file up to its end: two exports joined into one show there. */
function windowsOf(file: InputFile): string[] {
  const last = file.size - windowLength
  if (last <= 0) return []
  const handle = openSync(file.path, 'r')
  try {
    const buffer = Buffer.alloc(windowLength)
    return Array.from({ length: windows }, (_, index) => {
      const at = Math.floor((last * (index + 1)) / windows)
      return buffer.toString('latin1', 0, readSync(handle, buffer, 0, windowLength, at))
    })
  } finally {
    closeSync(handle)
  }
}

/** The kinds of line ends in a text, its first and last character left out: they may be half of one. */
function newlinesIn(text: string): string[] {
  const found = text.slice(0, -1).matchAll(/(?<=[^\r])(\r\n|\n)|\r(?=[^\n])/g)
  return [...new Set([...found].map(([newline]) => newline))]
}
