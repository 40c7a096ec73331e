import { numbersOf, type TableSample } from './sample.ts'

/** The numbers of a sample, order by order; a row without an order number stands for an order of its own. */
export class OrderSample {
  readonly #sample: TableSample
  /** Positions of the rows of each order. */
  readonly #orders: readonly (readonly number[])[]

  /** `order`: the staged column of order numbers, if any. */
  constructor(sample: TableSample, order: string | undefined) {
    this.#sample = sample
    const index = sample.columns.findIndex(({ sql }) => sql === order)
    const orders = new Map<string, number[]>()
    for (const [at, row] of sample.rows.entries()) {
      const key = (index < 0 ? null : row[index]) ?? `row ${at}`
      orders.set(key, [...(orders.get(key) ?? []), at])
    }
    this.#orders = [...orders.values()]
  }

  /** How many rows each order has. */
  get sizes(): readonly number[] {
    return this.#orders.map((rows) => rows.length)
  }

  /** The numbers of a column, row by row. */
  of(sql: string): readonly (number | null)[] {
    return numbersOf(this.#sample, sql)
  }

  /** Sums of numbers that stand row by row. */
  summed(values: readonly (number | null)[]): number[] {
    return this.#orders.map((rows) => rows.reduce((sum, at) => sum + (values[at] ?? 0), 0))
  }

  /** What each order comes to in a column; what is the same on all rows of an order counts once. */
  perOrder(sql: string): number[] {
    const values = this.of(sql)
    if (this.spread(sql) !== 'same') return this.summed(values)
    return this.#orders.map(
      (rows) => rows.map((at) => values[at] ?? 0).find((own) => own !== 0) ?? 0,
    )
  }

  /**
   * How a column's values stand on the rows of orders of several rows: alike (or on the first row only), or not; `alone`
   * where there are no such orders.
   */
  spread(sql: string): 'same' | 'differs' | 'alone' {
    const values = this.of(sql)
    const several = this.#orders.filter((rows) => rows.length > 1)
    if (several.length === 0) return 'alone'
    const isSame = (rows: readonly number[]) => {
      const [first, ...others] = rows.map((at) => values[at] ?? null)
      return others.every((value) => value === first) || others.every((value) => value === null)
    }
    return several.every(isSame) ? 'same' : 'differs'
  }
}
