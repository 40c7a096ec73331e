import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openIntake } from '../../src/ingest/ingest.ts'
import { openJournal } from '../../src/journal/journal.ts'
import { TakingsError } from '../../src/model/errors.ts'
import type { LiveItem, LiveOrder, LiveRecords } from '../../src/model/live.ts'
import { star } from '../../src/model/star.ts'
import { now, TemporaryShop } from '../ingest/temporary-shop.ts'
import { everyEngine } from './engines.ts'
import { openLiveShop, record } from './live-shop.ts'

/** Records that come one by one, on every engine. What the figures should be is worked out by hand. */

const engines = everyEngine()
async function linesOf(shop: TemporaryShop): Promise<string[]> {
  const rows = await shop.query(
    `SELECT order_number, sales_fact.order_date, product_key, quantity, gross_price, total_price, customers.name, country_code
     FROM sales_fact JOIN orders ON orders.order_id = sales_fact.order_id
     JOIN products ON products.product_id = sales_fact.product_id
     JOIN customers ON customers.customer_id = sales_fact.customer_id
     JOIN regions ON regions.region_id = sales_fact.region_id ORDER BY order_number, product_key`,
  )
  return rows.map((row) => Object.values(row).join(' '))
}

const lamp = { product_key: 'L1', product_name: 'Lamp', quantity: '2', unit_price: '10.00' }
const bulb = { product_key: 'B1', product_name: 'Bulb', quantity: '3', unit_price: '1.25' }

function order(number: string, changes: Partial<LiveOrder> = {}): LiveItem {
  return record('orders', {
    order_number: number,
    at: '2025-03-02T10:15:00+01:00',
    state: 'counted',
    currency: 'EUR',
    customer: { customer_key: 'C1', email: 'Ada@example.org' },
    region: { country: 'DE' },
    lines: [lamp, bulb],
    ...changes,
  })
}

