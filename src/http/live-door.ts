import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { LiveIntake } from '../ingest/ingest.ts'
import { TakingsError } from '../model/errors.ts'
import type { LiveItem, LiveKind, LiveRecord, MisfitRecord } from '../model/live.ts'
import type { AcceptedRecords, RefusedRecord } from '../model/wire.ts'
import { schemaOf } from './live-schemas.ts'

/** What a request brings, and as what. */
export interface Delivery {
  readonly kind: LiveKind
  readonly source: string
}

/** Bytes of a body that is read whole, and of a line of one that is not. */
export const bodyLimits = { whole: 16 * 1024 * 1024, line: 1024 * 1024 }
/** Refused records that an answer names; all of them are kept. */
const mostNamed = 100
/** Records of a stream that are written down together. */
const recordsAtOnce = 1_000

/** Looks at records one by one and counts what became of them. */
class Door {
  readonly #delivery: Delivery
  readonly #refused: RefusedRecord[] = []
  #index = 0
  #accepted = 0
  #rejected = 0
  #sequence = 0
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

  lookAtText(text: string): LiveItem {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      const index = this.#index
      this.#index += 1
      return this.#refuse(index, { path: null, problem: 'not valid JSON', text })
    }
    return this.look(value, text)
  }

  /** So many records are on the disk, up to a sequence. */
  passed(sequence: number, records: number): void {
    this.#sequence = sequence
    this.#written += records
  }

  /** Records that are on the disk, those that do not fit among them. */
  get written(): number {
    return this.#written
  }

  /** What is answered; throws `records_rejected` where nothing fits. */
  answer(sequence: number): AcceptedRecords {
    const [first] = this.#refused
    if (first && this.#accepted === 0) {
      const where = first.path === null ? '' : `${first.path}: `
      throw new TakingsError('records_rejected', {
        records: this.#rejected,
        problem: `record ${first.index}: ${where}${first.problem}`,
      })
    }
    return {
      accepted: this.#accepted,
      rejected: this.#rejected,
      refused: this.#refused,
      sequence: Math.max(sequence, this.#sequence),
    }
  }

  #refuse(index: number, why: Pick<MisfitRecord, 'path' | 'problem' | 'text'>): LiveItem {
    const { kind, source } = this.#delivery
    this.#rejected += 1
    const { path, problem } = why
    if (this.#refused.length < mostNamed) this.#refused.push({ index, path, problem })
    return { misfit: { kind, source, ...why } }
  }
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
export function takeDocument(
  intake: LiveIntake,
  body: unknown,
  keyed: Keyed,
): Promise<AcceptedRecords> {
  const values = Array.isArray(body) ? body : [body]
  return takeInTurn(intake, keyed, {
    content: JSON.stringify(body) ?? '',
    look: (door) => values.map((value) => door.look(value, JSON.stringify(value) ?? '')),
  })
}

/** Lines of JSON, read whole because a key is to be kept for them. */
export function takeLines(
  intake: LiveIntake,
  text: string,
  keyed: Keyed,
): Promise<AcceptedRecords> {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return takeInTurn(intake, keyed, {
    content: text,
    look: (door) => lines.map((line) => door.lookAtText(line)),
  })
}

interface Brought {
  readonly content: string
  look(door: Door): readonly LiveItem[]
}

/** The second of two requests under one key waits for the answer of the first. */
async function takeInTurn(
  intake: LiveIntake,
  { key, underway, ...delivery }: Keyed,
  brought: Brought,
): Promise<AcceptedRecords> {
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
): Promise<AcceptedRecords> {
  const digest = createHash('sha256')
    .update(`${delivery.kind}\n${delivery.source}\n${content}`)
    .digest('base64')
  const known = key === null ? null : intake.answerTo(key)
  if (known) {
    if (known.digest !== digest)
      throw new TakingsError('idempotency_key_reused', { key: key ?? '' })
    return JSON.parse(known.answer) as AcceptedRecords
  }
  const door = new Door(delivery)
  const items = look(door)
  if (items.length === 0)
    throw new TakingsError('invalid_request', { problem: 'there is no record' })
  const kept = key === null ? undefined : keptAnswer(door, { key, digest })
  const { sequence } = await intake.accept(items, kept)
  return door.answer(sequence)
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

/** Lines of JSON as they come in: what was written down stays so, whatever happens to the rest. */
export async function takeStream(
  intake: LiveIntake,
  lines: Readable,
  delivery: Delivery,
): Promise<AcceptedRecords> {
  const door = new Door(delivery)
  let waiting: LiveItem[] = []
  const write = async () => {
    const items = waiting
    waiting = []
    if (items.length === 0) return
    try {
      const { sequence } = await intake.accept(items)
      door.passed(sequence, items.length)
    } catch (error) {
      if (!(error instanceof TakingsError) || error.code !== 'queue_full') throw error
      throw new TakingsError('queue_full', { ...error.details, accepted: door.written })
    }
  }
  for await (const line of createInterface({ input: lines, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue
    if (line.length > bodyLimits.line)
      throw new TakingsError('upload_too_large', { limit: 'a record of 1 MB' })
    waiting.push(door.lookAtText(line))
    if (waiting.length >= recordsAtOnce) await write()
  }
  await write()
  if (door.written === 0)
    throw new TakingsError('invalid_request', { problem: 'there is no record' })
  return door.answer(0)
}
