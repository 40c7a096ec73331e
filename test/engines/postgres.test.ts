import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { anyDay, type Change } from '../../src/model/change.ts'
import { star } from '../../src/model/star.ts'
import { migrations } from '../../src/warehouse/migrations/migrations.ts'
import { makeRoles, openWarehouse, type Warehouse } from '../../src/warehouse/warehouse.ts'
import { csv, TemporaryShop } from '../ingest/temporary-shop.ts'
import { insert } from '../warehouse/star-rows.ts'
import {
  now,
  temporaryFolder,
  temporaryWarehouse,
  write,
} from '../warehouse/temporary-warehouse.ts'
import { type PostgresServer, startPostgres } from './postgres-server.ts'
import { startProxy } from './tcp-proxy.ts'

/** What only a database with several users has: rules of its own, plain SQL, faults of its server and of the line. */

let server: PostgresServer | undefined
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server?.stop())

function newDatabase(): Promise<string> {
  if (!server) throw new Error('the server did not start')
  return server.newDatabase()
}

async function plainClient(address: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: address })
  client.on('error', () => undefined)
  await client.connect()
  await client.query('SET search_path = takings')
  onTestFinished(() => client.end())
  return client
}

const day = {
  date_id: '20240601',
  date: "DATE '2024-06-01'",
  month: "'June'",
  year: '2024',
  weekday: "'Saturday'",
}

describe('the database itself', () => {
  it('accepts a valid row in every table, and refuses the same key twice', async () => {
    const warehouse = await temporaryWarehouse(await newDatabase())
    await write(warehouse, insert('dates', day))
    const ids = { regions: 'region_id', customers: 'customer_id', products: 'product_id' }
    for (const [name, id] of Object.entries(ids))
      await write(warehouse, insert(name as keyof typeof ids, { [id]: '1' }))
    const rest = star.filter(({ name }) => !(name in ids) && name !== 'dates')
    for (const { name } of rest) await write(warehouse, insert(name))
    for (const { name } of star) {
      const row = name === 'dates' ? insert(name, day) : insert(name)
      await expect(write(warehouse, row), name).rejects.toThrow(/duplicate key/)
    }
  })

  it('refuses facts of members that are not there', async () => {
    const warehouse = await temporaryWarehouse(await newDatabase())
    await write(warehouse, insert('dates', day))
    for (const { name, columns } of star) {
      const known = Object.fromEntries(
        columns
          .filter(({ references }) => references && references !== 'dates')
          .map((column) => [column.name, '0']),
      )
      for (const column of columns.filter(({ references }) => references !== undefined)) {
        const nowhere = column.references === 'dates' ? "DATE '1999-01-01'" : '77'
        const attempt = write(warehouse, insert(name, { ...known, [column.name]: nowhere }))
        await expect(attempt, `${name}.${column.name}`).rejects.toThrow(/foreign key/)
      }
    }
  })

  it('keeps lines in a partition for each month, those too that came before it was there', async () => {
    const address = await newDatabase()
    const shop = await TemporaryShop.open(address)
    onTestFinished(() => shop.close())
    await write(shop.warehouse, insert('dates', day))
    const members = { customer_id: '0', product_id: '0', region_id: '0' }
    await write(shop.warehouse, insert('sales_fact', members))
    expect(await partitions(shop.warehouse)).toEqual({ sales_fact_other_days: '1' })
    const lines = [
      ['2', '2024-05-31', 'Lamp', 1, 10],
      ['3', '2024-07-01', 'Lamp', 1, 10],
    ]
    await shop.importText(
      'sales.csv',
      csv(['order', 'date', 'product', 'quantity', 'price'], ...lines),
    )
    expect(await partitions(shop.warehouse)).toEqual({
      sales_fact_2024_05: '1',
      sales_fact_2024_06: '1',
      sales_fact_2024_07: '1',
    })
  })

  it('waits for no lock that another user holds: the lines lie apart until the next import', async () => {
    const address = await newDatabase()
    const shop = await TemporaryShop.open(address)
    onTestFinished(() => shop.close())
    // As an INSERT does that waits, for the lock of whoever loads, in a trigger.
    const client = await plainClient(address)
    await client.query('BEGIN')
    await client.query('LOCK TABLE customers IN ROW EXCLUSIVE MODE')
    const header = ['order', 'date', 'product', 'quantity', 'price']
    await shop.importText('may.csv', csv(header, ['1', '2024-05-31', 'Lamp', 1, 10]))
    expect(await partitions(shop.warehouse)).toEqual({ sales_fact_other_days: '1' })
    await client.query('COMMIT')
    await shop.importText('more.csv', csv(header, ['2', '2024-05-30', 'Lamp', 1, 10]))
    expect(await partitions(shop.warehouse)).toEqual({ sales_fact_2024_05: '2' })
  })

  it('has its keys, references and indexes again after a first load of many lines', async () => {
    const shop = await TemporaryShop.open(await newDatabase())
    onTestFinished(() => shop.close())
    const before = await safeguards(shop.warehouse)
    expect(before.length).toBeGreaterThan(40)
    const lines = Array.from({ length: 20_000 }, (_, number) => [
      `A${number}`,
      '2024-05-31',
      'Lamp',
      1,
      10,
    ])
    await shop.importText(
      'sales.csv',
      csv(['order', 'date', 'product', 'quantity', 'price'], ...lines),
    )
    expect(await safeguards(shop.warehouse)).toEqual(before)
    expect(await shop.value('SELECT sum(total_price) FROM sales_fact')).toBe('200000.0000')
    // Known to the planner before the server looks by itself.
    const counted = "SELECT reltuples::INTEGER FROM pg_class WHERE oid = 'orders'::regclass"
    expect(await shop.value(counted)).toBe(20_000)
  })
})

