import { describe, expect, it } from 'vitest'
import type { Journal } from '../../src/journal/journal.ts'
import { TakingsError } from '../../src/model/errors.ts'
import type { LiveItem } from '../../src/model/live.ts'
import { StagingFault } from '../../src/staging/staging.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { openLiveShop } from '../engines/live-shop.ts'

/** What the way in does where something goes wrong beside the records. */

function counting(journal: Journal, read: number[]): Journal {
  return new Proxy(journal, {
    get(target, name) {
      const value = Reflect.get(target, name, target)
      if (name === 'read')
        return (...asked: Parameters<Journal['read']>) => {
          const records = target.read(...asked)
          read.push(records.reduce((sum, { text }) => sum + text.length, 0))
          return records
        }
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

function order(order_number: string): LiveItem {
  const lines = [{ product_key: 'L1', quantity: '2', unit_price: '10.00' }]
  const record = {
    order_number,
    at: '2025-03-02',
    state: 'counted',
    currency: 'EUR',
    lines,
  } as const
  return { fits: { kind: 'orders', source: 'shop', record } }
}

/** A warehouse that fails in its transactions, where `failure` gives an error. */
function failing(failure: (numbers: readonly string[]) => Error | null) {
  return (warehouse: Warehouse): Warehouse => ({
    ...warehouse,
    transact: (work, options) =>
      warehouse.transact(async (transaction) => {
        const done = await work(transaction)
        const rows = await transaction.query('SELECT order_number FROM orders')
        const error = failure(rows.map((row) => String(row.order_number)))
        if (error) throw error
        return done
      }, options),
  })
}

const isBad = (loaded: readonly string[]) => loaded.includes('bad')

const ofMachine = [
  new TakingsError('warehouse_damaged', { path: 'it', problem: 'a block of it' }),
  new StagingFault('IO Error: Cannot open file "orders.parquet": Too many open files'),
  new StagingFault('Invalid Input Error: No magic bytes found at end of file "lines.parquet"'),
  new StagingFault('INTERNAL Error: Attempted to dereference unique_ptr that is NULL!'),
]
const ofRecords = [
  new TakingsError('order_id_collision', { first: '1', second: 'bad' }),
  new StagingFault('Conversion Error: Could not convert string "bad" to INT64'),
]

describe('the way in for live records', () => {
  it.each(ofMachine)('blames no record for %s', async (error) => {
    let failures = 2
    const { shop, intake: intakeOf } = await openLiveShop(null, {
      warehouseOf: failing(() => {
        failures -= 1
        return failures >= 0 ? error : null
      }),
    })
    const intake = intakeOf()
    const { sequence } = await intake.accept([order('1'), order('2')])
    expect(await intake.visible(sequence, 60_000)).toBe(true)
    expect(await shop.value('SELECT count(*)::INTEGER FROM orders')).toBe(2)
    expect(await shop.query('SELECT * FROM rejected_rows')).toEqual([])
    expect(intake.rejectedBetween(1, sequence)).toEqual([])
  })

  it.each(ofRecords)('finds the record that brings about %s', async (error) => {
    const { shop, intake: intakeOf } = await openLiveShop(null, {
      warehouseOf: failing((loaded) => (isBad(loaded) ? error : null)),
    })
    const intake = intakeOf()
    const { sequence } = await intake.accept(['1', '2', 'bad', '4', 'bad'].map(order))
    expect(await intake.visible(sequence, 60_000)).toBe(true)
    expect(await shop.value('SELECT count(*)::INTEGER FROM orders')).toBe(3)
    expect(await shop.query('SELECT value FROM rejected_rows')).toEqual([{ value: error.message }])
    const refused = { path: null, problem: error.message }
    expect(intake.rejectedBetween(1, sequence)).toEqual([
      { ...refused, sequence: 3 },
      { ...refused, sequence: 5 },
    ])
    expect(intake.rejectedBetween(4, 4)).toEqual([])
  })

  it('reads no more than a batch may hold of records that are large', async () => {
    /** Characters of the texts that were read of the journal at once. */
    const read: number[] = []
    const { shop, intake: intakeOf } = await openLiveShop(null, {
      journalOf: (own) => counting(own, read),
    })
    const intake = intakeOf()
    const large = 'x'.repeat(1_000_000)
    const misfits = Array.from({ length: 40 }, (_, index): LiveItem => {
      const misfit = { kind: 'orders', source: 'shop', path: null, problem: 'none', text: large }
      return index === 0 ? order('1') : { misfit: { ...misfit, kind: 'orders' } }
    })
    const { sequence } = await intake.accept([...misfits, order('2')])
    expect(await intake.visible(sequence, 60_000)).toBe(true)
    expect(Math.max(...read)).toBeLessThan(34_000_000)
    expect(await shop.value('SELECT count(*)::INTEGER FROM orders')).toBe(2)
    expect(await shop.value('SELECT count(*)::INTEGER FROM rejected_rows')).toBe(39)
  })
})
