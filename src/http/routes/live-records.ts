import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { TakingsError } from '../../model/errors.ts'
import { type LiveKind, liveKinds } from '../../model/live.ts'
import { appliedAnswer } from '../applied-answer.ts'
import { sourceName } from '../corrections.ts'
import { ClientLeft } from '../disconnect-signal.ts'
import { carriesToken } from '../guard.ts'
import { bodyLimits, takeDocument, takeLines, takeStream, type Underway } from '../live-door.ts'
import { bodyOf } from '../live-schemas.ts'
import { type App, apiPrefix, type Route, type Services } from '../route.ts'
import { answers, wireError } from '../schemas.ts'

const asked = z.object({
  source: sourceName
    .default('shop')
    .describe('the system that issued the numbers; a second shop needs a name of its own'),
  wait: z
    .enum(['visible'])
    .optional()
    .describe(
      'answer 200 once the records can be queried, and name those that were rejected when they were applied, instead of 202 once they are safe',
    ),
})
const headers = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('the same key with the same body gives the stored answer, for 30 days'),
})

/** Milliseconds after which a request that waits is told that its records are safe, and no more. */
const longestWait = 30_000
const ndjson = ['application/x-ndjson', 'application/ndjson', 'application/jsonl']

const summaries: Readonly<Record<LiveKind, string>> = {
  orders: 'Send orders, each whole: the same number again replaces it',
  returns: 'Send returns, each whole: the same number again replaces it',
  products: 'Send products as they are now',
  customers: 'Send customers as they are now',
  stock: 'Send counts, receipts and adjustments of stock',
}

/** The way in for records that come one by one. */
export const liveRecordsRoute: Route = (app, services) => {
  // A stream is read as it comes, or whole where a key is to be kept for it.
  app.addContentTypeParser(ndjson, (_request, payload, done) => done(null, payload))
  const underway: Underway = new Map()
  for (const kind of liveKinds) addRecords(app, services, { kind, underway })
}

function addRecords(
  app: App,
  services: Services,
  { kind, underway }: { readonly kind: LiveKind; readonly underway: Underway },
): void {
  app.post(
    `${apiPrefix}/${kind}`,
    {
      bodyLimit: bodyLimits.whole,
      schema: {
        tags: ['live'],
        summary: summaries[kind],
        description:
          'One record, a list of them, or one per line as application/x-ndjson, which is read as it comes. 202: they are on the disk and ' +
          'will be applied in their order. A record that does not fit is kept among the rejected rows, and named with its index. ' +
          'Needs the access token as `Authorization: Bearer TOKEN`.',
        consumes: ['application/json', 'application/x-ndjson'],
        querystring: asked,
        headers,
        body: bodyOf(kind),
        response: {
          200: answers.accepted,
          202: answers.accepted,
          '4xx': wireError,
          '5xx': wireError,
        },
      },
    },
    async (request, reply) => {
      requireToken(request, services)
      const { source, wait } = request.query
      const key = request.headers['idempotency-key'] ?? null
      const intake = await services.intake()
      const delivery = { kind, source }
      const keyed = { ...delivery, key, underway }
      const { body } = request
      const taken = isStream(body)
        ? await (key === null
            ? takeStream(intake, body, delivery)
            : wholeBody(body).then((whole) => takeLines(intake, whole, keyed))
          ).catch(unlessLeft(body))
        : await takeDocument(intake, body, keyed)
      const isVisible =
        wait === 'visible' && (await intake.visible(taken.answer.sequence, longestWait))
      reply.code(isVisible ? 200 : 202)
      return { data: isVisible ? appliedAnswer(taken, intake) : taken.answer, meta: {} }
    },
  )
}

function requireToken(
  request: Parameters<typeof carriesToken>[0],
  { writeToken, writeTokenPath, ownerToken }: Services,
): void {
  if (carriesToken(request, writeToken) || carriesToken(request, ownerToken)) return
  throw new TakingsError('token_required', { path: writeTokenPath })
}

function isStream(body: unknown): body is IncomingMessage {
  return typeof body === 'object' && body !== null && 'pipe' in body
}

/** A body that broke off is no fault of ours, and nobody waits for an answer to it. */
function unlessLeft(body: IncomingMessage): (error: unknown) => never {
  return (error) => {
    throw body.readableAborted ? new ClientLeft('the client went away') : error
  }
}

async function wholeBody(body: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  // Destroyed with its connection it could not be answered that it is too large.
  const read: AsyncIterable<Buffer> = body.iterator({ destroyOnReturn: false })
  for await (const chunk of read) {
    bytes += chunk.length
    if (bytes > bodyLimits.whole)
      throw new TakingsError('upload_too_large', { limit: '16 MB where it has a key' })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
