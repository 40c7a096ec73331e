import { Agent, get, request } from 'node:http'
import { setTimeout } from 'node:timers/promises'

/**
 * `order-sender.ts URL TOKEN PHASE`: sends orders to a running server in a process of its own, as JSON in PHASE says, and
 * prints what it saw, as JSON: milliseconds to each acknowledgement, and of every so many orders until they could be queried
 * and until a viewer was told of their commit.
 */

export interface SendPhase {
  readonly perSecond: number
  readonly seconds: number
  /** One in so many orders waits until it can be queried. */
  readonly visibleEvery: number
  readonly viewers: number
  /** Numbers of orders begin here. */
  readonly firstNumber: number
  /** Lines of one stream instead of single requests. */
  readonly stream?: number
}

export interface SendResult {
  readonly acknowledged: readonly number[]
  readonly visible: readonly number[]
  readonly told: readonly number[]
  readonly sent: number
  readonly failed: readonly string[]
  /** Commits that a viewer heard of. */
  readonly changes: number
  readonly seconds: number
}

const [url = '', token = '', text = ''] = process.argv.slice(2)
const phase = JSON.parse(text) as SendPhase
const agent = new Agent({ keepAlive: true, maxSockets: 512 })
/** When a viewer heard of a commit. */
const changes: number[] = []
for (let viewer = 0; viewer < phase.viewers; viewer++) follow(viewer === 0)
await setTimeout(500)
const result = await (phase.stream ? sendStream(phase.stream) : sendSingly())
process.stdout.write(JSON.stringify(result), () => process.exit(0))

function follow(isNoted: boolean): void {
  get(`${url}/api/v1/live`, { agent: new Agent() }, (response) => {
    response.setEncoding('utf8').on('data', (events: string) => {
      if (isNoted && events.includes('event: change')) changes.push(performance.now())
    })
  })
}

function orderOf(number: number): object {
  return {
    order_number: String(number),
    // Live orders are of now; those of a past day are restated besides.
    ordered_at: new Date().toISOString(),
    currency: 'EUR',
    channel: 'web',
    customer: { customer_key: String(10_001 + ((number * 7919) % 1_300_000)) },
    region: { country: 'DE' },
    lines: Array.from({ length: 1 + (number % 3) }, (_, line) => ({
      product_key: String(1001 + ((number * 7 + line * 13) % 2200)),
      quantity: 1,
      unit_price: `${5 + (number % 40)}.95`,
    })),
  }
}

async function sendSingly(): Promise<SendResult> {
  const { perSecond, seconds, visibleEvery, firstNumber } = phase
  const acknowledged: number[] = []
  const visible: number[] = []
  const waited: { readonly began: number; readonly ended: number }[] = []
  const failed: string[] = []
  const underway: Promise<void>[] = []
  const started = performance.now()
  const all = perSecond * seconds
  for (let sent = 0; sent < all; ) {
    const due = Math.min(all, Math.floor(((performance.now() - started) / 1000) * perSecond) + 1)
    for (; sent < due; sent++) {
      const waits = sent % visibleEvery === visibleEvery - 1
      const began = performance.now()
      const one = post(orderOf(firstNumber + sent), waits).then(
        () => {
          const ended = performance.now()
          if (waits) {
            visible.push(ended - began)
            waited.push({ began, ended })
          } else acknowledged.push(ended - began)
        },
        (error: unknown) => {
          failed.push(String(error))
        },
      )
      underway.push(one)
    }
    await setTimeout(1)
  }
  await Promise.all(underway)
  const took = (performance.now() - started) / 1000
  return {
    acknowledged,
    visible,
    told: waited.map(({ began, ended }) => changeNear(ended) - began),
    sent: all,
    failed,
    changes: changes.length,
    seconds: took,
  }
}

/** The commit by which an order can be queried is told some milliseconds before or after that is answered. */
function changeNear(moment: number): number {
  return changes.reduce(
    (nearest, told) => (Math.abs(told - moment) < Math.abs(nearest - moment) ? told : nearest),
    Number.POSITIVE_INFINITY,
  )
}

function post(body: object, waits: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const path = `${url}/api/v1/orders${waits ? '?wait=visible' : ''}`
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    const sending = request(path, { method: 'POST', agent, headers }, (response) => {
      response.resume()
      response.once('end', () => {
        const status = response.statusCode ?? 0
        if (status === 200 || status === 202) resolve()
        else reject(new Error(String(status)))
      })
    })
    sending.once('error', reject)
    sending.end(JSON.stringify(body))
  })
}

/** Lines are counted as order lines, since that is what a warehouse holds. */
async function sendStream(lines: number): Promise<SendResult> {
  const started = performance.now()
  const texts: string[] = []
  let written = 0
  let orders = 0
  while (written < lines) {
    const number = phase.firstNumber + orders
    texts.push(JSON.stringify(orderOf(number)))
    written += 1 + (number % 3)
    orders += 1
  }
  const headers = { 'content-type': 'application/x-ndjson', authorization: `Bearer ${token}` }
  const answer = await fetch(`${url}/api/v1/orders`, {
    method: 'POST',
    headers,
    body: texts.join('\n'),
  })
  if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`)
  const acknowledged = [performance.now() - started]
  await post(orderOf(phase.firstNumber + orders), true)
  const seconds = (performance.now() - started) / 1000
  const rest = { visible: [], told: [], failed: [], changes: changes.length }
  return { acknowledged, sent: orders + 1, seconds, ...rest }
}
