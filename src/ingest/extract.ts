import {
  closeSync,
  createReadStream,
  createWriteStream,
  openSync,
  readSync,
  statSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { TakingsError } from '../model/errors.ts'
import { type ByteSurvey, surveyBytes } from './byte-survey.ts'
import type { Encoding, InputFile } from './input.ts'

/**
 * Turns a path into a file that can be read as UTF-8 text or as Parquet. Every byte of a text file is
 * looked at: its encoding is proven, not guessed from its head. Files in another encoding, or compressed,
 * are spooled; nothing is ever held in memory whole.
 */
export interface ExtractOptions {
  readonly number: number
  readonly path: string
  readonly name: string
  /** Where spooled copies go. */
  readonly folder: string
  readonly signal?: AbortSignal
}

const headLength = 65_536

export async function extract(options: ExtractOptions): Promise<InputFile> {
  const { path, name } = options
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) throw new TakingsError('file_not_found', { path: name })
  if (!stats.isFile()) {
    throw new TakingsError('not_a_file', { path: name, problem: 'it is no regular file' })
  }
  if (stats.size === 0) throw new TakingsError('empty_file', { path: name })
  const base = {
    number: options.number,
    name,
    original: { path, size: stats.size },
    modifiedAt: stats.mtime.toISOString(),
  }
  const head = readHead(path, name)
  if (head[0] === 0x1f && head[1] === 0x8b) {
    const unpacked = await unpack(options)
    const inner = await readable({ ...options, path: unpacked })
    return { ...base, ...inner, compression: 'gzip' }
  }
  return { ...base, ...(await readable(options)), compression: 'none' }
}

type Readable = Pick<InputFile, 'path' | 'size' | 'encoding' | 'lines' | 'mixedNewlines'>

async function readable(options: ExtractOptions): Promise<Readable> {
  const { path, name } = options
  const size = statSync(path).size
  if (size === 0) throw new TakingsError('empty_file', { path: name })
  const head = readHead(path, name)
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') {
    checkParquetEnd(path, name, size)
    return { path, size, encoding: 'binary', lines: null, mixedNewlines: false }
  }
  refuseKnown(head, name)
  const spooled = join(options.folder, `${options.number}-${basename(path)}.utf8`)
  if (isUtf16(head)) {
    // Its line ends take two bytes: they are looked at in the copy.
    await transcode(path, spooled, 'UTF-16')
    const lines = linesOf(await surveyBytes(spooled))
    return { path: spooled, size: statSync(spooled).size, encoding: 'UTF-16', ...lines }
  }
  const bytes = await surveyBytes(path)
  const encoding = provenEncoding(bytes, head, name)
  if (encoding === 'UTF-8') return { path, size, encoding, ...linesOf(bytes) }
  await transcode(path, spooled, encoding)
  return { path: spooled, size: statSync(spooled).size, encoding, ...linesOf(bytes) }
}

function readHead(path: string, name: string): Buffer {
  const buffer = Buffer.alloc(headLength)
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw new TakingsError('not_a_file', { path: name, problem }, { cause: error })
  }
  try {
    return buffer.subarray(0, readSync(file, buffer, 0, headLength, 0))
  } finally {
    closeSync(file)
  }
}

async function unpack(options: ExtractOptions): Promise<string> {
  const target = join(
    options.folder,
    `${options.number}-${basename(options.path).replace(/\.gz$/i, '')}`,
  )
  const { signal } = options
  try {
    await pipeline(createReadStream(options.path), createGunzip(), createWriteStream(target), {
      ...(signal ? { signal } : {}),
    })
  } catch (error) {
    signal?.throwIfAborted()
    throw spoolError(error, options.name, 'its gzip data ends early or is corrupt')
  }
  return target
}

function spoolError(error: unknown, name: string, problem: string): TakingsError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOSPC') {
    return new TakingsError('disk_full', { problem: 'unpacking a file', path: 'the data folder' })
  }
  return new TakingsError('damaged_file', { path: name, problem }, { cause: error })
}

