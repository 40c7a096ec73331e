import type { AlertIncident, AlertMessageType } from '../model/alert.ts'
import { conditionText } from '../model/alert-text.ts'
import type { Told } from './decide.ts'
import type { KeptIncident } from './incidents.ts'
import type { KeptRule } from './kept-rules.ts'
import { namesOf } from './names-of.ts'

/** What receivers need to know of where a message comes from. */
export interface Sender {
  readonly shop: string
  readonly isDemo: boolean
  /** Of the page on this server; null where it is not known. */
  readonly link: string | null
}

/** A message before it is addressed. */
export interface Message {
  readonly type: AlertMessageType
  readonly text: string
  readonly data: object
}

/** Incidents that are written out; of more only the number is told. */
const mostIncidents = 100

/** One message for each thing that a look has to say, however many products it is about. */
export function messagesOf(rule: KeptRule, told: Told, sender: Sender): Message[] {
  const kinds = [
    ['alert.fired', told.fired],
    ['alert.reminder', told.reminded],
    ['alert.recovered', told.recovered],
    ['alert.closed', told.closed],
  ] as const
  return kinds.flatMap(([type, incidents]) =>
    incidents.length === 0 ? [] : [messageOf(type, { rule, incidents, sender })],
  )
}

interface Said {
  readonly rule: KeptRule
  readonly incidents: readonly KeptIncident[]
  readonly sender: Sender
}

function messageOf(type: AlertMessageType, { rule, incidents, sender }: Said): Message {
  const sentence = conditionText(rule.condition)
  return {
    type,
    text: `${sender.shop}: ${textOf(type, sentence, incidents)}`,
    data: {
      ...about(sender),
      rule: { id: rule.id, kind: rule.condition.kind, sentence },
      incidents: incidents.slice(0, mostIncidents).map(written),
      more: Math.max(0, incidents.length - mostIncidents),
    },
  }
}

const beginnings = {
  'alert.fired': '',
  'alert.reminder': 'Still so: ',
  'alert.recovered': 'Recovered: ',
  'alert.closed': 'Closed: ',
  'alert.test': '',
} as const satisfies Record<AlertMessageType, string>

function textOf(
  type: AlertMessageType,
  sentence: string,
  incidents: readonly KeptIncident[],
): string {
  const [first, second] = incidents
  const names = incidents.map(({ subject }) => subject.name)
  const text = second
    ? `${sentence}: ${namesOf(names)}.`
    : (first?.closingText ?? first?.text ?? sentence)
  return `${beginnings[type]}${text}`
}

/** What an incident is to a receiver. */
function written(incident: AlertIncident): object {
  const { id, kind, subject, openedAt, text, figures } = incident
  const { resolvedAt, resolution, closingText } = incident
  return { id, kind, subject, openedAt, text, figures, resolvedAt, resolution, closingText }
}

export function testMessage(sender: Sender): Message {
  return {
    type: 'alert.test',
    text: `${sender.shop}: this is a test. Alerts of this shop reach you here.`,
    data: about(sender),
  }
}

function about({ shop, isDemo, link }: Sender): object {
  return { shop, demo: isDemo, link }
}
