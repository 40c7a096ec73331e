import { daysBetween } from '../../model/day.ts'
import type { StagedRow } from '../../staging/staging.ts'
import { categories } from '../assortment-words.ts'
import type { BuiltShop } from '../build-shop.ts'
import type { AssortmentStep } from '../calendar.ts'
import { customersSelect, loadNames } from '../customers.ts'
import { regions } from '../market.ts'
import { orderIdBase, orderLines } from '../order-lines.ts'
import { orderHeadsAt, type Shop } from '../orders.ts'
import { loadGoods, promotionColumns, promotionRows } from '../shop-tables.ts'
import { loadTable, type Workshop } from '../workshop.ts'
import { type FlashSale, flashReach } from './flash-sales.ts'
import type { LivedDays, OrderTime } from './order-times.ts'

/** An order as somebody wants to give it; what is not in stock any more they do not get. */
export interface DrawnOrder {
  /** Seconds since 1970. */
  readonly at: number
  /** From 0 over the whole life of the shop, its history included. */
  readonly index: number
  readonly number: string
  readonly customer: {
    readonly key: number
    readonly name: string
    readonly email: string
    readonly age: number
    /** ISO 3166-1 alpha-2 of their home. */
    readonly country: string
  }
  /** Where it goes. */
  readonly country: string
  readonly channel: string
  readonly flashSale: FlashSale | null
  readonly lines: readonly DrawnLine[]
}

/** Amounts are decimal text, euros. */
export interface DrawnLine {
  readonly lineNumber: number
  readonly productId: number
  readonly quantity: number
  readonly unitPrice: string
  readonly discount: string
  readonly totalPrice: string
  readonly unitCost: string
  /** What of it comes back, and when; null where nothing does. */
  readonly back: { readonly quantity: number; readonly amount: string; readonly day: string } | null
}

/** No day of a shop comes after it. */
export const endOfTime = '9999-12-31'

/** Draws orders as the history's were drawn, from where that ended. */
export class OrderDraw {
  readonly #workshop: Workshop
  readonly #built: BuiltShop
  readonly #days: LivedDays
  /** The month whose assortment lies in the workshop. */
  #month: number | null = null

  private constructor(workshop: Workshop, built: BuiltShop, days: LivedDays) {
    this.#workshop = workshop
    this.#built = built
    this.#days = days
  }

  static async open(workshop: Workshop, built: BuiltShop, days: LivedDays): Promise<OrderDraw> {
    await loadNames(workshop, built.seed)
    return new OrderDraw(workshop, built, days)
  }

