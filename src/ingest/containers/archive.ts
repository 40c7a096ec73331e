import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32 } from 'node:zlib'
import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from 'yauzl'
import { TakingsError } from '../../model/errors.ts'
import { refuseBomb } from './unpack-limit.ts'

/** A zip archive: its list of members is read, their bytes only when asked for. */
export interface Archive {
  readonly members: readonly ArchiveMember[]
  close(): void
}

export interface ArchiveMember {
  /** Path inside the archive with `/`, never one that leads out of it. */
  readonly name: string
  /** Bytes once unpacked, as stated; unpacking fails where that is not true. */
  readonly size: number
  /**
   * Unpacks it into a stream. Rejects with `damaged_file` where its bytes are not those that were packed,
   * with `unreadable_format` where it is encrypted or packed in a way that is not read.
   */
  unpack(into: NodeJS.WritableStream, signal?: AbortSignal): Promise<void>
}

const mostMembers = 10_000
const deflated = 8
const stored = 0

/** Throws `damaged_file`, `too_many_files`, and `unreadable_format` for what was made to fill a disk. */
export async function openArchive(path: string, name: string): Promise<Archive> {
  const zip = await openPromise(path, {
    autoClose: false,
    lazyEntries: true,
    decodeStrings: false,
  }).catch((error: unknown) => {
    throw damaged(name, error)
  })
  try {
    const members: ArchiveMember[] = []
    let unpacked = 0
    for await (const entry of zip.eachEntry()) {
      if (members.length >= mostMembers) {
        throw new TakingsError('too_many_files', { limit: mostMembers })
      }
      unpacked += entry.uncompressedSize
      members.push(memberOf(zip, entry, name))
    }
    refuseBomb({ name, size: zip.fileSize }, unpacked)
    return { members, close: () => zip.close() }
  } catch (error) {
    zip.close()
    throw error instanceof TakingsError ? error : damaged(name, error)
  }
}

function memberOf(zip: ZipFile, entry: Entry, archive: string): ArchiveMember {
  const raw = getFileNameLowLevel(
    entry.generalPurposeBitFlag,
    entry.fileNameRaw,
    entry.extraFields,
    false,
  )
  const name = insideName(raw)
  const shown = `${archive}/${name}`
  return {
    name: raw.endsWith('/') ? `${name}/` : name,
    size: entry.uncompressedSize,
    async unpack(into, signal) {
      refuseUnreadable(entry, shown)
      try {
        const source = await zip.openReadStreamPromise(entry)
        await pipeline(source, checkedBy(entry.crc32), into, signal ? { signal } : {})
      } catch (error) {
        signal?.throwIfAborted()
        throw unpackingError(error, shown)
      }
    },
  }
}

/** A name such as `../../etc/passwd` or `C:\orders.csv` as one that stays inside. */
function insideName(raw: string): string {
  return raw
    .split(/[\\/]+/)
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .join('/')
}

function refuseUnreadable(entry: Entry, name: string): void {
  const problem = entry.isEncrypted()
    ? 'it is protected with a password; unpack it and import what comes out'
    : entry.compressionMethod !== deflated && entry.compressionMethod !== stored
      ? `it is packed by method ${entry.compressionMethod}; unpack it and import what comes out`
      : null
  if (problem) throw new TakingsError('unreadable_format', { path: name, problem })
}

/** Passes bytes on and fails at the end where their check sum is another one. */
function checkedBy(expected: number): Transform {
  let sum = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum = crc32(chunk, sum)
      done(null, chunk)
    },
    flush(done) {
      done(sum === expected ? null : new Error('its check sum does not fit its content'))
    },
  })
}

/** What a failed unpacking means for a person. */
export function unpackingError(error: unknown, name: string): TakingsError {
  if (error instanceof TakingsError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOSPC') {
    return new TakingsError('disk_full', { problem: 'unpacking a file', path: 'the data folder' })
  }
  return damaged(name, error)
}

function damaged(name: string, error: unknown): TakingsError {
  const said = error instanceof Error ? error.message : String(error)
  const problem = /end of central directory/i.test(said)
    ? 'the end of the zip data is missing'
    : said.replace(/\.$/, '')
  return new TakingsError('damaged_file', { path: name, problem }, { cause: error })
}
