import type {
  AlertDelivery,
  AlertIncident,
  AlertRule,
  AlertsState,
  AlertWebhookWish,
  AlertWish,
  ImportOutcome,
  MadeWebhook,
} from '../model/alert.ts'
import { conditionText } from '../model/alert-text.ts'
import { readSettings, type Warehouse } from '../warehouse/warehouse.ts'
import { isSilenced } from './decide.ts'
import { deliverDue, sendTest, shownDelivery } from './deliver.ts'
import { failedImports, keepOutcome } from './failed-imports.ts'
import { type KeptIncident, lastFired, listIncidents, openIncidents } from './incidents.ts'
import { type KeptAlerts, readKept } from './kept-rules.ts'
import { shownWebhook } from './kept-webhooks.ts'
import { lookAtAll, type Statuses } from './look.ts'
import type { Sender } from './messages.ts'
import { type KeptDelivery, listDeliveries } from './outbox.ts'
import {
  addWebhook,
  type BookOptions,
  deleteRule,
  deleteWebhook,
  dismissIncident,
  type Snooze,
  saveRule,
  snoozeIncident,
  snoozeRule,
  webhookNamed,
} from './rule-book.ts'
import { briefly, writeAlerts } from './transaction.ts'

export { type AlertWatch, type WatchOptions, watchAlerts } from './alert-watch.ts'
export type { Snooze } from './rule-book.ts'

/** Alerts of one shop, whoever asks: a server with its watch, or a command. */
export interface Alerts {
  state(): Promise<AlertsState>
  /** What is open and what is over, the newest first. */
  history(limit: number): Promise<AlertIncident[]>
  /** Looks at all rules now, and tells. */
  check(): Promise<void>
  /** Sends what is due; gives the milliseconds until something is due next, null when nothing waits. */
  deliver(signal?: AbortSignal): Promise<number | null>
  /** Throws `invalid_option`, `alert_not_found`. */
  saveRule(id: string | null, wish: AlertWish): Promise<AlertRule>
  deleteRule(id: string): Promise<void>
  snoozeRule(snooze: Snooze): Promise<void>
  snoozeIncident(snooze: Snooze): Promise<void>
  dismiss(incidentId: string): Promise<void>
  addWebhook(wish: AlertWebhookWish): Promise<MadeWebhook>
  deleteWebhook(id: string): Promise<void>
  /** Sends a message to a webhook and says what came of it. */
  test(webhookId: string): Promise<AlertDelivery>
  /** Told of every import that nobody sits before. */
  importEnded(outcome: ImportOutcome): Promise<void>
  /** Others changed something of alerts: it is read again. */
  forget(): void
}

export interface AlertsOptions {
  /** The shop that pages show. */
  readonly current: () => Promise<{ readonly warehouse: Warehouse; readonly demo: boolean }>
  readonly now: () => Date
  /** Of the page of alerts on this server; null where nothing serves it. */
  readonly link: () => string | null
  /** Why nothing can be said of a silence just now; left out: it can. */
  readonly deaf?: () => Promise<string | null>
}

/** What a page lists. */
const most = { open: 200, deliveries: 20 } as const
/** Milliseconds that what is kept is taken to be as it was read. */
const readAgainAfter = 10_000

