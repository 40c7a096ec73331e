import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useId, useState } from 'react'
import {
  type AlertKindName,
  type AlertRuleState,
  type AlertWebhook,
  type AlertWish,
  silenceMinutes,
} from '../../../src/model/alert.ts'
import type { Query } from '../../../src/model/query.ts'
import type { Shop } from '../../../src/model/wire.ts'
import { Button } from '../../controls/button.tsx'
import { Failure } from '../../controls/states.tsx'
import { figuresQuery } from '../../queries.ts'
import { conditionOf, draftOf, keysOf, type RuleDraft } from './rule-draft.ts'

interface RuleEditorProps {
  /** Null for a new one. */
  readonly rule: AlertRuleState | null
  readonly webhooks: readonly AlertWebhook[]
  readonly shop: Shop
  readonly busy: boolean
  readonly error: Error | null
  readonly onSave: (wish: AlertWish) => void
  readonly onCancel: () => void
}

const kinds: Readonly<Record<AlertKindName, string>> = {
  stock_out: 'stock is out',
  low_stock: 'stock is low',
  no_orders: 'no order comes',
  import_failed: 'an import fails',
}

const fieldClass =
  'h-8 max-w-full rounded-control border border-border-input bg-surface px-2 text-control max-md:h-11'

/** A rule as a sentence whose words can be chosen. */
export function RuleEditor(props: RuleEditorProps) {
  const { rule, webhooks, shop, busy, error, onSave, onCancel } = props
  const [draft, setDraft] = useState(() =>
    draftOf(rule?.condition ?? null, rule?.webhooks ?? webhooks.map(({ id }) => id)),
  )
  const change = (part: Partial<RuleDraft>) => setDraft((before) => ({ ...before, ...part }))
  const isOfStock = draft.kind === 'stock_out' || draft.kind === 'low_stock'
  const products = useProducts(shop, isOfStock && draft.of === 'product')
  return (
    <form
      aria-label={rule ? `Edit: ${rule.sentence}` : 'New alert'}
      className="flex flex-col items-start gap-3 text-control"
      onSubmit={(event) => {
        event.preventDefault()
        const condition = conditionOf(draft, keysOf(products, rule?.condition ?? null))
        onSave({ condition, isOn: rule?.isOn ?? true, webhooks: draft.webhooks })
      }}
    >
      <div className="flex flex-wrap items-center gap-x-2 gap-y-2">
        When
        <Choice
          label="What happens"
          value={draft.kind}
          choices={kinds}
          onChoose={(kind) => change({ kind })}
        />
        {isOfStock && <Scope draft={draft} shop={shop} products={products} onChange={change} />}
        {draft.kind === 'low_stock' && <Threshold draft={draft} onChange={change} />}
        {draft.kind === 'no_orders' && (
          <>
            for
            <NumberField
              label="Minutes"
              value={draft.minutes}
              min={silenceMinutes.least}
              max={silenceMinutes.most}
              onChange={(minutes) => change({ minutes })}
            />
            minutes at a time when there should be some
          </>
        )}
      </div>
      <Receivers draft={draft} webhooks={webhooks} onChange={change} />
      {draft.kind === 'no_orders' && (
        <p className="max-w-prose text-meta text-text-2">
          Compared with the same minutes of the same weekday in the last eight weeks: it fires when
          a silence comes by chance less than once in a hundred times. Nights and slow hours stay
          quiet.
        </p>
      )}
      {error && <Failure error={error} />}
      <div className="flex gap-2">
        <Button type="submit" look="primary" disabled={busy}>
          Save
        </Button>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  )
}

interface PartProps {
  readonly draft: RuleDraft
  readonly onChange: (part: Partial<RuleDraft>) => void
}

const scopes = { all: 'any product', category: 'a product of', product: 'the product' } as const
const measures = { units: 'units are left', days: 'days of stock are left' } as const

interface ScopeProps extends PartProps {
  readonly shop: Shop
  /** Keys by name. */
  readonly products: ReadonlyMap<string, string>
}