describe.each(engines)('live records on $name', (engine) => {
  it('counts an order once, however often it comes, and its newest version', async () => {
    const { shop, send, restart } = await openLiveShop(await engine.newAddress())
    await send(order('1001'), order('1001'))
    await send(order('1001'))
    await restart()
    await send(order('1001'))
    expect(await linesOf(shop)).toEqual([
      '1001 2025-03-02 B1 3.000 3.7500 3.7500 C1 DE',
      '1001 2025-03-02 L1 2.000 20.0000 20.0000 C1 DE',
    ])
    await send(order('1001', { source_version: '2025-03-02T12:00:00Z', lines: [lamp] }))
    await send(order('1001', { source_version: '2025-03-02T11:00:00Z' }))
    expect(await linesOf(shop)).toEqual(['1001 2025-03-02 L1 2.000 20.0000 20.0000 C1 DE'])
    await send(
      order('1001', { source_version: '2025-03-02T13:00:00Z', state: 'cancelled', lines: [] }),
    )
    await send(order('1001', { source_version: '2025-03-02T12:30:00Z' }))
    expect(await linesOf(shop)).toEqual([])
    expect(await shop.value("SELECT state FROM orders WHERE order_number = '1001'")).toBe(
      'cancelled',
    )
  })

  it('counts what came back for the customer and place of its order, whichever comes first', async () => {
    const { shop, send, restart } = await openLiveShop(await engine.newAddress())
    const back = (number: string, of: string, more: Partial<LiveRecords['returns']> = {}) =>
      record('returns', {
        return_number: number,
        order_number: of,
        at: '2025-03-05',
        lines: [{ product_key: 'L1', quantity: '1', amount: '10.00' }],
        ...more,
      })
    const returns = async () => {
      const rows = await shop.query(
        `SELECT document_number, customers.name, country_code, channel FROM returns_fact
         JOIN customers ON customers.customer_id = returns_fact.customer_id
         JOIN regions ON regions.region_id = returns_fact.region_id ORDER BY document_number`,
      )
      return rows.map((row) => Object.values(row).join(' '))
    }
    const others = { customer: { customer_key: 'C8' }, region: { country: 'IT' }, channel: 'Shop' }
    await send(back('R1', '1'), back('R9', '9', others))
    expect(await returns()).toEqual(['R1 Unknown  ', 'R9 C8 IT Shop'])
    await send(order('1', { channel: 'Web' }), order('2'))
    await send(back('R2', '2'), back('R3', '2', others))
    const told = ['R1 C1 DE Web', 'R2 C1 DE ', 'R3 C1 DE ', 'R9 C8 IT Shop']
    expect(await returns()).toEqual(told)
    const runs = await shop.value('SELECT max(run_id)::INTEGER FROM returns_fact')
    await send(back('R2', '2'), back('R3', '2', others))
    expect(await shop.value('SELECT max(run_id)::INTEGER FROM returns_fact')).toBe(runs)
    await restart()
    await send(
      order('2', {
        source_version: '2025-03-04T00:00:00Z',
        customer: { customer_key: 'C7' },
        region: { country: 'FR' },
      }),
    )
    expect(await returns()).toEqual([told[0], 'R2 C7 FR ', 'R3 C7 FR ', told[3]])
    expect(await shop.warehouse.audit()).toEqual([])
    expect(await shop.warehouse.auditRollups()).toEqual([])
  })

  it('takes all kinds in one batch, and what an order states beside its lines', async () => {
    const { shop, send } = await openLiveShop(await engine.newAddress())
    await send(
      record('returns', {
        return_number: 'R1',
        order_number: '1',
        at: '2025-03-05',
        lines: [{ product_key: 'L1', quantity: '1' }],
      }),
      record('products', {
        product_key: 'L1',
        product_name: 'Desk lamp',
        category: 'Light',
        unit_cost: '4.10',
      }),
      record('customers', {
        customer_key: 'C1',
        name: 'Ada',
        email: 'ada@example.org',
        age: '36',
        country: 'DE',
      }),
      record('stock', {
        product_key: 'L1',
        kind: 'count',
        quantity: '40',
        at: '2025-03-01T08:00:00Z',
      }),
      order('1', { discount: '2.00', shipping: '4.90', tax: '3.80' }),
      order('2', {
        currency: 'USD',
        exchange_rate: '0.5',
        lines: [{ sku: 'X-9', quantity: '0.25', unit_price: '8', discount: '1' }],
      }),
    )
    expect(await linesOf(shop)).toEqual([
      '1 2025-03-02 B1 3.000 3.7500 3.4342 Ada DE',
      '1 2025-03-02 L1 2.000 20.0000 18.3158 Ada DE',
      '2 2025-03-02 X-9 0.250 1.0000 0.5000 Ada DE',
    ])
    expect(await shop.query('SELECT kind, amount FROM order_charges_fact ORDER BY kind')).toEqual([
      { kind: 'shipping', amount: '4.9000' },
      { kind: 'tax', amount: '3.8000' },
    ])
    // One of two lamps, at what was paid for it.
    expect(await shop.query('SELECT quantity, amount, return_date FROM returns_fact')).toEqual([
      { quantity: '1.000', amount: '9.1579', return_date: '2025-03-05' },
    ])
    expect(
      await shop.query(
        "SELECT product_name, category, unit_cost, stock FROM products WHERE product_key = 'L1'",
      ),
    ).toEqual([
      { product_name: 'Desk lamp', category: 'Light', unit_cost: '4.1000', stock: '40.000' },
    ])
    expect(
      await shop.query('SELECT name, email, age FROM customers WHERE customer_id > 0'),
    ).toEqual([{ name: 'Ada', email: 'ada@example.org', age: 36 }])
    expect(await shop.warehouse.settings.get('currency')).toBe('EUR')
  })

  it('keeps what does not fit among the rejected rows, and goes on', async () => {
    const { shop, send } = await openLiveShop(await engine.newAddress())
    await send(
      order('1'),
      {
        misfit: {
          kind: 'orders',
          source: 'shop',
          path: 'lines.0.quantity',
          problem: 'a quantity above 0',
          text: '{"order_number":"2"}',
        },
      },
      order('3', { currency: 'USD' }),
      order('4', { at: '2031-01-01' }),
    )
    expect(await shop.value('SELECT count(*)::INTEGER FROM orders')).toBe(1)
    const rejected = await shop.query(
      'SELECT outcome, reason, value FROM rejected_rows ORDER BY reason, record_number',
    )
    expect(rejected).toEqual([
      { outcome: 'rejected', reason: 'date_out_of_range', value: '2031-01-01' },
      { outcome: 'rejected', reason: 'date_out_of_range', value: '2031-01-01' },
      {
        outcome: 'rejected',
        reason: 'malformed_row',
        value: 'lines.0.quantity: a quantity above 0',
      },
      { outcome: 'rejected', reason: 'unknown_currency', value: 'USD' },
      { outcome: 'rejected', reason: 'unknown_currency', value: 'USD' },
    ])
    expect(await shop.query('SELECT rows_in, rows_accepted, rows_rejected FROM runs')).toEqual([
      { rows_in: '7', rows_accepted: '2', rows_rejected: '5' },
    ])
  })

  it('keeps shops apart, and applies both', async () => {
    const { shop, send } = await openLiveShop(await engine.newAddress())
    const other = (number: string) => {
      const item = order(number)
      return 'fits' in item ? { fits: { ...item.fits, source: 'second' } } : item
    }
    await send(order('1'), other('1'), order('2'), other('2'))
    expect(
      await shop.query(
        'SELECT source, count(*)::INTEGER AS orders FROM orders GROUP BY source ORDER BY source',
      ),
    ).toEqual([
      { source: 'second', orders: 2 },
      { source: 'shop', orders: 2 },
    ])
  })

  it('finds the one record that the load refuses, and applies all others', async () => {
    const { shop, send } = await openLiveShop(await engine.newAddress(), {
      warehouseOf: (warehouse) => ({
        ...warehouse,
        transact: (work, options) =>
          warehouse.transact(async (transaction) => {
            const done = await work(transaction)
            const [bad] = await transaction.query(
              "SELECT 1 AS one FROM orders WHERE order_number = 'bad'",
            )
            if (bad)
              throw new TakingsError('month_set_aside', { month: 'March 2026', key: '2025-03' })
            return done
          }, options),
      }),
    })
    await send(...['1', '2', '3', 'bad', '5', '6', '7'].map((number) => order(number)))
    expect(await shop.query('SELECT order_number FROM orders ORDER BY order_number')).toEqual(
      ['1', '2', '3', '5', '6', '7'].map((order_number) => ({ order_number })),
    )
    const [rejected] = await shop.query('SELECT reason, value, row FROM rejected_rows')
    expect(rejected?.value).toContain('March 2026')
    expect(rejected?.row).toContain('bad')
  })

  it('tries again what fails for a while, and applies it once', async () => {
    let failures = 2
    const { shop, intake } = await openLiveShop(await engine.newAddress(), {
      warehouseOf: (warehouse) => ({
        ...warehouse,
        async transact(work, options) {
          const done = await warehouse.transact(work, options)
          failures -= 1
          // What was committed and is not known to be looks the same.
          if (failures >= 0) throw new TakingsError('busy', { problem: 'the line was cut' })
          return done
        },
      }),
    })
    const { sequence } = await intake().accept([order('1'), order('2')])
    expect(await intake().visible(sequence, 60_000)).toBe(true)
    expect(await shop.value('SELECT count(*)::INTEGER FROM sales_fact')).toBe(4)
  })

  it('applies after a start what was accepted before it', async () => {
    let isDown = true
    const { shop, intake, restart } = await openLiveShop(await engine.newAddress(), {
      warehouseOf: (warehouse) => ({
        ...warehouse,
        transact: (work, options) =>
          isDown
            ? Promise.reject(new TakingsError('busy', { problem: 'not now' }))
            : warehouse.transact(work, options),
      }),
    })
    const { sequence } = await intake().accept([order('1'), order('2'), order('3')])
    await expect.poll(() => intake().state().problem, { timeout: 30_000 }).toContain('not now')
    expect(intake().state()).toMatchObject({ accepted: sequence, applied: 0, waiting: 3 })
    isDown = false
    await restart()
    expect(await intake().visible(sequence, 60_000)).toBe(true)
    expect(await shop.value('SELECT count(*)::INTEGER FROM orders')).toBe(3)
    expect(intake().state()).toMatchObject({ applied: sequence, waiting: 0, problem: null })
  })
})

