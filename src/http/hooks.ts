import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { documentItem, type LiveIntake, topicMeaning } from '../ingest/ingest.ts'
import { TakingsError } from '../model/errors.ts'
import { type PlatformName, platformNames } from '../model/live.ts'
import type { HooksState, HookTopicState, TakenHook } from '../model/wire.ts'

/**
 * Messages that shop systems send of what happened. A message is known by its signature alone: whoever cannot sign its
 * body learns nothing and changes nothing, whatever host it asks for. What it means is looked into once it is on the disk.
 */

/** What messages of a shop system are known by. */
export interface HookSecrets {
  /** Any of them may have signed: there are two while a secret is changed. */
  readonly secrets: readonly string[]
  /** The setting that states them. */
  readonly variable: string
}

export interface HooksOptions {
  readonly secrets: Readonly<Record<PlatformName, HookSecrets>>
  readonly now: () => Date
}

/** One message as it came. */
export interface HookMessage {
  readonly platform: PlatformName
  /** The shop that sends it, where there are several of one system. */
  readonly source: string
  readonly headers: IncomingHttpHeaders
  /** Byte for byte: the signature is of these. */
  readonly body: Buffer
}

/** Where a system says what a message is. Of several names the first that came counts. */
interface HookHeaders {
  readonly name: string
  readonly signature: readonly string[]
  readonly delivery: readonly string[]
  readonly topic: readonly string[]
  /** Stated as true by messages that somebody sent to try the address. */
  readonly test: readonly string[]
}

/** Sources: Shopify, "Verify webhook deliveries"; WooCommerce, `WC_Webhook::deliver`. */
const headersOf: Readonly<Record<PlatformName, HookHeaders>> = {
  shopify: {
    name: 'Shopify',
    signature: ['x-shopify-hmac-sha256', 'shopify-hmac-sha256'],
    delivery: ['x-shopify-webhook-id', 'shopify-webhook-id'],
    topic: ['x-shopify-topic', 'shopify-topic'],
    test: ['x-shopify-test', 'shopify-test'],
  },
  woocommerce: {
    name: 'WooCommerce',
    signature: ['x-wc-webhook-signature'],
    delivery: ['x-wc-webhook-delivery-id'],
    topic: ['x-wc-webhook-topic'],
    test: [],
  },
}

/** Characters of a header that are kept, and topics that are told apart. */
const longestName = 200
const mostTopics = 100

export class Hooks {
  readonly #options: HooksOptions
  readonly #topics = new Map<string, HookTopicState & { readonly platform: PlatformName }>()
  readonly #refused = new Map<PlatformName, number>()

  constructor(options: HooksOptions) {
    this.#options = options
  }

  /**
   * Resolves once the message is on the disk, or where there is nothing to keep of it. Throws `hook_not_configured`,
   * `hook_signature_refused`, and what `LiveIntake.accept` does.
   */
  async take(message: HookMessage, intake: () => Promise<LiveIntake>): Promise<TakenHook> {
    this.#requireSecret(message)
    if (isPing(message)) return { outcome: 'test', topic: '' }
    this.#requireSignature(message)
    const { topic, test } = saidBy(message)
    const { outcome } = topicMeaning(message.platform, topic)
    if (test) return this.#count(message, { outcome: 'test', topic })
    if (outcome !== 'accepted') return this.#count(message, { outcome, topic })
    const isNew = await keep(message, await intake())
    return this.#count(message, { outcome: isNew ? 'accepted' : 'duplicate', topic })
  }

  state(): HooksState[] {
    return platformNames.map((platform) => {
      const topics = [...this.#topics.values()]
        .filter((one) => one.platform === platform)
        .map(({ topic, outcome, messages, lastAt }) => ({ topic, outcome, messages, lastAt }))
      return {
        platform,
        isConfigured: this.#options.secrets[platform].secrets.length > 0,
        topics,
        refused: this.#refused.get(platform) ?? 0,
        problem: problemWith(platform, topics),
      }
    })
  }

  #requireSecret({ platform }: HookMessage): void {
    const { secrets, variable } = this.#options.secrets[platform]
    if (secrets.length > 0) return
    throw new TakingsError('hook_not_configured', { platform: headersOf[platform].name, variable })
  }

