import type { Warning } from '../model/import.ts'
import { plural } from '../model/sentence.ts'
import type { LoadContext } from './load-context.ts'
import { isWithin } from './touched-days.ts'

/** Incoming orders that are known already, as far as their numbers and days say, and count a second time all the same. */
export interface KnownTwins {
  /** Under the same number with or without zeros in front. */
  readonly zeros: Twins | null
  /** Under another source. */
  readonly elsewhere: (Twins & { readonly source: string }) | null
}

interface Twins {
  readonly orders: number
  readonly coming: string
  readonly known: string
}

export const noTwins: KnownTwins = { zeros: null, elsewhere: null }

/** The number alone: shops write #1001 and 1001, spreadsheets 1 for 0001. */
const plain = (table: string) => `ltrim(${table}.order_number, '#0')`

/** Numbers of small shops are alike by chance; most orders of an import are not. */
const leastAlike = 3
const mostly = 0.5

/** Compares incoming orders with the known ones, before they are loaded. Orders without numbers are left out. */
export async function knownTwins(context: LoadContext): Promise<KnownTwins> {
  const { transaction, source, coming } = context
  const incoming = coming.orders - coming.anonymousOrders
  if (incoming === 0) return noTwins
  // A twin has the day of an incoming order.
  const isTheirDay = isWithin('order_date', coming.days)
  const isThere = (condition: string) =>
    `EXISTS (SELECT 1 FROM orders WHERE ${condition} AND ${isTheirDay})`
  const [known] = await transaction.query(
    `SELECT ${isThere('source = $1')} AS own, ${isThere('source <> $1')} AS others,
       EXISTS (SELECT 1 FROM incoming_orders WHERE order_number LIKE '0%')
         OR ${isThere("source = $1 AND order_number LIKE '0%'")} AS zeros`,
    [source],
  )
  const twins = (condition: string) =>
    transaction.query(
      `SELECT known.source, count(*) AS orders, min(coming.order_number) AS coming, min(known.order_number) AS known
       FROM incoming_orders AS coming JOIN orders AS known
         ON ${plain('known')} = ${plain('coming')} AND known.order_date = coming.order_date AND ${isWithin('known.order_date', coming.days)}
       WHERE NOT coming.anonymous AND NOT known.anonymous AND ${condition}
       GROUP BY known.source ORDER BY orders DESC, known.source LIMIT 1`,
      [source],
    )
  const [zeros] =
    known?.zeros === true && known.own === true
      ? await twins('known.source = $1 AND known.order_number <> coming.order_number')
      : []
  const [elsewhere] = known?.others === true ? await twins('known.source <> $1') : []
  const isAlike = (orders: unknown) => Number(orders) >= Math.max(leastAlike, incoming * mostly)
  return {
    zeros: zeros ? twinsOf(zeros) : null,
    elsewhere:
      elsewhere && isAlike(elsewhere.orders)
        ? { ...twinsOf(elsewhere), source: String(elsewhere.source) }
        : null,
  }
}

function twinsOf(row: Readonly<Record<string, unknown>>): Twins {
  return {
    orders: Number(row.orders),
    coming: String(row.coming),
    known: String(row.known),
  }
}

/** What a person should know of orders that seem to count twice. */
export function twinWarnings({ zeros, elsewhere }: KnownTwins): Warning[] {
  const found: Warning[] = []
  if (zeros) {
    found.push({
      code: 'leading_zeros_lost',
      text: `${plural(String(zeros.orders), 'order of this import has', 'orders of this import have')} the number and the day of known ones but for zeros in front: ${zeros.coming} comes, and ${zeros.known} is known. They count twice. Give the column the format of text in the spreadsheet, and export it again.`,
    })
  }
  if (elsewhere) {
    found.push({
      code: 'known_in_other_source',
      text: `${plural(String(elsewhere.orders), 'order of this import has', 'orders of this import have')} the number and the day of orders known from "${elsewhere.source}": ${elsewhere.coming} comes, and ${elsewhere.known} is known. If they are the same, they count twice: import this file under the source "${elsewhere.source}" instead.`,
    })
  }
  return found
}
