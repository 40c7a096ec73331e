import { isZero, subtract } from '../model/money.ts'
import { plural, shareText } from '../model/sentence.ts'
import type { Caveat, Sums } from './metric.ts'
import * as parts from './parts.ts'

/** What metrics leave out or cannot know, each said once under the answer. */

export const customersUnknown: Caveat = {
  code: 'without_customer',
  parts: [parts.revenueWithoutCustomer, parts.revenueSum],
  text: (sums) => {
    const amount = sumOf(sums, parts.revenueWithoutCustomer.name)
    if (isZero(amount)) return null
    const share = shareText(amount, sumOf(sums, parts.revenueSum.name))
    return `Not counted as customers, without customer: ${share}.`
  },
}

export const costUnknown: Caveat = {
  code: 'no_cost',
  parts: [parts.costedRevenue, parts.revenueSum],
  text: (sums) => {
    const revenue = sumOf(sums, parts.revenueSum.name)
    const missing = subtract(revenue, sumOf(sums, parts.costedRevenue.name))
    if (isZero(missing)) return null
    return `Left out of the margin, without cost: ${shareText(missing, revenue)}.`
  },
}

export const amountUnknown: Caveat = {
  code: 'returns_without_amount',
  parts: [parts.returnsWithoutAmount],
  text: (sums) => {
    const count = sumOf(sums, parts.returnsWithoutAmount.name)
    if (isZero(count)) return null
    return `${plural(count, 'return', 'returns')} without amount: counted in returned units, not in money.`
  },
}

export const stockOversold: Caveat = {
  code: 'oversold',
  parts: [parts.oversoldProducts, parts.oversoldUnits],
  text: (sums) => {
    const products = sumOf(sums, parts.oversoldProducts.name)
    if (isZero(products)) return null
    const units = plural(sumOf(sums, parts.oversoldUnits.name), 'unit', 'units')
    const sold = plural(products, 'product', 'products')
    return `Oversold: ${sold} by ${units}, shown as 0; more was sold than counts and receipts explain.`
  },
}

export const stockWithoutValue: Caveat = {
  code: 'no_cost',
  parts: [parts.stockWithoutValue],
  text: (sums) => {
    const count = sumOf(sums, parts.stockWithoutValue.name)
    if (isZero(count)) return null
    return `${plural(count, 'product', 'products')} in stock with neither cost nor price: left out of the stock value.`
  },
}

function sumOf(sums: Sums, name: string): string {
  return sums[name] ?? '0'
}
