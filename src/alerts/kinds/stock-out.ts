import type { StockOut } from '../../model/alert.ts'
import { compare, isZero, round } from '../../model/money.ts'
import { countText } from '../../model/sentence.ts'
import type { AlertKind } from '../alert-kind.ts'
import { stockStatus, unwatched, watchedOf } from '../watched-products.ts'

export const stockOut: AlertKind<StockOut> = {
  name: 'stock_out',
  // The last piece that is sold, sent back and sold again is one story.
  settleMinutes: 10,
  whenGone: unwatched,
  async observe({ products: scope }, sight) {
    const standings = await sight.stock()
    const watched = watchedOf(standings, scope)
    const isOut = (units: string) => compare(units, '0') <= 0
    const held = watched.filter(({ onHand }) => isOut(onHand)).length
    return {
      observations: watched.map(({ product, name, onHand, pace }) => ({
        subject: { key: product, name },
        state: isOut(onHand) ? 'holds' : 'clear',
        text: () => {
          if (!isOut(onHand)) return `${name} is in stock again: ${countText(onHand)}.`
          const sold = isZero(pace) ? '' : ` It sold ${countText(round(pace, 2))} a day.`
          return `${name} is out of stock.${sold}`
        },
        figures: () => ({ onHand, pace }),
      })),
      status: stockStatus(standings, scope, { watched: watched.length, held, how: 'out of stock' }),
    }
  },
}
