import type { LiveItem, PlatformDocument, PlatformName } from '../../../model/live.ts'
import { tableOf } from '../document-heads.ts'
import type { Platform } from './platform.ts'
import { shopify } from './shopify.ts'
import { woocommerce } from './woocommerce.ts'

/** Every shop system whose webhooks are taken. */
export const platforms: Readonly<Record<PlatformName, Platform>> = { shopify, woocommerce }

/** What is done with messages of a topic. */
export interface TopicMeaning {
  /** Of an acknowledged one nothing is loaded; an unknown one is acknowledged too. */
  readonly outcome: 'accepted' | 'acknowledged' | 'unknown'
  /** The topic that brings what these messages are about; null where none is needed. */
  readonly broughtBy: string | null
}

export function topicMeaning(platform: PlatformName, topic: string): TopicMeaning {
  const { subjectOf, broughtBy } = platforms[platform]
  const subject = subjectOf(topic)
  const outcome = subject === undefined ? 'unknown' : subject === null ? 'acknowledged' : 'accepted'
  return { outcome, broughtBy: broughtBy(topic) }
}

/** A message as it is taken in. One that is no document is kept all the same, with what is wrong with it. */
export function documentItem(document: PlatformDocument): LiveItem {
  const { platform, topic, source, text } = document
  const problem = problemWith(text)
  if (problem === null) return { document }
  const kind = tableOf(platforms[platform].subjectOf(topic) ?? 'order')
  return { misfit: { kind, source, path: null, problem, text } }
}

function problemWith(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text)
    const isDocument = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isDocument ? null : 'it is no JSON object'
  } catch {
    return 'not valid JSON'
  }
}
