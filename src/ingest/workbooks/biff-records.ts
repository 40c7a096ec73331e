/** A record of the old Excel format, with the bytes of the records that continue it. */
export interface BiffRecord {
  readonly type: number
  /** The record's own bytes first; a text may go on in the next. */
  readonly segments: readonly Buffer[]
}

export const recordTypes = {
  formula: 0x0006,
  end: 0x000a,
  from1904: 0x0022,
  password: 0x002f,
  continued: 0x003c,
  sheet: 0x0085,
  numbers: 0x00bd,
  richText: 0x00d6,
  cellFormat: 0x00e0,
  sharedTexts: 0x00fc,
  sharedText: 0x00fd,
  number: 0x0203,
  text: 0x0204,
  truthOrError: 0x0205,
  formulaText: 0x0207,
  shortNumber: 0x027e,
  numberFormat: 0x041e,
  begin: 0x0809,
} as const

/** The records from a place on. Throws `RangeError` where the bytes end within one. */
export function* recordsFrom(bytes: Buffer, start: number): Generator<BiffRecord> {
  let at = start
  while (at + 4 <= bytes.length) {
    const type = bytes.readUInt16LE(at)
    const segments: Buffer[] = []
    do {
      const length = bytes.readUInt16LE(at + 2)
      if (at + 4 + length > bytes.length) throw new RangeError('a record is cut')
      segments.push(bytes.subarray(at + 4, at + 4 + length))
      at += 4 + length
    } while (at + 4 <= bytes.length && bytes.readUInt16LE(at) === recordTypes.continued)
    yield { type, segments }
  }
}

/** Reads texts that may go on from one record in the next. */
export class BiffTexts {
  readonly #segments: readonly Buffer[]
  #segment = 0
  #at: number

  constructor({ segments }: BiffRecord, start: number) {
    this.#segments = segments
    this.#at = start
  }

  /** A text with its length in 16 bits, or in 8. */
  next(lengthBytes: 1 | 2 = 2): string {
    if (this.#left === 0) this.#turn()
    let length = lengthBytes === 2 ? this.#number(2) : this.#number(1)
    let flags = this.#number(1)
    const runs = flags & 8 ? this.#number(2) : 0
    const extra = flags & 4 ? this.#number(4) : 0
    let text = ''
    for (;;) {
      const bytes = flags & 1 ? 2 : 1
      const taken = Math.min(length, Math.floor(this.#left / bytes))
      text += this.#bytes(taken * bytes).toString(bytes === 2 ? 'utf16le' : 'latin1')
      length -= taken
      if (length === 0) break
      this.#turn()
      flags = this.#number(1)
    }
    this.#skip(4 * runs + extra)
    // No text of a database holds a zero character.
    return text.replaceAll('\u0000', '')
  }

  get #left(): number {
    return (this.#segments[this.#segment]?.length ?? 0) - this.#at
  }

  #turn(): void {
    this.#segment += 1
    this.#at = 0
    if (this.#segment >= this.#segments.length) throw new RangeError('a text is cut')
  }

  #number(bytes: 1 | 2 | 4): number {
    return this.#bytes(bytes).readUIntLE(0, bytes)
  }

  #bytes(length: number): Buffer {
    if (length > this.#left) throw new RangeError('a text is cut')
    const from = this.#at
    this.#at += length
    return this.#segments[this.#segment]?.subarray(from, this.#at) ?? Buffer.alloc(0)
  }

  #skip(length: number): void {
    let rest = length
    while (rest > this.#left) {
      rest -= this.#left
      this.#turn()
    }
    this.#at += rest
  }
}