describe('the way in for live records', () => {
  it('refuses more than may wait, and has accepted nothing of it', async () => {
    const shop = await TemporaryShop.open()
    const folder = mkdtempSync(join(tmpdir(), 'takings-live-'))
    const intake = await openIntake({
      journal: await openJournal({ folder, now }),
      warehouse: { ...shop.warehouse, transact: () => new Promise(() => undefined) },
      now,
      workFolder: shop.workFolder,
      memoryLimit: '512MB',
      mostWaiting: 3,
    })
    onTestFinished(async () => {
      await shop.close()
      rmSync(folder, { recursive: true, force: true })
    })
    await intake.accept([order('1'), order('2')])
    await expect(intake.accept([order('3'), order('4')])).rejects.toMatchObject({
      code: 'queue_full',
    })
    await intake.accept([order('3')])
    expect(intake.state()).toMatchObject({ accepted: 3, waiting: 3 })
  })

  it('rests where sequences have no records, and goes on after them', async () => {
    const { intake: intakeOf } = await openLiveShop(null, {
      async journalOf(journal) {
        await journal.continueAfter(10)
        return journal
      },
    })
    const intake = intakeOf()
    await setTimeout(50)
    expect(intake.state()).toMatchObject({ accepted: 10, applied: 10, waiting: 0 })
    const { sequence } = await intake.accept([order('1')])
    expect(sequence).toBe(11)
    expect(await intake.visible(sequence, 60_000)).toBe(true)
  })

  it('keeps the order of more records than one batch holds', async () => {
    const { shop, send } = await openLiveShop(null)
    const first = Array.from({ length: 12_000 }, (_, index) =>
      order(`n${index}`, { lines: [bulb] }),
    )
    const corrected = Array.from({ length: 50 }, (_, index) =>
      order(`n${index * 200}`, { lines: [lamp] }),
    )
    await send(order('before'))
    await send(...first, ...corrected)
    expect(
      await shop.query(
        'SELECT count(*)::INTEGER AS lines, sum(total_price) AS revenue, count(DISTINCT order_id)::INTEGER AS orders FROM sales_fact',
      ),
    ).toEqual([{ lines: 12_002, revenue: '45836.2500', orders: 12_001 }])
    expect(await shop.value('SELECT sum(rows_in)::INTEGER FROM runs')).toBe(12_052)
  })

  it('accepts nothing while the disk is nearly full', async () => {
    const { intake: intakeOf } = await openLiveShop(null, {
      journalOf: (journal) =>
        new Proxy(journal, {
          get(target, name) {
            if (name === 'free') return async () => 1_000_000
            const value = Reflect.get(target, name, target)
            return typeof value === 'function' ? value.bind(target) : value
          },
        }),
    })
    const intake = intakeOf()
    await expect(intake.accept([order('1')])).rejects.toMatchObject({
      code: 'disk_full',
      status: 507,
    })
    expect(intake.state()).toMatchObject({ accepted: 0, waiting: 0 })
  })

  it('comes to the same warehouse in whatever order, and however often, events come', {
    timeout: 240_000,
  }, async () => {
    const tables = ['sales_fact', 'orders', 'returns_fact', 'order_charges_fact', 'stock_fact']
    // Ids of members and runs tell the order in which they came.
    const own = /(^|_)(loaded_at|run_id)$/
    const dump = async (shop: TemporaryShop) => {
      const found: Record<string, string[]> = {}
      for (const { name, columns } of star.filter((table) => tables.includes(table.name))) {
        const kept = columns.filter((column) => !own.test(column.name)).map((column) => column.name)
        const joined = kept.map((column) =>
          column === 'product_id'
            ? '(SELECT product_key FROM products WHERE products.product_id = f.product_id) AS product'
            : column === 'customer_id'
              ? '(SELECT max(customer_key) FROM customer_keys AS k WHERE k.customer_id = f.customer_id) AS customer'
              : column === 'region_id'
                ? '(SELECT region_name FROM regions WHERE regions.region_id = f.region_id) AS region'
                : `f.${column}`,
        )
        const rows = await shop.query(`SELECT ${joined.join(', ')} FROM ${name} AS f`)
        found[name] = rows.map((row) => JSON.stringify(row)).sort()
      }
      return found
    }
    const event = fc.record({
      // Of one order more is told than of others, because its returns follow it.
      number: fc.constantFrom(1, 1, 2, 3, 4, 5, 5, 6),
      version: fc.integer({ min: 1, max: 4 }),
    })
    // Whose the order is, of which things come back.
    const versionsOf: readonly Partial<LiveOrder>[] = [
      { customer: { customer_key: 'C1' }, region: { country: 'FR' } },
      { customer: undefined, channel: 'Web' },
      { customer: { customer_key: 'C3' }, region: undefined },
      { customer: { customer_key: 'C1' }, channel: 'Market' },
    ]
    // What a version says is told by its number, as a source tells it.
    const itemOf = ({ number, version }: { number: number; version: number }): LiveItem => {
      if (number === 6)
        return record('stock', {
          product_key: 'L1',
          kind: 'receipt',
          quantity: '5',
          at: `2025-03-0${version}T08:00:00Z`,
        })
      if (number === 5)
        return record('returns', {
          return_number: `R${version}`,
          order_number: '1',
          at: '2025-03-06',
          ...(version > 2
            ? { customer: { customer_key: 'C2' }, region: { country: 'IT' }, channel: 'Shop' }
            : {}),
          lines: [{ product_key: 'L1', quantity: '1', amount: '4.00' }],
        })
      const of = versionsOf[version - 1]
      return order(String(number), {
        source_version: `2025-03-02T1${version}:00:00Z`,
        state: version === 4 && number === 2 ? 'cancelled' : 'counted',
        shipping: `${version}.50`,
        ...(number === 1 ? of : { customer: { customer_key: `C${number}` } }),
        lines: version % 2 === 0 ? [lamp] : [lamp, { ...bulb, quantity: String(version) }],
      })
    }
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 4, maxLength: 14 }),
        fc.infiniteStream(fc.nat()),
        async (events, chance) => {
          const next = () => chance.next().value as number
          const dumps: Record<string, string[]>[] = []
          for (const round of [0, 1]) {
            const { shop, send, close } = await openLiveShop(null)
            const all = round === 0 ? events : [...events, ...events.filter(() => next() % 2 === 0)]
            const shuffled =
              round === 0
                ? all
                : all
                    .map((one) => ({ one, key: next() }))
                    .sort((a, b) => a.key - b.key)
                    .map(({ one }) => one)
            for (let at = 0; at < shuffled.length; ) {
              const size = round === 0 ? 1 : 1 + (next() % 4)
              await send(...shuffled.slice(at, at + size).map(itemOf))
              at += size
            }
            dumps.push(await dump(shop))
            await close()
          }
          expect(dumps[1]).toEqual(dumps[0])
        },
      ),
      { numRuns: 6 },
    )
  })
})
