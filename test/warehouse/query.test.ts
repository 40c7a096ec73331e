import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { temporaryWarehouse, write } from './temporary-warehouse.ts'

// The engine takes the zone of the machine unless it is told otherwise: here that is far from UTC.
process.env.TZ = 'Asia/Tokyo'

/** Runs for many seconds unless somebody stops it. */
const slow =
  'SELECT count(*) AS n FROM range(1000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3'

it('gives every value as the contract says', async () => {
  const warehouse = await temporaryWarehouse()
  const [row] = await warehouse.query(`SELECT
    7::SMALLINT AS small, -2147483647::INTEGER AS whole, 1.5::DOUBLE AS float, true AS yes, 'Zoë' AS text,
    1718974236346012897::BIGINT AS big, sum(9223372036854775807::BIGINT) OVER () AS huge,
    -0.5::DECIMAL(18,4) AS money, 12345678901234.5678::DECIMAL(18,4) AS much, 0.125::DECIMAL(14,3) AS weight,
    -12345678901234567890123456789012345.678::DECIMAL(38,3) AS most, 5::DECIMAL(18,0) AS pieces, 0::DECIMAL(18,4) AS none,
    sum(0.1::DECIMAL(18,4)) OVER () AS sum,
    DATE '2024-02-29' AS day, TIMESTAMPTZ '2024-01-01 00:30:00+02' AS instant,
    TIMESTAMP '2024-01-01 00:30:00.5' AS local, TIMESTAMPTZ '2024-01-01 00:00:00.123456+00' AS fine,
    TIMESTAMP '1969-12-31 23:59:59.999999' AS before_epoch,
    [1, NULL]::BIGINT[] AS list, [[DATE '2024-01-01']] AS lists, NULL AS nothing, NULL::DECIMAL(18,4) AS no_money`)
  expect(row).toEqual({
    small: 7,
    whole: -2147483647,
    float: 1.5,
    yes: true,
    text: 'Zoë',
    big: '1718974236346012897',
    huge: '9223372036854775807',
    money: '-0.5000',
    much: '12345678901234.5678',
    weight: '0.125',
    most: '-12345678901234567890123456789012345.678',
    pieces: '5',
    none: '0.0000',
    sum: '0.1000',
    day: '2024-02-29',
    instant: '2023-12-31T22:30:00.000Z',
    local: '2024-01-01T00:30:00.500Z',
    fine: '2024-01-01T00:00:00.123456Z',
    before_epoch: '1969-12-31T23:59:59.999999Z',
    list: ['1', null],
    lists: [['2024-01-01']],
    nothing: null,
    no_money: null,
  })
})

it('reads instants in UTC on every connection, whatever the machine thinks', async () => {
  const warehouse = await temporaryWarehouse()
  const days = await Promise.all(
    Array.from({ length: 6 }, () =>
      warehouse.query("SELECT CAST(TIMESTAMPTZ '2024-06-30 23:30:00+00' AS DATE) AS day"),
    ),
  )
  expect(new Set(days.map(([row]) => row?.day))).toEqual(new Set(['2024-06-30']))
})

it('takes parameters of every kind, and the same one twice', async () => {
  const warehouse = await temporaryWarehouse()
  const [row] = await warehouse.query(
    `SELECT $1 = 'a' AND $1 <> 'b' AS text, $2 + 1 AS small, $3 AS big, $4 * 2 AS float, $5 AS yes, $6 IS NULL AS nothing,
     DATE '2024-06-30' BETWEEN $7 AND $8 AS day, 1718974236346012897 = $9 AS id, 12.34::DECIMAL(18,4) = $10 AS money`,
    [
      'a',
      41,
      3_000_000_000,
      0.25,
      false,
      null,
      '2024-06-01',
      '2024-06-30',
      '1718974236346012897',
      '12.34',
    ],
  )
  expect(row).toEqual({
    text: true,
    small: 42,
    big: '3000000000',
    float: 0.5,
    yes: false,
    nothing: true,
    day: true,
    id: true,
    money: true,
  })
})

it('gives rows in order over many chunks', async () => {
  const warehouse = await temporaryWarehouse()
  const rows = await warehouse.query('SELECT range::INTEGER AS n FROM range(30000) ORDER BY range')
  expect(rows).toHaveLength(30_000)
  expect(rows.every((row, index) => row.n === index)).toBe(true)
})

