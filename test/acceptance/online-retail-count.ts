import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/**
 * Online Retail counted without any engine: the file split by hand, whole-number arithmetic. Prices have
 * at most four decimals, so every amount is a whole number of ten-thousandths.
 */
export interface Count {
  readonly rows: number
  readonly sales: number
  readonly returns: number
  readonly writeOffs: number
  readonly negativePrices: number
  readonly revenue: bigint
  readonly returned: bigint
  readonly units: bigint
  readonly orders: number
  readonly customers: number
  /** Revenue by day, yyyy-mm-dd. */
  readonly days: ReadonlyMap<string, bigint>
}

export interface RetailLine {
  readonly invoice: string
  readonly quantity: bigint
  /** Price of one in ten-thousandths. */
  readonly price: bigint
  readonly day: string
  readonly customer: string
}

/** Lines of a file under Online Retail's own headers: M/D/YYYY, decimal points. */
export function* retailLines(path: string): Generator<RetailLine> {
  const bytes = readFileSync(path)
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1')
  const lines = text.split('\r\n')
  for (const line of lines.slice(1)) {
    if (line === '') continue
    const [invoice = '', , , quantity = '', time = '', price = '', customer = ''] = fields(line)
    const [month = '', day = '', year = ''] = (time.split(' ')[0] ?? '').split('/')
    yield {
      invoice,
      customer,
      quantity: BigInt(quantity),
      price: tenThousandths(price),
      day: `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`,
    }
  }
}

export function countLines(lines: Iterable<RetailLine>): Count {
  const days = new Map<string, bigint>()
  const orders = new Set<string>()
  const customers = new Set<string>()
  const count = { rows: 0, sales: 0, returns: 0, writeOffs: 0, negativePrices: 0 }
  let [revenue, returned, units] = [0n, 0n, 0n]
  for (const { invoice, quantity, price, day, customer } of lines) {
    count.rows += 1
    const amount = quantity * price
    if (price < 0n) count.negativePrices += 1
    else if (quantity < 0n && price === 0n) count.writeOffs += 1
    else if (quantity < 0n) {
      count.returns += 1
      returned -= amount
    } else {
      count.sales += 1
      revenue += amount
      units += quantity
      orders.add(invoice)
      if (customer !== '') customers.add(customer)
      days.set(day, (days.get(day) ?? 0n) + amount)
    }
  }
  return {
    ...count,
    revenue,
    returned,
    units,
    orders: orders.size,
    customers: customers.size,
    days,
  }
}

/** Sums of a series of days by month, yyyy-mm. */
export function byMonth(days: ReadonlyMap<string, bigint>): Map<string, bigint> {
  const months = new Map<string, bigint>()
  for (const [day, amount] of days) {
    const month = day.slice(0, 7)
    months.set(month, (months.get(month) ?? 0n) + amount)
  }
  return months
}

/** Decimal text of any length as ten-thousandths; further places must be zero. */
export function tenThousandths(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{0,4})0*)?$/.exec(text)
  if (!match) throw new Error(`not a decimal of four places: ${text}`)
  const value = BigInt(`${match[2]}${(match[3] ?? '').padEnd(4, '0')}`)
  return match[1] ? -value : value
}

/** Ten-thousandths as money of two places, half away from zero. */
export function inCents(amount: bigint): string {
  const size = amount < 0n ? -amount : amount
  const cents = String((size + 50n) / 100n).padStart(3, '0')
  return `${amount < 0n ? '-' : ''}${cents.slice(0, -2)}.${cents.slice(-2)}`
}

function fields(line: string): string[] {
  if (!line.includes('"')) return line.split(',')
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  )
}
