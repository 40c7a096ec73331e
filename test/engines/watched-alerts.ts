import { afterEach } from 'vitest'
import { type Alerts, type AlertsOptions, openAlerts } from '../../src/alerts/alerts.ts'
import { importFiles } from '../../src/ingest/ingest.ts'
import type { AlertCondition, AlertIncident } from '../../src/model/alert.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { csv, TemporaryShop } from '../ingest/temporary-shop.ts'
import { openReceiver, type WebhookReceiver } from './webhook-receiver.ts'

/** A shop whose alerts a receiver hears, at a time that tests set; closed when the test is over. */

export const opened: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

/** A clock that tests set. */
export class Clock {
  at = new Date('2026-01-15T12:00:00Z')
  readonly now = () => this.at

  passes(minutes: number): void {
    this.at = new Date(this.at.getTime() + minutes * 60_000)
  }
}

export interface WatchedShop {
  readonly shop: TemporaryShop
  readonly clock: Clock
  readonly alerts: Alerts
  readonly receiver: WebhookReceiver
  /** Id of the webhook that the receiver is. */
  readonly webhook: string
  readonly secret: string
  /** Imports a file as it is at the clock's time. */
  load(name: string, content: string): Promise<void>
  rule(condition: AlertCondition): Promise<string>
  /** Looks, sends, and gives what the receiver heard since the last time: `fired A, B`. */
  heard(alerts?: Alerts): Promise<string[]>
  /** The subjects of what is open. */
  open(): Promise<string[]>
}

export function alertsOf(
  warehouse: Warehouse,
  clock: Clock,
  options: Pick<AlertsOptions, 'deaf' | 'onRuleFailure'> = {},
): Alerts {
  return openAlerts({
    current: async () => ({ warehouse, demo: false }),
    now: clock.now,
    link: () => 'http://shop.local/alerts',
    ...options,
  })
}

export async function watchedShop(address: string | null): Promise<WatchedShop> {
  const shop = await TemporaryShop.open(address)
  const receiver = await openReceiver()
  opened.push(async () => {
    await receiver.close()
    await shop.close()
  })
  const clock = new Clock()
  const alerts = alertsOf(shop.warehouse, clock)
  const made = await alerts.addWebhook({ name: '', address: receiver.address })
  let known = 0
  return {
    shop,
    clock,
    alerts,
    receiver,
    webhook: made.webhook.id,
    secret: made.secret ?? '',
    async load(name, content) {
      await importFiles(shop.warehouse, {
        paths: [shop.file(name, content)],
        now: clock.now,
        workFolder: shop.workFolder,
        memoryLimit: '512MB',
        timeZone: 'Europe/Berlin',
      })
    },
    async rule(condition) {
      const wish = { condition, isOn: true, webhooks: [made.webhook.id] }
      return (await alerts.saveRule(null, wish)).id
    },
    async heard(own = alerts) {
      await own.check()
      await own.deliver()
      const fresh = receiver.received.slice(known)
      known = receiver.received.length
      return fresh.map(({ body }) => {
        const { type, data } = JSON.parse(body) as {
          type: string
          data: { incidents: AlertIncident[] }
        }
        const names = data.incidents.map(({ subject }) => subject.name).sort()
        return `${type.slice('alert.'.length)} ${names.join(', ')}`
      })
    },
    async open() {
      return (await alerts.state()).open.map(({ subject }) => subject.name).sort()
    },
  }
}

export const orders = (...rows: readonly (readonly (string | number)[])[]) =>
  csv(['order', 'date', 'customer', 'product', 'quantity', 'price'], ...rows)
export const stock = (...rows: readonly (readonly (string | number)[])[]) =>
  csv(['ProductID', 'CountedAt', 'Kind', 'Quantity', 'Location'], ...rows)

/**
 * On 15 January: LAMP has 10 - 7 = 3, CUP 2 - 2 = 0 and sold 2 in the last 7 days, TRAY was never counted, and OLD has 0 and sold nothing for months.
 */
export async function withStock(watched: WatchedShop): Promise<void> {
  await watched.load(
    'orders.csv',
    orders(
      [1, '2025-06-01 10:00:00', 'C1', 'OLD', 1, '5.00'],
      [2, '2026-01-11 10:00:00', 'C1', 'LAMP', 7, '5.00'],
      [3, '2026-01-11 11:00:00', 'C1', 'CUP', 2, '5.00'],
      [4, '2026-01-12 10:00:00', 'C1', 'TRAY', 9, '5.00'],
    ),
  )
  await watched.load(
    'stock.csv',
    stock(
      ['LAMP', '2026-01-10', 'count', 10, 'Main'],
      ['CUP', '2026-01-10', 'count', 2, 'Main'],
      ['OLD', '2025-07-01', 'count', 0, 'Main'],
    ),
  )
}

/** One more order line of a product. */
export const sale = (order: number, product: string, quantity: number) =>
  orders([order, '2026-01-15 12:30:00', 'C1', product, quantity, '5.00'])
export const receipt = (product: string, at: string, quantity: number) =>
  stock([product, at, 'receipt', quantity, 'Main'])

/**
 * Orders between 12:00 and 13:00 in Berlin on the eight Thursdays before, of which the middle is (5 + 6) / 2: two were
 * closed, and one had a sale. Today came three, each when it was made, until 10:25.
 */
export async function withUsualThursdays(watched: WatchedShop): Promise<void> {
  const thursdays = [
    ['2025-11-20', 6],
    ['2025-11-27', 5],
    ['2025-12-04', 7],
    ['2025-12-11', 5],
    ['2025-12-18', 30],
    ['2025-12-25', 0],
    ['2026-01-01', 0],
    ['2026-01-08', 6],
  ] as const
  let number = 0
  const next = (moment: string) => {
    number += 1
    return [number, `${moment.replace(' ', 'T')}+01:00`, 'C1', 'LAMP', 1, '5.00'] as const
  }
  const rows = thursdays.flatMap(([day, count]) => [
    next(`${day} 12:00:00`),
    ...Array.from({ length: count }, (_, minute) =>
      next(`${day} 12:${String(minute + 1).padStart(2, '0')}:00`),
    ),
  ])
  await watched.load('thursdays.csv', orders(next('2025-11-10 09:00:00'), ...rows))
  for (const minute of ['05', '15', '25']) {
    watched.clock.at = new Date(`2026-01-15T09:${minute}:30Z`)
    await watched.load(`at-${minute}.csv`, orders(next(`2026-01-15 10:${minute}:00`)))
  }
  watched.clock.at = new Date('2026-01-15T12:00:00Z')
}

export const anyProduct = { of: 'all' } as const
export const lowUnits = (threshold: string): AlertCondition => ({
  kind: 'low_stock',
  products: anyProduct,
  measure: 'units',
  threshold,
})
export const out: AlertCondition = { kind: 'stock_out', products: anyProduct }
