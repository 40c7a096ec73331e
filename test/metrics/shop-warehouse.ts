import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addDays, weekdayOf } from '../../src/model/day.ts'
import { fillRollups, openWarehouse, type Warehouse } from '../../src/warehouse/warehouse.ts'
import { type ShopRows, shopRows } from './shop-rows.ts'

/** A month after the last order: nothing is running. */
export const now = () => new Date('2024-07-01T12:00:00Z')

export interface OpenShop {
  readonly warehouse: Warehouse
  readonly rows: ShopRows
  close(): Promise<void>
}

export interface ShopPlace {
  readonly clock?: () => Date
  /** Of a database; without it a folder holds the warehouse. */
  readonly address?: string | null
}

/** A warehouse filled by SQL with the rows of `shop-rows.ts`, unless others are given. */
export async function openShop(place: ShopPlace = {}, rows = shopRows()): Promise<OpenShop> {
  const shop = await emptyShop(place)
  await write(shop.warehouse, statementsOf(rows))
  return { ...shop, rows }
}

export async function emptyShop({
  clock = now,
  address = null,
}: ShopPlace = {}): Promise<Omit<OpenShop, 'rows'>> {
  const folder = await mkdtemp(join(tmpdir(), 'takings-metrics-'))
  const warehouse = await openWarehouse({ folder, address, now: clock })
  const close = async () => {
    await warehouse.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { warehouse, close }
}

let writes = 0

export async function write(
  warehouse: Warehouse,
  statements: readonly string[],
  { keepRollups = false }: { readonly keepRollups?: boolean } = {},
): Promise<void> {
  writes += 1
  await warehouse.transact(
    async (transaction) => {
      for (const statement of statements) await transaction.execute(statement)
      if (!keepRollups) await fillRollups(transaction)
    },
    { change: () => null, runToken: `test-${writes}` },
  )
}

/** A ledger row, so that the state of the shop is read again. */
export function runStatement(run: number, finishedAt: string, period: [string, string]): string {
  return `insert into runs values (${run}, 'run-${run}', 'shop', 'committed', timestamptz '${finishedAt}',
    timestamptz '${finishedAt}', 1, 1, 0, 0, 0, date '${period[0]}', date '${period[1]}', '{}')`
}

function statementsOf(rows: ShopRows): string[] {
  const { regions, products, customers, lines, returns, charges, stock } = rows
  const orders = new Map(lines.map((line) => [line.order, line]))
  const known = <T extends { id: number }>(members: readonly T[]) =>
    members.filter(({ id }) => id !== 0)
  return [
    insert('dates', daysBetween('2022-01-01', '2025-01-01'), dateRow),
    insert('regions', known(regions), (row) => [
      row.id,
      text(row.name),
      "'country'",
      text(row.code),
      'null',
      text(row.country),
      text(row.continent),
    ]),
    insert('products', known(products), (row) => [
      row.id,
      "'shop'",
      text(row.key),
      'null',
      text(row.name),
      text(row.category),
      money(row.price),
      money(row.cost),
      text(row.kind),
      'null',
      'false',
    ]),
    insert(
      'customers',
      [...customers].filter(([id]) => id !== 0),
      ([id, { name, first }]) => [
        id,
        text(name),
        text(`c${id}@example.org`),
        'null',
        1,
        day(first),
        'false',
      ],
    ),
    insert(
      'customer_keys',
      [...customers].filter(([id]) => id !== 0),
      ([id]) => ["'shop'", `'K${id}'`, id],
    ),
    insert('orders', [...orders.values()], (row) => [
      row.order,
      text(row.source),
      `'N${row.order}'`,
      day(row.day),
      "'counted'",
      'null',
      'false',
      loaded,
      1,
    ]),
    insert('sales_fact', lines, (row) => [
      row.order,
      row.line,
      row.customer,
      row.product,
      row.region,
      row.quantity,
      'null',
      money(row.gross),
      money(row.total),
      money(row.cost),
      day(row.day),
      row.hour ?? 'null',
      row.at === undefined ? 'null' : `timestamptz '${row.at}'`,
      text(row.channel),
      'null',
      'null',
      text(row.source),
      loaded,
      1,
    ]),
    insert('returns_fact', returns, (row) => [
      row.id,
      'null',
      'null',
      row.product,
      row.customer,
      row.region,
      row.quantity,
      money(row.amount),
      day(row.day),
      row.hour ?? 'null',
      text(row.channel),
      text(row.source),
      loaded,
      1,
    ]),
    insert('order_charges_fact', charges, (row) => [
      row.order,
      text(row.kind),
      money(row.amount),
      row.region,
      day(row.day),
      text(row.channel),
      text(row.source),
      loaded,
      1,
    ]),
    insert('stock_fact', stock, (row) => [
      row.product,
      `timestamptz '${row.at}'`,
      day(row.at.slice(0, 10)),
      text(row.kind),
      row.quantity,
      text(row.location),
      "'shop'",
      loaded,
      1,
    ]),
    "insert into settings values ('time_zone', 'Europe/Berlin'), ('currency', 'EUR'), ('shop_name', 'Test shop')",
    runStatement(1, '2024-05-21T08:00:00Z', ['2023-11-13', '2024-05-20']),
  ]
}

const loaded = "timestamptz '2024-05-21 08:00:00+00'"

function insert<T>(
  table: string,
  rows: readonly T[],
  values: (row: T) => readonly (string | number)[],
): string {
  return `insert into ${table} values ${rows.map((row) => `(${values(row).join(', ')})`).join(',\n')}`
}

function text(value: string | null): string {
  return value === null ? 'null' : `'${value.replaceAll("'", "''")}'`
}

function money(cents: number | null): string {
  return cents === null ? 'null' : (cents / 100).toFixed(2)
}

function day(value: string | null): string {
  return value === null ? 'null' : `date '${value}'`
}

function daysBetween(first: string, last: string): string[] {
  const days: string[] = []
  for (let day = first; day < last; day = addDays(day, 1)) days.push(day)
  return days
}

function dateRow(value: string): (string | number)[] {
  const [year = 0, month = 0] = value.split('-').map(Number)
  const name = (unit: 'month' | 'weekday') =>
    `'${new Intl.DateTimeFormat('en', { [unit]: 'long', timeZone: 'UTC' }).format(new Date(value))}'`
  const weekday = weekdayOf(value)
  // ISO 8601: the week belongs to the year of its Thursday.
  const week = Math.ceil(dayOfYear(addDays(value, 4 - weekday)) / 7)
  return [
    value.replaceAll('-', ''),
    day(value),
    name('month'),
    year,
    name('weekday'),
    month,
    Math.ceil(month / 3),
    week,
    weekday >= 6 ? 'true' : 'false',
  ]
}

function dayOfYear(value: string): number {
  return daysBetween(`${value.slice(0, 4)}-01-01`, value).length + 1
}
