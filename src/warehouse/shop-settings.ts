import { randomUUID } from 'node:crypto'
import { TakingsError } from '../model/errors.ts'
import type { SettingsChange, ShopSettings } from '../model/wire.ts'
import type { Engine, Transaction } from './engine.ts'
import { writeSetting } from './settings.ts'
import { checkStockRules, stockRuleKeys, stockRulesOf, writeStockRules } from './stock-rules.ts'

/** Where each setting rests in the table `settings`. */
const keys = { shopName: 'shop_name', currency: 'currency', timeZone: 'time_zone' } as const

const longestName = 80

/** What people may state themselves because no file states it. */
export async function readSettings(warehouse: Engine): Promise<ShopSettings> {
  const wanted = [...Object.values(keys), ...stockRuleKeys]
  const places = wanted.map((_, index) => `$${index + 1}`)
  const rows = await warehouse.query(
    `SELECT key, value FROM settings WHERE key IN (${places.join(', ')})`,
    wanted,
    { brief: true },
  )
  const value = (key: string) => {
    const found = rows.find((row) => row.key === key)?.value
    return typeof found === 'string' ? found : null
  }
  return {
    shopName: value(keys.shopName),
    currency: value(keys.currency),
    timeZone: value(keys.timeZone),
    stock: stockRulesOf(rows),
  }
}

/**
 * States currency, name, time zone or rules of stock, all of the change or nothing. Amounts are never converted: a currency
 * that contradicts the codes of imported sales is refused with `currency_stated`. Throws `invalid_option`
 * for what is no currency, name, time zone or rule, and for another time zone once there are days in one.
 */
export async function changeSettings(
  warehouse: Engine,
  change: SettingsChange,
): Promise<ShopSettings> {
  const currency = change.currency === undefined ? null : currencyCode(change.currency)
  const shopName = change.shopName === undefined ? null : nameOf(change.shopName)
  const timeZone = change.timeZone === undefined ? null : zoneOf(change.timeZone)
  checkStockRules(change.stock ?? {})
  await warehouse.transact(
    async (transaction) => {
      if (timeZone !== null) {
        await refuseOtherDays(transaction, timeZone)
        await writeSetting(transaction, keys.timeZone, timeZone)
      }
      if (currency !== null) {
        await refuseContradiction(transaction, currency)
        await writeSetting(transaction, keys.currency, currency)
      }
      if (shopName !== null) await writeSetting(transaction, keys.shopName, shopName)
      await writeStockRules(transaction, change.stock ?? {})
    },
    { change: () => null, runToken: randomUUID() },
  )
  return readSettings(warehouse)
}

/** Inside the transaction that writes, so that no import can state another one in between. */
async function refuseContradiction(transaction: Transaction, currency: string): Promise<void> {
  const rows = await transaction.query(
    `SELECT DISTINCT source_currency AS code FROM sales_fact
     WHERE source_currency IS NOT NULL AND source_currency <> $1 ORDER BY code`,
    [currency],
  )
  if (rows.length === 0) return
  throw new TakingsError('currency_stated', {
    currency,
    stated: rows.map(({ code }) => String(code)),
  })
}

/** The days of what was imported were those of the zone that held then. */
async function refuseOtherDays(transaction: Transaction, timeZone: string): Promise<void> {
  const [row] = await transaction.query(
    `SELECT (SELECT value FROM settings WHERE key = $1) AS known,
       ${['sales_fact', 'returns_fact', 'order_charges_fact', 'stock_fact'].map((table) => `EXISTS (SELECT 1 FROM ${table})`).join(' OR ')} AS has_days`,
    [keys.timeZone],
  )
  const known = String(row?.known ?? 'UTC')
  if (row?.has_days !== true || known === timeZone) return
  throw new TakingsError('invalid_option', {
    option: 'time-zone',
    problem: `the days of what was imported are those of ${known}`,
    advice: `Import into a new data folder: takings --data FOLDER settings time-zone ${timeZone}, then import there.`,
  })
}

/** Source: the IANA Time Zone Database, as the machine has it. */
function zoneOf(text: string): string {
  const name = text.trim()
  try {
    // Offsets such as +02:00 are zones for it too, and know no summer.
    if (/^[a-z]/i.test(name))
      return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    // Said below.
  }
  throw new TakingsError('invalid_option', {
    option: 'time-zone',
    problem: `${JSON.stringify(name)} is no time zone`,
    advice: 'Give its IANA name, such as Europe/London or America/New_York.',
  })
}

/** Source: ISO 4217, as far as the machine's own list of it goes. */
function currencyCode(text: string): string {
  const code = text.trim().toUpperCase()
  if (Intl.supportedValuesOf('currency').includes(code)) return code
  throw new TakingsError('invalid_option', {
    option: 'currency',
    problem: `${JSON.stringify(text.trim())} is no currency`,
    advice: 'Give its ISO 4217 code, such as GBP, EUR or USD.',
  })
}

function nameOf(text: string): string {
  const name = text.trim()
  const problem = problemOfName(name)
  if (problem === null) return name
  throw new TakingsError('invalid_option', {
    option: 'shopName',
    problem,
    advice: `Give one line of at most ${longestName} characters.`,
  })
}

function problemOfName(name: string): string | null {
  if (name === '') return 'it is empty'
  if (name.length > longestName) return `it has ${name.length} characters`
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(name) ? 'it holds control characters or line breaks' : null
}
