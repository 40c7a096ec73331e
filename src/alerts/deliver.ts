import { randomUUID } from 'node:crypto'
import type { AlertDelivery } from '../model/alert.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { readKept } from './kept-rules.ts'
import type { KeptWebhook } from './kept-webhooks.ts'
import { type Sender, testMessage } from './messages.ts'
import { bodyOf, claim, firstInLine, insert, type KeptDelivery, settle } from './outbox.ts'
import { post } from './send.ts'
import { briefly, writeAlerts } from './transaction.ts'

export interface DeliverOptions {
  readonly now: () => Date
  readonly signal?: AbortSignal
}

/** Sends what is due; gives the milliseconds until something is due next, null when nothing waits. */
export async function deliverDue(
  warehouse: Warehouse,
  options: DeliverOptions,
): Promise<number | null> {
  const asker = briefly(warehouse)
  const { webhooks } = await readKept(asker)
  if (webhooks.length === 0) return null
  for (;;) {
    options.signal?.throwIfAborted()
    const line = await firstInLine(asker)
    const now = options.now().getTime()
    const waits = line.map(({ nextAt, madeAt }) => new Date(nextAt ?? madeAt).getTime() - now)
    const due = line.filter((_, index) => (waits[index] ?? 0) <= 0)
    if (due.length === 0) return waits.length === 0 ? null : Math.min(...waits)
    const receivers = new Map(webhooks.map((webhook) => [webhook.id, webhook]))
    await Promise.all(
      due.map((delivery) =>
        attempt(warehouse, { delivery, webhook: receivers.get(delivery.webhookId) }, options),
      ),
    )
  }
}

interface Due {
  readonly delivery: KeptDelivery
  readonly webhook: KeptWebhook | undefined
}

async function attempt(
  warehouse: Warehouse,
  { delivery, webhook }: Due,
  { now, signal }: DeliverOptions,
): Promise<void> {
  if (!(await claim(warehouse, delivery.id, now()))) return
  const { id, body } = delivery
  const outcome = webhook
    ? await post(webhook, { id, body, now: now(), ...(signal ? { signal } : {}) })
    : { problem: 'the webhook is gone', isFinal: true }
  const attempts = delivery.attempts + 1
  await writeAlerts(warehouse, (transaction) =>
    settle(transaction, { id, attempts }, { ...outcome, now: now() }),
  )
}

/** Sends a test, once, and keeps what came of it. */
export async function sendTest(
  warehouse: Warehouse,
  webhook: KeptWebhook,
  { now, sender }: { readonly now: () => Date; readonly sender: Sender },
): Promise<AlertDelivery> {
  const id = `msg_${randomUUID()}`
  const at = now()
  const message = testMessage(sender)
  const body = bodyOf(message, { id, at })
  const { problem } = await post(webhook, { id, body, now: at })
  const kept: KeptDelivery = {
    id,
    webhookId: webhook.id,
    ruleId: null,
    type: message.type,
    text: message.text,
    body,
    madeAt: at.toISOString(),
    state: problem === null ? 'delivered' : 'given_up',
    attempts: 1,
    nextAt: null,
    problem,
  }
  await writeAlerts(warehouse, (transaction) => insert(transaction, kept))
  return shownDelivery(kept)
}

/** Without what was sent: it is for its receiver. */
export function shownDelivery(delivery: KeptDelivery): AlertDelivery {
  const { id, webhookId, type, text, madeAt, state, attempts, nextAt, problem } = delivery
  return { id, webhookId, type, text, madeAt, state, attempts, nextAt, problem }
}