function checkParquetEnd(path: string, name: string, size: number): void {
  const tail = Buffer.alloc(4)
  const file = openSync(path, 'r')
  try {
    readSync(file, tail, 0, 4, Math.max(0, size - 4))
  } finally {
    closeSync(file)
  }
  if (tail.toString('latin1') !== 'PAR1' || size < 12) {
    throw new TakingsError('damaged_file', {
      path: name,
      problem: 'the end of the Parquet file is missing',
    })
  }
}

const knownBinary: readonly (readonly [string, string])[] = [
  ['PK\u0003\u0004', 'it is a zip or Excel file'],
  ['\u00d0\u00cf\u0011\u00e0', 'it is an old Excel or Office file'],
  ['%PDF', 'it is a PDF'],
  ['\u0089PNG', 'it is a picture'],
  ['\u00ff\u00d8\u00ff', 'it is a picture'],
  ['SQLite format 3', 'it is an SQLite database'],
  ['BZh', 'it is bzip2-compressed'],
  ['(\u00b5/\u00fd', 'it is zstd-compressed'],
  ['\u00fd7zXZ', 'it is xz-compressed'],
]

const webPage = /^(\u00ef\u00bb\u00bf)?\s*<(!doctype html|html|head|body)\b/i
const xml = /^(\u00ef\u00bb\u00bf)?\s*<\?xml\b/

function refuseKnown(head: Buffer, name: string): void {
  const start = head.subarray(0, 256).toString('latin1')
  const [, binary] = knownBinary.find(([magic]) => start.startsWith(magic)) ?? []
  const markup = webPage.test(start)
    ? 'it is a web page, perhaps one that asks to log in'
    : xml.test(start)
      ? 'it is XML'
      : undefined
  const problem = binary ?? markup
  if (problem) throw new TakingsError('unreadable_format', { path: name, problem })
}

function linesOf(bytes: ByteSurvey): Pick<InputFile, 'lines' | 'mixedNewlines'> {
  return { lines: bytes.quoted ? null : bytes.lines, mixedNewlines: bytes.newlines.size > 1 }
}

function provenEncoding(bytes: ByteSurvey, head: Buffer, name: string): Encoding {
  const marked = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf
  if (bytes.printable === (marked ? 3 : 0)) throw new TakingsError('empty_file', { path: name })
  if (bytes.control > bytes.total * 0.02) {
    throw new TakingsError('unreadable_format', { path: name, problem: 'it is binary, not text' })
  }
  if (bytes.utf8) return marked ? 'UTF-8 with BOM' : 'UTF-8'
  return bytes.c1 > 0 ? 'Windows-1252' : 'Latin-1'
}

/** Marked as UTF-16, or text of Western languages in it without a mark: every second byte is zero. */
function isUtf16(head: Buffer): boolean {
  const marked = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)
  if (marked) return true
  const length = head.length - (head.length % 2)
  if (length < 4) return false
  let even = 0
  let odd = 0
  for (let at = 0; at < length; at += 2) {
    if (head[at] === 0) even += 1
    if (head[at + 1] === 0) odd += 1
  }
  return Math.max(even, odd) > length * 0.35
}

/** Copies a file as UTF-8 without a byte order mark. */
async function transcode(path: string, target: string, encoding: Encoding): Promise<void> {
  const label = await decoderLabel(path, encoding)
  const decoder = new TextDecoder(label)
  const decode = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, decoder.decode(chunk, { stream: true }))
    },
    flush(done) {
      done(null, decoder.decode())
    },
  })
  await pipeline(
    createReadStream(path, { highWaterMark: 1 << 20 }),
    decode,
    createWriteStream(target),
  )
}

async function decoderLabel(path: string, encoding: Encoding): Promise<string> {
  if (encoding === 'UTF-8 with BOM') return 'utf-8'
  if (encoding !== 'UTF-16') return 'windows-1252'
  const head = readHead(path, path)
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  return head[0] === 0 ? 'utf-16be' : 'utf-16le'
}
