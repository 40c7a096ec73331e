import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openWarehouse, type Warehouse } from '../../src/warehouse/warehouse.ts'
import { type ShopRows, shopRows } from './shop-rows.ts'

/** A month after the last order: nothing is running. */
export const now = () => new Date('2024-07-01T12:00:00Z')

export interface OpenShop {
  readonly warehouse: Warehouse
  readonly rows: ShopRows
  close(): Promise<void>
}

/** A warehouse filled by SQL with the rows of `shop-rows.ts`. */
export async function openShop(clock: () => Date = now): Promise<OpenShop> {
  const shop = await emptyShop(clock)
  const rows = shopRows()
  await write(shop.warehouse, statementsOf(rows))
  return { ...shop, rows }
}

export async function emptyShop(clock: () => Date = now): Promise<Omit<OpenShop, 'rows'>> {
  const folder = await mkdtemp(join(tmpdir(), 'takings-metrics-'))
  const warehouse = await openWarehouse({ folder, now: clock })
  const close = async () => {
    await warehouse.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { warehouse, close }
}

let writes = 0

export async function write(warehouse: Warehouse, statements: readonly string[]): Promise<void> {
  writes += 1
  await warehouse.transact(
    async (transaction) => {
      for (const statement of statements) await transaction.execute(statement)
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
      'null',
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
    `insert into dates select cast(strftime(day, '%Y%m%d') as integer), cast(day as date), strftime(day, '%B'),
      year(day), strftime(day, '%A'), month(day), quarter(day), week(day), isodow(day) >= 6
      from range(date '2022-01-01', date '2025-01-01', interval 1 day) as days(day)`,
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
