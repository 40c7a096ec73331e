import type { Rule } from '../rule.ts'
import { dateOutOfRange, missingDate, unreadableDate } from './dates.ts'
import {
  blankRow,
  discountRow,
  noSale,
  orderSum,
  remarkRow,
  repeatedHeader,
  totalRow,
} from './no-data.ts'
import {
  cancelledOrder,
  missingOrder,
  orderNotCounted,
  orderWithoutLines,
  otherCurrency,
} from './orders.ts'
import * as prices from './prices.ts'
import * as quantities from './quantities.ts'

/** Every rule for rows of orders and returns, in the order in which they are asked. */
export const rules: readonly Rule[] = [
  blankRow,
  repeatedHeader,
  totalRow,
  orderSum,
  noSale,
  remarkRow,
  missingDate,
  unreadableDate,
  dateOutOfRange,
  missingOrder,
  cancelledOrder,
  orderNotCounted,
  orderWithoutLines,
  discountRow,
  quantities.missingQuantity,
  quantities.unreadableQuantity,
  quantities.tooLargeQuantity,
  quantities.zeroQuantity,
  quantities.stockWriteOff,
  prices.tooLargePrice,
  prices.tooLargeTotal,
  prices.unreadablePrice,
  prices.unreadableTotal,
  prices.unreadableDiscount,
  prices.unreadableReturnAmount,
  prices.unreadableRefund,
  prices.unreadableReturned,
  prices.negativePrice,
  prices.negativeTotal,
  prices.amountTooLarge,
  prices.missingPrice,
  prices.discountOutOfRange,
  otherCurrency,
]