  #requireSignature({ platform, headers, body }: HookMessage): void {
    const { name, signature } = headersOf[platform]
    const { secrets, variable } = this.#options.secrets[platform]
    const sent = Buffer.from(stated(headers, signature), 'base64')
    // Each is compared, so that the time taken does not tell which one it was.
    const fits = secrets.map((secret) => isSignedWith(secret, { body, sent }))
    if (fits.includes(true)) return
    this.#refused.set(platform, (this.#refused.get(platform) ?? 0) + 1)
    throw new TakingsError('hook_signature_refused', { platform: name, variable })
  }

  #count({ platform }: HookMessage, taken: TakenHook): TakenHook {
    const key = [platform, taken.outcome, taken.topic].join('\n')
    const known = this.#topics.get(key)
    if (known || this.#topics.size < mostTopics) {
      const lastAt = this.#options.now().toISOString()
      this.#topics.set(key, { ...taken, platform, messages: (known?.messages ?? 0) + 1, lastAt })
    }
    return taken
  }
}

function isSignedWith(
  secret: string,
  { body, sent }: { readonly body: Buffer; readonly sent: Buffer },
): boolean {
  const digest = createHmac('sha256', secret).update(body).digest()
  return sent.length === digest.length && timingSafeEqual(sent, digest)
}

/** WooCommerce tries an address with the number of the webhook, unsigned, before it keeps it. Nothing is done with that. */
function isPing({ platform, headers, body }: HookMessage): boolean {
  const isSigned = stated(headers, headersOf[platform].signature) !== ''
  return platform === 'woocommerce' && !isSigned && /^webhook_id=\d{1,20}$/.test(body.toString())
}

function saidBy({ platform, headers }: HookMessage) {
  const names = headersOf[platform]
  return {
    topic: stated(headers, names.topic),
    delivery: stated(headers, names.delivery),
    test: stated(headers, names.test).toLowerCase() === 'true',
  }
}

function stated(headers: IncomingHttpHeaders, names: readonly string[]): string {
  const [first = ''] = names.flatMap((name) => headers[name] ?? [])
  return first.slice(0, longestName)
}

/** False where the same delivery came before. */
async function keep(message: HookMessage, intake: LiveIntake): Promise<boolean> {
  const { platform, source, body } = message
  const { topic, delivery } = saidBy(message)
  const digest = createHash('sha256').update(body).digest('base64')
  const key = `hook ${platform} ${source} ${delivery}`
  // What is kept under it was on the disk before; another body under the same name is no repetition.
  if (delivery !== '' && intake.answerTo(key)?.digest === digest) return false
  const kept = { key, digest, answer: () => topic }
  const item = itemOf(body, { platform, source, topic })
  await intake.accept([item], ...(delivery === '' ? [] : [kept]))
  return true
}

function itemOf(
  body: Buffer,
  own: { readonly platform: PlatformName; readonly source: string; readonly topic: string },
): ReturnType<typeof documentItem> {
  try {
    return documentItem({ ...own, text: new TextDecoder('utf-8', { fatal: true }).decode(body) })
  } catch {
    return documentItem({ ...own, text: `not in UTF-8: ${body.toString('base64')}` })
  }
}

/** Some messages only say that another one comes: without that one their figures would be missing without a word. */
function problemWith(platform: PlatformName, topics: readonly HookTopicState[]): string | null {
  for (const { topic } of topics) {
    const { broughtBy } = topicMeaning(platform, topic)
    const isMissing = broughtBy !== null && !topics.some((other) => other.topic === broughtBy)
    if (isMissing)
      return `${topic} came and ${broughtBy} never did since the server started, which brings what it is about: subscribe to ${broughtBy} too.`
  }
  return null
}
