import { setTimeout } from 'node:timers/promises'
import type { Happening, Life, LifeEvent } from '../demo/demo.ts'
import type { LiveKind } from '../model/live.ts'
import type { CommandContext } from './command.ts'
import { Interruption } from './interruption.ts'
import { findTarget } from './live-target.ts'
import { type LivedOutcome, livingText } from './living-text.ts'
import { mostAtOnce } from './pace.ts'
import { type ProgressLine, progressLine } from './progress-line.ts'
import { RecordSender } from './record-sender.ts'

export interface LivingPace {
  /** Orders a second on an average day. */
  readonly rate: number
  /** IANA name of the shop's zone. */
  readonly timeZone: string
  /** Called once all that it missed is there. */
  readonly onCaughtUp: () => void
}

/** Seconds that are thought out at a time: the shop stops within one of them all the same. */
const stretchSeconds = 20
/** What lies further back is made up for in one go, an hour at a time. */
const mostBehindSeconds = 60
const catchUpSeconds = 3_600
/** A shop that was off for longer sold nothing in the time before: just over a week is what pages compare with. */
const longestGapSeconds = 8 * 86_400
/** Milliseconds between two looks at the clock while nothing happens. */
const lookEvery = 250

/** What must be known first is sent first: customers before their orders, these before what comes back of them. */
const sendingOrder: readonly LiveKind[] = ['customers', 'orders', 'returns', 'stock']

const nothing: LivedOutcome = {
  orders: 0,
  cancelled: 0,
  returns: 0,
  newCustomers: 0,
  stockEntries: 0,
  refused: 0,
  refusedFirst: [],
  seconds: 0,
}

/** Sends what happens in the living shop when it happens, until it is told to stop. */
export async function keepAlive(
  life: Life,
  pace: LivingPace,
  context: CommandContext,
): Promise<LivedOutcome> {
  const living = new Living(life, pace, context)
  return living.run()
}

class Living {
  readonly #life: Life
  readonly #pace: LivingPace
  readonly #context: CommandContext
  readonly #sender: RecordSender
  readonly #line: ProgressLine<undefined>
  readonly #started = performance.now()
  /** When each of the last orders was sent, in milliseconds. */
  readonly #recent: number[] = []
  #outcome = nothing
  #wait: string | null = null
  #last: Happening | null = null
  /** Where what is made up for begins; null while it follows the clock. */
  #behindFrom: number | null = null
  #isCaughtUp = false

