import { randomUUID } from 'node:crypto'
import type {
  AlertCondition,
  AlertResolution,
  AlertWebhookWish,
  AlertWish,
  MadeWebhook,
  ProductScope,
} from '../model/alert.ts'
import { TakingsError } from '../model/errors.ts'
import { type Transaction, type Warehouse, writeSetting } from '../warehouse/warehouse.ts'
import { closed, type Told } from './decide.ts'
import { forgetFailure } from './failed-imports.ts'
import { findIncident, type KeptIncident, openIncidents, replaceIncidents } from './incidents.ts'
import { invalid } from './invalid.ts'
import {
  checkRule,
  deleteKept,
  type KeptAlerts,
  type KeptRule,
  readKept,
  rulePrefix,
  webhookPrefix,
  writeRule,
} from './kept-rules.ts'
import { type KeptWebhook, shownWebhook, webhookOf } from './kept-webhooks.ts'
import { tellWebhooks } from './look.ts'
import type { Sender } from './messages.ts'
import { forgetDeliveries } from './outbox.ts'
import { writeAlerts } from './transaction.ts'

/** What people change of alerts. */

export interface BookOptions {
  readonly now: Date
  readonly sender: Sender
}

/** More are no list that anybody reads. */
const most = { rules: 100, webhooks: 20 } as const

/** Makes a rule, or changes the one with this id. Throws `invalid_option`, `alert_not_found`. */
export function saveRule(
  warehouse: Warehouse,
  { id, wish }: { readonly id: string | null; readonly wish: AlertWish },
  options: BookOptions,
): Promise<KeptRule> {
  return writeAlerts(warehouse, async (transaction) => {
    const kept = await readKept(transaction)
    const before = id === null ? null : ruleOf(kept, id)
    if (!before && kept.rules.length >= most.rules)
      throw invalid('rule', `there are ${most.rules} rules`, 'Delete one that is not needed.')
    const at = options.now.toISOString()
    const rule: KeptRule = {
      id: before?.id ?? randomUUID(),
      condition: await conditionOf(transaction, wish.condition),
      isOn: wish.isOn,
      webhooks: [...new Set(wish.webhooks)],
      madeAt: before?.madeAt ?? madeAfter(kept.rules, options.now),
      changedAt: at,
      snoozedUntil: before?.snoozedUntil ?? null,
    }
    checkRule(rule, kept)
    if (before) await closeForChange(transaction, { before, rule }, options)
    await writeRule(transaction, rule)
    return rule
  })
}

/** Rules stand in the order in which they were made, also those of one moment. */
function madeAfter(rules: readonly KeptRule[], now: Date): string {
  const latest = Math.max(...rules.map(({ madeAt }) => Date.parse(madeAt)))
  return new Date(Math.max(now.getTime(), latest + 1)).toISOString()
}

/** What the rule before found says nothing of the rule that is now. */
async function closeForChange(
  transaction: Transaction,
  { before, rule }: { readonly before: KeptRule; readonly rule: KeptRule },
  options: BookOptions,
): Promise<void> {
  const isSame = JSON.stringify(before.condition) === JSON.stringify(rule.condition)
  if (before.isOn && !rule.isOn)
    await closeAll(transaction, { rule: before, resolution: 'rule_off' }, options)
  else if (!isSame)
    await closeAll(transaction, { rule: before, resolution: 'rule_changed' }, options)
}

/** Throws `alert_not_found`. */
export function deleteRule(warehouse: Warehouse, id: string, options: BookOptions): Promise<void> {
  return writeAlerts(warehouse, async (transaction) => {
    const rule = ruleOf(await readKept(transaction), id)
    await closeAll(transaction, { rule, resolution: 'rule_deleted' }, options)
    await deleteKept(transaction, `${rulePrefix}${id}`)
  })
}

/** Silences a rule until an instant, or ends that. Throws `alert_not_found`, `invalid_option`. */
export function snoozeRule(
  warehouse: Warehouse,
  { id, until }: Snooze,
  { now }: BookOptions,
): Promise<void> {
  return writeAlerts(warehouse, async (transaction) => {
    const rule = ruleOf(await readKept(transaction), id)
    await writeRule(transaction, { ...rule, snoozedUntil: untilOf(until, now) })
  })
}

export interface Snooze {
  readonly id: string
  /** ISO instant; null: from now on it is told again. */
  readonly until: string | null
}

/** The same of one incident. Throws `alert_not_found`, `invalid_option`. */
export function snoozeIncident(
  warehouse: Warehouse,
  { id, until }: Snooze,
  { now }: BookOptions,
): Promise<void> {
  return writeAlerts(warehouse, async (transaction) => {
    const incident = await openOne(transaction, id)
    await replaceIncidents(transaction, [{ ...incident, snoozedUntil: untilOf(until, now) }])
  })
}

/** Puts a failed import aside for good: nobody will import these files. Throws `alert_not_found`, `invalid_option`. */
export function dismissIncident(
  warehouse: Warehouse,
  id: string,
  { now, sender }: BookOptions,
): Promise<void> {
  return writeAlerts(warehouse, async (transaction) => {
    const incident = await openOne(transaction, id)
    if (incident.kind !== 'import_failed')
      throw invalid(
        'incident',
        'it ends by itself, when what it is about is well again',
        'Snooze it, or change its rule.',
      )
    const { key } = incident.subject
    await forgetFailure(transaction, key)
    // All alerts on imports found it: another one would take a failure that is gone for one that was mended.
    const { rules } = await readKept(transaction)
    const isSame = (one: KeptIncident) => one.kind === incident.kind && one.subject.key === key
    for (const rule of rules) {
      const open = (await openIncidents(transaction, rule.id)).filter(isSame)
      if (open.length > 0)
        await closeThese(transaction, open, { rule, resolution: 'dismissed', now, sender })
    }
  })
}