async function partitions(warehouse: Warehouse): Promise<Record<string, string>> {
  const rows = await warehouse.query(
    'SELECT tableoid::regclass::text AS name, count(*) AS lines FROM sales_fact GROUP BY 1 ORDER BY 1',
  )
  return Object.fromEntries(rows.map(({ name, lines }) => [String(name), String(lines)]))
}

/** Of all tables but the partitions, which have those of the whole. */
async function safeguards(warehouse: Warehouse): Promise<string[]> {
  const rows = await warehouse.query(
    `SELECT concat(conrelid::regclass, ' ', conname, ' ', pg_get_constraintdef(oid)) AS text FROM pg_constraint
     WHERE connamespace = 'takings'::regnamespace AND conrelid::regclass::text !~ 'sales_fact_' AND contype <> 'n'
     UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'takings' AND tablename !~ 'sales_fact_' ORDER BY text`,
  )
  return rows.map(({ text }) => String(text))
}

/** An order with its ledger row, as a load writes them. */
async function commitRun(warehouse: Warehouse, token: string): Promise<number> {
  let run = 0
  await warehouse.transact(
    async (transaction) => {
      const [row] = await transaction.query('SELECT coalesce(max(run_id), 0) + 1 AS run FROM runs')
      run = Number(row?.run)
      for (let line = 1; line <= 3; line++) {
        const members = { customer_id: '0', product_id: '0', region_id: '0' }
        const own = { order_id: String(run), line_number: String(line), run_id: String(run) }
        await transaction.execute(insert('sales_fact', { ...members, ...own }))
      }
      await transaction.execute(
        insert('runs', { run_id: String(run), run_token: `'${token}'`, rows_in: '3' }),
      )
    },
    {
      change: () => ({ sequence: run, tables: ['sales_fact'], days: null }),
      runToken: token,
    },
  )
  return run
}

