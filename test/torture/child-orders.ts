import type { LiveItem } from '../../src/model/live.ts'

/** Every order of a process that takes orders in has two lines, which come to 30.00, whichever way it comes. */

export const linesOfOrder = 2
export const revenueOfOrder = '30.00'
/** A file brings so many orders. */
export const ordersOfFile = 6

/** What orders are called: number of the process, writer or file, round, index. */
export const orderNumber = /^\d+-(?:[012]-\d+|f\d+)-\d+$/

/** The file that an order came in; null where it was sent. */
export function fileOf(number: string): string | null {
  return /^(\d+-f\d+)-\d+$/.exec(number)?.[1] ?? null
}

/** So many days that what commits append to rollups is soon worth being added up. */
export function dayOf(number: string): string {
  const sum = [...number].reduce((total, letter) => total * 7 + letter.charCodeAt(0), 0)
  return `2025-03-${String(1 + (sum % 28)).padStart(2, '0')}`
}

export function orderOf(number: string): LiveItem {
  const lines = [1, 2].map((line) => ({
    product_key: productOf(number, line),
    quantity: String(line),
    unit_price: '10.00',
  }))
  const customer = { customer_key: `C${number.at(-1)}` }
  const record = {
    order_number: number,
    at: dayOf(number),
    state: 'counted' as const,
    customer,
    lines,
  }
  return { fits: { kind: 'orders', source: 'shop', record } }
}

export function csvOf(numbers: readonly string[]): string {
  const rows = numbers.flatMap((number) =>
    [1, 2].map(
      (line) =>
        `${number},${dayOf(number)},C${number.at(-1)},${productOf(number, line)},${line},10.00`,
    ),
  )
  return `order,date,customer,product,quantity,price\n${rows.join('\n')}\n`
}

function productOf(number: string, line: number): string {
  return `P${(number.length + line) % 7}`
}
