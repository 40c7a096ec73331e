import { join } from 'node:path'
import { addDays } from '../../model/day.ts'
import { openStaging } from '../../staging/staging.ts'
import { type BuiltShop, buildShop, type ShopIdentity } from '../build-shop.ts'
import { customerIdBase } from '../customers.ts'
import { orderIdBase, orderLines } from '../order-lines.ts'
import { orderHeads } from '../orders.ts'
import { loadShop } from '../shop-tables.ts'
import { text, type Workshop } from '../workshop.ts'
import { centsText, countryOf, endOfTime } from './draw-orders.ts'
import type { ComingBack } from './life-state.ts'
import { LifeStore } from './life-store.ts'

export interface BeginningOptions {
  readonly identity: ShopIdentity
  /** Data folder of the shop; its memory is put into it. */
  readonly dataFolder: string
  /** The Parquet file of products that `writeDemo` wrote of the same shop. */
  readonly productsFile: string
  /** When the history ends, in seconds since 1970: the first second that is to be lived. */
  readonly from: number
  /** For what lies there meanwhile. */
  readonly workFolder: string
  readonly memoryLimit: string
}

/** Something that is sold comes back after so many days at most. */
const longestReturn = 27
const ordersPerChunk = 250_000

/** Lets a shop whose history was written live: what is on its shelf, and what of its last weeks will come back. */
export async function beginLife(options: BeginningOptions): Promise<void> {
  const { identity, dataFolder } = options
  const built = buildShop(identity)
  const store = new LifeStore(dataFolder)
  const staging = await openStaging({
    folder: join(options.workFolder, 'staging'),
    memoryLimit: options.memoryLimit,
  })
  try {
    const workshop: Workshop = { staging, folder: options.workFolder, format: 'parquet' }
    const shelf = await staging.rows(
      `SELECT ProductID, Stock FROM read_parquet(${text(options.productsFile)}) ORDER BY ProductID`,
    )
    await keepReturns(workshop, built, store)
    await store.save({
      identity,
      state: {
        livedTo: options.from,
        nextOrder: identity.orders,
        newestCustomer: customerIdBase + built.shop.customers,
        onHand: Object.fromEntries(
          shelf.map(({ ProductID, Stock }) => [String(ProductID), Number(Stock)]),
        ),
        cancellations: [],
      },
    })
  } finally {
    await staging.close()
  }
}

/** Draws the orders of the last weeks once more: what comes back after the history is no part of its files. */
async function keepReturns(workshop: Workshop, built: BuiltShop, store: LifeStore): Promise<void> {
  const { calendar, orders } = built.shop
  const shop = { ...built.shop, returnsUntil: endOfTime }
  await loadShop(workshop, shop, built.products)
  const since = addDays(calendar.period.to, -longestReturn)
  const first = calendar.days.find(({ day }) => day >= since)?.first_order ?? 0
  for (let from = first; from < orders; from += ordersPerChunk) {
    const to = Math.min(orders, from + ordersPerChunk)
    await workshop.staging.run(orderHeads(shop, { from, to }))
    await workshop.staging.run(orderLines(shop))
    const rows = await workshop.staging.rows(`
      SELECT OrderID, LineNumber, ProductID, CustomerID, RegionID, Channel, back, back_cents, return_day
      FROM lines WHERE return_day > DATE ${text(calendar.period.to)} AND back IS NOT NULL
      ORDER BY OrderID, LineNumber`)
    const comingBack = rows.map(
      (row): ComingBack => ({
        day: String(row.return_day),
        order: Number(row.OrderID) - orderIdBase,
        lineNumber: Number(row.LineNumber),
        productId: Number(row.ProductID),
        quantity: Number(row.back),
        amount: centsText(row.back_cents),
        customer: Number(row.CustomerID),
        country: countryOf(row.RegionID),
        channel: String(row.Channel),
      }),
    )
    await store.keep(comingBack)
  }
}
