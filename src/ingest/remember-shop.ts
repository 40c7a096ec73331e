import { TakingsError } from '../model/errors.ts'
import { type Settings, type Transaction, writeSetting } from '../warehouse/warehouse.ts'
import type { JudgedImport } from './judge-all.ts'

/** Keeps the shop's currency, once an import or an order has told it. */
export async function rememberShop(
  settings: Settings,
  { currency }: Pick<JudgedImport, 'currency'>,
): Promise<void> {
  if (currency && (await settings.get('currency')) === null)
    await settings.set('currency', currency)
}

/**
 * Settles the shop's zone in the transaction that brings its first days, where the relations `incoming_...` are: these are days of that zone. Throws `busy` where
 * another one was settled since the rows were read.
 */
export async function settleZone(
  transaction: Transaction,
  { timeZone }: Pick<JudgedImport, 'timeZone'>,
): Promise<void> {
  const dated = ['orders', 'returns', 'stock'].map((kind) => `SELECT 1 FROM incoming_${kind}`)
  const [coming] = await transaction.query(
    `SELECT EXISTS (${dated.join(' UNION ALL ')}) AS has_days`,
  )
  if (coming?.has_days !== true) return
  const [known] = await transaction.query("SELECT value FROM settings WHERE key = 'time_zone'")
  if (known === undefined) return writeSetting(transaction, 'time_zone', timeZone)
  if (known.value === timeZone) return
  const problem = `the time zone of the shop has become ${known.value} while days of ${timeZone} were read`
  throw new TakingsError('busy', { problem })
}
