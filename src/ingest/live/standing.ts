import { createHash } from 'node:crypto'
import { type OrderState, stateOf } from '../statuses.ts'
import type { Platform, Subject } from './platforms/platform.ts'

/** An order is begun, sold, and comes to an end: hardly one goes back on that way within a second. */
const furthest: readonly OrderState[] = ['not_counted', 'counted', 'refunded', 'cancelled']

export interface Standing {
  readonly subject: Subject
  readonly topic: string
  /** As an order states it; null where it does not. */
  readonly status: string | null
  /** The whole document. */
  readonly text: string
}

/**
 * Text by which documents of one version are told apart: the one with the greatest counts, whichever comes first. Systems
 * write down the second of a change, in which an order may be made and paid for, and its messages pass each other on their
 * way: so the state that is further counts, then what the topic says that happened last, then whatever is the same
 * each time.
 */
export function standingOf(
  { states }: Platform,
  { subject, topic, status, text }: Standing,
): string {
  if (subject === 'restored_order') return '9'
  const state = status === null ? null : (states.get(status) ?? stateOf(status))
  const progress = state === null ? 0 : furthest.indexOf(state)
  const happened = /[./]created?$/.test(topic) ? 0 : /[./]cancelled$/.test(topic) ? 2 : 1
  const digest = createHash('sha1').update(text).digest('hex').slice(0, 16)
  return `${progress}${happened}${digest}`
}
