import { type AlertRule, alertSettingPrefix, silenceMinutes } from '../model/alert.ts'
import { compare } from '../model/money.ts'
import { type Transaction, writeSetting } from '../warehouse/warehouse.ts'
import { invalid } from './invalid.ts'
import type { KeptWebhook } from './kept-webhooks.ts'
import type { Asker } from './transaction.ts'

/**
 * What people said: one setting for each rule and each webhook, because settings are known outside of the engine too, so
 * that no damaged file forgets them.
 */

export const rulePrefix = `${alertSettingPrefix}rule.`
export const webhookPrefix = `${alertSettingPrefix}webhook.`

export interface KeptAlerts {
  /** Oldest first. */
  readonly rules: readonly KeptRule[]
  readonly webhooks: readonly KeptWebhook[]
}

export interface KeptRule extends AlertRule {
  readonly madeAt: string
}

const keptSql = `SELECT key, value FROM settings WHERE key LIKE '${rulePrefix}%' OR key LIKE '${webhookPrefix}%'`

export async function readKept(asker: Asker): Promise<KeptAlerts> {
  const rows = await asker.query(keptSql)
  const under = <Kept extends { readonly madeAt: string; readonly id: string }>(prefix: string) =>
    rows
      .filter(({ key }) => String(key).startsWith(prefix))
      .map(({ value }) => JSON.parse(String(value)) as Kept)
      .sort((a, b) => (a.madeAt + a.id < b.madeAt + b.id ? -1 : 1))
  return { rules: under<KeptRule>(rulePrefix), webhooks: under<KeptWebhook>(webhookPrefix) }
}

export function writeRule(transaction: Transaction, rule: KeptRule): Promise<void> {
  return writeSetting(transaction, `${rulePrefix}${rule.id}`, JSON.stringify(rule))
}

export async function deleteKept(transaction: Transaction, key: string): Promise<void> {
  await transaction.execute('DELETE FROM settings WHERE key = $1', [key])
}

/** Throws `invalid_option` for a rule that could never be answered. */
export function checkRule({ condition, webhooks }: AlertRule, kept: KeptAlerts): void {
  for (const id of webhooks) {
    if (kept.webhooks.some((webhook) => webhook.id === id)) continue
    throw invalid('webhooks', `there is no webhook ${id}`, 'Add it first, or leave it out.')
  }
  if (condition.kind === 'low_stock') checkThreshold(condition.threshold)
  if (condition.kind === 'no_orders') checkMinutes(condition.minutes)
}

function checkThreshold(threshold: string): void {
  const isNumber = /^\d{1,9}(\.\d{1,3})?$/.test(threshold)
  if (isNumber && compare(threshold, '0') > 0) return
  throw invalid(
    'threshold',
    `${JSON.stringify(threshold)} is no number above 0`,
    'Write a number such as 5; for products that are gone there is the alert on stock that is out.',
  )
}

function checkMinutes(minutes: number): void {
  const { least, most } = silenceMinutes
  if (Number.isInteger(minutes) && minutes >= least && minutes <= most) return
  throw invalid(
    'minutes',
    `${minutes} is no number of minutes from ${least} to ${most}`,
    'Write a whole number such as 60.',
  )
}