  /** Orders at the given times, in their order; `first`: index of the first. */
  async orders(times: readonly OrderTime[], first: number): Promise<DrawnOrder[]> {
    const drawn: DrawnOrder[] = []
    for (let from = 0; from < times.length; ) {
      const month = monthOf(times[from])
      let to = from
      while (to < times.length && monthOf(times[to]) === month) to += 1
      await this.#loadMonth(month)
      drawn.push(...(await this.#draw(times.slice(from, to), first + from)))
      from = to
    }
    return drawn
  }

  async #loadMonth(month: number): Promise<void> {
    if (this.#month === month) return
    const shop = this.#livingShop(month)
    await loadGoods(this.#workshop, shop, this.#built.products)
    this.#month = month
  }

  #livingShop(month: number): Shop {
    const { shop } = this.#built
    const steps = [ordinaryStep(month), ...categories.map((_, index) => flashStep(month, index))]
    return { ...shop, returnsUntil: endOfTime, calendar: { ...shop.calendar, steps } }
  }

  async #draw(times: readonly OrderTime[], first: number): Promise<DrawnOrder[]> {
    const workshop = this.#workshop
    const shop = this.#livingShop(this.#month ?? 1)
    await loadTable(workshop, 'promotions', {
      columns: promotionColumns,
      rows: this.#promotions(times),
    })
    await loadTable(workshop, 'order_times', {
      columns: timeColumns,
      rows: times.map((time, place) => ({
        i: first + place,
        day: time.local.day,
        day_index: promotionKey(times, time),
        week: 0,
        // Prices stay those of the last year of the history.
        year: Number(shop.calendar.period.to.slice(0, 4)),
        step: stepOf(time),
        second_of_day: time.local.second,
      })),
    })
    await workshop.staging.run(orderHeadsAt(shop, 'order_times'))
    await workshop.staging.run(orderLines(shop))
    const rows = await workshop.staging.rows(`
      SELECT lines.*, c.Name, c.Email, c.Age, c.RegionID AS HomeID
      FROM lines JOIN (${customersSelect(shop.chance, {
        numbers: '(SELECT DISTINCT customer AS number FROM order_heads)',
        customers: shop.customers,
      })}) AS c USING (CustomerID)
      ORDER BY OrderID, LineNumber`)
    return ordersOf(rows, (index) => times[index - first] as OrderTime)
  }

  /** What is on sale on each of the days, and in each of their flash sales. */
  #promotions(times: readonly OrderTime[]): object[] {
    const situations = new Map(times.map((time) => [promotionKey(times, time), time]))
    return [...situations].flatMap(([key, { local, flashSale }]) => {
      const flash = flashSale
        ? [
            {
              categories: [flashSale.category],
              percent: flashSale.percent,
              reach: flashReach,
            },
          ]
        : []
      return promotionRows(key, [...this.#days.of(local.day).promotions, ...flash])
    })
  }
}

const timeColumns = {
  i: 'BIGINT',
  day: 'DATE',
  day_index: 'INTEGER',
  week: 'INTEGER',
  year: 'INTEGER',
  step: 'INTEGER',
  second_of_day: 'BIGINT',
} as const

/** What sells in a month, when nothing special goes on. */
export function ordinaryStep(month: number): AssortmentStep {
  return { kind: 'month', share: 1, month, onSale: [] }
}

function flashStep(month: number, category: number): AssortmentStep {
  return { kind: 'flash_sale', share: 1, month, onSale: [category] }
}

function stepOf({ flashSale }: OrderTime): number {
  return flashSale ? 1 + flashSale.category : 0
}

function monthOf(time: OrderTime | undefined): number {
  return Number(time?.local.day.slice(5, 7))
}

/** Tells days and flash sales apart that the times lie in. */
function promotionKey(times: readonly OrderTime[], { local, flashSale }: OrderTime): number {
  const hours = flashSale ? 1 + Math.floor(flashSale.from / 3600) : 0
  return daysBetween(times[0]?.local.day ?? local.day, local.day) * 100 + hours
}

/** Lines of one order follow one another. */
function ordersOf(rows: readonly StagedRow[], timeOf: (index: number) => OrderTime): DrawnOrder[] {
  const orders: (Omit<DrawnOrder, 'lines'> & { lines: DrawnLine[] })[] = []
  for (const row of rows) {
    const number = String(row.OrderID)
    if (orders.at(-1)?.number !== number) {
      const index = Number(number) - orderIdBase
      const { at, flashSale } = timeOf(index)
      orders.push({
        at,
        index,
        number,
        customer: {
          key: Number(row.CustomerID),
          name: String(row.Name),
          email: String(row.Email),
          age: Number(row.Age),
          country: countryOf(row.HomeID),
        },
        country: countryOf(row.RegionID),
        channel: String(row.Channel),
        flashSale,
        lines: [],
      })
    }
    orders.at(-1)?.lines.push(lineOf(row))
  }
  return orders
}

function lineOf(row: StagedRow): DrawnLine {
  const back = row.back === null ? null : Number(row.back)
  return {
    lineNumber: Number(row.LineNumber),
    productId: Number(row.ProductID),
    quantity: Number(row.Quantity),
    unitPrice: String(row.UnitPrice),
    discount: String(row.Discount),
    totalPrice: String(row.TotalPrice),
    unitCost: String(row.UnitCost),
    back:
      back === null
        ? null
        : { quantity: back, amount: centsText(row.back_cents), day: String(row.return_day) },
  }
}

/** Decimal text of whole cents. */
export function centsText(cents: unknown): string {
  const digits = String(cents).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

export function countryOf(regionId: unknown): string {
  const region = regions.find(({ id }) => id === Number(regionId))
  if (!region) throw new Error(`no region ${regionId}`)
  return region.country
}