/** Runs without their lines, and lines without their run. */
const tornRuns = `SELECT 1 AS torn FROM (SELECT run_id FROM runs) AS runs
  FULL JOIN (SELECT run_id, count(*) AS lines FROM sales_fact GROUP BY run_id) AS facts ON facts.run_id = runs.run_id
  WHERE facts.lines IS DISTINCT FROM 3 OR runs.run_id IS NULL`

describe('users who own nothing', () => {
  async function withLogin(role: string): Promise<{ owner: TemporaryShop; address: string }> {
    const address = await newDatabase()
    const owner = await TemporaryShop.open(address)
    onTestFinished(() => owner.close())
    expect(await makeRoles(address)).toEqual(['takings_server', 'takings_reader'])
    await makeRoles(address)
    const client = await plainClient(address)
    const user = `user_${new URL(address).pathname.slice(1)}`
    await client.query(`CREATE ROLE ${user} LOGIN PASSWORD 'x' IN ROLE ${role}`)
    const own = new URL(address)
    own.username = user
    own.password = 'x'
    return { owner, address: own.toString() }
  }
  const sales = csv(
    ['order', 'date', 'product', 'quantity', 'price'],
    ['1', '2024-05-31', 'Lamp', 2, 10],
    ['2', '2024-07-01', 'Lamp', 1, 10],
  )

  it('read the views, whose comments say what they are, and nothing else', async () => {
    const { owner, address } = await withLogin('takings_reader')
    await owner.importText('sales.csv', sales)
    const client = await plainClient(address)
    const views = await client.query<{ name: string; meaning: string | null }>(
      `SELECT relname AS name, obj_description(oid) AS meaning FROM pg_class
       WHERE relnamespace = 'reporting'::regnamespace AND relkind = 'v' ORDER BY name`,
    )
    expect(views.rows.length).toBeGreaterThan(10)
    for (const { name, meaning } of views.rows) {
      expect(meaning?.length, name).toBeGreaterThan(5)
      await client.query(`SELECT * FROM reporting.${name}`)
    }
    const total = await client.query('SELECT sum(TotalPrice) AS revenue FROM reporting.SalesFact')
    expect(total.rows).toEqual([{ revenue: '30.0000' }])
    for (const refused of [
      'SELECT * FROM takings.sales_fact',
      'DELETE FROM reporting.SalesFact',
      "INSERT INTO reporting.Regions (RegionName) VALUES ('Asia')",
      'CREATE TABLE reporting.mine (id INTEGER)',
    ])
      await expect(client.query(refused), refused).rejects.toThrow('permission denied')
    await expect(TemporaryShop.open(address)).rejects.toMatchObject({
      code: 'database_unreachable',
    })
  })

  it('run a server: they import, and change no definition', async () => {
    const { owner, address } = await withLogin('takings_server')
    await owner.importText('sales.csv', sales)
    const shop = await TemporaryShop.open(address)
    onTestFinished(() => shop.close())
    const later = csv(
      ['order', 'date', 'product', 'quantity', 'price'],
      ['2', '2024-07-01', 'Lamp', 5, 10],
      ['3', '2024-09-01', 'Lamp', 1, 10],
    )
    await shop.importText('later.csv', later, { answers: { 'known-orders': 'same-shop' } })
    expect(await shop.value('SELECT sum(total_price) FROM sales_fact')).toBe('80.0000')
    expect(await partitions(shop.warehouse)).toEqual({
      sales_fact_2024_05: '1',
      sales_fact_2024_07: '1',
      sales_fact_other_days: '1',
    })
    expect(await shop.warehouse.audit()).toEqual([])
    await owner.importText('again.csv', later)
    expect(await partitions(shop.warehouse)).toMatchObject({ sales_fact_2024_09: '1' })
    const client = await plainClient(address)
    await expect(client.query('DROP TABLE takings.orders')).rejects.toThrow('must be owner')
  })
})

