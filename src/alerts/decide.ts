import type { AlertResolution } from '../model/alert.ts'
import type { AlertKind, Observation, Observed } from './alert-kind.ts'
import type { KeptIncident } from './incidents.ts'
import type { KeptRule } from './kept-rules.ts'

/** A rule as it was looked at. */
export interface Look {
  readonly rule: KeptRule
  readonly kind: AlertKind
  readonly observed: Observed
  /** The newest run that the look may have seen, at least. */
  readonly sequence: number
  readonly now: Date
}

export interface KnownIncidents {
  /** Of the rule. */
  readonly open: readonly KeptIncident[]
  /** By subject, the newest run of which anything was decided; a look at an older one decides nothing. */
  readonly decided: ReadonlyMap<string, number>
  readonly newId: () => string
}

/** What a look changes, and what is to be told of it. */
export interface Decided {
  readonly opened: readonly KeptIncident[]
  /** Known ones that are different now. */
  readonly changed: readonly KeptIncident[]
  readonly told: Told
}

export interface Told {
  readonly fired: readonly KeptIncident[]
  readonly reminded: readonly KeptIncident[]
  readonly recovered: readonly KeptIncident[]
  readonly closed: readonly KeptIncident[]
}

/**
 * Pure: an incident opens once, stays open while its condition holds, and is over when its subject is clear long enough.
 * Nobody is told while the rule or the incident is snoozed; what still holds then is told when that is over.
 */
export function decide(look: Look, { open, decided, newId }: KnownIncidents): Decided {
  const isStale = (subject: string) => (decided.get(subject) ?? 0) > look.sequence
  const known = new Map(open.map((incident) => [incident.subject.key, incident]))
  const seen = new Set<string>()
  const opened: KeptIncident[] = []
  const changed = new Map<string, KeptIncident>()
  for (const observation of look.observed.observations) {
    const { key } = observation.subject
    seen.add(key)
    if (isStale(key)) continue
    const incident = known.get(key)
    if (!incident) {
      if (observation.state === 'holds') opened.push(incidentOf(observation, look, newId()))
      continue
    }
    const next = nextOf(incident, observation, look)
    if (next !== incident) changed.set(next.id, next)
  }
  for (const incident of open) {
    if (seen.has(incident.subject.key) || isStale(incident.subject.key)) continue
    const { resolution, text } = look.kind.whenGone
    changed.set(incident.id, {
      ...closed(incident, resolution, { at: look.now, text: text(incident.subject.name) }),
      sequence: look.sequence,
    })
  }
  const current = open.map((incident) => changed.get(incident.id) ?? incident)
  return tell(look, { opened, current, changed })
}

function incidentOf(observation: Observation, look: Look, id: string): KeptIncident {
  return {
    id,
    ruleId: look.rule.id,
    kind: look.kind.name,
    subject: observation.subject,
    openedAt: look.now.toISOString(),
    text: observation.text(),
    figures: observation.figures(),
    sequence: look.sequence,
    toldAt: null,
    snoozedUntil: null,
    clearSince: null,
    resolvedAt: null,
    resolution: null,
    closingText: null,
  }
}

/** The same incident where nothing is different. */
function nextOf(incident: KeptIncident, observation: Observation, look: Look): KeptIncident {
  const { now, sequence, kind } = look
  if (observation.state !== 'clear')
    return incident.clearSince === null ? incident : { ...incident, clearSince: null, sequence }
  const since = incident.clearSince === null ? now : new Date(incident.clearSince)
  if (now.getTime() - since.getTime() >= kind.settleMinutes * 60_000)
    return { ...closed(incident, 'recovered', { at: now, text: observation.text() }), sequence }
  return incident.clearSince === null
    ? { ...incident, clearSince: now.toISOString(), sequence }
    : incident
}

/** An incident that is over. */
export function closed(
  incident: KeptIncident,
  resolution: AlertResolution,
  { at, text }: { readonly at: Date; readonly text: string },
): KeptIncident {
  const closing = { resolvedAt: at.toISOString(), resolution, closingText: text }
  return { ...incident, ...closing, clearSince: null }
}

interface Standing {
  readonly opened: readonly KeptIncident[]
  /** The known ones as they are now, those that are over too. */
  readonly current: readonly KeptIncident[]
  readonly changed: Map<string, KeptIncident>
}

function tell(look: Look, { opened, current, changed }: Standing): Decided {
  const at = look.now.toISOString()
  const fired: KeptIncident[] = []
  const reminded: KeptIncident[] = []
  const heard = (incident: KeptIncident): KeptIncident => {
    const news = newsOf(incident, look)
    if (news === null) return incident
    const told = { ...incident, toldAt: at }
    if (news === 'fired') fired.push(told)
    else reminded.push(told)
    return told
  }
  const told = opened.map(heard)
  for (const incident of current) {
    if (incident.resolvedAt !== null) continue
    const next = heard(incident)
    if (next !== incident) changed.set(next.id, next)
  }
  const over = current.filter(({ resolvedAt, toldAt }) => resolvedAt !== null && toldAt !== null)
  return {
    opened: told,
    changed: [...changed.values()],
    told: {
      fired,
      reminded,
      recovered: over.filter(({ resolution }) => resolution === 'recovered'),
      closed: over.filter(({ resolution }) => resolution !== 'recovered'),
    },
  }
}

/** Whether an open incident is to be told of now: the first time, or again because its rest is over. */
function newsOf(
  { toldAt, snoozedUntil }: KeptIncident,
  { rule, now }: Look,
): 'fired' | 'reminded' | null {
  const wakes = [snoozedUntil, rule.snoozedUntil].filter((until) => until !== null).sort()
  const wake = wakes.at(-1) ?? null
  if (wake !== null && new Date(wake) > now) return null
  if (toldAt === null) return 'fired'
  return wake !== null && new Date(toldAt) < new Date(wake) ? 'reminded' : null
}

/** Whether there is anything to write. */
export function isNews({ opened, changed }: Decided): boolean {
  return opened.length > 0 || changed.length > 0
}

/** True while nobody is to be told of an open incident. */
export function isSilenced(
  incident: Pick<KeptIncident, 'snoozedUntil'>,
  rule: Pick<KeptRule, 'snoozedUntil'> | undefined,
  now: Date,
): boolean {
  return [incident.snoozedUntil, rule?.snoozedUntil ?? null].some(
    (until) => until !== null && new Date(until) > now,
  )
}