/** Throws `invalid_option` for an address or a secret that cannot be used. */
export function addWebhook(
  warehouse: Warehouse,
  wish: AlertWebhookWish,
  { now }: BookOptions,
): Promise<MadeWebhook> {
  const webhook = webhookOf(wish, { id: randomUUID(), at: now })
  return writeAlerts(warehouse, async (transaction) => {
    const kept = await readKept(transaction)
    if (kept.webhooks.length >= most.webhooks)
      throw invalid('webhook', `there are ${most.webhooks}`, 'Delete one that is not needed.')
    await writeSetting(transaction, `${webhookPrefix}${webhook.id}`, JSON.stringify(webhook))
    return {
      webhook: shownWebhook(webhook),
      secret: wish.secret === undefined ? webhook.secret : null,
    }
  })
}

/** Rules go on without it. Throws `alert_not_found`. */
export function deleteWebhook(warehouse: Warehouse, id: string): Promise<void> {
  return writeAlerts(warehouse, async (transaction) => {
    const kept = await readKept(transaction)
    webhookNamed(kept, id)
    for (const rule of kept.rules.filter(({ webhooks }) => webhooks.includes(id)))
      await writeRule(transaction, {
        ...rule,
        webhooks: rule.webhooks.filter((webhook) => webhook !== id),
      })
    await forgetDeliveries(transaction, id)
    await deleteKept(transaction, `${webhookPrefix}${id}`)
  })
}

/** Throws `alert_not_found`. */
export function webhookNamed({ webhooks }: KeptAlerts, id: string): KeptWebhook {
  const found = webhooks.find((webhook) => webhook.id === id)
  if (!found) throw new TakingsError('alert_not_found', { what: 'webhook', id })
  return found
}

function ruleOf({ rules }: KeptAlerts, id: string): KeptRule {
  const found = rules.find((rule) => rule.id === id)
  if (!found) throw new TakingsError('alert_not_found', { what: 'alert', id })
  return found
}

async function openOne(transaction: Transaction, id: string): Promise<KeptIncident> {
  const found = await findIncident(transaction, id)
  if (!found || found.resolvedAt !== null)
    throw new TakingsError('alert_not_found', { what: 'open incident', id })
  return found
}

/** The longest that anything is silenced: who wants no more of it turns it off. */
const longestSnooze = 400 * 86_400_000

function untilOf(until: string | null, now: Date): string | null {
  if (until === null) return null
  const time = new Date(until).getTime()
  if (time > now.getTime() && time <= now.getTime() + longestSnooze)
    return new Date(time).toISOString()
  throw invalid(
    'until',
    `${until} is not within the next 400 days`,
    'Give an instant to come, or turn the rule off.',
  )
}

interface Closing {
  readonly rule: KeptRule
  readonly resolution: Exclude<AlertResolution, 'recovered' | 'not_watched'>
}

const closingTexts: Readonly<Record<Closing['resolution'], string>> = {
  rule_changed: 'the alert was changed',
  rule_off: 'the alert was turned off',
  rule_deleted: 'the alert was deleted',
  dismissed: 'put aside by a person',
}

async function closeAll(
  transaction: Transaction,
  closing: Closing,
  options: BookOptions,
): Promise<void> {
  const open = await openIncidents(transaction, closing.rule.id)
  await closeThese(transaction, open, { ...closing, ...options })
}

async function closeThese(
  transaction: Transaction,
  open: readonly KeptIncident[],
  { rule, resolution, now, sender }: Closing & BookOptions,
): Promise<void> {
  const over = open.map((incident) => {
    const text = `${incident.subject.name}: ${closingTexts[resolution]}.`
    return closed(incident, resolution, { at: now, text })
  })
  await replaceIncidents(transaction, over)
  const nothing: Told = { fired: [], reminded: [], recovered: [], closed: [] }
  const told = { ...nothing, closed: over.filter(({ toldAt }) => toldAt !== null) }
  await tellWebhooks(transaction, { rule, told, sender, now })
}

async function conditionOf(
  transaction: Transaction,
  condition: AlertCondition,
): Promise<AlertCondition> {
  if (!('products' in condition)) return condition
  return { ...condition, products: await scopeOf(transaction, condition.products) }
}

/** Names the product as the shop does. Throws `invalid_option` for what the shop does not have. */
async function scopeOf(transaction: Transaction, scope: ProductScope): Promise<ProductScope> {
  if (scope.of === 'all') return scope
  if (scope.of === 'category') {
    const sql = 'SELECT 1 AS found FROM products WHERE category = $1 AND product_id <> 0 LIMIT 1'
    if ((await transaction.query(sql, [scope.category])).length > 0) return scope
    throw invalid('category', `no product is of ${scope.category}`, 'Choose one of the shop’s own.')
  }
  const sql = 'SELECT product_name FROM products WHERE product_id = $1::BIGINT AND product_id <> 0'
  const isId = /^\d{1,18}$/.test(scope.product)
  const [row] = isId ? await transaction.query(sql, [scope.product]) : []
  if (row) return { ...scope, name: String(row.product_name) }
  throw invalid('product', `there is no product ${scope.product}`, 'Choose one of the shop’s own.')
}
