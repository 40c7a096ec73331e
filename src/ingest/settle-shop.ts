import { TakingsError } from '../model/errors.ts'
import { type Transaction, writeSetting } from '../warehouse/warehouse.ts'
import type { JudgedImport } from './judge-all.ts'

/**
 * Settles zone and currency of the shop in the transaction that brings its first days and amounts, where the relations
 * `incoming_...` are: they were read by them. Throws `busy` where another one was settled since.
 */
export async function settleShop(
  transaction: Transaction,
  { timeZone, currency }: Pick<JudgedImport, 'timeZone' | 'currency'>,
): Promise<void> {
  if (await bringsDays(transaction))
    await settle(transaction, { key: 'time_zone', name: 'time zone', value: timeZone })
  if (currency !== null)
    await settle(transaction, { key: 'currency', name: 'currency', value: currency })
}

async function bringsDays(transaction: Transaction): Promise<boolean> {
  const dated = ['orders', 'returns', 'stock'].map((kind) => `SELECT 1 FROM incoming_${kind}`)
  const [coming] = await transaction.query(
    `SELECT EXISTS (${dated.join(' UNION ALL ')}) AS has_days`,
  )
  return coming?.has_days === true
}

interface Settled {
  readonly key: 'time_zone' | 'currency'
  readonly name: string
  readonly value: string
}

async function settle(transaction: Transaction, { key, name, value }: Settled): Promise<void> {
  const [known] = await transaction.query('SELECT value FROM settings WHERE key = $1', [key])
  if (known === undefined) return writeSetting(transaction, key, value)
  if (known.value === value) return
  const problem = `the ${name} of the shop has become ${known.value} while rows were read by ${value}`
  throw new TakingsError('busy', { problem })
}
