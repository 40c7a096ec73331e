import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { TakingsError } from '../model/errors.ts'

/** SHA-256 of all bytes of a file, hexadecimal: what tells it from another one of its name. Throws `not_a_file`. */
export async function contentHash(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path), hash)
  } catch (error) {
    throw new TakingsError('not_a_file', { path, problem: (error as Error).message })
  }
  return hash.digest('hex')
}
