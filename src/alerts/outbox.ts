import { randomUUID } from 'node:crypto'
import { type AlertDelivery, type AlertMessageType, alertMessageTypes } from '../model/alert.ts'
import type { SqlRow, Transaction, Warehouse } from '../warehouse/warehouse.ts'
import type { Message } from './messages.ts'
import { type Asker, writeAlerts } from './transaction.ts'

/**
 * What is to be sent. A message is written in the transaction that decides it and rests here until its receiver has it, so
 * no restart loses one; its id is the same however often it is sent, so receivers know what they have.
 */

export interface KeptDelivery extends AlertDelivery {
  /** Null of a test. */
  readonly ruleId: string | null
  /** The bytes that are signed and sent. */
  readonly body: string
}

/** Milliseconds after each attempt that failed. Source: the schedule that Standard Webhooks suggests. */
const minute = 60_000
const hour = 60 * minute
const retryAfter = [
  5_000,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
].concat([20 * hour, 24 * hour])

/** How long an attempt has a message for itself: whoever was killed in the middle of one leaves it to the next. */
const claimed = 30_000
const keptDays = 30
/** How long after it was made a message is not given up for attempts that news brought forward. */
const schedule = retryAfter.reduce((sum, wait) => sum + wait, 0)

const columns = `delivery_id, delivery_number, webhook_id, rule_id, message_type, summary, body, made_at, state, attempts,
  next_at, problem`

export interface Addressed {
  readonly message: Message
  readonly webhookId: string
  readonly ruleId: string
}

/** Puts messages into the box, in this order. */
export async function enqueue(
  transaction: Transaction,
  messages: readonly Addressed[],
  now: Date,
): Promise<void> {
  for (const { message, webhookId, ruleId } of messages) {
    const id = `msg_${randomUUID()}`
    await insert(transaction, {
      id,
      webhookId,
      ruleId,
      type: message.type,
      text: message.text,
      body: bodyOf(message, { id, at: now }),
      madeAt: now.toISOString(),
      state: 'waiting',
      attempts: 0,
      nextAt: now.toISOString(),
      problem: null,
    })
    await hurry(transaction, { webhookId, ruleId }, now)
  }
}

/**
 * There is something new to tell, so what waits before it is tried now: news must not wait for hours behind it. Such an
 * attempt is none of those after which a message is given up, unless it is older than all of them together. What is due
 * soon stays as it is, because an attempt may be at work on it.
 */
async function hurry(
  transaction: Transaction,
  { webhookId, ruleId }: Pick<Addressed, 'webhookId' | 'ruleId'>,
  now: Date,
): Promise<void> {
  const instant = (milliseconds: number) => new Date(now.getTime() + milliseconds).toISOString()
  await transaction.execute(
    `UPDATE alert_deliveries SET next_at = $3::TIMESTAMPTZ,
       attempts = CASE WHEN attempts > 0 AND made_at > $5::TIMESTAMPTZ THEN attempts - 1 ELSE attempts END
     WHERE webhook_id = $1 AND rule_id = $2 AND state = 'waiting' AND next_at > $4::TIMESTAMPTZ`,
    [webhookId, ruleId, instant(0), instant(claimed), instant(-schedule)],
  )
}

/** What is sent. `id` stands in its head too. */
export function bodyOf(
  { type, text, data }: Message,
  { id, at }: { readonly id: string; readonly at: Date },
): string {
  return JSON.stringify({ id, type, timestamp: at.toISOString(), text, data })
}

/** Keeps what became of a test, which is sent once. */
export async function insert(transaction: Transaction, one: KeptDelivery): Promise<void> {
  const [last] = await transaction.query(
    'SELECT coalesce(max(delivery_number), 0) AS number FROM alert_deliveries',
  )
  await transaction.execute(
    `INSERT INTO alert_deliveries (${columns})
     VALUES ($1, $2::BIGINT, $3, $4, $5, $6, $7, $8::TIMESTAMPTZ, $9, $10::BIGINT, $11::TIMESTAMPTZ, $12)`,
    [
      one.id,
      Number(last?.number ?? 0) + 1,
      one.webhookId,
      one.ruleId,
      one.type,
      one.text,
      one.body,
      one.madeAt,
      one.state,
      one.attempts,
      one.nextAt,
      one.problem,
    ],
  )
}

