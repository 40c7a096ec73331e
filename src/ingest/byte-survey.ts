import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'

/** What every byte of a text file was looked at for. */
export interface ByteSurvey {
  total: number
  utf8: boolean
  /** Bytes below space other than tab, line feed, carriage return; counted in a part of the file. */
  control: number
  /** Bytes 0x80 to 0x9F: letters in Windows-1252, nothing in Latin-1. */
  c1: number
  printable: number
  /** Lines that hold more than their end. */
  lines: number
  /** There is a double quote somewhere. */
  quoted: boolean
}

const surveyedChunks = 1

export async function surveyBytes(path: string): Promise<ByteSurvey> {
  const result: ByteSurvey = {
    total: 0,
    utf8: true,
    control: 0,
    c1: 0,
    printable: 0,
    lines: 0,
    quoted: false,
  }
  const lines = new LineCount()
  let carried = Buffer.alloc(0)
  let chunks = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const bytes = chunk as Buffer
    const whole = carried.length > 0 ? Buffer.concat([carried, bytes]) : bytes
    const cut = lastWholeCharacter(whole)
    if (result.utf8 && !isUtf8(whole.subarray(0, cut))) result.utf8 = false
    carried = Buffer.from(whole.subarray(cut))
    chunks += 1
    lines.add(bytes)
    result.quoted ||= bytes.includes(0x22)
    if (chunks <= surveyedChunks || !result.utf8 || result.printable === 0)
      countBytes(bytes, result)
  }
  if (carried.length > 0 && !isUtf8(carried)) result.utf8 = false
  result.lines = lines.end()
  return result
}

/** Counts the lines that are not blank, over chunks that may end anywhere. */
class LineCount {
  #lines = 0
  /** Bytes of the line that began in an earlier chunk, its return left out. */
  #begun = 0

  add(bytes: Buffer): void {
    let from = 0
    for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, from)) {
      this.#begin(bytes, from, at)
      if (this.#begun > 0) this.#lines += 1
      this.#begun = 0
      from = at + 1
    }
    this.#begin(bytes, from, bytes.length)
  }

  end(): number {
    return this.#lines + (this.#begun > 0 ? 1 : 0)
  }

  #begin(bytes: Buffer, from: number, to: number): void {
    const length = to - from
    const isReturn = length === 1 && bytes[from] === 0x0d
    if (length > 0 && !isReturn) this.#begun += length
  }
}

function countBytes(bytes: Buffer, result: ByteSurvey): void {
  result.total += bytes.length
  for (const byte of bytes) {
    if (byte > 0x20) {
      result.printable += 1
      if (byte >= 0x80 && byte <= 0x9f) result.c1 += 1
    } else if (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13) {
      result.control += 1
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
