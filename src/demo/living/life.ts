import { join } from 'node:path'
import { openStaging, type Staging } from '../../staging/staging.ts'
import { categoryOf } from '../assortment-words.ts'
import { type BuiltShop, buildShop, type ShopIdentity } from '../build-shop.ts'
import { OrderDraw } from './draw-orders.ts'
import type { ComingBack, LifeState } from './life-state.ts'
import { LifeStore, readLife } from './life-store.ts'
import { type LivedThrough, liveThrough, type Stretch } from './live-through.ts'
import { LocalClock } from './local-time.ts'
import { LivedDays, orderTimes, type Span } from './order-times.ts'
import { Shelf } from './shelf.ts'

export interface LifeOptions {
  /** Data folder of a shop that `beginLife` was called for. */
  readonly dataFolder: string
  /** IANA name of the shop's zone. */
  readonly timeZone: string
  /** For what lies there meanwhile. */
  readonly workFolder: string
  readonly memoryLimit: string
}

/** A flash sale that is on. */
export interface RunningFlashSale {
  readonly category: string
  readonly percent: number
  /** Seconds since 1970. */
  readonly until: number
}

export interface NextStretch {
  /** Seconds since 1970 at which it ends, that one not included. */
  readonly to: number
  /** Orders a second on a mean day of the history. */
  readonly perSecond: number
  /** A lorry brings whatever is short before the first order comes: for a pace that the shelves were not filled for. */
  readonly opensWithDelivery?: boolean
}

const secondsPerDay = 86_400

/**
 * The synthetic shop after its history: it goes on selling by the same chance. Each stretch follows from the one before
 * it; at any time all of it is on the disk, so that another process goes on where this one ended.
 */
export class Life {
  readonly identity: ShopIdentity
  readonly #built: BuiltShop
  readonly #store: LifeStore
  readonly #staging: Staging
  readonly #draw: OrderDraw
  readonly #days: LivedDays
  readonly #clock: LocalClock
  readonly #shelf: Shelf
  #state: LifeState
  #lived: LivedThrough | null = null
  readonly #due = new Map<string, readonly ComingBack[]>()

  private constructor(parts: {
    readonly built: BuiltShop
    readonly identity: ShopIdentity
    readonly state: LifeState
    readonly store: LifeStore
    readonly staging: Staging
    readonly draw: OrderDraw
    readonly days: LivedDays
    readonly clock: LocalClock
  }) {
    this.identity = parts.identity
    this.#built = parts.built
    this.#state = parts.state
    this.#store = parts.store
    this.#staging = parts.staging
    this.#draw = parts.draw
    this.#days = parts.days
    this.#clock = parts.clock
    this.#shelf = new Shelf(parts.built)
  }

  /** Throws where the folder holds no living shop. */
  static async open(options: LifeOptions): Promise<Life> {
    const remembered = await readLife(options.dataFolder)
    if (!remembered) throw new Error(`no living shop in ${options.dataFolder}`)
    const built = buildShop(remembered.identity)
    const days = new LivedDays(built.shop)
    const clock = new LocalClock(options.timeZone)
    const staging = await openStaging({
      folder: join(options.workFolder, 'staging'),
      memoryLimit: options.memoryLimit,
    })
    try {
      const workshop = { staging, folder: options.workFolder, format: 'parquet' } as const
      const draw = await OrderDraw.open(workshop, built, days)
      const store = new LifeStore(options.dataFolder)
      return new Life({ ...remembered, built, store, staging, draw, days, clock })
    } catch (error) {
      await staging.close()
      throw error
    }
  }

  /** Seconds since 1970 up to which it has lived. */
  get livedTo(): number {
    return this.#state.livedTo
  }

  /** Orders a second on a mean day of the history. */
  get historyPace(): number {
    const { days } = this.#built.shop.calendar
    return this.identity.orders / days.length / secondsPerDay
  }

  /** What happens next. It counts as lived through once `done` is called. */
  async next({ to, perSecond, opensWithDelivery }: NextStretch): Promise<Stretch> {
    const span = { from: this.#state.livedTo, to }
    const source = { chance: this.#built.shop.chance, days: this.#days, clock: this.#clock }
    const times = orderTimes(source, span, perSecond)
    const lived: LivedThrough = {
      state: this.#state,
      span,
      drawn: await this.#draw.orders(times, this.#state.nextOrder),
      due: await this.#dueIn(span),
      ordersPerDay: perSecond * secondsPerDay,
      opensWithDelivery: opensWithDelivery === true,
    }
    const stretch = this.#through(lived)
    await this.#store.save({ identity: this.identity, state: stretch.state })
    this.#lived = lived
    return stretch
  }

  /** All of the stretch was sent, or all before a second of it. */
  async done(until?: number): Promise<void> {
    const lived = this.#lived
    if (!lived) return
    this.#lived = null
    const to = until ?? lived.span.to
    const { comingBack, state } = this.#through({ ...lived, span: { ...lived.span, to } })
    this.#state = state
    await this.#store.keep(comingBack)
    if (until !== undefined) await this.#store.save({ identity: this.identity, state })
  }

  /** Nothing happened until then. */
  sleepUntil(moment: number): void {
    this.#state = { ...this.#state, livedTo: moment }
  }

  /** Null where none is on. */
  flashSaleAt(moment: number): RunningFlashSale | null {
    const local = this.#clock.at(moment)
    const sale = this.#days.flashSaleAt(local)
    if (!sale) return null
    return {
      category: categoryOf(sale.category).name,
      percent: sale.percent,
      until: moment + sale.to - local.second,
    }
  }

  async close(): Promise<void> {
    await this.#staging.close()
  }

  #through(lived: LivedThrough): Stretch {
    const place = { built: this.#built, shelf: this.#shelf, clock: this.#clock }
    return liveThrough(place, lived)
  }

  async #dueIn({ from, to }: Span): Promise<readonly ComingBack[]> {
    const first = this.#clock.at(from).day
    const last = this.#clock.at(to - 1).day
    if (!this.#due.has(first) || !this.#due.has(last)) {
      await this.#store.forgetBefore(first)
      this.#due.clear()
      for (const day of first === last ? [first] : [first, last]) {
        this.#due.set(day, await this.#store.due(day))
      }
    }
    return [...this.#due.values()].flat()
  }
}