describe('a warehouse of another Takings', () => {
  it('whose triggers read otherwise has today’s when it is opened, and they work', async () => {
    const address = await newDatabase()
    await (await openWarehouse({ folder: await temporaryFolder(), address, now })).close()
    const client = await plainClient(address)
    await client.query(`UPDATE schema_migrations SET checksum = 'older' WHERE name = 'triggers'`)
    await client.query(`CREATE FUNCTION tell_of_days(run BIGINT, tables TEXT) RETURNS INTEGER
      LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$`)
    await client.query(`CREATE OR REPLACE FUNCTION follow_sales() RETURNS TRIGGER
      LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$`)
    await client.query(`CREATE TRIGGER of_old AFTER INSERT ON sales_fact
      FOR EACH STATEMENT EXECUTE FUNCTION follow_sales()`)
    await client.query('DROP TRIGGER follow_sales_after_insert ON sales_fact')
    const line = `INSERT INTO sales_fact (customer_id, product_id, region_id, quantity, total_price, order_date)
      VALUES (0, 0, 0, 1, 12.5, '2024-05-31')`
    await client.query(line)
    expect((await client.query('SELECT day FROM dirty_days')).rows).toEqual([])
    await client.query('DELETE FROM sales_fact; DELETE FROM orders')

    const warehouse = await temporaryWarehouse(address)
    await client.query(line)
    expect(await warehouse.query('SELECT day FROM dirty_days')).toEqual([{ day: '2024-05-31' }])
    const triggers = await client.query("SELECT 1 FROM pg_trigger WHERE tgname = 'of_old'")
    expect(triggers.rows).toEqual([])
    expect(await warehouse.audit()).toEqual([])
  })
})

