import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { importFiles, listRuns, runReport } from '../../src/ingest/ingest.ts'
import { runQuery } from '../../src/metrics/metrics.ts'
import type { Change } from '../../src/model/change.ts'
import type { Query } from '../../src/model/query.ts'
import { type Months, makeRoles } from '../../src/warehouse/warehouse.ts'
import { takings, workingFolder } from '../cli/run-takings.ts'
import { csv, now, TemporaryShop } from '../ingest/temporary-shop.ts'
import { expectFiguresOfFacts } from './plain-shop.ts'
import { type PostgresServer, startPostgres } from './postgres-server.ts'

/**
 * Months that are set aside, put back and dropped. Expected figures are added up here from the rows that were imported,
 * those of the month left out.
 */

let server: PostgresServer | undefined
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server?.stop())

interface Line {
  readonly order: string
  readonly day: string
  readonly customer: string
  readonly product: string
  readonly quantity: number
  /** Cents. */
  readonly price: number
  /** Cents, of the order. */
  readonly shipping: number
}

const header = ['order', 'date', 'customer', 'product', 'quantity', 'price', 'shipping']
const cents = (amount: number) => (amount / 100).toFixed(2)
const fileOf = (lines: readonly Line[]) =>
  csv(
    header,
    ...lines.map(({ order, day, customer, product, quantity, price, shipping }) => [
      order,
      day,
      customer,
      product,
      quantity,
      cents(price),
      cents(shipping),
    ]),
  )

/** Ada first buys in May, Bo in April, Cleo in May alone, Dan in June. */
const sold: readonly Line[] = [
  ['1', '2023-04-03', 'Bo', 'Lamp', 2, 1999, 490],
  ['1', '2023-04-03', 'Bo', 'Book', 1, 750, 490],
  ['2', '2023-05-01', 'Ada', 'Lamp', 1, 2100, 0],
  ['3', '2023-05-17', 'Cleo', 'Book', 3, 733, 510],
  ['4', '2023-05-31', 'Bo', 'Sack', 4, 111, 0],
  ['5', '2023-06-01', 'Ada', 'Book', 2, 745, 520],
  ['6', '2023-06-30', 'Dan', 'Lamp', 1, 1888, 0],
].map(([order, day, customer, product, quantity, price, shipping]) => ({
  order: String(order),
  day: String(day),
  customer: String(customer),
  product: String(product),
  quantity: Number(quantity),
  price: Number(price),
  shipping: Number(shipping),
}))

const returned = csv(
  ['return id', 'order', 'return date', 'product', 'returned quantity', 'amount'],
  ['R1', '3', '2023-05-20', 'Book', 1, '7.00'],
  ['R2', '2', '2023-06-10', 'Lamp', 1, '20.00'],
)

const year = { from: '2023-01-01', to: '2023-12-31' } as const

/** Revenue, units, orders, customers, new customers and charges of the lines of a range. */
function figuresOf(
  all: readonly Line[],
  counted: (line: Line) => boolean,
  range = year as { from: string; to: string },
) {
  const lines = all.filter(
    (line) => counted(line) && line.day >= range.from && line.day <= range.to,
  )
  const orders = new Map(lines.map((line) => [line.order, line]))
  const customers = new Set(lines.map(({ customer }) => customer))
  const isNew = (customer: string) => {
    const first = all
      .filter((line) => line.customer === customer)
      .map(({ day }) => day)
      .sort()[0]
    return lines.some((line) => line.customer === customer && line.day === first)
  }
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
  return {
    revenue: cents(total(lines.map(({ quantity, price }) => quantity * price))),
    units: String(total(lines.map(({ quantity }) => quantity))),
    orders: orders.size,
    customers: customers.size,
    new_customers: [...customers].filter(isNew).length,
    charges: cents(total([...orders.values()].map(({ shipping }) => shipping))),
  }
}

