import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { LiveIntake } from '../ingest/ingest.ts'
import { TakingsError } from '../model/errors.ts'
import type { LiveItem, LiveKind, LiveRecord, MisfitRecord } from '../model/live.ts'
import type { AcceptedRecords, RefusedRecord } from '../model/wire.ts'
import { type BodyLine, beginningOf, linesIn, streamedLines, textOf } from './body-lines.ts'
import { schemaOf } from './live-schemas.ts'

/** What a request brings, and as what. */
export interface Delivery {
  readonly kind: LiveKind
  readonly source: string
}

/** Bytes of a body that is read whole, and of a line of one that is not. */
export const bodyLimits = { whole: 16 * 1024 * 1024, line: 1024 * 1024 }

/** What was answered, and where the records of the request stand in the journal. */
export interface Taken {
  readonly answer: AcceptedRecords
  readonly written: readonly WrittenRecords[]
}

/** Records of a request that follow each other, in the request and in the journal. */
export interface WrittenRecords {
  /** Of the first, among those that were sent, from 0. */
  readonly index: number
  /** Sequences of the first and the last. */
  readonly first: number
  readonly last: number
}

/** Refused records that an answer names; all of them are kept. */
export const mostNamed = 100
/** Records of a stream that are written down together, and bytes of them. */
const mostAtOnce = { records: 1_000, bytes: 4 * 1024 * 1024 }

/** Looks at records one by one and counts what became of them. */
class Door {
  readonly #delivery: Delivery
  readonly #refused: RefusedRecord[] = []
  #index = 0
  #accepted = 0
  #rejected = 0
  readonly #places: WrittenRecords[] = []
  #written = 0

  constructor(delivery: Delivery) {
    this.#delivery = delivery
  }

  look(value: unknown, text: string): LiveItem {
    const { kind, source } = this.#delivery
    const index = this.#index
    this.#index += 1
    const looked = schemaOf(kind).safeParse(value)
    if (looked.success) {
      this.#accepted += 1
      return { fits: { kind, source, record: looked.data } as LiveRecord }
    }
    const [issue] = looked.error.issues
    const path = issue && issue.path.length > 0 ? issue.path.join('.') : null
    return this.#refuse(index, { path, problem: issue?.message ?? 'it does not fit', text })
  }

  lookAtLine({ bytes, isWhole }: BodyLine): LiveItem {
    if (!isWhole)
      return this.#misfit({ path: null, problem: 'longer than 1 MB', text: beginningOf(bytes) })
    const text = textOf(bytes)
    if (text === null) {
      const kept = `not in UTF-8: ${bytes.toString('base64')}`
      return this.#misfit({ path: null, problem: 'not in UTF-8', text: kept })
    }
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return this.#misfit({ path: null, problem: 'not valid JSON', text })
    }
    return this.look(value, text)
  }

  /** So many records more are on the disk, up to a sequence. */
  passed(last: number, records: number): void {
    this.#places.push({ index: this.#written, first: last - records + 1, last })
    this.#written += records
  }

  /** Records that are on the disk, those that do not fit among them. */
  get written(): number {
    return this.#written
  }

  get places(): readonly WrittenRecords[] {
    return this.#places
  }

  /** What is answered; throws `records_rejected` where nothing fits. */
  answer(sequence: number): AcceptedRecords {
    const refused = this.#refused
    const counted = { accepted: this.#accepted, rejected: this.#rejected }
    return checkedAnswer({ ...counted, refused, sequence })
  }

  #misfit(why: Pick<MisfitRecord, 'path' | 'problem' | 'text'>): LiveItem {
    const index = this.#index
    this.#index += 1
    return this.#refuse(index, why)
  }

  #refuse(index: number, why: Pick<MisfitRecord, 'path' | 'problem' | 'text'>): LiveItem {
    const { kind, source } = this.#delivery
    this.#rejected += 1
    const { path, problem } = why
    if (this.#refused.length < mostNamed) this.#refused.push({ index, path, problem })
    return { misfit: { kind, source, ...why } }
  }
}

/** An answer as it is given; throws `records_rejected` where none of its records is taken. */
export function checkedAnswer(answer: AcceptedRecords): AcceptedRecords {
  const [first] = answer.refused
  if (!first || answer.accepted > 0) return answer
  const where = first.path === null ? '' : `${first.path}: `
  throw new TakingsError('records_rejected', {
    records: answer.rejected,
    problem: `record ${first.index}: ${where}${first.problem}`,
  })
}

/** Requests that came with a key and are being answered. */
export type Underway = Map<string, Promise<unknown>>

/** A request that is read whole, and what is to be done about its key. */
export interface Keyed extends Delivery {
  readonly key: string | null
  readonly underway: Underway
}

/**
 * One record, or a list of them. Under a key that came before the stored answer is given again; throws
 * `idempotency_key_reused` where the body is another one.
 */
