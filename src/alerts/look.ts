import { randomUUID } from 'node:crypto'
import { orderSilence, stockState } from '../metrics/metrics.ts'
import { TakingsError } from '../model/errors.ts'
import { readSettings, type Transaction, type Warehouse } from '../warehouse/warehouse.ts'
import type { Sight } from './alert-kind.ts'
import { type Decided, decide, isNews, type Look, type Told } from './decide.ts'
import { failedImports } from './failed-imports.ts'
import {
  decidedSequences,
  forgetOldIncidents,
  insertIncidents,
  openIncidents,
  replaceIncidents,
} from './incidents.ts'
import { type KeptRule, readKept } from './kept-rules.ts'
import { kindOf } from './kinds/kinds.ts'
import { messagesOf, type Sender } from './messages.ts'
import { enqueue } from './outbox.ts'
import { briefly, newestRun, writeAlerts } from './transaction.ts'

export interface LookOptions {
  readonly now: () => Date
  /** Why nothing can be said of a silence of so many minutes just now; null where it can. */
  readonly deaf: (minutes: number) => Promise<string | null>
  /** Of messages. */
  readonly sender: Sender
}

/** What became of a look, by the ids of rules. */
export interface LookedAt {
  /** What each rule found, in sentences. */
  readonly statuses: ReadonlyMap<string, string>
  /** Why rules could not be looked at: what is open of them stays so. */
  readonly failures: ReadonlyMap<string, Error>
}

/**
 * Looks at everything that rules are about, and writes where something began or is over. Whoever writes reads the state
 * again inside its transaction, which no two have at once, so that of many servers that saw the same one tells it. A rule
 * that cannot be looked at keeps no other from being.
 */
export async function lookAtAll(warehouse: Warehouse, options: LookOptions): Promise<LookedAt> {
  const asker = briefly(warehouse)
  const { rules } = await readKept(asker)
  const watched = rules.filter(({ isOn }) => isOn)
  if (watched.length === 0) return { statuses: new Map(), failures: new Map() }
  // Before anything is looked at: a look is at least as new as this.
  const sequence = await newestRun(asker)
  const sight = await sightOf(warehouse, options)
  const { looks, failures } = await lookAtEach(watched, { sight, sequence })
  const open = await openIncidents(asker)
  const isAnything = looks.some((look) => {
    const own = open.filter(({ ruleId }) => ruleId === look.rule.id)
    return isNews(decide(look, { open: own, decided: new Map(), newId: randomUUID }))
  })
  if (isAnything)
    await writeAlerts(warehouse, async (transaction) => {
      for (const look of looks) await settle(transaction, look, { sight, sender: options.sender })
      await forgetOldIncidents(transaction, sight.now)
    })
  const found = looks.map(({ rule, observed }) => [rule.id, observed.status] as const)
  const failed = [...failures].map(
    ([id, error]) => [id, `It could not be looked at: ${whyNot(error)}`] as const,
  )
  return { statuses: new Map([...found, ...failed]), failures }
}

interface Seeing {
  readonly sight: Sight
  readonly sequence: number
}

/** What a bug says is for the log. */
function whyNot(error: Error): string {
  if (error instanceof TakingsError) return error.message
  return 'something went wrong inside Takings. Its log says what.'
}

async function lookAtEach(rules: readonly KeptRule[], seeing: Seeing) {
  const looks: Look[] = []
  const failures = new Map<string, Error>()
  for (const rule of rules) {
    try {
      looks.push(await lookOf(rule, seeing))
    } catch (error) {
      failures.set(rule.id, error instanceof Error ? error : new Error(String(error)))
    }
  }
  return { looks, failures }
}

async function lookOf(rule: KeptRule, { sight, sequence }: Seeing): Promise<Look> {
  const kind = kindOf(rule.condition)
  const observed = await kind.observe(rule.condition, sight)
  return { rule, kind, observed, sequence, now: sight.now }
}

interface Settling {
  readonly sight: Sight
  readonly sender: Sender
}

async function settle(
  transaction: Transaction,
  seen: Look,
  { sight, sender }: Settling,
): Promise<void> {
  const { rules } = await readKept(transaction)
  const rule = rules.find(({ id }) => id === seen.rule.id)
  // Somebody changed the rule meanwhile: what was seen answers another question.
  if (!rule?.isOn || JSON.stringify(rule.condition) !== JSON.stringify(seen.rule.condition)) return
  const inside: Sight = { ...sight, failedImports: () => failedImports(transaction) }
  const look = seen.kind.isOwn
    ? await lookOf(rule, { sight: inside, sequence: await newestRun(transaction) })
    : { ...seen, rule }
  const decided = decide(look, {
    open: await openIncidents(transaction, rule.id),
    decided: await decidedSequences(transaction, rule.id),
    newId: randomUUID,
  })
  if (isNews(decided)) await write(transaction, { rule, decided, sender, now: sight.now })
}

interface Writing {
  readonly rule: KeptRule
  readonly decided: Decided
  readonly sender: Sender
  readonly now: Date
}

async function write(
  transaction: Transaction,
  { rule, decided, sender, now }: Writing,
): Promise<void> {
  await insertIncidents(transaction, decided.opened)
  await replaceIncidents(transaction, decided.changed)
  await tellWebhooks(transaction, { rule, told: decided.told, sender, now })
}

/** Puts into the box what a rule has to say, for each of its webhooks. */
export async function tellWebhooks(
  transaction: Transaction,
  said: { readonly rule: KeptRule; readonly told: Told } & Pick<Writing, 'sender' | 'now'>,
): Promise<void> {
  const { rule, told, sender, now } = said
  const messages = messagesOf(rule, told, sender)
  const addressed = rule.webhooks.flatMap((webhookId) =>
    messages.map((message) => ({ message, webhookId, ruleId: rule.id })),
  )
  await enqueue(transaction, addressed, now)
}

/** Each figure is asked when the first rule wants it. */
async function sightOf(warehouse: Warehouse, { now, deaf }: LookOptions): Promise<Sight> {
  const at = now()
  const still = () => at
  const { timeZone } = await readSettings(warehouse)
  const once = <Value>(ask: () => Promise<Value>) => {
    let asked: Promise<Value> | null = null
    return () => {
      asked ??= ask()
      return asked
    }
  }
  return {
    now: at,
    timeZone: timeZone ?? 'UTC',
    deaf: onceFor(deaf),
    stock: once(() => stockState(warehouse, { now: still })),
    failedImports: once(() => failedImports(briefly(warehouse))),
    silence: onceFor((minutes) => orderSilence(warehouse, { now: still, minutes })),
  }
}

/** Asks the same once for each number of minutes. */
function onceFor<Value>(
  ask: (minutes: number) => Promise<Value>,
): (minutes: number) => Promise<Value> {
  const asked = new Map<number, Promise<Value>>()
  return (minutes) => {
    const answer = asked.get(minutes) ?? ask(minutes)
    asked.set(minutes, answer)
    return answer
  }
}