const asked = ['revenue', 'units', 'orders', 'customers', 'new_customers', 'charges'] as const
const inMay = ({ day }: Line) => day.startsWith('2023-05')
const notMay = (line: Line) => !inMay(line)
const noteOfMay = {
  code: 'month_set_aside',
  text: 'The lines of May 2023 were set aside on 15 Jan 2026 and are not counted.',
}

async function ask(shop: TemporaryShop, query: Partial<Query> = year) {
  const { data, meta } = await runQuery(shop.warehouse, { metrics: asked, ...query }, { now })
  return { row: data.rows[0], rows: data.rows, notes: meta.notes }
}

async function openShop(lines: readonly Line[] = sold) {
  const address = await server?.newDatabase()
  if (!address) throw new Error('the server did not start')
  const shop = await TemporaryShop.open(address)
  const client = new pg.Client({ connectionString: address })
  await client.connect()
  onTestFinished(async () => {
    await client.end()
    await shop.close()
  })
  await client.query('SET search_path = takings')
  await shop.importText('orders.csv', fileOf(lines), { source: 'shop' })
  await shop.importText('returns.csv', returned, { source: 'shop' })
  const { months } = shop.warehouse
  if (!months) throw new Error('it has no partitions')
  return { shop, months, address, sql: (text: string) => client.query(text) }
}

/** All rows of the facts and of what follows them, whatever partition they lie in. */
async function allRows(shop: TemporaryShop) {
  const rows: Record<string, unknown> = {}
  for (const [table, order] of [
    ['sales_fact', 'order_id, line_number'],
    ['orders', 'order_id'],
    ['order_charges_fact', 'order_id, kind'],
    ['returns_fact', 'return_id'],
    ['customers', 'customer_id'],
  ])
    rows[`${table}`] = await shop.query(`SELECT * FROM ${table} ORDER BY ${order}`)
  return rows
}

async function expectWell(shop: TemporaryShop) {
  expect(await shop.warehouse.audit()).toEqual([])
  await expectFiguresOfFacts(shop.warehouse)
}

