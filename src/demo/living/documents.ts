import { orderIdBase } from '../order-lines.ts'
import type { DrawnLine, DrawnOrder } from './draw-orders.ts'
import type { Cancellation, ComingBack, OrderDocument } from './life-state.ts'

/** What happens in the shop as records of the published schema of live records. */

const currency = 'EUR'

/** ISO instant of seconds since 1970. */
export function instantText(at: number): string {
  return new Date(at * 1000).toISOString().replace('.000Z', 'Z')
}

export function orderDocument(order: DrawnOrder, lines: readonly DrawnLine[]): OrderDocument {
  const at = instantText(order.at)
  const { key, name, email } = order.customer
  return {
    order_number: order.number,
    ordered_at: at,
    source_version: at,
    state: 'counted',
    customer: { customer_key: String(key), name, email },
    region: { country: order.country },
    channel: order.channel,
    currency,
    lines: lines.map((line, index) => ({
      line_number: String(index + 1),
      product_key: String(line.productId),
      quantity: String(line.quantity),
      unit_price: line.unitPrice,
      total_price: line.totalPrice,
      unit_cost: line.unitCost,
    })),
  } as OrderDocument
}

export function cancelledDocument({ at, order }: Cancellation): object {
  return { ...order, state: 'cancelled', source_version: instantText(at), lines: [] }
}

export function customerDocument({ customer }: DrawnOrder): object {
  const { key, name, email, age, country } = customer
  return { customer_key: String(key), name, email, age: String(age), country }
}

export function returnDocument(back: ComingBack, at: number): object {
  const order = String(orderIdBase + back.order)
  return {
    return_number: `R${order}-${back.lineNumber}`,
    order_number: order,
    returned_at: instantText(at),
    customer: { customer_key: String(back.customer) },
    region: { country: back.country },
    channel: back.channel,
    currency,
    lines: [
      {
        product_key: String(back.productId),
        quantity: String(back.quantity),
        amount: back.amount,
      },
    ],
  }
}

export function stockDocument(entry: {
  readonly at: number
  readonly productId: number
  readonly kind: 'count' | 'receipt'
  readonly quantity: number
}): object {
  return {
    product_key: String(entry.productId),
    kind: entry.kind,
    quantity: String(entry.quantity),
    occurred_at: instantText(entry.at),
  }
}
