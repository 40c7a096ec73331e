import { Transform } from 'node:stream'
import { TakingsError } from '../../model/errors.ts'

/**
 * What packed data may unpack to. Exports shrink to a tenth, the most repetitive ones to a hundredth; what
 * shrank further was made to fill a disk. Deflate itself ends at a thousandth, archives whose members share
 * their bytes do not.
 */
const mostTimes = 200
/** Below this nobody is harmed. */
const freeBytes = 256 * 1024 * 1024

export interface Packed {
  readonly name: string
  /** Bytes as they are packed. */
  readonly size: number
}

export function refuseBomb({ name, size }: Packed, unpacked: number): void {
  if (unpacked <= Math.max(freeBytes, size * mostTimes)) return
  throw new TakingsError('unreadable_format', {
    path: name,
    problem: `it unpacks to more than ${mostTimes} times its size, as no export does`,
  })
}

/** Passes on what was unpacked, and fails as soon as that is too much. */
export function unpackLimit(packed: Packed): Transform {
  let unpacked = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      unpacked += chunk.length
      try {
        refuseBomb(packed, unpacked)
        done(null, chunk)
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)))
      }
    },
  })
}
