import { Plus } from 'lucide-react'
import { useState } from 'react'
import { instantText } from '../../../src/display/day-text.ts'
import { countText } from '../../../src/display/value-text.ts'
import type {
  AlertCondition,
  AlertRuleState,
  AlertsState,
  AlertWish,
} from '../../../src/model/alert.ts'
import { conditionText } from '../../../src/model/alert-text.ts'
import type { Shop } from '../../../src/model/wire.ts'
import { deleteAlert, saveAlert, snoozeAlert } from '../../api.ts'
import { Button } from '../../controls/button.tsx'
import { Card } from '../../controls/card.tsx'
import { Empty, Failure } from '../../controls/states.tsx'
import { RuleEditor } from './rule-editor.tsx'
import { SnoozeMenu } from './snooze-menu.tsx'
import { suggestedAlerts } from './suggested-alerts.ts'
import { useAlertChange } from './use-alert-change.ts'

interface RulesCardProps {
  readonly alerts: AlertsState
  readonly shop: Shop
}

/** What is watched: a list, and an editor for one of them at a time. */
export function RulesCard({ alerts, shop }: RulesCardProps) {
  const { rules, webhooks } = alerts
  /** Id of the rule that is edited, `new`, or null. */
  const [edited, setEdited] = useState<string | null>(null)
  const save = useAlertChange(
    ({ id, wish }: { id: string | null; wish: AlertWish }) => saveAlert(id, wish),
    () => setEdited(null),
  )
  const editor = (rule: AlertRuleState | null) => (
    <RuleEditor
      rule={rule}
      webhooks={webhooks}
      shop={shop}
      busy={save.isPending}
      error={save.error}
      onSave={(wish) => save.mutate({ id: rule?.id ?? null, wish })}
      onCancel={() => {
        save.reset()
        setEdited(null)
      }}
    />
  )
  return (
    <Card
      title="Alerts"
      detail={rules.length > 0 ? 'what is told without being asked' : undefined}
      actions={
        edited === null && (
          <Button onClick={() => setEdited('new')}>
            <Plus aria-hidden className="size-4" />
            New alert
          </Button>
        )
      }
    >
      {edited === 'new' && editor(null)}
      {rules.length === 0 && edited === null && (
        <Suggested webhooks={webhooks.map(({ id }) => id)} />
      )}
      {rules.length > 0 && (
        <ul>
          {rules.map((rule) => (
            <li key={rule.id} className="border-b border-border py-3 last:border-0">
              {edited === rule.id ? (
                editor(rule)
              ) : (
                <Rule
                  rule={rule}
                  timeZone={shop.timeZone}
                  told={webhooks
                    .filter(({ id }) => rule.webhooks.includes(id))
                    .map(({ name }) => name)}
                  onEdit={() => setEdited(rule.id)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

interface RuleProps {
  readonly rule: AlertRuleState
  readonly timeZone: string
  /** Names of its webhooks. */
  readonly told: readonly string[]
  readonly onEdit: () => void
}

function Rule({ rule, timeZone, told, onEdit }: RuleProps) {
  const { id, condition, isOn, webhooks, sentence, status, open, lastFiredAt } = rule
  const turn = useAlertChange((on: boolean) => saveAlert(id, { condition, webhooks, isOn: on }))
  const snooze = useAlertChange((until: string | null) => snoozeAlert('rule', id, until))
  const remove = useAlertChange(() => deleteAlert(id))
  const error = turn.error ?? snooze.error ?? remove.error
  const isSnoozed =
    rule.snoozedUntil !== null &&
    Date.parse(rule.snoozedUntil) > performance.timeOrigin + performance.now()
  const facts = [
    open > 0 ? `${countText(open, 'incident')} open` : '',
    lastFiredAt === null ? 'never fired' : `last fired ${instantText(lastFiredAt, timeZone)}`,
    told.length === 0 ? 'told here' : `told here and to ${told.join(', ')}`,
    isSnoozed ? `snoozed until ${instantText(rule.snoozedUntil ?? '', timeZone)}` : '',
  ].filter(Boolean)
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 text-control">
      <div className="min-w-0 flex-1 basis-72">
        <label className="flex items-start gap-2 font-medium max-md:min-h-6">
          <input
            type="checkbox"
            checked={isOn}
            disabled={turn.isPending}
            onChange={(event) => turn.mutate(event.target.checked)}
            className="mt-0.5 size-4 shrink-0 accent-accent"
          />
          <span className="wrap-anywhere">{sentence}</span>
        </label>
        <p className="pl-6 text-text-2 wrap-anywhere">
          {isOn ? (status ?? 'Not looked at yet.') : 'Turned off.'}
        </p>
        <p className="pl-6 text-meta text-text-3">{facts.join(' · ')}</p>
        {error && <Failure error={error} />}
      </div>
      <span className="flex flex-wrap gap-1 max-md:pl-6">
        <SnoozeMenu
          label={`Snooze: ${sentence}`}
          isSnoozed={isSnoozed}
          onSnooze={(until) => snooze.mutate(until)}
        />
        <Button look="quiet" onClick={onEdit} aria-label={`Edit: ${sentence}`}>
          Edit
        </Button>
        <Button
          look="quiet"
          onClick={() => remove.mutate(undefined)}
          disabled={remove.isPending}
          aria-label={`Delete: ${sentence}`}
        >
          Delete
        </Button>
      </span>
    </div>
  )
}

/** The way in: what most shops want, each with one click. */
function Suggested({ webhooks }: { readonly webhooks: readonly string[] }) {
  const add = useAlertChange(async (conditions: readonly AlertCondition[]) => {
    for (const condition of conditions) await saveAlert(null, { condition, isOn: true, webhooks })
  })
  return (
    <Empty title="Nothing is watched yet.">
      <p className="max-w-prose text-text-2">
        Alerts look at your shop while this server runs, tell once when something begins and once
        when it is over, here and to a webhook if you add one. Most shops start with these:
      </p>
      <ul className="my-1 w-full max-w-2xl">
        {suggestedAlerts.map((condition) => (
          <li
            key={condition.kind}
            className="flex items-center justify-between gap-4 border-b border-border py-1.5"
          >
            <span>{conditionText(condition)}</span>
            <Button
              look="quiet"
              disabled={add.isPending}
              onClick={() => add.mutate([condition])}
              aria-label={`Add: ${conditionText(condition)}`}
            >
              Add
            </Button>
          </li>
        ))}
      </ul>
      <Button look="primary" disabled={add.isPending} onClick={() => add.mutate(suggestedAlerts)}>
        Add all four
      </Button>
      {add.error && <Failure error={add.error} />}
    </Empty>
  )
}