export function openAlerts({ current, now, link, deaf }: AlertsOptions): Alerts {
  const looked = new WeakMap<Warehouse, { readonly at: string; readonly statuses: Statuses }>()
  let known: {
    readonly warehouse: Warehouse
    readonly at: number
    readonly read: Promise<Read>
  } | null = null
  const forget = () => {
    known = null
  }
  const read = (warehouse: Warehouse): Promise<Read> => {
    const isFresh = known?.warehouse === warehouse && performance.now() - known.at < readAgainAfter
    if (!known || !isFresh) known = { warehouse, at: performance.now(), read: readAll(warehouse) }
    known.read.catch(forget)
    return known.read
  }
  const senderOf = async (warehouse: Warehouse, demo: boolean): Promise<Sender> => {
    const { shopName } = await readSettings(warehouse)
    return { shop: demo ? 'Demo shop' : (shopName ?? 'My shop'), isDemo: demo, link: link() }
  }
  const change = async <T>(
    work: (warehouse: Warehouse, options: BookOptions) => Promise<T>,
  ): Promise<T> => {
    const { warehouse, demo } = await current()
    const sender = await senderOf(warehouse, demo)
    return work(warehouse, { now: now(), sender }).finally(forget)
  }
  return {
    forget,
    async state() {
      const { warehouse } = await current()
      return stateOf(await read(warehouse), looked.get(warehouse) ?? null, now())
    },
    async history(limit) {
      const { warehouse } = await current()
      return (await listIncidents(briefly(warehouse), limit)).map(shownIncident)
    },
    async check() {
      const { warehouse, demo } = await current()
      const sender = await senderOf(warehouse, demo)
      const statuses = await lookAtAll(warehouse, { now, sender, deaf: (await deaf?.()) ?? null })
      looked.set(warehouse, { at: now().toISOString(), statuses })
      forget()
    },
    async deliver(signal) {
      const { warehouse } = await current()
      return deliverDue(warehouse, { now, ...(signal ? { signal } : {}) }).finally(forget)
    },
    saveRule: (id, wish) =>
      change((warehouse, options) => saveRule(warehouse, { id, wish }, options)),
    deleteRule: (id) => change((warehouse, options) => deleteRule(warehouse, id, options)),
    snoozeRule: (snooze) => change((warehouse, options) => snoozeRule(warehouse, snooze, options)),
    snoozeIncident: (snooze) =>
      change((warehouse, options) => snoozeIncident(warehouse, snooze, options)),
    dismiss: (id) => change((warehouse, options) => dismissIncident(warehouse, id, options)),
    addWebhook: (wish) => change((warehouse, options) => addWebhook(warehouse, wish, options)),
    deleteWebhook: (id) => change((warehouse) => deleteWebhook(warehouse, id)),
    test: (id) =>
      change(async (warehouse, { sender }) => {
        const webhook = webhookNamed(await readKept(briefly(warehouse)), id)
        return sendTest(warehouse, webhook, { now, sender })
      }),
    importEnded: (outcome) =>
      change(async (warehouse, options) => {
        const asker = briefly(warehouse)
        const { rules } = await readKept(asker)
        const isWatched = rules.some(
          ({ isOn, condition }) => isOn && condition.kind === 'import_failed',
        )
        const isNews =
          outcome.problem === null ? (await failedImports(asker)).length > 0 : isWatched
        if (!isNews) return
        await writeAlerts(warehouse, (transaction) =>
          keepOutcome(transaction, outcome, options.now),
        )
      }),
  }
}

interface Read {
  readonly kept: KeptAlerts
  readonly open: readonly KeptIncident[]
  readonly fired: ReadonlyMap<string, string>
  readonly deliveries: readonly KeptDelivery[]
}

async function readAll(warehouse: Warehouse): Promise<Read> {
  const asker = briefly(warehouse)
  const [kept, open, fired, deliveries] = await Promise.all([
    readKept(asker),
    openIncidents(asker),
    lastFired(asker),
    listDeliveries(asker, most.deliveries),
  ])
  return { kept, open, fired, deliveries }
}

function stateOf(
  { kept, open, fired, deliveries }: Read,
  looked: { readonly at: string; readonly statuses: Statuses } | null,
  now: Date,
): AlertsState {
  const rules = new Map(kept.rules.map((rule) => [rule.id, rule]))
  const loud = open.filter((incident) => !isSilenced(incident, rules.get(incident.ruleId), now))
  return {
    rules: kept.rules.map(({ madeAt: _, ...rule }) => ({
      ...rule,
      sentence: conditionText(rule.condition),
      status: (rule.isOn ? looked?.statuses.get(rule.id) : null) ?? null,
      open: open.filter(({ ruleId }) => ruleId === rule.id).length,
      lastFiredAt: fired.get(rule.id) ?? null,
    })),
    webhooks: kept.webhooks.map(shownWebhook),
    open: open.slice(0, most.open).map(shownIncident),
    counts: { open: open.length, loud: loud.length },
    deliveries: deliveries.map(shownDelivery),
    checkedAt: looked?.at ?? null,
  }
}

function shownIncident({ sequence: _, clearSince: __, ...incident }: KeptIncident): AlertIncident {
  return incident
}
