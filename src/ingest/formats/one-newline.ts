import { createReadStream, createWriteStream } from 'node:fs'
import { basename, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { OpenRequest } from '../format.ts'
import type { InputFile } from '../input.ts'

/**
 * The engine's reader of lines stops at line ends of several kinds in one file, be it a single one among
 * millions; such a file is copied with one kind, also within its quotes.
 */
export async function withOneNewline({ file, folder }: OpenRequest): Promise<InputFile> {
  if (!file.mixedNewlines) return file
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
  const source = createReadStream(file.path, { encoding: 'utf8', highWaterMark: 1 << 20 })
  await pipeline(source, normalise, createWriteStream(path))
  return { ...file, path }
}