/** The newest first. */
export async function listDeliveries(asker: Asker, limit: number): Promise<KeptDelivery[]> {
  const rows = await asker.query(
    `SELECT ${columns} FROM alert_deliveries ORDER BY delivery_number DESC LIMIT $1::INTEGER`,
    [limit],
  )
  return rows.map(deliveryOf)
}

/** Of each rule and receiver the first that waits: that something recovered is never told before that it began. */
export async function firstInLine(asker: Asker): Promise<KeptDelivery[]> {
  const rows = await asker.query(
    `SELECT ${columns} FROM alert_deliveries WHERE delivery_number IN (
       SELECT min(delivery_number) FROM alert_deliveries WHERE state = 'waiting' GROUP BY webhook_id, rule_id)
     ORDER BY delivery_number`,
  )
  return rows.map(deliveryOf)
}

/** Takes a message for one attempt; false where somebody else has it. */
export function claim(warehouse: Warehouse, id: string, now: Date): Promise<boolean> {
  const until = new Date(now.getTime() + claimed).toISOString()
  return writeAlerts(warehouse, async (transaction) => {
    const taken = await transaction.execute(
      `UPDATE alert_deliveries SET next_at = $2::TIMESTAMPTZ, attempts = attempts + 1
       WHERE delivery_id = $1 AND state = 'waiting' AND next_at <= $3::TIMESTAMPTZ`,
      [id, until, now.toISOString()],
    )
    return taken > 0
  })
}

/** What came of an attempt. `isFinal`: there is no use in another. */
export interface Attempt {
  readonly problem: string | null
  readonly isFinal: boolean
}

/** What is kept of a message after an attempt. */
export async function settle(
  transaction: Transaction,
  { id, attempts }: { readonly id: string; readonly attempts: number },
  { problem, isFinal, now }: Attempt & { readonly now: Date },
): Promise<void> {
  const wait = isFinal ? undefined : retryAfter[attempts - 1]
  const state = problem === null ? 'delivered' : wait === undefined ? 'given_up' : 'waiting'
  const nextAt =
    state === 'waiting' && wait !== undefined ? new Date(now.getTime() + wait).toISOString() : null
  await transaction.execute(
    `UPDATE alert_deliveries SET state = $2, next_at = $3::TIMESTAMPTZ, problem = $4
     WHERE delivery_id = $1 AND state = 'waiting'`,
    [id, state, nextAt, problem],
  )
  const before = new Date(now.getTime() - keptDays * 24 * hour).toISOString()
  await transaction.execute(
    `DELETE FROM alert_deliveries WHERE state <> 'waiting' AND made_at < $1::TIMESTAMPTZ`,
    [before],
  )
}

/** Nothing more is sent to a webhook that is gone. */
export async function forgetDeliveries(transaction: Transaction, webhookId: string): Promise<void> {
  await transaction.execute('DELETE FROM alert_deliveries WHERE webhook_id = $1', [webhookId])
}

function deliveryOf(row: SqlRow): KeptDelivery {
  const text = (column: string) => {
    const cell = row[column]
    return cell === null || cell === undefined ? null : String(cell)
  }
  return {
    id: text('delivery_id') ?? '',
    webhookId: text('webhook_id') ?? '',
    ruleId: text('rule_id'),
    type: typeNamed(text('message_type')),
    text: text('summary') ?? '',
    body: text('body') ?? '',
    madeAt: text('made_at') ?? '',
    state:
      row.state === 'delivered' ? 'delivered' : row.state === 'given_up' ? 'given_up' : 'waiting',
    attempts: Number(row.attempts),
    nextAt: text('next_at'),
    problem: text('problem'),
  }
}

function typeNamed(name: string | null): AlertMessageType {
  return alertMessageTypes.find((type) => type === name) ?? 'alert.test'
}
