import type { OrderSilence } from '../../metrics/metrics.ts'
import type { NoOrders } from '../../model/alert.ts'
import { wallClockOf } from '../../model/moment.ts'
import { countText, dayText, plural } from '../../model/sentence.ts'
import type { AlertKind, Observation } from '../alert-kind.ts'

const shop = { key: 'shop', name: 'The shop' } as const

export const noOrders: AlertKind<NoOrders> = {
  name: 'no_orders',
  // After an order a silence takes its minutes again.
  settleMinutes: 0,
  whenGone: { resolution: 'not_watched', text: () => 'Silence is not watched any more.' },
  async observe({ minutes }, sight) {
    // Before the orders are looked at: what waits now may be applied by then, and seen by nobody.
    const why = await sight.deaf(minutes)
    const silence = await sight.silence(minutes)
    // A silence that nobody can tell from a server that was not there is none.
    const deaf = silence.state === 'silent' ? why : null
    return {
      observations: [
        {
          subject: shop,
          state: deaf === null ? states[silence.state] : 'between',
          text: () => textOf(silence, sight.timeZone),
          figures: () => {
            const { orders, expected, lastOrderAt } = silence
            return { minutes, orders, expected, lastOrderAt }
          },
        },
      ],
      status: deaf ?? statusOf(silence, sight.timeZone),
    }
  },
}

/** A silence that is no news any more, at night, ends with the next order all the same. */
const states: Readonly<Record<OrderSilence['state'], Observation['state']>> = {
  heard: 'clear',
  silent: 'holds',
  quiet: 'between',
  unknown: 'between',
}

function textOf({ minutes, orders, expected, lastOrderAt }: OrderSilence, zone: string): string {
  if (orders > 0)
    return `Orders come again: ${plural(String(orders), 'order', 'orders')} in ${minutes} minutes.`
  const last = lastOrderAt === null ? '' : ` The last one came at ${momentText(lastOrderAt, zone)}.`
  return `No order for ${minutes} minutes, where ${countText(String(expected ?? 0))} are usual at this time of the week.${last}`
}

function statusOf(silence: OrderSilence, zone: string): string {
  const { state, minutes, orders, expected, weeks } = silence
  switch (state) {
    case 'heard':
      return `${plural(String(orders), 'order', 'orders')} in the last ${minutes} minutes.`
    case 'silent':
      return textOf(silence, zone)
    case 'quiet':
      return `No order for ${minutes} minutes; ${plural(String(expected ?? 0), 'order is', 'orders are')} usual at this time of the week, in the middle of ${weeks} weeks, so none may well be chance.`
    case 'unknown':
      return reasons[silence.reason ?? 'no_time']
  }
}

const reasons: Readonly<Record<NonNullable<OrderSilence['reason']>, string>> = {
  no_time: 'The orders of this shop tell no minute, so a silence cannot be told.',
  history_too_short:
    'The shop has less than four weeks of orders, so what is usual at this time of the week is not known yet.',
  not_live:
    'Orders come later than these minutes, in files, so a silence cannot be told from waiting for the next file. Send orders live for this rule.',
}

/** `13:02`, by the shop's clock, with its day. */
function momentText(instant: string, timeZone: string): string {
  const { day, second } = wallClockOf(timeZone, new Date(instant))
  const part = (value: number) => String(value).padStart(2, '0')
  return `${part(Math.floor(second / 3_600))}:${part(Math.floor((second % 3_600) / 60))} on ${dayText(day)}`
}
