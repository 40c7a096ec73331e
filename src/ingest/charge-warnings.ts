import type { Warning } from '../model/import.ts'
import * as money from '../model/money.ts'
import { amountText, plural } from '../model/sentence.ts'
import { chargeMeaning } from './charge-headers.ts'
import { words } from './headers.ts'
import { columnOf, columnsOf, type RecognisedTable, refundRoles } from './layout.ts'
import type { OrderAmountFindings } from './order-amounts.ts'
import { chargeRoles, type Role } from './role.ts'
import type { ProfiledTable } from './settle.ts'
import { takenOffAlready } from './told-beside.ts'
import { untoldReturns } from './untold-returns.ts'

/** What a person should know of the amounts beside the goods. */

/** What a person should know of the amounts that a table of lines states. */
export function lineAmountWarnings(table: ProfiledTable): Warning[] {
  const { recognised } = table
  return [
    ...unusedCharges(recognised),
    ...untoldReturns(recognised),
    ...taxTakenOff(recognised),
    ...chargesUntold(recognised),
    ...thousandsSaid(recognised),
    ...refundsUnknown(table),
    ...refundsUntold(recognised),
  ]
}

/** What may have been taken off, in columns that may be marks and codes as well: their amounts are told of only. */
const offWords =
  /\b(discounts?|promos?|promotions?|savings|coupons?|vouchers?|rebates?|rabatte?|nachlass|gutscheine?|remises?|reductions?|descuentos?|descontos?|sconti|sconto|buoni|korting|kortingen)\b/

const feeWords = /\b(fees?|charges?|gebuhr|gebuhren)\b/

/**
 * Amounts beside the goods that stand in columns of their own and were not used. The layout of a platform knows which
 * of its columns hold them, and what its amounts are without.
 */
function unusedCharges({ table, sample, claim }: RecognisedTable): Warning[] {
  if (claim.layout !== 'generic') return []
  const unused = sample.columns.filter(
    ({ sql, name, numbers, examples }) =>
      !claim.columns.has(sql) &&
      claim.unused?.get(sql) !== takenOffAlready &&
      (chargeMeaning(name) !== null ||
        feeWords.test(words(name)) ||
        (offWords.test(words(name).replace(/.*\b(code|codes|flag|name|type|id)\b.*/, '')) &&
          !columnOf(claim, 'order_subtotal'))) &&
      numbers > 0.5 &&
      examples.some((text) => /[2-9]|[1-9]\d/.test(text)),
  )
  if (unused.length === 0) return []
  const names = unused.map(({ name }) => `"${name}"`).join(', ')
  const [were, it] = unused.length === 1 ? ['was', 'it'] : ['were', 'them']
  return [
    {
      code: 'ignored_columns',
      text: `${names} in ${table.file.name} ${were} not used: if the amounts include ${it}, so does revenue.`,
    },
  ]
}

/** What lines, charges and the stated totals of orders come to. */
export function orderAmountWarnings(found: OrderAmountFindings): Warning[] {
  const warnings: Warning[] = []
  const add = (code: Warning['code'], text: string) => void warnings.push({ code, text })
  if (found.differingSums > 0) {
    add(
      'order_sum_differs',
      `${plural(String(found.differingSums), 'order states', 'orders state')} another sum of the goods than the lines add up to: the lines count.`,
    )
  }
  if (found.discountsBeyond > 0) {
    add(
      'discount_beyond_goods',
      `${plural(String(found.discountsBeyond), 'order states', 'orders state')} a discount of more than the goods cost: it was not taken off.`,
    )
  }
  if (found.differingTotals > 0) {
    const apart = (['more', 'less'] as const)
      .filter((way) => !money.isZero(found.unexplained[way]))
      .map((way) => `${amountText(found.unexplained[way])} ${way}`)
      .join(' and ')
    add(
      'order_total_differs',
      `${plural(String(found.differingTotals), 'order states', 'orders state')} a total that lines and charges do not come to: together it is ${apart}. The lines count.`,
    )
  }
  if (found.taxWithin > 0) {
    add(
      'tax_in_revenue',
      `${plural(String(found.taxWithin), 'order shows', 'orders show')} by the total that prices include tax: revenue includes ${amountText(found.taxWithinAmount)} of it.`,
    )
  }
  if (found.taxUntold > 0) {
    add(
      'tax_untold',
      `${plural(String(found.taxUntold), 'order states', 'orders state')} tax, and nothing tells whether prices include it: if they do, so does revenue.`,
    )
  }
  if (found.refundsSpread > 0) {
    add(
      'refunds_spread',
      `Of ${plural(String(found.refundsSpread), 'order', 'orders')} a part was refunded, and the file does not say which goods: ${amountText(found.refundsSpreadAmount)} was taken off their lines by what was paid for each. Pieces that came back are counted in the same share.`,
    )
  }
  if (found.refundsApart > 0) {
    add(
      'refunds_unused',
      `${amountText(found.refundsApartAmount)} was refunded of ${plural(String(found.refundsApart), 'order', 'orders')} whose refunds are not in this import: import those too, they say when and for which goods. Until then they are not taken off net sales.`,
    )
  }
  if (found.discountsAlone > 0) {
    add(
      'order_discount_unused',
      `${plural(String(found.discountsAlone), 'discount stands', 'discounts stand')} alone in an order without other lines: nothing was taken off by it.`,
    )
  }
  if (found.unread > 0) {
    add(
      'charges_unread',
      `${plural(String(found.unread), 'row states', 'rows state')} an amount beside the goods (tax, shipping, a discount or a total) that is no number: it counts as not stated.`,
    )
  }
  return warnings
}