describe('a month that is set aside', () => {
  it('leaves all figures, which say so, and comes back as it was', async () => {
    const { shop, months, sql } = await openShop()
    expect((await ask(shop)).row).toMatchObject(figuresOf(sold, () => true))
    const before = await allRows(shop)
    const heard: Change[] = []
    shop.warehouse.onCommit((change) => heard.push(change))

    expect(await months.detach('2023-05')).toEqual({
      name: 'sales_fact_2023_05',
      month: '2023-05',
      state: 'set_aside',
      lines: 3,
      revenue: '47.4300',
      bytes: expect.any(Number),
      from: '2023-05-01',
      to: '2023-05-31',
      since: '2026-01-15T12:00:00.000Z',
    })
    expect((await months.list()).map(({ state, lines }) => [state, lines])).toEqual([
      ['attached', 2],
      ['set_aside', 3],
      ['attached', 2],
      ['other_days', 0],
    ])
    const set = await ask(shop)
    expect(set.row).toMatchObject(figuresOf(sold, notMay))
    expect(set.notes).toContainEqual(noteOfMay)
    expect(heard.at(-1)).toMatchObject({ days: { from: '2023-05-01', to: '2023-05-31' } })
    expect(await shop.query('SELECT * FROM dirty_days')).toEqual([])
    await expectWell(shop)
    const [run] = await listRuns(shop.warehouse)
    expect(run?.totals).toMatchObject({ revenue: '-47.4300', orders: -3, units: '-8.000' })
    expect((await runReport(shop.warehouse, run?.runId ?? 0)).warnings).toEqual([
      { code: 'partitions_changed', text: 'The 3 lines of May 2023 were set aside.' },
    ])
    // The set aside lines have no triggers: nothing follows them.
    await sql('UPDATE sales_fact_2023_05 SET order_hour = order_hour')
    expect(await shop.query('SELECT * FROM dirty_days')).toEqual([])

    expect(await months.attach('2023-05')).toMatchObject({ state: 'attached', lines: 3 })
    expect(await allRows(shop)).toEqual(before)
    const back = await ask(shop)
    expect(back.row).toMatchObject(figuresOf(sold, () => true))
    expect(back.notes.map(({ code }) => code)).not.toContain('month_set_aside')
    await expectWell(shop)
    for (const table of [
      'set_aside_months',
      'set_aside_orders',
      'set_aside_charges',
      'earlier_orders',
    ])
      expect(await shop.query(`SELECT * FROM ${table}`), table).toEqual([])
    await sql('UPDATE sales_fact_2023_05 SET total_price = total_price + 1')
    expect(await shop.query('SELECT count(*)::INTEGER AS days FROM dirty_days')).toEqual([
      { days: 3 },
    ])
  })

  it('is told of by every answer that touches it', async () => {
    const { shop, months } = await openShop()
    await months.detach('2023-05')
    const ranges: readonly [Partial<Query>, boolean][] = [
      [{ from: '2023-05-31', to: '2023-06-30' }, true],
      [{ from: '2023-04-01', to: '2023-04-30' }, false],
      [{ from: '2023-06-01', to: '2023-06-30' }, false],
      [{}, true],
      [{ to: '2023-04-30' }, false],
      [{ from: '2023-06-01', to: '2023-06-30', compare: 'previous' }, true],
      [{ ...year, metrics: ['revenue'], by: ['customer'] }, true],
      [{ ...year, metrics: ['returns'], by: ['month'] }, true],
    ]
    for (const [query, told] of ranges) {
      const { notes } = await ask(shop, query)
      const found = notes.filter(({ code }) => code === 'month_set_aside')
      expect(found, JSON.stringify(query)).toEqual(told ? [noteOfMay] : [])
    }
  })

  it('is told of where stock is reckoned from days before it, and where nothing is left', async () => {
    const { shop, months } = await openShop(sold.filter(inMay))
    await months.detach('2023-05')
    expect((await ask(shop, {})).notes).toContainEqual(noteOfMay)
    const stock = await ask(shop, {
      metrics: ['stock_on_hand'],
      from: '2023-07-01',
      to: '2023-07-01',
    })
    expect(stock.notes).toContainEqual(noteOfMay)
  })

  it('makes no customer new who was known, whatever comes meanwhile, until nobody knows', async () => {
    const { shop, months, sql } = await openShop()
    await months.detach('2023-05')
    const more: Line[] = [
      { ...(sold[5] as Line), order: '7', day: '2023-07-02', customer: 'Cleo' },
      { ...(sold[5] as Line), order: '8', day: '2023-07-03', customer: 'Ada' },
      { ...(sold[5] as Line), order: '9', day: '2023-03-03', customer: 'Ada' },
    ]
    await shop.importText('more.csv', fileOf(more), { source: 'shop' })
    const all = [...sold, ...more]
    for (const range of [
      year,
      { from: '2023-07-01', to: '2023-07-31' },
      { from: '2023-03-01', to: '2023-03-31' },
    ])
      expect((await ask(shop, range)).row, range.from).toMatchObject(figuresOf(all, notMay, range))
    await expectWell(shop)
    await sql("UPDATE sales_fact SET order_date = '2023-07-09' WHERE order_date = '2023-07-02'")
    await expectWell(shop)
    await sql("UPDATE sales_fact SET order_date = '2023-07-02' WHERE order_date = '2023-07-09'")
    await months.attach('2023-05')
    expect((await ask(shop)).row).toMatchObject(figuresOf(all, () => true))
    await expectWell(shop)
  })

  it('may be one of several, set aside and put back in any order', async () => {
    const { shop, months } = await openShop()
    const before = await allRows(shop)
    const aside = new Set<string>()
    const steps = [
      ['detach', '2023-05'],
      ['detach', '2023-06'],
      ['attach', '2023-05'],
      ['detach', '2023-04'],
      ['detach', '2023-05'],
      ['attach', '2023-06'],
      ['attach', '2023-04'],
      ['attach', '2023-05'],
    ] as const
    for (const [action, month] of steps) {
      await months[action](month)
      if (action === 'detach') aside.add(month)
      else aside.delete(month)
      const { row } = await ask(shop)
      expect(row, `${action} ${month}`).toMatchObject(
        figuresOf(sold, ({ day }) => !aside.has(day.slice(0, 7))),
      )
      await expectWell(shop)
    }
    expect(await allRows(shop)).toEqual(before)
  })

  it('keeps an order that has lines in another month, which counts there', async () => {
    const { shop, months, sql } = await openShop()
    await sql("UPDATE sales_fact SET order_date = '2023-05-05' WHERE line_number = 2")
    const before = await allRows(shop)
    await months.detach('2023-05')
    expect((await ask(shop)).row).toMatchObject({ orders: 3, charges: '10.10', revenue: '73.76' })
    await months.attach('2023-05')
    expect(await allRows(shop)).toEqual(before)
    expect((await ask(shop)).row).toMatchObject({ orders: 6, revenue: '128.69' })
    await shop.warehouse.rebuildRollups()
    expect((await ask(shop)).row).toMatchObject({ orders: 6, revenue: '128.69' })
  })

  it('takes customers along that turn out to be one', async () => {
    const { shop, months } = await openShop()
    await months.detach('2023-05')
    const merged = csv(
      ['order', 'date', 'customer', 'email', 'product', 'quantity', 'price'],
      ['20', '2023-06-02', 'Dan', 'cd@example.org', 'Lamp', 1, '5.00'],
      ['21', '2023-06-03', 'Cleo', 'cd@example.org', 'Lamp', 1, '5.00'],
    )
    const { error } = await shop.importText('merged.csv', merged, { source: 'shop' })
    expect(error).toBeNull()
    await expectWell(shop)
    // Cleo bought in May, so the one that both are is not new in June.
    expect((await ask(shop)).row).toMatchObject({ customers: 3, new_customers: 1 })
    await months.attach('2023-05')
    await expectWell(shop)
    expect((await ask(shop)).row).toMatchObject({ customers: 3, new_customers: 3 })
  })
})

