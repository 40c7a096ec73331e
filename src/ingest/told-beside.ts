import { surelyMeans, words } from './headers.ts'
import { type Claim, type ColumnClaim, columnOf } from './layout.ts'
import type { Role } from './role.ts'
import { type ColumnSample, numbersOf, type TableSample } from './sample.ts'

/**
 * Several amounts of one line tell what each of them is after: a price after its discount stands beside the price before
 * it, and a total after refunds is less than what was sold. Taken off once more, they would count twice.
 */

const cent = 0.011
const mostly = 0.8
const mostlyNumbers = 0.9

/** The numbers of a table by what its columns mean. */
class Rows {
  readonly #sample: TableSample
  readonly #claim: Claim

  constructor(sample: TableSample, claim: Claim) {
    this.#sample = sample
    this.#claim = claim
  }

  of(role: Role): readonly (number | null)[] | null {
    const sql = columnOf(this.#claim, role)
    return sql ? numbersOf(this.#sample, sql) : null
  }

  /** Amounts that nothing was made of. */
  get free(): readonly ColumnSample[] {
    return this.#sample.columns.filter(
      ({ sql, numbers, filled, made }) =>
        !(this.#claim.columns.has(sql) || this.#claim.unused?.has(sql) || made) &&
        filled > 0 &&
        numbers >= mostlyNumbers,
    )
  }

  /** True where nearly all rows fit, of those in which the amount that is taken off is not zero. */
  fit(off: readonly (number | null)[], fits: (at: number, off: number) => boolean): boolean {
    const telling = off.flatMap((value, at) => (value ? [at] : []))
    const fitting = telling.filter((at) => fits(at, Math.abs(off[at] ?? 0)))
    return telling.length > 0 && fitting.length >= telling.length * mostly
  }
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= cent
}

export function withAmountsBesideTold(sample: TableSample, claim: Claim): Claim {
  return withPriceAfterDiscount(sample, withTotalAfterRefunds(sample, claim))
}

const priceWords =
  /\b(price|rrp|msrp|uvp|\w*preis|listenpreis|prix|tarif|precio|pvp|preco|prezzo|listino|\w*prijs)\b/

/** "List price", "Discount" and "Price": the last is the first less the second. */
function withPriceAfterDiscount(sample: TableSample, claim: Claim): Claim {
  const rows = new Rows(sample, claim)
  const [discounts, prices] = [rows.of('discount'), rows.of('unit_price')]
  if (!discounts || !prices || claim.discount || columnOf(claim, 'line_total')) return claim
  const pieces = rows.of('quantity')
  const before = rows.free.filter(({ name }) => priceWords.test(words(name)))
  const isAfter = ({ sql }: ColumnSample) => {
    const wholes = numbersOf(sample, sql)
    return rows.fit(discounts, (at, off) => {
      const [whole, price, count] = [wholes[at] ?? 0, prices[at] ?? 0, pieces?.[at] ?? 1]
      return (
        [whole - off, whole * (1 - off), whole * (1 - off / 100)].some((own) =>
          isNear(own, price),
        ) || isNear(whole * count - off, price * count)
      )
    })
  }
  return before.some(isAfter) ? { ...claim, discount: 'included' } : claim
}

/** Why a discount was not used that nothing need be said of. */
export const takenOffAlready = 'line totals are less by it already'

/** Line totals that are after a discount of the order: where they show that, it is on the lines already. */
export function withoutDiscountTaken(sample: TableSample, claim: Claim): Claim {
  const sql = columnOf(claim, 'order_discount')
  const rows = new Rows(sample, claim)
  const [totals, prices, pieces, others] = [
    rows.of('line_total'),
    rows.of('unit_price'),
    rows.of('quantity'),
    rows.of('discount'),
  ]
  if (!sql || !totals || !prices || isSaid(claim.columns.get(sql))) return claim
  const isTaken = rows.fit(numbersOf(sample, sql), (at, off) => {
    const goods = (pieces?.[at] ?? 1) * (prices[at] ?? 0)
    const less = [0, Math.abs(others?.[at] ?? 0)]
    return less.some((other) => isNear(goods - other - off, totals[at] ?? 0))
  })
  if (!isTaken) return claim
  const columns = new Map(claim.columns)
  columns.delete(sql)
  return {
    ...claim,
    columns,
    unused: new Map(claim.unused).set(sql, takenOffAlready),
  }
}

const beforeRefunds = /\b(gross|brutto|bruts?|bruto|lordo|lorde)\b/

/** A total after refunds gives way to quantity x price, or to the total before them. */
function withTotalAfterRefunds(sample: TableSample, claim: Claim): Claim {
  const rows = new Rows(sample, claim)
  const total = columnOf(claim, 'line_total')
  const refunds = rows.of('line_refund') ?? rows.of('return_amount') ?? priced(rows)
  if (!total || !refunds || isSaid(claim.columns.get(total))) return claim
  const columns = new Map(claim.columns)
  const unused = new Map(claim.unused).set(total, 'it is what was left after refunds')
  columns.delete(total)
  const before = (goods: readonly number[]) => discountBefore(rows, { goods, refunds })
  const [prices, pieces] = [rows.of('unit_price'), rows.of('quantity')]
  if (prices) {
    const told = before(prices.map((price, at) => (pieces?.[at] ?? 1) * (price ?? 0)))
    return told ? { ...claim, ...told, columns, unused } : claim
  }
  for (const { sql, name } of rows.free) {
    if (!(surelyMeans(name, 'line_total') || beforeRefunds.test(words(name)))) continue
    const told = before(numbersOf(sample, sql).map((amount) => amount ?? 0))
    if (!told) continue
    const evidence = 'less refunds it is the total'
    columns.set(sql, { role: 'line_total', confidence: 0.9, evidence })
    return { ...claim, ...told, columns, unused }
  }
  return claim
}

/** Whether the goods less the refunds are the total, and whether the discount is to be taken off them; null where not. */
function discountBefore(
  rows: Rows,
  of: { readonly goods: readonly number[]; readonly refunds: readonly (number | null)[] },
): Pick<Claim, 'discount'> | null {
  const [totals, discounts] = [rows.of('line_total'), rows.of('discount')]
  const changed = of.refunds.map((back, at) => Math.abs(back ?? 0) + Math.abs(discounts?.[at] ?? 0))
  const comesAt = (less: boolean) => (at: number) => {
    const off = less ? Math.abs(discounts?.[at] ?? 0) : 0
    const [goods, back] = [of.goods[at] ?? 0, Math.abs(of.refunds[at] ?? 0)]
    return totals?.[at] != null && isNear(goods - off - back, totals[at])
  }
  const comes = (less: boolean) =>
    [of.refunds, changed].every((off) => rows.fit(off, comesAt(less)))
  if (comes(true)) return discounts ? { discount: 'line_amount' } : {}
  return comes(false) ? { discount: 'included' } : null
}

/** What a person says of a column stands; beside that only headers leave no doubt. */
function isSaid(column: ColumnClaim | undefined): boolean {
  return column?.confidence === 1 && !column.evidence.startsWith('the header')
}

/** What the pieces that came back cost, where only their number is stated. */
function priced(rows: Rows): readonly number[] | null {
  const [pieces, prices] = [rows.of('returned_quantity'), rows.of('unit_price')]
  return pieces && prices ? pieces.map((count, at) => (count ?? 0) * (prices[at] ?? 0)) : null
}
