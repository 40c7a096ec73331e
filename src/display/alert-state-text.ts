import type { AlertDelivery, AlertIncident, AlertResolution } from '../model/alert.ts'
import { instantText } from './day-text.ts'

/** How an incident is shown: what, since when, and how it ended. */
export interface IncidentText {
  readonly text: string
  readonly state: string
  readonly at: string
}

const endings: Readonly<Record<AlertResolution, string>> = {
  recovered: 'recovered',
  not_watched: 'not watched any more',
  rule_changed: 'alert changed',
  rule_off: 'alert turned off',
  rule_deleted: 'alert deleted',
  dismissed: 'put aside',
}

export function incidentText(
  { text, openedAt, resolvedAt, resolution, snoozedUntil }: AlertIncident,
  { timeZone, now }: { readonly timeZone: string; readonly now: string },
): IncidentText {
  const at = instantText(openedAt, timeZone)
  if (resolvedAt !== null && resolution !== null)
    return { text, at, state: `${endings[resolution]} ${instantText(resolvedAt, timeZone)}` }
  const isSnoozed = snoozedUntil !== null && Date.parse(snoozedUntil) > Date.parse(now)
  return {
    text,
    at,
    state: isSnoozed ? `open, snoozed until ${instantText(snoozedUntil, timeZone)}` : 'open',
  }
}

/** `delivered`, `waiting: it answered 503, again at 14:05`, `given up: ...`. */
export function deliveryText(
  { state, problem, nextAt, attempts }: AlertDelivery,
  timeZone: string,
): string {
  if (state === 'delivered') return attempts > 1 ? `delivered at attempt ${attempts}` : 'delivered'
  const why = problem === null ? '' : `: ${problem}`
  if (state === 'given_up') return `given up${why}`
  return nextAt === null || attempts === 0
    ? 'waiting'
    : `not delivered yet${why}; again at ${instantText(nextAt, timeZone)}`
}
