import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { TakingsError, type WireError } from '../model/errors.ts'
import type { LiveKind } from '../model/live.ts'
import type { AcceptedRecords, RefusedRecord } from '../model/wire.ts'
import { AckTimes } from './ack-times.ts'
import { isOfNetwork, problemOf, readAnswer, silent } from './live-answer.ts'
import type { LiveTarget } from './live-target.ts'
import { thrownAgain } from './server-client.ts'

export interface SenderOptions {
  /** The server, which may be another one after it was started again. */
  target(): Promise<LiveTarget>
  /** The system that issued the numbers. */
  readonly source: string
  readonly signal: AbortSignal
  /** Told why it waits, in a few words; null when it goes on. */
  onWait(reason: string | null): void
}

/** Milliseconds for which a server that is gone is waited for. */
const patienceMs = 300_000
/** Milliseconds in which a request must be answered. */
const answerMs = 60_000
const firstPauseMs = 250
const longestPauseMs = 5_000
/** Refused records that are kept to be named. */
const mostNamed = 10

interface Request {
  readonly kind: LiveKind
  readonly texts: readonly string[]
  readonly key: string
}

/**
 * Sends live records until they are acknowledged: what the server cannot take now is sent again, under the same key, so
 * that nothing is lost and nothing doubled.
 */
export class RecordSender {
  readonly acknowledged = new AckTimes()
  readonly refused: (RefusedRecord & { readonly text: string })[] = []
  refusedRecords = 0
  sent: Record<LiveKind, number> = { orders: 0, returns: 0, products: 0, customers: 0, stock: 0 }
  readonly #options: SenderOptions
  readonly #run = randomUUID()
  #requests = 0
  #last: Request | null = null

  constructor(options: SenderOptions) {
    this.#options = options
  }

  /** Throws `token_refused`, `server_not_answering`, `no_server`, or what the server says is wrong for good. */
  async send(kind: LiveKind, documents: readonly object[]): Promise<void> {
    if (documents.length === 0) return
    this.#requests += 1
    const texts = documents.map((document) => JSON.stringify(document))
    const request = { kind, texts, key: `${this.#run}-${this.#requests}` }
    const answer = await this.#deliver(request, '')
    if (answer.accepted > 0) this.#last = request
    this.sent[kind] += answer.accepted
    this.refusedRecords += answer.rejected
    for (const one of answer.refused) {
      if (this.refused.length < mostNamed)
        this.refused.push({ ...one, text: texts[one.index] ?? '' })
    }
  }

  /** Waits until all that was sent can be queried; the last request again is answered then. */
  async untilVisible(): Promise<void> {
    const last = this.#last
    if (last) await this.#deliver(last, '&wait=visible', (status) => status === 200)
  }

  /** `isDone`: whether an answer is the one that is waited for. */
  async #deliver(
    request: Request,
    query: string,
    isDone: (status: number) => boolean = () => true,
  ): Promise<AcceptedRecords> {
    const { signal, onWait } = this.#options
    let giveUpAt = performance.now() + patienceMs
    for (let attempt = 0; ; attempt += 1) {
      if (query !== '') signal.throwIfAborted()
      const outcome = await this.#attempt(request, query)
      if ('answer' in outcome) {
        onWait(null)
        if (isDone(outcome.status)) return outcome.answer
        continue
      }
      if (outcome.isAlive) giveUpAt = performance.now() + patienceMs
      if (performance.now() > giveUpAt) throw outcome.error
      onWait(outcome.reason)
      const pause = outcome.pauseMs ?? Math.min(longestPauseMs, firstPauseMs * 2 ** attempt)
      await setTimeout(pause, undefined, { signal }).catch(() => signal.throwIfAborted())
    }
  }

  async #attempt(request: Request, query: string): Promise<Outcome> {
    const { target, source } = this.#options
    const found = await target().catch((error: unknown) => {
      if (error instanceof TakingsError && error.code === 'no_server' && this.#requests > 1)
        return error
      throw error
    })
    if (found instanceof TakingsError) return waiting('the server is gone', found)
    const { url, token, tokenFile } = found
    const started = performance.now()
    try {
      const path = `${url}/api/v1/${request.kind}?source=${encodeURIComponent(source)}${query}`
      const response = await fetch(path, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/x-ndjson',
          'idempotency-key': request.key,
        },
        body: request.texts.join('\n'),
        signal: AbortSignal.timeout(answerMs),
      })
      const text = await response.text()
      if (response.status === 401) throw new TakingsError('token_refused', { url, path: tokenFile })
      if (response.ok) {
        if (query === '') this.acknowledged.note(performance.now() - started)
        return { answer: readAnswer(text, url).data, status: response.status }
      }
      return refusal(response, text, { url, records: request.texts.length })
    } catch (error) {
      if (error instanceof TakingsError || !isOfNetwork(error)) throw error
      const problem = problemOf(error)
      return waiting('the server does not answer', silent(url, problem))
    }
  }
}

type Outcome =
  | { readonly answer: AcceptedRecords; readonly status: number }
  | {
      readonly reason: string
      readonly error: Error
      /** Null: a little longer each time. */
      readonly pauseMs: number | null
      /** The server is there, and only has no room now. */
      readonly isAlive: boolean
    }

function waiting(reason: string, error: Error): Outcome {
  return { reason, error, pauseMs: null, isAlive: false }
}

/** What the server says it cannot do now is tried again; what it will never do is thrown. */
function refusal(
  response: Response,
  text: string,
  { url, records }: { readonly url: string; readonly records: number },
): Outcome {
  const { status } = response
  const { error } = readAnswer<WireError>(text, url)
  // None of them fits: they are kept among the rejected rows, and the others go on.
  if (error.code === 'records_rejected')
    return { answer: noneTaken(error.message, records), status: 200 }
  const thrown = thrownAgain(error, status)
  const seconds = Number(response.headers.get('retry-after'))
  const pauseMs = seconds > 0 ? seconds * 1_000 : null
  if (status === 429)
    return { reason: 'the server is busy applying', error: thrown, pauseMs, isAlive: true }
  if (status === 507)
    return { reason: error.message.replace(/\.$/, ''), error: thrown, pauseMs, isAlive: true }
  if (status >= 502 && status <= 504)
    return { ...waiting('the server is not ready', thrown), pauseMs }
  throw thrown
}

function noneTaken(problem: string, records: number): AcceptedRecords {
  return {
    accepted: 0,
    rejected: records,
    refused: [{ index: 0, path: null, problem }],
    sequence: 0,
  }
}
