import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Change } from '../../src/model/change.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { temporaryFolder, temporaryWarehouse, write } from '../warehouse/temporary-warehouse.ts'
import { everyEngine } from './engines.ts'

const silent = { change: () => null, runToken: 'test' }

function change(sequence: number): Change {
  return { sequence, tables: ['settings'], days: null }
}

async function keys(warehouse: Warehouse): Promise<string[]> {
  const rows = await warehouse.query('SELECT key FROM settings ORDER BY key')
  return rows.map((row) => String(row.key))
}

const endless = `SELECT count(*) FROM generate_series(1, 1000000) AS a(n), generate_series(1, 1000000) AS b(n)
  WHERE (a.n * b.n) % 7 = 3`

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

async function writeParquet(path: string, select: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`COPY (${select}) TO ${literal(path)} (FORMAT parquet)`)
  connection.closeSync()
  instance.closeSync()
}

describe.each(everyEngine())('$name', (engine) => {
  it('runs transactions one at a time in the order in which they came', async () => {
    const warehouse = await temporaryWarehouse(await engine.newAddress())
    let open = 0
    const ends: number[] = []
    await Promise.all(
      Array.from({ length: 10 }, (_, number) =>
        warehouse.transact(async (transaction) => {
          expect(++open).toBe(1)
          const [row] = await transaction.query('SELECT count(*)::INTEGER AS n FROM settings')
          expect(row?.n).toBe(number)
          await transaction.execute('INSERT INTO settings VALUES ($1, $2)', [`key ${number}`, 'x'])
          ends.push(number)
          open--
        }, silent),
      ),
    )
    expect(ends).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('takes all back when the work throws, and goes on', async () => {
    const warehouse = await temporaryWarehouse(await engine.newAddress())
    const announced = vi.fn()
    warehouse.onCommit(announced)
    const failing = warehouse.transact(
      async (transaction) => {
        await transaction.execute("INSERT INTO settings VALUES ('a', 'x')")
        throw new Error('second thoughts')
      },
      { change: () => change(1), runToken: 'test' },
    )
    await expect(failing).rejects.toThrow('second thoughts')
    await write(warehouse, "INSERT INTO settings VALUES ('b', 'x')")
    expect(await keys(warehouse)).toEqual(['b'])
    expect(announced).not.toHaveBeenCalled()
  })

  it('takes all back when a statement fails, even one that the work overlooks', async () => {
    const warehouse = await temporaryWarehouse(await engine.newAddress())
    await expect(
      write(
        warehouse,
        "INSERT INTO settings VALUES ('a', 'x')",
        "INSERT INTO settings VALUES (NULL, 'x')",
      ),
    ).rejects.toThrow(/not-null|NOT NULL/)
    const overlooking = warehouse.transact(async (transaction) => {
      await transaction.execute("INSERT INTO settings VALUES ('b', 'x')")
      await transaction.execute("INSERT INTO settings VALUES (NULL, 'x')").catch(() => undefined)
    }, silent)
    await expect(overlooking).rejects.toThrow()
    expect(await keys(warehouse)).toEqual([])
  })

  it('keeps statements in a row that the work does not wait for, and commits them all', async () => {
    const warehouse = await temporaryWarehouse(await engine.newAddress())
    await warehouse.transact(async (transaction) => {
      void transaction.execute("INSERT INTO settings VALUES ('a', 'x')")
      void transaction.execute("INSERT INTO settings VALUES ('b', 'x')")
    }, silent)
    expect(await keys(warehouse)).toEqual(['a', 'b'])
  })

  it('gives what the work gives, counts touched rows, and shows nothing to others before the commit', async () => {
    const warehouse = await temporaryWarehouse(await engine.newAddress())
    const given = await warehouse.transact(async (transaction) => {
      const touched = await transaction.execute(
        "INSERT INTO settings SELECT concat('key ', n), 'x' FROM generate_series(1, 5) AS numbers(n)",
      )
      expect(await keys(warehouse)).toEqual([])
      return touched
    }, silent)
    expect(given).toBe(5)
    expect(await keys(warehouse)).toHaveLength(5)
  })

  it('lets a transaction do nothing when it is over, or inside another one', async () => {
    const warehouse = await temporaryWarehouse(await engine.newAddress())
    const kept = await warehouse.transact(async (transaction) => transaction, silent)
    await expect(kept.query('SELECT 1')).rejects.toThrow('over')
    const nested = warehouse.transact(() => warehouse.settings.set('a', 'b'), silent)
    await expect(nested).rejects.toThrow('inside')
    expect(await keys(warehouse)).toEqual([])
  })

  it('stops and takes all back when its signal says so, even when nothing looks at it any more', async () => {
    const warehouse = await temporaryWarehouse(await engine.newAddress())
    const controller = new AbortController()
    const options = { ...silent, signal: controller.signal }
    const running = warehouse.transact(async (transaction) => {
      await transaction.execute("INSERT INTO settings VALUES ('a', 'x')")
      setImmediate(() => controller.abort(new Error('the person stopped it')))
      await transaction.query(endless)
    }, options)
    const waiting = warehouse.transact(async () => undefined, options)
    for (const outcome of await Promise.allSettled([running, waiting])) {
      expect(outcome).toMatchObject({ reason: { message: 'the person stopped it' } })
    }
    const late = new AbortController()
    const unheeding = warehouse.transact(
      async (transaction) => {
        await transaction.execute("INSERT INTO settings VALUES ('b', 'x')")
        late.abort(new Error('just before the commit'))
      },
      { ...silent, signal: late.signal },
    )
    await expect(unheeding).rejects.toThrow('just before the commit')
    expect(await keys(warehouse)).toEqual([])
    await write(warehouse, "INSERT INTO settings VALUES ('c', 'x')")
    expect(await keys(warehouse)).toEqual(['c'])
  })

  it('leaves nothing temporary behind', async () => {
    const warehouse = await temporaryWarehouse(await engine.newAddress())
    const load = (key: string) =>
      warehouse.transact(async (transaction) => {
        await transaction.execute(
          `CREATE TEMP TABLE incoming AS SELECT '${key}' AS key, 'x' AS value`,
        )
        await transaction.execute(
          'CREATE TEMP VIEW "In ""Order""" AS SELECT * FROM incoming ORDER BY key',
        )
        return transaction.execute('INSERT INTO settings SELECT * FROM "In ""Order"""')
      }, silent)
    expect(await load('a')).toBe(1)
    expect(await load('b')).toBe(1)
    expect(await keys(warehouse)).toEqual(['a', 'b'])
  })

  it('reads Parquet files as a relation until the transaction ends', async () => {
    const folder = await temporaryFolder()
    const warehouse = await temporaryWarehouse(await engine.newAddress())
    const files = [join(folder, "it's one.parquet"), join(folder, 'two.parquet')]
    const odd = ['\\N', '', 'a "quoted", text\r\nof two lines', 'NULL', 'Ä😀']
    const values = odd.map((text) => `(${literal(text)}, 1.5::DECIMAL(18,4))`).join(', ')
    await writeParquet(
      files[0] ?? '',
      `SELECT * FROM (VALUES ${values}, (NULL, NULL)) AS rows(text, amount)`,
    )
    await writeParquet(
      files[1] ?? '',
      `SELECT 'last' AS text, 2::DECIMAL(18,4) AS amount, DATE '2024-02-29' AS day, TIMESTAMPTZ '2024-02-29 10:00:00.123456+02' AS moment`,
    )
    const load = (name: string) =>
      warehouse.transact(async (transaction) => {
        await transaction.attach(name, files)
        return transaction.query(
          `SELECT text, amount, day, moment FROM ${name} ORDER BY amount NULLS LAST, text`,
        )
      }, silent)
    const rows = await load('clean_texts')
    expect(
      rows
        .slice(0, 5)
        .map(({ text }) => text)
        .sort(),
    ).toEqual([...odd].sort())
    expect(rows.slice(5)).toEqual([
      { text: 'last', amount: '2.0000', day: '2024-02-29', moment: '2024-02-29T08:00:00.123456Z' },
      { text: null, amount: null, day: null, moment: null },
    ])
    expect(await load('clean_texts')).toEqual(rows)
    await expect(warehouse.query('SELECT * FROM clean_texts')).rejects.toThrow(/clean_texts/)
    await expect(load('settings')).rejects.toThrow('is a table of the warehouse')
    await expect(load('x; DROP TABLE settings')).rejects.toThrow('cannot name')
  })

  it('announces each commit once, in order, to everybody who still listens', async () => {
    const warehouse = await temporaryWarehouse(await engine.newAddress())
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    onTestFinished(() => warned.mockRestore())
    const heard: number[] = []
    const others: number[] = []
    warehouse.onCommit(({ sequence }) => {
      heard.push(sequence)
      throw new Error('a listener with a fault')
    })
    const stop = warehouse.onCommit(({ sequence }) => others.push(sequence))
    const commit = (sequence: number | null) =>
      warehouse.transact(
        async (transaction) => {
          await transaction.execute('INSERT INTO settings VALUES ($1, $2)', [
            `run ${sequence}`,
            'x',
          ])
        },
        { change: () => (sequence === null ? null : change(sequence)), runToken: 'test' },
      )
    await Promise.all([commit(1), commit(null), commit(2)])
    stop()
    await commit(3)
    expect(heard).toEqual([1, 2, 3])
    expect(others).toEqual([1, 2])
    expect(warned).toHaveBeenCalledTimes(3)
    expect(await keys(warehouse)).toHaveLength(4)
  })

  it('has a revision that rises before anybody hears of a transaction', async () => {
    const warehouse = await temporaryWarehouse(await engine.newAddress())
    const seen: number[] = [warehouse.revision()]
    warehouse.onCommit(() => seen.push(warehouse.revision()))
    await warehouse.query('SELECT 1')
    expect(warehouse.revision()).toBe(seen[0])
    await warehouse.transact(
      (transaction) => transaction.execute("INSERT INTO settings VALUES ('a', 'x')"),
      { change: () => change(1), runToken: 'test' },
    )
    seen.push(warehouse.revision())
    const failing = warehouse.transact(() => Promise.reject(new Error('second thoughts')), silent)
    await expect(failing).rejects.toThrow('second thoughts')
    seen.push(warehouse.revision())
    const [before = 0] = seen
    expect(seen).toEqual([before, before + 1, before + 1, before + 2])
  })
})