function Scope({ draft, shop, products, onChange }: ScopeProps) {
  const list = useId()
  const categories = useNames(shop, 'category', draft.of === 'category')
  return (
    <>
      of
      <Choice
        label="Which products"
        value={draft.of}
        choices={scopes}
        onChoose={(of) => onChange({ of })}
      />
      {draft.of === 'category' && (
        <select
          aria-label="Category"
          required
          value={draft.category}
          onChange={(event) => onChange({ category: event.target.value })}
          className={fieldClass}
        >
          <option value="">choose a category</option>
          {[...new Set([...categories, ...(draft.category ? [draft.category] : [])])].map(
            (name) => (
              <option key={name}>{name}</option>
            ),
          )}
        </select>
      )}
      {draft.of === 'product' && (
        <>
          <input
            aria-label="Product"
            required
            list={list}
            value={draft.product}
            placeholder="its name"
            autoComplete="off"
            onChange={(event) => onChange({ product: event.target.value })}
            className={fieldClass}
          />
          <datalist id={list}>
            {[...products.keys()].map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
    </>
  )
}

function Threshold({ draft, onChange }: PartProps) {
  return (
    <>
      and
      <NumberField
        label="Threshold"
        value={draft.threshold}
        min={1}
        max={999_999}
        onChange={(threshold) => onChange({ threshold })}
      />
      <Choice
        label="Measured in"
        value={draft.measure}
        choices={measures}
        onChoose={(measure) => onChange({ measure })}
      />
      or fewer
    </>
  )
}

interface ReceiversProps extends PartProps {
  readonly webhooks: readonly AlertWebhook[]
}

function Receivers({ draft, webhooks, onChange }: ReceiversProps) {
  if (webhooks.length === 0)
    return <p className="text-text-2">It is told on these pages. Add a webhook below for more.</p>
  return (
    <fieldset className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <legend className="float-left mr-2">tell these pages and</legend>
      {webhooks.map(({ id, name }) => (
        <label key={id} className="flex min-h-6 items-center gap-1.5">
          <input
            type="checkbox"
            checked={draft.webhooks.includes(id)}
            onChange={(event) => {
              const others = draft.webhooks.filter((one) => one !== id)
              onChange({ webhooks: event.target.checked ? [...others, id] : others })
            }}
            className="size-4 accent-accent"
          />
          {name}
        </label>
      ))}
    </fieldset>
  )
}

interface ChoiceProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly choices: Readonly<Record<Value, ReactNode>>
  readonly onChoose: (value: Value) => void
}

function Choice<Value extends string>({ label, value, choices, onChoose }: ChoiceProps<Value>) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChoose(event.target.value as Value)}
      className={fieldClass}
    >
      {(Object.keys(choices) as Value[]).map((choice) => (
        <option key={choice} value={choice}>
          {choices[choice]}
        </option>
      ))}
    </select>
  )
}

interface NumberFieldProps {
  readonly label: string
  readonly value: string
  readonly min: number
  readonly max: number
  readonly onChange: (value: string) => void
}

function NumberField({ label, value, min, max, onChange }: NumberFieldProps) {
  return (
    <input
      type="number"
      aria-label={label}
      required
      step="any"
      min={min}
      max={max}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className={`${fieldClass} w-20`}
    />
  )
}

/** Offered by name: those that sold most. */
const mostOffered = 500

function namesQuery(shop: Shop, dimension: 'category' | 'product'): Query {
  return {
    metrics: ['units'],
    by: [dimension],
    ...(shop.period ?? {}),
    orderBy: [{ column: 'units', direction: 'desc' }],
    limit: mostOffered,
  }
}

function useNames(shop: Shop, dimension: 'category', enabled: boolean): readonly string[] {
  const { data } = useQuery({ ...figuresQuery(namesQuery(shop, dimension)), enabled })
  return data?.data.rows.map((row) => String(row[dimension])) ?? []
}

/** Keys by name; of namesakes the one that sold more. */
function useProducts(shop: Shop, enabled: boolean): ReadonlyMap<string, string> {
  const { data } = useQuery({ ...figuresQuery(namesQuery(shop, 'product')), enabled })
  const rows = data?.data.rows ?? []
  return new Map(
    rows.toReversed().map((row) => [String(row.product), String(row.product_key)] as const),
  )
}
