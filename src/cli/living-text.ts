import type { Happening, RunningFlashSale } from '../demo/demo.ts'
import { clockText } from '../display/moment-text.ts'
import { countText, fullText, wholeText } from '../display/value-text.ts'
import type { AckTimes } from './ack-times.ts'

/** What the living shop says of itself, in one line. */
export interface LivingNow {
  /** Null while it follows the clock; else 0 to 1 of what is made up for. */
  readonly caughtUp: number | null
  readonly orders: number
  /** In the last minute. */
  readonly perMinute: number
  readonly acknowledged: AckTimes
  /** Why nothing is taken at the moment. */
  readonly wait: string | null
  readonly flashSale: RunningFlashSale | null
  readonly last: Happening | null
  /** IANA name. */
  readonly timeZone: string
}

/** `Living  1,204 orders · 12 a minute · Flash sale: Kitchen −30 % until 14:20 · acknowledged in 4 ms, 99 % in 12 ms`. */
export function livingText(now: LivingNow): string {
  const p50 = now.acknowledged.within(0.5)
  const p99 = now.acknowledged.within(0.99)
  const state = now.caughtUp === null ? 'Living' : `Catching up ${Math.floor(now.caughtUp * 100)}%`
  return [
    `${state}  ${countText(now.orders, 'order')}`,
    ...(now.caughtUp === null ? [`${wholeText(now.perMinute)} a minute`] : []),
    ...(now.wait === null ? newsOf(now) : [`waiting: ${now.wait}`]),
    // Last, where a narrow terminal cuts the line.
    ...(p50 === null || p99 === null
      ? []
      : [`acknowledged in ${Math.round(p50)} ms, 99 % in ${Math.round(p99)} ms`]),
  ].join(' · ')
}

function newsOf({ flashSale, last, timeZone }: LivingNow): string[] {
  if (flashSale) {
    const until = clockText(new Date(flashSale.until * 1000).toISOString(), timeZone)
    return [`Flash sale: ${flashSale.category} −${flashSale.percent} % until ${until}`]
  }
  return last ? [happeningText(last)] : []
}

const euros = { label: '', unit: 'money', currency: 'EUR' } as const

function happeningText(happening: Happening): string {
  switch (happening.kind) {
    case 'sold_out':
      return `Sold out: ${happening.product}`
    case 'delivery':
      return `Delivery: ${countText(happening.pieces, 'piece')} of ${countText(happening.products, 'product')}`
    case 'cancelled':
      return `Cancelled: order ${happening.order}`
    case 'returned':
      return `Returned: ${happening.product}, ${fullText(happening.amount, euros)}`
  }
}

/** What became of it, also as JSON. */
export interface LivedOutcome {
  /** Those that were cancelled since are among them. */
  readonly orders: number
  readonly cancelled: number
  readonly returns: number
  readonly newCustomers: number
  /** Receipts and counts. */
  readonly stockEntries: number
  /** Acknowledged, and kept among the rejected rows. */
  readonly refused: number
  readonly refusedFirst: readonly string[]
  readonly seconds: number
}

export function livedText(lived: LivedOutcome): string {
  const { refused, refusedFirst } = lived
  const counts = [
    `${countText(lived.orders, 'order')} of ${countText(lived.newCustomers, 'new customer')} and known ones`,
    countText(lived.cancelled, 'cancellation'),
    countText(lived.returns, 'return'),
    countText(lived.stockEntries, 'entry of stock', 'entries of stock'),
  ].join(', ')
  return [
    `Stopped. Sent and safe: ${counts}. The same command goes on with this shop.`,
    ...(refused > 0 ? [`REFUSED: ${countText(refused, 'record')}`, ...refusedFirst] : []),
  ].join('\n')
}