describe('several users', () => {
  it('may open an empty database at the same moment', async () => {
    const address = await newDatabase()
    const opened = await Promise.all(
      Array.from({ length: 4 }, async () =>
        openWarehouse({ folder: await temporaryFolder(), address, now }),
      ),
    )
    for (const warehouse of opened) {
      expect(
        await warehouse.query('SELECT count(*)::INTEGER AS steps FROM schema_migrations'),
      ).toEqual([{ steps: migrations.length }])
      await warehouse.close()
    }
  })

  it('are refused a database of a newer Takings, and one whose schema another program made', async () => {
    const newer = await newDatabase()
    await (await openWarehouse({ folder: await temporaryFolder(), address: newer, now })).close()
    const client = await plainClient(newer)
    await client.query("INSERT INTO schema_migrations VALUES (99, 'later', 'x', now())")
    const folder = await temporaryFolder()
    await expect(openWarehouse({ folder, address: newer, now })).rejects.toMatchObject({
      code: 'warehouse_newer',
    })
    const foreign = await newDatabase()
    const other = await plainClient(foreign)
    await other.query('CREATE SCHEMA takings; CREATE TABLE takings.mine (id INTEGER)')
    await expect(openWarehouse({ folder, address: foreign, now })).rejects.toMatchObject({
      code: 'warehouse_unreachable',
      message: expect.stringContaining('Takings did not make'),
    })
  })

  it('hear of each other’s commits, and number their runs one after another', async () => {
    const address = await newDatabase()
    const [one, two] = [await temporaryWarehouse(address), await temporaryWarehouse(address)]
    await write(one, insert('dates', day))
    const heard: Record<string, number[]> = { one: [], two: [] }
    one.onCommit(({ sequence }: Change) => heard.one?.push(sequence))
    two.onCommit(({ sequence }: Change) => heard.two?.push(sequence))
    const runs = await Promise.all(
      Array.from({ length: 20 }, (_, number) =>
        commitRun(number % 2 === 0 ? one : two, `t${number}`),
      ),
    )
    const all = Array.from({ length: 20 }, (_, number) => number + 1)
    expect([...runs].sort((a, b) => a - b)).toEqual(all)
    await expect.poll(() => heard.two?.length).toBe(20)
    await expect.poll(() => heard.one?.length).toBe(20)
    for (const sequences of Object.values(heard))
      expect([...sequences].sort((a, b) => a - b)).toEqual(all)
    expect(await one.query(tornRuns)).toEqual([])
  })

  it('hear of a run that no message told of', async () => {
    const address = await newDatabase()
    const warehouse = await temporaryWarehouse(address)
    const heard: Change[] = []
    warehouse.onCommit((change) => heard.push(change))
    const client = await plainClient(address)
    await client.query(insert('runs', { run_id: '7' }))
    await expect.poll(() => heard.map(({ sequence }) => sequence), { timeout: 5_000 }).toEqual([7])
    expect(heard[0]?.days).not.toBeNull()
  })

  it('ask everything again after their line was cut: what was said meanwhile is lost', async () => {
    const address = await newDatabase()
    const [one, two] = [await temporaryWarehouse(address), await temporaryWarehouse(address)]
    const heard: Change[] = []
    one.onCommit((change) => heard.push(change))
    const client = await plainClient(address)
    const { rowCount } = await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND query LIKE 'LISTEN %'`,
    )
    expect(rowCount).toBe(2)
    const before = one.revision()
    // A setting has no run by which the ledger could tell of it.
    await two.settings.set('currency', 'EUR')
    await expect.poll(() => heard.map(({ days }) => days), { timeout: 5_000 }).toEqual([anyDay])
    expect(one.revision()).toBeGreaterThan(before)
  })
})

describe('a fault leaves all of a run or nothing', { timeout: 120_000 }, () => {
  it('when the line is cut in COMMIT: the ledger tells what became of it', async () => {
    const address = await newDatabase()
    const proxy = await startProxy(Number(new URL(address).port))
    onTestFinished(() => proxy.close())
    const through = new URL(address)
    through.port = String(proxy.port)
    const warehouse = await openWarehouse({
      folder: await temporaryFolder(),
      address: through.toString(),
      now,
    })
    onTestFinished(() => warehouse.close())
    await write(warehouse, insert('dates', day))
    let acknowledged = 0
    for (let cut = 0; cut < 30; cut++) {
      const when = cut % 2 === 0 ? 'before' : 'after'
      proxy.cutAtCommit(when)
      const outcome = await commitRun(warehouse, `cut ${cut}`).then(
        () => 'committed',
        (error: Error & { code?: string }) => error.code,
      )
      if (outcome === 'committed') acknowledged++
      expect(outcome).toBe(when === 'after' ? 'committed' : 'database_unreachable')
    }
    const [ledger] = await warehouse.query('SELECT count(*) AS runs, max(run_id) AS last FROM runs')
    expect(ledger).toEqual({ runs: String(acknowledged), last: String(acknowledged) })
    expect(acknowledged).toBe(15)
    expect(await warehouse.query(tornRuns)).toEqual([])
  })

  it('when the server is killed', async () => {
    const address = await newDatabase()
    const warehouse = await openWarehouse({ folder: await temporaryFolder(), address, now })
    onTestFinished(() => warehouse.close())
    await write(warehouse, insert('dates', day))
    let acknowledged = 0
    let attempt = 0
    for (let kill = 0; kill < 10; kill++) {
      const loading = (async () => {
        for (;;) {
          await commitRun(warehouse, `attempt ${attempt++}`)
          acknowledged++
        }
      })().catch((error: Error & { code?: string }) => error.code)
      await new Promise((resolve) => setTimeout(resolve, 20 + ((kill * 37) % 90)))
      await server?.kill()
      expect(await loading).toMatch(/database_unreachable|commit_unknown/)
      const [ledger] = await warehouse.query(
        'SELECT count(*) AS runs, max(run_id) AS last FROM runs',
      )
      const runs = Number(ledger?.runs)
      expect(Number(ledger?.last ?? 0)).toBe(runs)
      expect(runs).toBeGreaterThanOrEqual(acknowledged)
      acknowledged = runs
      expect(await warehouse.query(tornRuns)).toEqual([])
    }
    expect(acknowledged).toBeGreaterThan(10)
  })
})