/** Without a price or a total of the order nothing tells whether amounts hold the charges that stand beside them. */
function chargesUntold({ table, sample, claim }: RecognisedTable): Warning[] {
  if (claim.layout !== 'generic' || columnOf(claim, 'unit_price') || columnOf(claim, 'order_total'))
    return []
  const kinds = chargeRoles.filter((role) => role !== 'tax')
  const some = kinds
    .flatMap((role) => columnsOf(claim, role))
    .flatMap((sql) => sample.columns.filter((column) => column.sql === sql))
    .filter(({ examples }) => examples.some((text) => /[1-9]/.test(text)))
  const total = sample.columns.find(({ sql }) => sql === columnOf(claim, 'line_total'))
  if (some.length === 0 || !total) return []
  const names = some.map(({ name }) => `"${name}"`).join(', ')
  return [
    {
      code: 'charges_untold',
      text: `Nothing in ${table.file.name} tells whether "${total.name}" includes ${names}: if it does, so does revenue.`,
    },
  ]
}

const partlyRefunded =
  /partial.*refund|refunded.*partial|teil.*(erstattet|ruckerstattet)|partiel.*rembours|parcial.*reembols/i

/** Statuses that tell of a refund of which no column says how much it was. */
function refundsUnknown({ recognised, profile }: ProfiledTable): Warning[] {
  const { claim, table } = recognised
  const stated = refundRoles.some((role) => columnOf(claim, role))
  const statuses = profile.statuses.filter((status) => partlyRefunded.test(status))
  // Of Shopify and the like refunds come with the order, or in a table of their own.
  const toldElsewhere = claim.layout !== 'generic' && !claim.refundsInColumn
  if (toldElsewhere || stated || statuses.length === 0) return []
  return [
    {
      code: 'refunds_unknown',
      text: `${table.file.name} calls orders ${statuses.map((status) => `"${status}"`).join(', ')} and does not say how much was refunded: it is not taken off.`,
    },
  ]
}

const afterRefunds =
  /\bnet(to)? (sales?|revenue|umsatz|verkaufe?)\b|\b(after|less|minus) (refunds?|returns?)\b|\bventes? nettes?\b|\bventas? netas?\b|\bnetto ?(umsatz|erlose?|omzet)\b/

/** What calls itself net may be what was left after the refunds beside it: nothing else tells. */
function refundsUntold({ table, sample, claim }: RecognisedTable): Warning[] {
  if (claim.layout !== 'generic' || columnOf(claim, 'unit_price')) return []
  const of = (sql: string | undefined) => sample.columns.find((column) => column.sql === sql)
  const total = of(columnOf(claim, 'line_total'))
  const refund = of(columnOf(claim, 'line_refund') ?? columnOf(claim, 'return_amount'))
  const isSome = refund?.examples.some((text) => /[1-9]/.test(text))
  if (!total || !refund || !isSome || !afterRefunds.test(words(total.name))) return []
  return [
    {
      code: 'charges_untold',
      text: `Nothing in ${table.file.name} tells whether "${total.name}" is what was left after "${refund.name}": if it is, refunds are taken off net sales twice.`,
    },
  ]
}

const inThousands =
  /\b(thousands?|tsd|tausend|keur|kusd|kgbp|milliers|miles|migliaia|duizend|000s|millions?|mio)\b|\bk[€$£]/i

/** Amounts that a header says to be in thousands count as they stand. */
function thousandsSaid({ table, sample, claim }: RecognisedTable): Warning[] {
  const money: readonly Role[] = ['unit_price', 'line_total', 'discount', 'unit_cost']
  return sample.columns
    .filter(({ sql, name }) => {
      const role = claim.columns.get(sql)?.role
      return role !== undefined && money.includes(role) && inThousands.test(name)
    })
    .map(({ name }) => ({
      code: 'amounts_in_thousands' as const,
      text: `"${name}" in ${table.file.name} says that its amounts are in thousands or millions: they count as they stand.`,
    }))
}

/** Totals that held tax, as their parts show. */
function taxTakenOff({ table, claim }: RecognisedTable): Warning[] {
  const within = columnsOf(claim, 'included_tax')
  if (within.length === 0 || claim.layout !== 'generic') return []
  const name = table.columns.find(({ sql }) => sql === within[0])?.name ?? ''
  return [
    {
      code: 'tax_taken_off',
      text: `Line totals in ${table.file.name} are quantity x unit price + "${name}": the tax was taken off, and revenue is without it.`,
    },
  ]
}

/** An order that comes in part may state less than is known. */
export function chargesOfPartsWarnings(orders: number): Warning[] {
  if (orders === 0) return []
  return [
    {
      code: 'charges_of_parts',
      text: `${plural(String(orders), 'known order', 'known orders')} came in part, with other charges than are known: those stay.`,
    },
  ]
}
