import { isUtf8 } from 'node:buffer'

/** Lines of a body by their bytes: only a line feed ends one, whatever else looks like an end inside of a text. */
export interface BodyLine {
  /** Without its end. */
  readonly bytes: Buffer
  /** False where it is longer than a line may be: `bytes` is its beginning then. */
  readonly isWhole: boolean
}

/** Bytes that are kept of a line that is too long. */
const keptBeginning = 10_000
const lineFeed = 0x0a

/**
 * The lines of a stream. What is held of one that is too long is its beginning, so a line that never ends takes no more
 * memory than one that does.
 */
export async function* streamedLines(
  chunks: AsyncIterable<Buffer | string>,
  longest: number,
): AsyncGenerator<BodyLine> {
  const cutter = new LineCutter(longest)
  for await (const chunk of chunks)
    yield* cutter.cut(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  yield* cutter.rest()
}

/** The lines of a body that was read whole. */
export function* linesIn(body: Buffer): Generator<BodyLine> {
  const cutter = new LineCutter(Number.POSITIVE_INFINITY)
  yield* cutter.cut(body)
  yield* cutter.rest()
}

/** The text of bytes; null where they are not UTF-8: what stands for them would make different texts the same. */
export function textOf(bytes: Buffer): string | null {
  return isUtf8(bytes) ? bytes.toString('utf8') : null
}

/** What can be read of a beginning, which may end inside of a character. */
export function beginningOf(bytes: Buffer): string {
  return `${new TextDecoder().decode(bytes, { stream: true })}…`
}

class LineCutter {
  readonly #longest: number
  #parts: Buffer[] = []
  #bytes = 0
  #isWhole = true

  constructor(longest: number) {
    this.#longest = longest
  }

  *cut(chunk: Buffer): Generator<BodyLine> {
    let from = 0
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, from)) {
      this.#hold(chunk.subarray(from, end))
      yield this.#take()
      from = end + 1
    }
    this.#hold(chunk.subarray(from))
  }

  *rest(): Generator<BodyLine> {
    if (this.#bytes > 0) yield this.#take()
  }

  #hold(part: Buffer): void {
    if (!this.#isWhole || part.length === 0) return
    this.#parts.push(part)
    this.#bytes += part.length
    if (this.#bytes <= this.#longest) return
    this.#isWhole = false
    // A copy, so that the rest of it can be let go.
    this.#parts = [Buffer.from(Buffer.concat(this.#parts).subarray(0, keptBeginning))]
  }

  #take(): BodyLine {
    const [only, ...others] = this.#parts
    const bytes = only && others.length === 0 ? only : Buffer.concat(this.#parts)
    const line = { bytes, isWhole: this.#isWhole }
    this.#parts = []
    this.#bytes = 0
    this.#isWhole = true
    return line
  }
}
