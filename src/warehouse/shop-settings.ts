import { randomUUID } from 'node:crypto'
import { TakingsError } from '../model/errors.ts'
import type { SettingsChange, ShopSettings } from '../model/wire.ts'
import type { Engine, Transaction } from './engine.ts'
import { writeSetting } from './settings.ts'

/** Where each setting rests in the table `settings`. */
const keys = { shopName: 'shop_name', currency: 'currency', timeZone: 'time_zone' } as const

const longestName = 80

/** What people may state themselves because no file states it; the time zone comes with the first import. */
export async function readSettings(warehouse: Engine): Promise<ShopSettings> {
  const rows = await warehouse.query(
    'SELECT key, value FROM settings WHERE key IN ($1, $2, $3)',
    Object.values(keys),
    { brief: true },
  )
  const value = (key: string) => {
    const found = rows.find((row) => row.key === key)?.value
    return typeof found === 'string' ? found : null
  }
  return {
    shopName: value(keys.shopName),
    currency: value(keys.currency),
    timeZone: value(keys.timeZone) ?? 'UTC',
  }
}

/**
 * States the currency or the name, all of the change or nothing. Amounts are never converted: a currency
 * that contradicts the codes of imported sales is refused with `currency_stated`. Throws `invalid_option`
 * for what is no currency and no name.
 */
export async function changeSettings(
  warehouse: Engine,
  change: SettingsChange,
): Promise<ShopSettings> {
  const currency = change.currency === undefined ? null : currencyCode(change.currency)
  const shopName = change.shopName === undefined ? null : nameOf(change.shopName)
  await warehouse.transact(
    async (transaction) => {
      if (currency !== null) {
        await refuseContradiction(transaction, currency)
        await writeSetting(transaction, keys.currency, currency)
      }
      if (shopName !== null) await writeSetting(transaction, keys.shopName, shopName)
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
