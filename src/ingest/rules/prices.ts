import { lineTables, type Rule, unreadable } from '../rule.ts'
import { allDigits } from './quantities.ts'

export const tooLargePrice: Rule = {
  name: 'price too large',
  outcome: 'rejected',
  reason: 'number_too_large',
  holds: lineTables,
  role: 'unit_price',
  when: (columns) =>
    columns.has('unit_price')
      ? `${unreadable(columns, 'unit_price')} AND ${allDigits(columns.text('unit_price'))}`
      : null,
}

export const tooLargeTotal: Rule = {
  name: 'total too large',
  outcome: 'rejected',
  reason: 'number_too_large',
  holds: lineTables,
  role: 'line_total',
  when: (columns) =>
    columns.has('line_total')
      ? `${unreadable(columns, 'line_total')} AND ${allDigits(columns.text('line_total'))}`
      : null,
}

/** An unreadable price matters only where no line total stands beside it. */
export const unreadablePrice: Rule = {
  name: 'unreadable price',
  outcome: 'rejected',
  reason: 'unreadable_price',
  holds: ['order_lines'],
  role: 'unit_price',
  when: (columns) =>
    columns.has('unit_price')
      ? `${unreadable(columns, 'unit_price')} AND line_total IS NULL`
      : null,
}

export const unreadableTotal: Rule = {
  name: 'unreadable total',
  outcome: 'rejected',
  reason: 'unreadable_total',
  holds: ['order_lines'],
  role: 'line_total',
  when: (columns) =>
    columns.has('line_total')
      ? `${unreadable(columns, 'line_total')} AND unit_price IS NULL`
      : null,
}

export const unreadableDiscount: Rule = {
  name: 'unreadable discount',
  outcome: 'rejected',
  reason: 'unreadable_number',
  holds: ['order_lines'],
  role: 'discount',
  when: (columns) =>
    columns.has('discount') ? `${unreadable(columns, 'discount')} AND line_total IS NULL` : null,
}

export const unreadableReturnAmount: Rule = {
  name: 'unreadable return amount',
  outcome: 'rejected',
  reason: 'unreadable_number',
  holds: lineTables,
  role: 'return_amount',
  when: (columns) => (columns.has('return_amount') ? unreadable(columns, 'return_amount') : null),
}

export const unreadableRefund: Rule = {
  name: 'unreadable refund',
  outcome: 'rejected',
  reason: 'unreadable_number',
  holds: ['order_lines'],
  role: 'line_refund',
  when: (columns) => (columns.has('line_refund') ? unreadable(columns, 'line_refund') : null),
}

export const unreadableReturned: Rule = {
  name: 'unreadable quantity that came back',
  outcome: 'rejected',
  reason: 'unreadable_number',
  holds: ['order_lines'],
  role: 'returned_quantity',
  when: (columns) =>
    columns.has('returned_quantity') ? unreadable(columns, 'returned_quantity') : null,
}

export const negativePrice: Rule = {
  name: 'negative price',
  outcome: 'rejected',
  reason: 'negative_price',
  holds: ['order_lines'],
  role: 'unit_price',
  when: ({ has }) => (has('unit_price') ? 'unit_price < 0' : null),
}

export const missingPrice: Rule = {
  name: 'missing price',
  outcome: 'rejected',
  reason: 'missing_price',
  holds: ['order_lines'],
  role: 'unit_price',
  when: () => 'total_price IS NULL AND gross_price IS NULL AND NOT overflow',
}

export const amountTooLarge: Rule = {
  name: 'amount too large',
  outcome: 'rejected',
  reason: 'number_too_large',
  holds: ['order_lines'],
  role: null,
  when: () => 'overflow',
}

export const negativeTotal: Rule = {
  name: 'negative total',
  outcome: 'rejected',
  reason: 'negative_total',
  holds: ['order_lines'],
  role: 'line_total',
  when: ({ has }) => (has('line_total') ? 'line_total < 0 AND quantity > 0' : null),
}

export const discountOutOfRange: Rule = {
  name: 'discount out of range',
  outcome: 'rejected',
  reason: 'discount_out_of_range',
  holds: ['order_lines'],
  role: 'discount',
  when: ({ has }) => (has('discount') ? 'quantity > 0 AND total_price < 0' : null),
}
