import { expect, it } from 'vitest'
import type { Change } from '../../src/model/change.ts'
import type { Transaction, Warehouse } from '../../src/warehouse/warehouse.ts'
import { insert, insertDays } from './star-rows.ts'
import { temporaryWarehouse } from './temporary-warehouse.ts'

/** What the embedded engine knows of orders without reading them. */

const ids = ['1', '4611686018427387904', '9223372036854775807', '4294967296', '81985529216486895']
const unknown = Array.from({ length: 200 }, (_, index) => String(7_000_000_007 * (index + 1)))

const change: Change = { sequence: 1, tables: ['orders', 'returns_fact'], days: null }

async function bring(
  warehouse: Warehouse,
  work: (transaction: Transaction) => Promise<void>,
): Promise<void> {
  await warehouse.transact(work, { change: () => change, runToken: 'test' })
}

async function mayHold(warehouse: Warehouse, sought: readonly string[]): Promise<boolean> {
  let answer = false
  await warehouse.transact(
    async ({ orderSight }) => {
      answer = orderSight?.mayHold(sought) ?? true
    },
    { change: () => null, runToken: 'asking' },
  )
  return answer
}

const order = (id: string) => insert('orders', { order_id: id, order_number: `'${id}'` })

async function open(): Promise<Warehouse> {
  const warehouse = await temporaryWarehouse()
  await bring(warehouse, async (transaction) => {
    await transaction.execute(insertDays('2024-06-01', '2024-06-01'))
    for (const id of ids) await transaction.execute(order(id))
    await transaction.execute(insert('returns_fact', { order_id: '77' }))
    await transaction.execute(insert('returns_fact', { return_id: '2', order_id: 'NULL' }))
  })
  return warehouse
}

it('holds every order and every order of a return, and hardly another', async () => {
  const warehouse = await open()
  // Until the ids are read nothing is certain.
  expect(await mayHold(warehouse, unknown)).toBe(true)
  await expect.poll(() => mayHold(warehouse, unknown.slice(0, 1))).toBe(false)
  for (const id of [...ids, '77']) expect(await mayHold(warehouse, [id])).toBe(true)
  expect(await mayHold(warehouse, ['78', ...ids.slice(0, 1)])).toBe(true)
  expect(await mayHold(warehouse, unknown)).toBe(false)
  expect(await mayHold(warehouse, [])).toBe(false)
})

it('holds the documents of returns, a refund by the number of its order', async () => {
  const warehouse = await open()
  await bring(warehouse, async (transaction) => {
    await transaction.execute(
      insert('returns_fact', { return_id: '3', order_id: 'NULL', document_number: "'1005'" }),
    )
    await transaction.execute(
      insert('returns_fact', {
        return_id: '4',
        order_id: 'NULL',
        document_number: "'refund of 1006'",
      }),
    )
  })
  await mayHold(warehouse, unknown)
  await expect.poll(() => mayHold(warehouse, unknown)).toBe(false)
  let found: boolean[] = []
  await bring(warehouse, async (transaction) => {
    const sight = transaction.orderSight
    const rows = await transaction.query(
      `SELECT ${sight?.documentId('number')} AS id FROM (VALUES ('1005'), ('1006'), ('1007'), ('refund of 1005')) AS named(number)`,
    )
    found = rows.map(({ id }) => sight?.mayHold([String(id)]) ?? true)
  })
  expect(found).toEqual([true, true, false, true])
})

it('holds what transactions declare, also while ids are read', async () => {
  const warehouse = await open()
  expect(await mayHold(warehouse, unknown)).toBe(true)
  await bring(warehouse, async (transaction) => {
    expect(transaction.orderSight?.mayHold(['500'])).toBe(true)
    transaction.orderSight?.willHold(['500'])
    await transaction.execute(order('500'))
  })
  await expect.poll(() => mayHold(warehouse, unknown)).toBe(false)
  expect(await mayHold(warehouse, ['500'])).toBe(true)
  await bring(warehouse, async (transaction) => {
    transaction.orderSight?.willHold(['501'])
    await transaction.execute(order('501'))
  })
  expect(await mayHold(warehouse, ['501'])).toBe(true)
  expect(await mayHold(warehouse, unknown)).toBe(false)
})

it('forgets all when a transaction brings orders without saying which', async () => {
  const warehouse = await open()
  await mayHold(warehouse, unknown)
  await expect.poll(() => mayHold(warehouse, unknown)).toBe(false)
  await bring(warehouse, async (transaction) => {
    await transaction.execute(order('600'))
  })
  expect(await mayHold(warehouse, unknown)).toBe(true)
  await expect.poll(() => mayHold(warehouse, unknown)).toBe(false)
  expect(await mayHold(warehouse, ['600'])).toBe(true)
})

it('forgets all when a transaction fails, because its COMMIT may have held', async () => {
  const warehouse = await open()
  await mayHold(warehouse, unknown)
  await expect.poll(() => mayHold(warehouse, unknown)).toBe(false)
  await expect(
    bring(warehouse, async (transaction) => {
      await transaction.execute(order('700'))
      throw new Error('no more')
    }),
  ).rejects.toThrow('no more')
  expect(await mayHold(warehouse, unknown)).toBe(true)
  await expect.poll(() => mayHold(warehouse, unknown)).toBe(false)
  expect(await mayHold(warehouse, ['700'])).toBe(false)
})

it('makes room for many more orders than it was made for', async () => {
  const warehouse = await open()
  await mayHold(warehouse, unknown)
  await expect.poll(() => mayHold(warehouse, unknown)).toBe(false)
  const many = Array.from({ length: 150_000 }, (_, index) =>
    String(11_400_714_819_323 * (index + 1)),
  )
  await bring(warehouse, async (transaction) => {
    transaction.orderSight?.willHold(many)
    for (const id of many.slice(0, 3)) await transaction.execute(order(id))
  })
  expect(await mayHold(warehouse, many.slice(0, 3))).toBe(true)
  await expect.poll(() => mayHold(warehouse, unknown)).toBe(false)
  expect(await mayHold(warehouse, many.slice(0, 3))).toBe(true)
})