describe('what comes for a month that is set aside', () => {
  it('is refused, from files and from plain SQL, with what to do', async () => {
    const { shop, months, sql } = await openShop()
    await months.detach('2023-05')
    const before = await allRows(shop)
    for (const lines of [sold, sold.filter(inMay), [{ ...(sold[2] as Line), day: '2023-08-01' }]])
      expect(
        await shop.failure(shop.file('again.csv', fileOf(lines)), { source: 'shop' }),
      ).toMatchObject({
        code: 'month_set_aside',
        message: 'May 2023 was set aside, so orders of that month cannot be imported.',
        hint: expect.stringContaining('takings partitions attach 2023-05'),
      })
    const refused = {
      message: 'the month 2023-05 was set aside, and takes no lines',
      hint: 'Put it back first: takings partitions attach 2023-05',
    }
    const line = (order: string, day: string) =>
      sql(`INSERT INTO sales_fact (order_id, customer_id, product_id, region_id, quantity, total_price, order_date)
        VALUES (${order}, 0, 0, 0, 1, 1, '${day}')`)
    await expect(line('77', '2023-05-09')).rejects.toMatchObject(refused)
    await expect(line("order_id_of('shop', '2')", '2023-08-09')).rejects.toMatchObject(refused)
    await expect(
      sql("UPDATE sales_fact SET order_date = '2023-05-02' WHERE line_number = 2"),
    ).rejects.toMatchObject(refused)
    expect(await allRows(shop)).toEqual(before)
    const others = await shop.importText('others.csv', fileOf(sold.filter(notMay)), {
      source: 'shop',
    })
    expect(others).toMatchObject({ error: null, state: 'unchanged' })
    const whole = await shop.importText(
      'span.csv',
      fileOf([
        { ...(sold[0] as Line), order: '30', day: '2023-03-30' },
        { ...(sold[0] as Line), order: '31', day: '2023-07-30' },
      ]),
      { source: 'shop' },
    )
    expect(whole.error).toBeNull()
    await months.attach('2023-05')
    await expectWell(shop)
  })

  it('may come again once the month was dropped, and the note says so', async () => {
    const { shop, months } = await openShop()
    await expect(months.drop('2023-05')).rejects.toMatchObject({ code: 'partitions_refused' })
    await months.detach('2023-05')
    expect(await months.drop('2023-05')).toMatchObject({ state: 'dropped', lines: 3 })
    await expect(months.attach('2023-05')).rejects.toMatchObject({ code: 'partitions_refused' })
    const gone = await ask(shop)
    expect(gone.row).toMatchObject(figuresOf(sold, notMay))
    const note = {
      code: 'month_set_aside',
      text: 'The lines of May 2023 were dropped on 15 Jan 2026 and are not counted; what was imported since is.',
    }
    expect(gone.notes).toContainEqual(note)
    await expectWell(shop)
    expect((await months.list()).map(({ month, state, lines }) => [month, state, lines])).toEqual([
      ['2023-04', 'attached', 2],
      ['2023-05', 'dropped', 3],
      ['2023-06', 'attached', 2],
      [null, 'other_days', 0],
    ])
    await shop.importText('again.csv', fileOf(sold), { source: 'shop' })
    const again = await ask(shop)
    expect(again.row).toMatchObject(figuresOf(sold, () => true))
    expect(again.notes).toContainEqual(note)
    await expectWell(shop)
    await months.detach('2023-05')
    expect((await ask(shop)).row).toMatchObject(figuresOf(sold, notMay))
    await months.attach('2023-05')
    expect((await ask(shop)).notes).not.toContainEqual(note)
  })
})