it('answers brief questions while slow ones have every reader and more wait', async () => {
  const warehouse = await temporaryWarehouse()
  const controller = new AbortController()
  const { signal } = controller
  let ended = 0
  const running = Promise.allSettled(
    Array.from({ length: 5 }, () => warehouse.query(slow, [], { signal }).finally(() => ended++)),
  )
  const brief = Array.from({ length: 5 }, () =>
    warehouse.query('SELECT 1 AS one', [], { brief: true }),
  )
  expect(await Promise.all(brief)).toEqual(Array.from({ length: 5 }, () => [{ one: 1 }]))
  expect(await warehouse.settings.get('currency')).toBeNull()
  expect(await warehouse.freshness()).toMatchObject({ newestDay: null })
  expect(ended).toBe(0)
  controller.abort(new Error('enough'))
  await running
})

it('stops a running question when its signal says so, and serves the next on the same reader', async () => {
  const warehouse = await temporaryWarehouse()
  const controllers = [1, 2, 3].map(() => new AbortController())
  const running = controllers.map(({ signal }) => warehouse.query(slow, [], { signal }))
  const outcomes = Promise.allSettled(running)
  const waiting = warehouse.query('SELECT 1 AS n')
  // Until then all three are at work inside the engine.
  await setTimeout(150)
  for (const controller of controllers) controller.abort(new Error('the person left'))
  for (const outcome of await outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'the person left' } })
  }
  expect(await waiting).toEqual([{ n: 1 }])
})

it('does not begin what is already given up', async () => {
  const warehouse = await temporaryWarehouse()
  const signal = AbortSignal.abort(new Error('too late'))
  await expect(warehouse.query('SELECT 1', [], { signal })).rejects.toThrow('too late')
})

it('tells what is wrong with a question', async () => {
  const warehouse = await temporaryWarehouse()
  await expect(warehouse.query('SELECT * FROM nowhere')).rejects.toThrow(/nowhere/)
  expect(await warehouse.query('SELECT 1 AS n')).toEqual([{ n: 1 }])
})

it('looks names up in the reporting schema for that question only', async () => {
  const warehouse = await temporaryWarehouse()
  const ask = () => warehouse.query('SELECT ProductName FROM Products', [], { schema: 'reporting' })
  expect(await ask()).toEqual([{ ProductName: 'Unknown' }])
  await expect(
    warehouse.query('SELECT nothing FROM Products', [], { schema: 'reporting' }),
  ).rejects.toThrow(/nothing/)
  for (let reader = 0; reader < 6; reader++) {
    expect(await warehouse.query('SELECT product_name FROM products')).toHaveLength(1)
  }
})

it('may not reach for extensions from the network', async () => {
  const warehouse = await temporaryWarehouse()
  const [row] =
    await warehouse.query(`SELECT current_setting('autoinstall_known_extensions') AS install,
    current_setting('autoload_known_extensions') AS load, current_setting('allow_community_extensions') AS community`)
  expect(row).toEqual({ install: false, load: false, community: false })
})

it('keeps settings', async () => {
  const warehouse = await temporaryWarehouse()
  expect(await warehouse.settings.get('currency')).toBeNull()
  await warehouse.settings.set('currency', 'EUR')
  await warehouse.settings.set('currency', 'GBP')
  expect(await warehouse.settings.get('currency')).toBe('GBP')
  // Two changes of them were made.
  expect(await warehouse.query('SELECT key, value FROM settings ORDER BY key')).toEqual([
    { key: 'currency', value: 'GBP' },
    { key: 'settings_revision', value: '2' },
  ])
})

it('tells how fresh it is', async () => {
  const warehouse = await temporaryWarehouse()
  expect(await warehouse.freshness()).toEqual({ newestDay: null, loadedAt: null, sequence: 0 })
  await write(
    warehouse,
    `INSERT INTO runs SELECT 41 + range, 'token ' || range, 'shop', 'committed', TIMESTAMPTZ '2024-06-01 10:00:00+00',
     TIMESTAMPTZ '2024-06-01 10:00:00+00' + to_hours(range), 0, 0, 0, 0, 0, NULL, NULL, '{}' FROM range(2)`,
    `INSERT INTO sales_fact SELECT range, 1, 0, 0, 0, 1, NULL, 1, 1, NULL, DATE '2024-05-01' + range::INTEGER, NULL,
     NULL, NULL, NULL, NULL, 'shop', now(), 42 FROM range(3)`,
  )
  expect(await warehouse.freshness()).toEqual({
    newestDay: '2024-05-03',
    loadedAt: '2024-06-01T11:00:00.000Z',
    sequence: 42,
  })
})

it('refuses questions once it is closed, and stops those that run', async () => {
  const warehouse = await temporaryWarehouse()
  const running = warehouse.query(slow)
  const stopped = expect(running).rejects.toMatchObject({ code: 'busy' })
  await warehouse.close()
  await stopped
  await expect(warehouse.query('SELECT 1')).rejects.toMatchObject({ code: 'busy' })
  await expect(warehouse.settings.set('a', 'b')).rejects.toMatchObject({ code: 'busy' })
})
