import { isUtf8 } from 'node:buffer'
import { type FileHandle, open } from 'node:fs/promises'

export type Newline = '\n' | '\r\n' | '\r'

/**
 * What a text file was looked at for. Of every byte: `utf8`, `lines`, `newlines`, `quoted` and `zeros`. The other
 * counts are of a part of the file: its first megabyte, further ones until one holds more than blanks, and
 * all from the first that is no UTF-8 on.
 */
export interface ByteSurvey {
  utf8: boolean
  /** Bytes of that part. */
  total: number
  /** Bytes below space other than tab, line feed, carriage return. */
  control: number
  /** Bytes 0x80 to 0x9F: letters in Windows-1252, nothing in Latin-1. */
  c1: number
  /** Bytes above space. */
  printable: number
  /** Lines that hold more than blanks; null where a return without a line feed may end some too. */
  lines: number | null
  /** The kinds of line ends, also of those in quotes. */
  newlines: ReadonlySet<Newline>
  /** There is a double quote somewhere. */
  quoted: boolean
  /** There is a zero byte somewhere. */
  zeros: boolean
}

const surveyedChunks = 1
const chunkSize = 1 << 20
const lineFeed = 0x0a
const carriageReturn = 0x0d
/** A character of UTF-8 takes four bytes: what is left of one goes before the next chunk. */
const longestRest = 4

export async function surveyBytes(path: string): Promise<ByteSurvey> {
  const result: ByteSurvey = {
    total: 0,
    utf8: true,
    control: 0,
    c1: 0,
    printable: 0,
    lines: 0,
    newlines: new Set(),
    quoted: false,
    zeros: false,
  }
  const lines = new LineCount()
  let chunks = 0
  for await (const { bytes, characters } of chunksOf(path)) {
    if (result.utf8 && !isUtf8(characters)) result.utf8 = false
    chunks += 1
    lines.add(chunks === 1 ? unmarked(bytes) : bytes)
    result.quoted ||= bytes.includes(0x22)
    result.zeros ||= bytes.includes(0)
    if (chunks <= surveyedChunks || !result.utf8 || result.printable === 0)
      countBytes(bytes, result)
  }
  return { ...result, ...lines.end() }
}

interface Chunk {
  readonly bytes: Buffer
  /** The same from one whole character to another, as UTF-8 counts them. */
  readonly characters: Buffer
}

/**
 * The file in two buffers that take turns: one is filled while the other is looked at, and neither is made
 * anew for every megabyte of a large file.
 */
async function* chunksOf(path: string): AsyncGenerator<Chunk> {
  const file = await open(path, 'r')
  try {
    let filled = Buffer.allocUnsafe(longestRest + chunkSize)
    let next = Buffer.allocUnsafe(longestRest + chunkSize)
    let length = await fill(file, filled)
    let rest = 0
    while (length > 0) {
      const following = fill(file, next)
      const whole = filled.subarray(longestRest - rest, longestRest + length)
      const cut = lastWholeCharacter(whole)
      yield {
        bytes: filled.subarray(longestRest, longestRest + length),
        characters: whole.subarray(0, cut),
      }
      rest = whole.length - cut
      whole.copy(next, longestRest - rest, cut)
      length = await following
      ;[filled, next] = [next, filled]
    }
    const characters = filled.subarray(longestRest - rest, longestRest)
    yield { bytes: characters.subarray(0, 0), characters }
  } finally {
    await file.close()
  }
}

async function fill(file: FileHandle, buffer: Buffer): Promise<number> {
  const { bytesRead } = await file.read(buffer, longestRest, chunkSize)
  return bytesRead
}

/** Counts the lines that are not blank, and the kinds of their ends, over chunks that may end anywhere. */
class LineCount {
  #filledLines = 0
  /** The line at hand holds something. */
  #filled = false
  #feeds = 0
  #pairs = 0
  #loneReturns = 0
  #endsInReturn = false

  add(bytes: Buffer): void {
    if (bytes.length === 0) return
    let from = 0
    for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, from)) {
      this.#feeds += 1
      if (this.#filled || holdsSomething(bytes, from, at)) this.#filledLines += 1
      this.#filled = false
      from = at + 1
    }
    this.#filled ||= holdsSomething(bytes, from, bytes.length)
    this.#countReturns(bytes)
  }

  end(): Pick<ByteSurvey, 'lines' | 'newlines'> {
    if (this.#endsInReturn) this.#loneReturns += 1
    const newlines = new Set<Newline>()
    if (this.#feeds > this.#pairs) newlines.add('\n')
    if (this.#pairs > 0) newlines.add('\r\n')
    if (this.#loneReturns > 0) newlines.add('\r')
    const lines = this.#filledLines + (this.#filled ? 1 : 0)
    return { lines: this.#loneReturns > 0 ? null : lines, newlines }
  }

  /** Whether a return at the end of the bytes stands alone the next ones tell. */
  #countReturns(bytes: Buffer): void {
    if (this.#endsInReturn) this.#countReturn(bytes[0])
    this.#endsInReturn = bytes[bytes.length - 1] === carriageReturn
    const last = bytes.length - 1
    let at = bytes.indexOf(carriageReturn)
    while (at >= 0 && at < last) {
      this.#countReturn(bytes[at + 1])
      at = bytes.indexOf(carriageReturn, at + 1)
    }
  }

  #countReturn(next: number | undefined): void {
    if (next === lineFeed) this.#pairs += 1
    else this.#loneReturns += 1
  }
}

function holdsSomething(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0
    const isBlank = byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
    if (!isBlank) return true
  }
  return false
}

/** A byte order mark belongs to no line. */
function unmarked(bytes: Buffer): Buffer {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  return marked ? bytes.subarray(3) : bytes
}

function countBytes(bytes: Buffer, result: ByteSurvey): void {
  // Counted by value first: a megabyte has 256 of them, and no branch stands in the way.
  const times = new Uint32Array(256)
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    times[byte] = (times[byte] ?? 0) + 1
  }
  result.total += bytes.length
  for (const [byte, count] of times.entries()) {
    if (byte > 0x20) {
      result.printable += count
      if (byte >= 0x80 && byte <= 0x9f) result.c1 += count
    } else if (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13) {
      result.control += count
    }
  }
}

/** Index after the last character that is certainly complete (UTF-8 takes at most four bytes). */
function lastWholeCharacter(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return bytes.length - back + 1
    if (byte >= 0xc0) return bytes.length - back
  }
  return bytes.length
}