export function takeDocument(intake: LiveIntake, body: unknown, keyed: Keyed): Promise<Taken> {
  const values = Array.isArray(body) ? body : [body]
  return takeInTurn(intake, keyed, {
    content: JSON.stringify(body) ?? '',
    look: (door) => values.map((value) => door.look(value, JSON.stringify(value) ?? '')),
  })
}

/** Lines of JSON, read whole because a key is to be kept for them. */
export function takeLines(intake: LiveIntake, body: Buffer, keyed: Keyed): Promise<Taken> {
  return takeInTurn(intake, keyed, {
    content: body,
    look: (door) => [...linesIn(body)].filter(isFilled).map((line) => door.lookAtLine(line)),
  })
}

/** False for lines of nothing but blanks. */
function isFilled({ bytes }: BodyLine): boolean {
  return bytes.some((byte) => byte !== 0x20 && byte !== 0x0d && byte !== 0x09)
}

interface Brought {
  readonly content: string | Buffer
  look(door: Door): readonly LiveItem[]
}

/** The second of two requests under one key waits for the answer of the first. */
async function takeInTurn(
  intake: LiveIntake,
  { key, underway, ...delivery }: Keyed,
  brought: Brought,
): Promise<Taken> {
  if (key === null) return takeOnce(intake, { ...delivery, key }, brought)
  for (let other = underway.get(key); other; other = underway.get(key))
    await other.catch(() => undefined)
  const taking = takeOnce(intake, { ...delivery, key }, brought)
  underway.set(key, taking)
  return taking.finally(() => underway.delete(key))
}

async function takeOnce(
  intake: LiveIntake,
  { key, ...delivery }: Omit<Keyed, 'underway'>,
  { content, look }: Brought,
): Promise<Taken> {
  const digest = createHash('sha256')
    .update(`${delivery.kind}\n${delivery.source}\n`)
    .update(content)
    .digest('base64')
  const known = key === null ? null : intake.answerTo(key)
  if (known) {
    if (known.digest !== digest)
      throw new TakingsError('idempotency_key_reused', { key: key ?? '' })
    return takenAtOnce(JSON.parse(known.answer) as AcceptedRecords)
  }
  const door = new Door(delivery)
  const items = look(door)
  if (items.length === 0)
    throw new TakingsError('invalid_request', { problem: 'there is no record' })
  const { mostWaiting: limit } = intake
  if (items.length > limit)
    throw new TakingsError('too_many_records', { records: items.length, limit })
  const kept = key === null ? undefined : keptAnswer(door, { key, digest })
  const { sequence } = await intake.accept(items, kept)
  return takenAtOnce(door.answer(sequence))
}

/** Records that were written down together have sequences without a gap. */
function takenAtOnce(answer: AcceptedRecords): Taken {
  const { accepted, rejected, sequence: last } = answer
  return { answer, written: [{ index: 0, first: last - accepted - rejected + 1, last }] }
}

function keptAnswer(
  door: Door,
  { key, digest }: { readonly key: string; readonly digest: string },
) {
  const answer = ({ last }: { readonly last: number }) => {
    try {
      return JSON.stringify(door.answer(last))
    } catch {
      // The same again is refused again, by the schema.
      return null
    }
  }
  return { key, digest, answer }
}

/**
 * Lines of JSON as they come in: what was written down stays so, whatever happens to the rest. Throws `queue_full`, or
 * `stream_stopped` where some were written down and no more can be, with the number of those.
 */
export async function takeStream(
  intake: LiveIntake,
  body: Readable,
  delivery: Delivery,
): Promise<Taken> {
  const door = new Door(delivery)
  let waiting: LiveItem[] = []
  let bytes = 0
  const write = async () => {
    const items = waiting
    waiting = []
    bytes = 0
    if (items.length === 0) return
    try {
      const { sequence } = await intake.accept(items)
      door.passed(sequence, items.length)
    } catch (error) {
      throw stoppedBy(error, door.written)
    }
  }
  // A body that is left unread is not destroyed with its connection: somebody waits for an answer there.
  const chunks = body.iterator({ destroyOnReturn: false })
  for await (const line of streamedLines(chunks, bodyLimits.line)) {
    if (!isFilled(line)) continue
    waiting.push(door.lookAtLine(line))
    bytes += line.bytes.length
    if (waiting.length >= mostAtOnce.records || bytes >= mostAtOnce.bytes) await write()
  }
  await write()
  const last = door.places.at(-1)?.last
  if (last === undefined)
    throw new TakingsError('invalid_request', { problem: 'there is no record' })
  return { answer: door.answer(last), written: door.places }
}

/** What keeps a stream from being written down, with how many of its records were. */
function stoppedBy(error: unknown, accepted: number): unknown {
  if (!(error instanceof TakingsError)) return error
  const details = { ...error.details, accepted }
  const isSaid = error.code === 'queue_full' || accepted === 0
  return new TakingsError(isSaid ? error.code : 'stream_stopped', details, { cause: error })
}