describe('partitions are changed', () => {
  it('by nobody who does not own the tables', async () => {
    const { shop, address, sql } = await openShop()
    await makeRoles(address)
    const user = `clerk_${new URL(address).pathname.slice(1)}`
    await sql(`CREATE ROLE ${user} LOGIN PASSWORD 'x' IN ROLE takings_server`)
    const own = new URL(address)
    own.username = user
    own.password = 'x'
    const clerk = await TemporaryShop.open(own.toString())
    onTestFinished(() => clerk.close())
    const before = await allRows(shop)
    for (const action of ['detach', 'attach', 'drop'] as const)
      await expect((clerk.warehouse.months as Months)[action]('2023-05')).rejects.toMatchObject({
        code: 'partitions_refused',
        message: `Partitions: the user ${user} does not own the tables, and may change no partition.`,
      })
    expect(await allRows(shop)).toEqual(before)
    expect(await clerk.warehouse.months?.list()).toHaveLength(4)
  })

  it('not while others hold them for long, and not where there are none', async () => {
    const { shop, months, sql } = await openShop()
    for (const month of ['2023-13', 'May', '2022-05'])
      await expect(months.detach(month)).rejects.toMatchObject({ code: 'partitions_refused' })
    await expect(months.attach('2023-05')).rejects.toMatchObject({ code: 'partitions_refused' })
    await sql('BEGIN')
    await sql('LOCK TABLE sales_fact IN ACCESS SHARE MODE')
    await expect(months.detach('2023-05')).rejects.toMatchObject({ code: 'busy' })
    await sql('COMMIT')
    expect((await ask(shop)).row).toMatchObject(figuresOf(sold, () => true))
    await months.detach('2023-05')
    await expect(months.detach('2023-05')).rejects.toMatchObject({
      message: 'Partitions: May 2023 is set aside already.',
    })
    await sql('DROP TABLE sales_fact_2023_05')
    await expect(months.attach('2023-05')).rejects.toMatchObject({
      message: 'Partitions: the lines of May 2023 are not in the database any more.',
    })
    expect(await months.drop('2023-05')).toMatchObject({ state: 'dropped', lines: 0 })
    await expectWell(shop)
  })
})

