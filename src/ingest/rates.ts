import type { RecognisedTable } from './layout.ts'
import { columnOf } from './layout.ts'
import type { TableProfile } from './notation.ts'
import { numbersOf } from './sample.ts'
import { reading, type Workbench } from './workbench.ts'

/**
 * Exchange rates of an import (`date,currency,rate`). A rate counts from its day until the next; days before the first
 * have none. What a rate states, how much of the shop's currency one of another is worth or the other way, is told by
 * the size of it where the two are far apart.
 */
export type RateDirection = 'multiply' | 'divide'

interface Profiled {
  readonly recognised: RecognisedTable
  readonly profile: Pick<TableProfile, 'currencies'>
}

/** Currencies that the tables of rates name. */
export function ratedCurrencies(tables: readonly Profiled[]): ReadonlySet<string> {
  const rates = tables.filter(({ recognised }) => recognised.claim.holds === 'rates')
  return new Set(rates.flatMap(({ profile }) => profile.currencies.map(({ code }) => code)))
}

/** What one unit is worth in US dollars, as to order: rates move, and no more than their size is asked. */
const worth: Readonly<Record<string, number>> = {
  ...{ USD: 1, EUR: 1.1, GBP: 1.3, CHF: 1.1, CAD: 0.73, AUD: 0.66, NZD: 0.6, SGD: 0.75 },
  ...{ JPY: 0.0067, CNY: 0.14, HKD: 0.13, TWD: 0.031, KRW: 0.00073, INR: 0.012, IDR: 0.000063 },
  ...{ SEK: 0.095, NOK: 0.093, DKK: 0.147, ISK: 0.0072, PLN: 0.25, CZK: 0.043, HUF: 0.0027 },
  ...{ RON: 0.22, BGN: 0.56, TRY: 0.03, RUB: 0.011, UAH: 0.024, ILS: 0.27, ZAR: 0.055 },
  ...{ BRL: 0.18, MXN: 0.055, ARS: 0.001, CLP: 0.001, COP: 0.00024, AED: 0.27, SAR: 0.27 },
  ...{ THB: 0.029, VND: 0.00004, PHP: 0.017, MYR: 0.22, PKR: 0.0036, BDT: 0.0083, EGP: 0.02 },
}

/** Sizes that are less than this apart may be the one or the other. */
const leastApart = Math.log(2)

/** What the rates towards a currency state, by their size; null where it does not tell. */
export function directionOf(tables: readonly Profiled[], base: string): RateDirection | null {
  const told = tables
    .filter(({ recognised }) => recognised.claim.holds === 'rates')
    .flatMap(({ recognised }) => toldBy(recognised, base))
  const [first] = told
  return first && told.every((direction) => direction === first) ? first : null
}

function toldBy({ sample, claim }: RecognisedTable, base: string): RateDirection[] {
  const [code, rate] = [columnOf(claim, 'currency'), columnOf(claim, 'exchange_rate')]
  if (!code || !rate) return []
  const index = sample.columns.findIndex(({ sql }) => sql === code)
  const rates = numbersOf(sample, rate)
  return sample.rows.flatMap((row, at): RateDirection[] => {
    const other = worth[row[index]?.trim().toUpperCase() ?? '']
    const own = worth[base]
    const stated = rates[at]
    if (!other || !own || !stated || stated <= 0) return []
    const expected = Math.log(other / own)
    if (Math.abs(expected) < leastApart) return []
    const size = Math.log(stated)
    return [Math.abs(size - expected) < Math.abs(size + expected) ? 'multiply' : 'divide']
  })
}

/** Rates that stand on the rows whose amounts they convert, and the currency that they lead to. */
export interface RowRates {
  readonly base: string
  /** What they state, by their size; null where it does not tell. */
  readonly direction: RateDirection | null
}

/**
 * Tables of lines in several currencies may state a rate on each row: 1 beside the shop's own currency, and beside no
 * other. Null where some of them do not.
 */
export function rowRates(tables: readonly Profiled[]): RowRates | null {
  const lines = tables
    .map(({ recognised }) => recognised)
    .filter(({ claim }) => claim.holds === 'order_lines' && columnOf(claim, 'currency'))
  const bases = new Set(lines.map(baseOfRows))
  const [base] = bases
  if (!base || bases.size > 1) return null
  const told = new Set(lines.flatMap((table) => toldBy(table, base)))
  const [direction = null] = told
  return { base, direction: told.size === 1 ? direction : null }
}

/** The only currency of the first rows whose rate is always 1. */
function baseOfRows({ sample, claim }: RecognisedTable): string | null {
  const [code, rate] = [columnOf(claim, 'currency'), columnOf(claim, 'exchange_rate')]
  if (!code || !rate || claim.layout !== 'generic') return null
  const index = sample.columns.findIndex(({ sql }) => sql === code)
  const rates = numbersOf(sample, rate)
  const others = new Set<string>()
  const codes = new Set<string>()
  for (const [at, row] of sample.rows.entries()) {
    const own = row[index]?.toUpperCase()
    if (!own) continue
    codes.add(own)
    if (rates[at] !== 1) others.add(own)
  }
  const [base, ...more] = [...codes].filter((own) => !others.has(own))
  return base && more.length === 0 && others.size > 0 ? base : null
}

/**
 * Writes the factors by which amounts become amounts in the shop's currency (currency, day, factor); of several for one
 * day the last stands. Gives the path.
 */
export function writeRates(
  bench: Workbench,
  files: readonly string[],
  direction: RateDirection,
): Promise<string> {
  const factor = direction === 'multiply' ? 'exchange_rate' : '1 / exchange_rate::DOUBLE'
  return bench.write(
    'rates',
    `SELECT upper(currency) AS currency, order_date AS day,
       last(round(${factor}, 12) ORDER BY file_number, record_number)::DECIMAL(19,12) AS factor
     FROM ${reading(files)} WHERE outcome = 'accepted' GROUP BY ALL`,
  )
}
