import { Plus } from 'lucide-react'
import { useId, useState } from 'react'
import { deliveryText } from '../../../src/display/alert-state-text.ts'
import { instantText } from '../../../src/display/day-text.ts'
import type { AlertsState, AlertWebhook, MadeWebhook } from '../../../src/model/alert.ts'
import { addWebhook, deleteWebhook, testWebhook } from '../../api.ts'
import { Button } from '../../controls/button.tsx'
import { Card } from '../../controls/card.tsx'
import { DataTable } from '../../controls/data-table.tsx'
import { Failure } from '../../controls/states.tsx'
import { useAlertChange } from './use-alert-change.ts'

interface WebhooksCardProps {
  readonly alerts: AlertsState
  readonly timeZone: string
}

/** Addresses that are told beside the pages, and what became of the newest messages. */
export function WebhooksCard({ alerts, timeZone }: WebhooksCardProps) {
  const { webhooks, deliveries } = alerts
  const [isAdding, setIsAdding] = useState(false)
  const [made, setMade] = useState<MadeWebhook | null>(null)
  const names = new Map(webhooks.map(({ id, name }) => [id, name]))
  return (
    <Card
      title="Webhooks"
      detail="told beside these pages"
      actions={
        !isAdding && (
          <Button onClick={() => setIsAdding(true)}>
            <Plus aria-hidden className="size-4" />
            Add webhook
          </Button>
        )
      }
    >
      {isAdding && (
        <WebhookForm
          onMade={(one) => {
            setMade(one)
            setIsAdding(false)
          }}
          onCancel={() => setIsAdding(false)}
        />
      )}
      {made?.secret && <Secret made={made} onStored={() => setMade(null)} />}
      {webhooks.length === 0 && !isAdding && (
        <p className="max-w-prose text-control text-text-2">
          A webhook is an address of yours that gets a signed message when an alert fires and when
          it is over: your own program, a chat, an automation. Without one nothing leaves this
          machine.
        </p>
      )}
      <ul>
        {webhooks.map((webhook) => (
          <Webhook key={webhook.id} webhook={webhook} timeZone={timeZone} />
        ))}
      </ul>
      {deliveries.length > 0 && (
        <DataTable
          caption="Newest messages"
          className="mt-3 max-h-72"
          rows={deliveries}
          rowKey={({ id }) => id}
          columns={[
            { name: 'at', label: 'Message', cell: ({ madeAt }) => instantText(madeAt, timeZone) },
            { name: 'to', label: 'To', cell: ({ webhookId }) => names.get(webhookId) ?? '' },
            {
              name: 'text',
              label: 'What',
              cell: ({ text }) => <span className="wrap-anywhere">{text}</span>,
            },
            {
              name: 'state',
              label: 'State',
              cell: (delivery) => (
                <span className={delivery.state === 'delivered' ? undefined : 'text-warning'}>
                  {deliveryText(delivery, timeZone)}
                </span>
              ),
            },
          ]}
        />
      )}
    </Card>
  )
}

interface WebhookProps {
  readonly webhook: AlertWebhook
  readonly timeZone: string
}

function Webhook({ webhook: { id, name, address }, timeZone }: WebhookProps) {
  const test = useAlertChange(() => testWebhook(id))
  const remove = useAlertChange(() => deleteWebhook(id))
  const error = test.error ?? remove.error
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-border py-2 text-control last:border-0">
      <p className="min-w-0 flex-1 basis-60 wrap-anywhere">
        <span className="font-medium">{name}</span> <span className="text-text-3">{address}</span>
        <span role="status" className="block text-text-2 empty:hidden">
          {test.isPending && 'Sending ...'}
          {test.data && `Test: ${deliveryText(test.data, timeZone)}.`}
        </span>
      </p>
      <span className="flex gap-1">
        <Button
          onClick={() => test.mutate(undefined)}
          disabled={test.isPending}
          aria-label={`Send a test to ${name}`}
        >
          Send a test
        </Button>
        <Button
          look="quiet"
          onClick={() => remove.mutate(undefined)}
          disabled={remove.isPending}
          aria-label={`Remove ${name}`}
        >
          Remove
        </Button>
      </span>
      {error && <Failure error={error} />}
    </li>
  )
}

interface SecretProps {
  readonly made: MadeWebhook
  readonly onStored: () => void
}

function Secret({ made: { webhook, secret }, onStored }: SecretProps) {
  return (
    <div className="my-2 flex flex-col items-start gap-2 rounded-card bg-warning-weak px-3 py-2 text-control">
      <p>
        Messages to {webhook.name} are signed with this secret. Keep it where your program checks
        them: <strong className="font-semibold">it is shown only now</strong>.
      </p>
      <code className="select-all rounded-control bg-surface px-2 py-1 break-all">{secret}</code>
      <Button onClick={onStored}>I have kept it</Button>
    </div>
  )
}

interface WebhookFormProps {
  readonly onMade: (made: MadeWebhook) => void
  readonly onCancel: () => void
}

const fieldClass =
  'h-9 w-full rounded-control border border-border-input bg-surface px-3 placeholder:text-text-3 max-md:h-11'

/** The server is asked whether an address will do; what it has against one is shown in its words. */
function WebhookForm({ onMade, onCancel }: WebhookFormProps) {
  const [address, setAddress] = useState('')
  const [name, setName] = useState('')
  const id = useId()
  const save = useAlertChange(addWebhook, onMade)
  return (
    <form
      aria-label="Add webhook"
      className="flex max-w-xl flex-col items-start gap-3 text-control"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate({ name, address })
      }}
    >
      <label htmlFor={`${id}-address`} className="w-full">
        <span className="font-medium">Address</span>
        <input
          id={`${id}-address`}
          required
          value={address}
          placeholder="https://hooks.example.com/takings"
          autoComplete="off"
          spellCheck={false}
          aria-invalid={save.isError}
          onChange={(event) => setAddress(event.target.value)}
          className={fieldClass}
        />
      </label>
      <label htmlFor={`${id}-name`} className="w-full">
        <span className="font-medium">Name</span>{' '}
        <span className="text-text-3">for these pages; its host where you leave it out</span>
        <input
          id={`${id}-name`}
          value={name}
          maxLength={60}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
          className={fieldClass}
        />
      </label>
      {save.error && <Failure error={save.error} />}
      <div className="flex gap-2">
        <Button type="submit" look="primary" disabled={save.isPending}>
          Add
        </Button>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
