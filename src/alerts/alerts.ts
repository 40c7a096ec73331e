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
import { type LookedAt, lookAtAll } from './look.ts'
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
  /** Whether anybody wants to know what became of an import: else its files need not be looked at. */
  isNews(problem: string | null): Promise<boolean>
  /** Told of content that was loaded, and of imports that failed with nobody before them. */
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
  /** Why nothing can be said of a silence of so many minutes just now; left out: it can. */
  readonly deaf?: (minutes: number) => Promise<string | null>
  /** Told once of a rule that cannot be looked at, until it can be again or fails otherwise. */
  readonly onRuleFailure?: (error: Error) => void
}

/** What a page lists. */
const most = { open: 200, deliveries: 20 } as const
/** Milliseconds that what is kept is taken to be as it was read. */
const readAgainAfter = 10_000

export function openAlerts(options: AlertsOptions): Alerts {
  return new ShopAlerts(options)
}

interface Known {
  readonly warehouse: Warehouse
  readonly at: number
  readonly read: Promise<Read>
}

class ShopAlerts implements Alerts {
  readonly #options: AlertsOptions
  readonly #looked = new WeakMap<Warehouse, Looked>()
  #known: Known | null = null

  constructor(options: AlertsOptions) {
    this.#options = options
  }

  forget(): void {
    this.#known = null
  }

  async state(): Promise<AlertsState> {
    const { warehouse } = await this.#options.current()
    const looked = this.#looked.get(warehouse) ?? null
    return stateOf(await this.#read(warehouse), looked, this.#options.now())
  }

  async history(limit: number): Promise<AlertIncident[]> {
    const { warehouse } = await this.#options.current()
    return (await listIncidents(briefly(warehouse), limit)).map(shownIncident)
  }

  async check(): Promise<void> {
    const { now, deaf = async () => null } = this.#options
    const { warehouse, sender } = await this.#shop()
    const at = now().toISOString()
    const found = await lookAtAll(warehouse, { now, sender, deaf })
    this.#tellFailures(found.failures, this.#looked.get(warehouse)?.failures)
    this.#looked.set(warehouse, { at, ...found })
    this.forget()
  }

  #tellFailures(failures: LookedAt['failures'], before?: LookedAt['failures']): void {
    for (const [id, error] of failures)
      if (before?.get(id)?.message !== error.message) this.#options.onRuleFailure?.(error)
  }

  async deliver(signal?: AbortSignal): Promise<number | null> {
    const { current, now } = this.#options
    const { warehouse } = await current()
    return deliverDue(warehouse, { now, ...(signal ? { signal } : {}) })
  }

  saveRule(id: string | null, wish: AlertWish): Promise<AlertRule> {
    return this.#change((warehouse, options) => saveRule(warehouse, { id, wish }, options))
  }

  deleteRule(id: string): Promise<void> {
    return this.#change((warehouse, options) => deleteRule(warehouse, id, options))
  }

  snoozeRule(snooze: Snooze): Promise<void> {
    return this.#change((warehouse, options) => snoozeRule(warehouse, snooze, options))
  }

  snoozeIncident(snooze: Snooze): Promise<void> {
    return this.#change((warehouse, options) => snoozeIncident(warehouse, snooze, options))
  }

  dismiss(incidentId: string): Promise<void> {
    return this.#change((warehouse, options) => dismissIncident(warehouse, incidentId, options))
  }

  addWebhook(wish: AlertWebhookWish): Promise<MadeWebhook> {
    return this.#change((warehouse, options) => addWebhook(warehouse, wish, options))
  }

  deleteWebhook(id: string): Promise<void> {
    return this.#change((warehouse) => deleteWebhook(warehouse, id))
  }

  test(webhookId: string): Promise<AlertDelivery> {
    return this.#change(async (warehouse, { sender }) => {
      const webhook = webhookNamed(await readKept(briefly(warehouse)), webhookId)
      return sendTest(warehouse, webhook, { now: this.#options.now, sender })
    })
  }

  async isNews(problem: string | null): Promise<boolean> {
    return isNews((await this.#options.current()).warehouse, problem)
  }

  importEnded(outcome: ImportOutcome): Promise<void> {
    return this.#change(async (warehouse, { now }) => {
      if (await isNews(warehouse, outcome.problem))
        await writeAlerts(warehouse, (transaction) => keepOutcome(transaction, outcome, now))
    })
  }

  async #change<T>(work: (warehouse: Warehouse, options: BookOptions) => Promise<T>): Promise<T> {
    const { warehouse, sender } = await this.#shop()
    return work(warehouse, { now: this.#options.now(), sender }).finally(() => this.forget())
  }

  async #shop(): Promise<{ readonly warehouse: Warehouse; readonly sender: Sender }> {
    const { warehouse, demo } = await this.#options.current()
    const { shopName } = await readSettings(warehouse)
    const shop = demo ? 'Demo shop' : (shopName ?? 'My shop')
    return { warehouse, sender: { shop, isDemo: demo, link: this.#options.link() } }
  }

  /** Every page asks after every commit, and what is kept of alerts changes rarely. */
  #read(warehouse: Warehouse): Promise<Read> {
    const known = this.#known
    const isFresh = known?.warehouse === warehouse && performance.now() - known.at < readAgainAfter
    if (known && isFresh) return known.read
    const read = readAll(warehouse)
    this.#known = { warehouse, at: performance.now(), read }
    read.catch(() => this.forget())
    return read
  }
}

/** Failures count where somebody watches imports; one that is mended is always taken back. */
async function isNews(warehouse: Warehouse, problem: string | null): Promise<boolean> {
  const asker = briefly(warehouse)
  if (problem === null) return (await failedImports(asker)).length > 0
  const { rules } = await readKept(asker)
  return rules.some(({ isOn, condition }) => isOn && condition.kind === 'import_failed')
}

interface Looked extends LookedAt {
  /** ISO instant. */
  readonly at: string
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
  looked: Looked | null,
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