it('lines outside their months are warned of, and the next import moves them', async () => {
  const { shop, months, sql } = await openShop()
  expect(await shop.warehouse.warnings()).toEqual([])
  await sql(`INSERT INTO sales_fact (customer_id, product_id, region_id, quantity, total_price, order_date)
    VALUES (0, 0, 0, 1, 2, '2023-09-04'), (0, 0, 0, 1, 3, '2023-11-05')`)
  expect(await shop.warehouse.warnings()).toMatchObject([
    {
      rows: 2,
      text: expect.stringMatching(
        /^2 order lines of 4 Sep 2023 to 5 Nov 2023 lie in sales_fact_other_days.*the next import/,
      ),
    },
  ])
  await shop.importText('april.csv', fileOf([{ ...(sold[0] as Line), order: '40' }]), {
    source: 'shop',
  })
  expect(await shop.warehouse.warnings()).toEqual([])
  expect((await months.list()).map(({ month, lines }) => [month, lines])).toEqual([
    ['2023-04', 3],
    ['2023-05', 3],
    ['2023-06', 2],
    ['2023-09', 1],
    ['2023-11', 1],
    [null, 0],
  ])
  await expectWell(shop)
})

it('the month ahead is made with the current one', async () => {
  const { shop, months } = await openShop()
  const today = new Date().toISOString().slice(0, 10)
  await importFiles(shop.warehouse, {
    paths: [shop.file('today.csv', fileOf([{ ...(sold[0] as Line), order: '50', day: today }]))],
    source: 'shop',
    now: () => new Date(),
    workFolder: shop.workFolder,
    memoryLimit: '512MB',
  })
  const newest = (await months.list()).filter(({ month }) => month !== null && month >= '2024')
  expect(newest.map(({ lines }) => lines)).toEqual([1, 0])
})

describe('takings partitions', { timeout: 60_000 }, () => {
  it('lists, sets aside, puts back and drops', async () => {
    const { address } = await openShop()
    const cwd = await workingFolder()
    const run = (...words: string[]) =>
      takings(['partitions', ...words, '--warehouse', address], { cwd })
    const listed = await run()
    expect(
      listed.stdout
        .split('\n')
        .slice(0, 3)
        .map((line) => line.split('\t').slice(0, 4)),
    ).toEqual([
      ['month', 'state', 'lines', 'revenue'],
      ['2023-04', 'attached', '2', '47.4800'],
      ['2023-05', 'attached', '3', '47.4300'],
    ])
    expect((await run('detach', '2023-05')).stdout).toBe(
      '3 lines of May 2023, 47.43: set aside. Answers about that month say that they are not counted.\n',
    )
    const asked = await takings(
      ['query', 'revenue', '--from', '2023-01-01', '--to', '2023-12-31', '--warehouse', address],
      { cwd },
    )
    expect(asked.stdout + asked.stderr).toContain('The lines of May 2023 were set aside on')
    const refused = await run('drop', '2023-05')
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' })
    expect(refused.stderr).toContain(
      'nothing was dropped: 3 lines of May 2023, 47.43, would be lost for good',
    )
    expect(await run('attach', '2023-05')).toMatchObject({ exitCode: 0 })
    await run('detach', '2023-05')
    expect(JSON.parse((await run('drop', '2023-05', '--yes', '--json')).stdout).data).toMatchObject(
      {
        month: '2023-05',
        state: 'dropped',
        lines: 3,
      },
    )
    expect(await run('detach')).toMatchObject({ exitCode: 2 })
  })

  it('says that a file has none and needs none', async () => {
    const cwd = await workingFolder()
    expect(await takings(['partitions'], { cwd })).toMatchObject({ exitCode: 3 })
    await takings(['demo', '--preset', 'brief', '--out', 'files'], { cwd })
    await takings(['import', 'files'], { cwd })
    const { exitCode, stderr } = await takings(['partitions'], { cwd })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('Partitions: the warehouse keeps its order lines whole.')
    expect(stderr).toContain('It needs none')
  })
})