  constructor(life: Life, pace: LivingPace, context: CommandContext) {
    this.#life = life
    this.#pace = pace
    this.#context = context
    this.#sender = new RecordSender({
      source: 'shop',
      signal: context.signal,
      target: () => findTarget(undefined, context),
      onWait: (reason) => {
        if (reason !== null && this.#wait !== reason) context.terminal.note(`Waiting: ${reason}.`)
        this.#wait = reason
      },
    })
    this.#line = progressLine(context.terminal, () => this.#status())
  }

  async run(): Promise<LivedOutcome> {
    const { signal } = this.#context
    try {
      this.#skipLongGap()
      while (!signal.aborted) await this.#goOn()
    } catch (error) {
      // Ctrl-C ends what draws the orders as well, in the middle of whatever it does.
      if (!(signal.reason instanceof Interruption)) throw error
    } finally {
      this.#line.end()
    }
    return {
      ...this.#outcome,
      refused: this.#sender.refusedRecords,
      refusedFirst: this.#sender.refused.map(({ problem, text }) => `${problem}: ${text}`),
      seconds: Math.round((performance.now() - this.#started) / 1_000),
    }
  }

  #skipLongGap(): void {
    const earliest = this.#now() - longestGapSeconds
    if (this.#life.livedTo >= earliest) return
    this.#context.terminal.note(
      'It was off for more than 8 days: of these the last 8 are made up for, and nothing was sold before.',
    )
    this.#life.sleepUntil(earliest)
  }

  async #goOn(): Promise<void> {
    const { livedTo } = this.#life
    const now = this.#now()
    if (now - livedTo > mostBehindSeconds) {
      this.#behindFrom ??= livedTo
      return this.#catchUp(Math.min(livedTo + catchUpSeconds, now))
    }
    this.#behindFrom = null
    await this.#follow(livedTo + stretchSeconds)
  }

  /** What was missed happens at the pace of the history, or the days before today would look small beside it. */
  async #catchUp(to: number): Promise<void> {
    const perSecond = Math.min(this.#pace.rate, this.#life.historyPace)
    const { events, happenings } = await this.#life.next({ to, perSecond })
    await this.#send(events)
    await this.#life.done()
    this.#last = happenings.at(-1) ?? this.#last
    this.#line.show(undefined)
  }

  /** Each second's records are sent when the clock shows it. */
  async #follow(to: number): Promise<void> {
    const { rate } = this.#pace
    const opensWithDelivery = !this.#isCaughtUp && rate > 2 * this.#life.historyPace
    if (!this.#isCaughtUp) {
      await this.#sender.untilVisible()
      this.#line.end()
      this.#pace.onCaughtUp()
      this.#isCaughtUp = true
    }
    const stretch = await this.#life.next({ to, perSecond: rate, opensWithDelivery })
    const news = [...stretch.happenings]
    for (const [at, events] of bySecond(stretch.events)) {
      if (!(await this.#until(at))) return this.#life.done(at)
      await this.#send(events)
      while (news[0] && news[0].at <= at) this.#last = news.shift() ?? null
    }
    // The next stretch is thought out while the last second of this one goes by.
    const isOver = await this.#until(to - 1)
    await (isOver ? this.#life.done() : this.#life.done(Math.min(to, this.#now() + 1)))
  }

  async #send(events: readonly LifeEvent[]): Promise<void> {
    for (const kind of sendingOrder) {
      const documents = events.filter((event) => event.kind === kind).map((one) => one.document)
      for (let from = 0; from < documents.length; from += mostAtOnce) {
        await this.#sender.send(kind, documents.slice(from, from + mostAtOnce))
        this.#line.show(undefined)
      }
    }
    this.#outcome = added(this.#outcome, events)
    const orders = events.filter(({ what }) => what === 'order').length
    if (this.#behindFrom !== null) return
    for (let order = 0; order < orders; order += 1) this.#recent.push(performance.now())
  }

  /** False where it is told to stop before. */
  async #until(second: number): Promise<boolean> {
    const { signal, now } = this.#context
    for (;;) {
      if (signal.aborted) return false
      const early = second * 1_000 - now().getTime()
      if (early <= 0) return true
      this.#line.show(undefined)
      await setTimeout(Math.min(early, lookEvery), undefined, { signal }).catch(() => undefined)
    }
  }

  #now(): number {
    return Math.floor(this.#context.now().getTime() / 1_000)
  }

  #status(): string {
    const minuteAgo = performance.now() - 60_000
    while ((this.#recent[0] ?? minuteAgo) < minuteAgo) this.#recent.shift()
    const now = this.#now()
    const from = this.#behindFrom
    return livingText({
      caughtUp: from === null ? null : (this.#life.livedTo - from) / Math.max(1, now - from),
      orders: this.#outcome.orders,
      perMinute: this.#recent.length,
      acknowledged: this.#sender.acknowledged,
      wait: this.#wait,
      flashSale: this.#life.flashSaleAt(now),
      last: this.#last,
      timeZone: this.#pace.timeZone,
    })
  }
}

function added(before: LivedOutcome, events: readonly LifeEvent[]): LivedOutcome {
  const count = (what: LifeEvent['what']) => events.filter((event) => event.what === what).length
  return {
    ...before,
    orders: before.orders + count('order'),
    cancelled: before.cancelled + count('cancellation'),
    returns: before.returns + count('return'),
    newCustomers: before.newCustomers + count('customer'),
    stockEntries: before.stockEntries + count('receipt') + count('count'),
  }
}

/** Records of the same second, in order of time. */
function bySecond(events: readonly LifeEvent[]): Map<number, LifeEvent[]> {
  const seconds = new Map<number, LifeEvent[]>()
  for (const event of events) {
    const known = seconds.get(event.at)
    if (known) known.push(event)
    else seconds.set(event.at, [event])
  }
  return seconds
}
