import { TakingsError } from '../model/errors.ts'
import {
  defaultStockRules,
  ruleDays,
  type ServiceLevel,
  type StockRules,
  type StockRulesChange,
  serviceLevels,
} from '../model/inventory.ts'
import type { SqlRow, Transaction } from './engine.ts'
import { writeSetting } from './settings.ts'

/** What a shop decides about its stock, among its settings. */

type RuleName = keyof StockRules

/** Where each rests in the table `settings`. */
const keys: Readonly<Record<RuleName, string>> = {
  leadTimeDays: 'lead_time_days',
  serviceLevel: 'service_level',
  orderEveryDays: 'order_every_days',
  overstockDays: 'overstock_days',
}

export const stockRuleKeys: readonly string[] = Object.values(keys)

/** Rows of `settings`; what they do not state is as it is for shops in general. */
export function stockRulesOf(rows: readonly SqlRow[]): StockRules {
  const text = (name: RuleName) => rows.find(({ key }) => key === keys[name])?.value
  const days = (name: keyof typeof ruleDays) => Number(text(name) ?? defaultStockRules[name])
  const level = serviceLevels.find((each) => each === text('serviceLevel'))
  return {
    leadTimeDays: days('leadTimeDays'),
    serviceLevel: level ?? defaultStockRules.serviceLevel,
    orderEveryDays: days('orderEveryDays'),
    overstockDays: days('overstockDays'),
  }
}

/** Throws `invalid_option` for what is no such rule. */
export function checkStockRules(change: StockRulesChange): void {
  for (const [name, { least, most }] of Object.entries(ruleDays)) {
    const days = change[name as keyof typeof ruleDays]
    if (days === undefined || (Number.isInteger(days) && days >= least && days <= most)) continue
    const problem = `${days} is no number of days`
    throw new TakingsError('invalid_option', {
      option: name,
      problem,
      advice: `Give a whole number from ${least} to ${most}.`,
    })
  }
  const { serviceLevel } = change
  if (serviceLevel === undefined || isServiceLevel(serviceLevel)) return
  throw new TakingsError('invalid_option', {
    option: 'serviceLevel',
    problem: `${JSON.stringify(serviceLevel)} is none of the levels`,
    advice: `Give one of ${serviceLevels.join(', ')}.`,
  })
}

function isServiceLevel(text: string): text is ServiceLevel {
  return (serviceLevels as readonly string[]).includes(text)
}

export async function writeStockRules(
  transaction: Transaction,
  change: StockRulesChange,
): Promise<void> {
  for (const [name, value] of Object.entries(change) as [RuleName, unknown][])
    if (value !== undefined) await writeSetting(transaction, keys[name], String(value))
}
