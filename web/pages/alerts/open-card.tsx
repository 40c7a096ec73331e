import { CircleCheck } from 'lucide-react'
import { incidentText } from '../../../src/display/alert-state-text.ts'
import { countText } from '../../../src/display/value-text.ts'
import type { AlertIncident, AlertsState } from '../../../src/model/alert.ts'
import { dismissIncident, snoozeAlert } from '../../api.ts'
import { Button } from '../../controls/button.tsx'
import { Card } from '../../controls/card.tsx'
import { Failure } from '../../controls/states.tsx'
import { useHeldOrder } from '../../held-order.ts'
import { SnoozeMenu } from './snooze-menu.tsx'
import { useAlertChange } from './use-alert-change.ts'

interface OpenCardProps {
  readonly alerts: AlertsState
  readonly timeZone: string
}

/** What holds just now. */
export function OpenCard({ alerts, timeZone }: OpenCardProps) {
  const { rules, open, counts, checkedAt } = alerts
  const snooze = useAlertChange(({ id, until }: { id: string; until: string | null }) =>
    snoozeAlert('incident', id, until),
  )
  const dismiss = useAlertChange(dismissIncident)
  const error = snooze.error ?? dismiss.error
  const { rows, holding } = useHeldOrder(open, idOf)
  if (rules.length === 0) return null
  const hidden = counts.open - open.length
  return (
    <Card
      title="Open now"
      detail={open.length > 0 ? countText(counts.open, 'incident') : undefined}
      holding={holding}
    >
      {open.length === 0 ? (
        <p className="flex items-center gap-2 text-control text-text-2">
          <CircleCheck aria-hidden className="size-4 text-positive" />
          {checkedAt === null ? 'Nothing is known to be open yet.' : 'Nothing is open.'}
        </p>
      ) : (
        <ul className="-mt-2">
          {rows.map((incident) => (
            <Open
              key={incident.id}
              incident={incident}
              timeZone={timeZone}
              onSnooze={(until) => snooze.mutate({ id: incident.id, until })}
              onDismiss={() => dismiss.mutate(incident.id)}
            />
          ))}
        </ul>
      )}
      {hidden > 0 && (
        <p className="mt-2 text-meta text-text-3">{countText(hidden, 'older one')} beside these.</p>
      )}
      {error && <Failure error={error} />}
    </Card>
  )
}

function idOf({ id }: AlertIncident): string {
  return id
}

interface OpenProps {
  readonly incident: AlertIncident
  readonly timeZone: string
  readonly onSnooze: (until: string | null) => void
  readonly onDismiss: () => void
}

function Open({ incident, timeZone, onSnooze, onDismiss }: OpenProps) {
  const now = new Date(performance.timeOrigin + performance.now()).toISOString()
  const { text, state, at } = incidentText(incident, { timeZone, now })
  const { name } = incident.subject
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-border py-2 text-control last:border-0">
      <p className="min-w-0 flex-1 basis-60 wrap-anywhere">
        <span className="font-medium">{text}</span>{' '}
        <span className="text-text-3">
          since {at}
          {state === 'open' ? '' : `, ${state}`}
        </span>
      </p>
      <span className="flex gap-2">
        {incident.kind === 'import_failed' && (
          <Button look="quiet" onClick={onDismiss} aria-label={`Put aside: ${name}`}>
            Put aside
          </Button>
        )}
        <SnoozeMenu label={`Snooze ${name}`} isSnoozed={state !== 'open'} onSnooze={onSnooze} />
      </span>
    </li>
  )
}
