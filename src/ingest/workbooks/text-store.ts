import { TakingsError } from '../../model/errors.ts'

const blockSize = 1 << 22
/** Of all shared texts of a workbook. */
const mostBytes = 192 * 1024 * 1024
const mostTexts = 16_000_000

/** Many texts by number, kept as bytes: a million short strings would take several times the memory. */
export class TextStore {
  readonly #name: string
  readonly #blocks: Buffer[] = []
  #at = blockSize
  #bytes = 0
  /** For each text its block, where it starts there, and its length. */
  #places = new Uint32Array(3 * 1024)
  #count = 0

  constructor(name: string) {
    this.#name = name
  }

  /** Throws `unreadable_format` for more text than a spreadsheet program itself could open. */
  add(text: string): void {
    const length = Buffer.byteLength(text)
    this.#bytes += length
    if (this.#bytes > mostBytes || this.#count >= mostTexts) {
      throw new TakingsError('unreadable_format', {
        path: this.#name,
        problem: 'it holds too much text for a workbook; export its sheets as CSV',
      })
    }
    if (this.#at + length > blockSize) {
      this.#blocks.push(Buffer.allocUnsafe(Math.max(blockSize, length)))
      this.#at = 0
    }
    this.#blocks.at(-1)?.write(text, this.#at)
    this.#place(this.#blocks.length - 1, this.#at, length)
    this.#at += length
  }

  get(index: number): string | undefined {
    if (!(index >= 0 && index < this.#count)) return undefined
    const [block = 0, start = 0, length = 0] = this.#places.subarray(3 * index, 3 * index + 3)
    return this.#blocks[block]?.toString('utf8', start, start + length)
  }

  #place(block: number, start: number, length: number): void {
    if (3 * this.#count === this.#places.length) {
      const larger = new Uint32Array(2 * this.#places.length)
      larger.set(this.#places)
      this.#places = larger
    }
    this.#places.set([block, start, length], 3 * this.#count)
    this.#count += 1
  }
}
