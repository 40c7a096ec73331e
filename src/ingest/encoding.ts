import { createReadStream, createWriteStream } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { TakingsError } from '../model/errors.ts'
import type { ByteSurvey } from './byte-survey.ts'
import type { Encoding } from './input.ts'

/** The encoding that the bytes of a text prove. Throws `empty_file`, `unreadable_format`. */
export function provenEncoding(bytes: ByteSurvey, head: Buffer, name: string): Encoding {
  const marked = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf
  if (bytes.printable === (marked ? 3 : 0)) throw new TakingsError('empty_file', { path: name })
  if (bytes.control > bytes.total * 0.02) {
    throw new TakingsError('unreadable_format', { path: name, problem: 'it is binary, not text' })
  }
  if (bytes.utf8) return marked ? 'UTF-8 with BOM' : 'UTF-8'
  return bytes.c1 > 0 ? 'Windows-1252' : 'Latin-1'
}

/** Marked as UTF-16, or text of Western languages in it without a mark: every second byte is zero. */
export function isUtf16(head: Buffer): boolean {
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

export interface TranscodeRequest {
  readonly from: string
  readonly to: string
  readonly encoding: Encoding
  /** The first bytes of the file. */
  readonly head: Buffer
}

/** Copies a text as UTF-8 without a byte order mark and without zero characters; gives how many there were. */
export async function transcode({ from, to, encoding, head }: TranscodeRequest): Promise<number> {
  const decoder = new TextDecoder(decoderLabel(encoding, head))
  let zeros = 0
  const clean = (text: string) => {
    if (!text.includes('\u0000')) return text
    const kept = text.replaceAll('\u0000', '')
    zeros += text.length - kept.length
    return kept
  }
  const decode = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, clean(decoder.decode(chunk, { stream: true })))
    },
    flush(done) {
      done(null, clean(decoder.decode()))
    },
  })
  await pipeline(createReadStream(from, { highWaterMark: 1 << 20 }), decode, createWriteStream(to))
  return zeros
}

function decoderLabel(encoding: Encoding, head: Buffer): string {
  if (encoding === 'UTF-8' || encoding === 'UTF-8 with BOM') return 'utf-8'
  if (encoding !== 'UTF-16') return 'windows-1252'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  return head[0] === 0 ? 'utf-16be' : 'utf-16le'
}
