import { setImmediate } from 'node:timers/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { OrderSight } from '../../engine.ts'

/** Orders beyond which the bits would take more memory than a search takes time: 256 MB of them. */
const mostOrders = 100_000_000
const leastBits = 2 ** 20
const bitsAnOrder = 16
const bitsSet = 4
/** Chunks of 2,048 ids after which the event loop gets a turn. */
const chunksPerTurn = 8

/** Runs work on a connection that reads. */
export type Reading = <T>(work: (connection: DuckDBConnection) => Promise<T>) => Promise<T>

/**
 * A Bloom filter (Bloom 1970) over the ids of all orders, and of orders and documents that returns name, kept by whoever writes: of ids
 * that it does not hold neither is there. It may hold ids of orders that are not; then they are looked up as ever. Ids are
 * hashes already, so their own bits tell the places (Kirsch and Mitzenmacher 2006). It is filled beside everything else
 * when it is asked for again: who loads one file and ends would only wait for it.
 */
export class OrderFilter implements OrderSight {
  readonly #reading: Reading
  #bits: Uint32Array | null = null
  #orders = 0
  #filledFor = 0
  /** Ids that were declared while the filter is being filled; null while it is not. */
  #meanwhile: string[] | null = null
  /** Rises with every transaction that did not declare its orders. */
  #generation = 0
  #declared = false
  #wasAsked = false

  constructor(reading: Reading) {
    this.#reading = reading
  }

  mayHold(ids: readonly string[]): boolean {
    const bits = this.#bits
    if (bits) return ids.some((id) => holds(bits, halvesOf(id)))
    if (this.#wasAsked && !this.#meanwhile) void this.#fill()
    this.#wasAsked = true
    return true
  }

  documentId(number: string): string {
    return documentId(number)
  }

  willHold(ids: readonly string[]): void {
    this.#declared = true
    this.#meanwhile?.push(...ids)
    if (!this.#bits) return
    for (const id of ids) add(this.#bits, halvesOf(id))
    this.#orders += ids.length
    // Fuller, it would say of ever more ids that they may be there.
    if (this.#orders > 2 * this.#filledFor) this.#bits = null
  }

  /** A transaction begins. */
  begin(): void {
    this.#declared = false
  }

  /** The transaction is over, or failed in a way that may have left its orders there. */
  end(mayHaveOrders: boolean): void {
    if (this.#declared || !mayHaveOrders) return
    this.#generation += 1
    this.#bits = null
  }

  async #fill(): Promise<void> {
    const generation = this.#generation
    const meanwhile: string[] = []
    this.#meanwhile = meanwhile
    try {
      const filled = await this.#reading((connection) => filterOf(connection))
      if (!filled || generation !== this.#generation) return
      for (const id of meanwhile) add(filled.bits, halvesOf(id))
      this.#bits = filled.bits
      this.#orders = filled.orders
      this.#filledFor = Math.max(filled.orders, leastBits / bitsAnOrder)
    } catch {
      // Without it orders are looked up; the next batch tries again.
    } finally {
      this.#meanwhile = null
    }
  }
}

const documentId = (number: string) =>
  `(hash(regexp_replace(${number}, '^(refund of )+', '')) >> 1)::BIGINT`

const everyId = `SELECT order_id FROM orders UNION ALL
  SELECT order_id FROM returns_fact WHERE order_id IS NOT NULL UNION ALL
  SELECT ${documentId('document_number')} AS order_id FROM returns_fact WHERE document_number IS NOT NULL UNION ALL
  SELECT order_id FROM held_returns WHERE order_id IS NOT NULL UNION ALL
  SELECT ${documentId('document_number')} AS order_id FROM held_returns WHERE document_number IS NOT NULL`

/** Null where there are too many orders. */
async function filterOf(
  connection: DuckDBConnection,
): Promise<{ readonly bits: Uint32Array; readonly orders: number } | null> {
  const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM (${everyId}) AS ids`)
  const expected = Number(counted.getRows()[0]?.[0] ?? 0)
  if (expected > mostOrders) return null
  const size = 2 ** Math.ceil(Math.log2(Math.max(leastBits, expected * bitsAnOrder)))
  const bits = new Uint32Array(size / 32)
  const result = await connection.stream(
    `SELECT (order_id & 4294967295)::UINTEGER AS low, ((order_id >> 32) & 4294967295)::UINTEGER AS high
     FROM (${everyId}) AS ids`,
  )
  let orders = 0
  for (let chunks = 1; ; chunks++) {
    const chunk = await result.fetchChunk()
    if (!chunk || chunk.rowCount === 0) return { bits, orders }
    const [lows, highs] = [chunk.getColumnVector(0), chunk.getColumnVector(1)]
    for (let row = 0; row < chunk.rowCount; row++)
      add(bits, [Number(lows.getItem(row)), Number(highs.getItem(row))])
    orders += chunk.rowCount
    if (chunks % chunksPerTurn === 0) await setImmediate()
  }
}

/** The lower and the upper 32 bits of an id, from 0. */
type Halves = readonly [low: number, high: number]

function halvesOf(id: string): Halves {
  const bits = BigInt.asUintN(64, BigInt(id))
  return [Number(bits & 0xffff_ffffn), Number(bits >> 32n)]
}

/** Which of the filter's bits is the one of a turn: word and bit. */
function placeOf(bits: Uint32Array, turn: number, [low, high]: Halves): [number, number] {
  const place = (low + turn * high) % (bits.length * 32)
  return [Math.floor(place / 32), place % 32]
}

function add(bits: Uint32Array, id: Halves): void {
  for (let turn = 0; turn < bitsSet; turn++) {
    const [word, bit] = placeOf(bits, turn, id)
    bits[word] = (bits[word] ?? 0) | (1 << bit)
  }
}

function holds(bits: Uint32Array, id: Halves): boolean {
  for (let turn = 0; turn < bitsSet; turn++) {
    const [word, bit] = placeOf(bits, turn, id)
    if (((bits[word] ?? 0) & (1 << bit)) === 0) return false
  }
  return true
}
