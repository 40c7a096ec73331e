import type { MetricName } from '../../model/query.ts'
import type { Metric } from '../metric.ts'
import { aov } from './aov.ts'
import { charges } from './charges.ts'
import { customers } from './customers.ts'
import { discounts } from './discounts.ts'
import { grossSales } from './gross-sales.ts'
import { margin } from './margin.ts'
import { marginRate } from './margin-rate.ts'
import { netSales } from './net-sales.ts'
import { newCustomers } from './new-customers.ts'
import { orders } from './orders.ts'
import { returnedUnits } from './returned-units.ts'
import { returningCustomers } from './returning-customers.ts'
import { returns } from './returns.ts'
import { revenue } from './revenue.ts'
import { stockOnHand } from './stock-on-hand.ts'
import { stockValue } from './stock-value.ts'
import { units } from './units.ts'
import { unitsPerOrder } from './units-per-order.ts'

/** All metrics; a name without its metric does not compile. */
export const metrics: Readonly<Record<MetricName, Metric>> = {
  revenue,
  gross_sales: grossSales,
  discounts,
  returns,
  returned_units: returnedUnits,
  net_sales: netSales,
  orders,
  units,
  customers,
  new_customers: newCustomers,
  returning_customers: returningCustomers,
  aov,
  units_per_order: unitsPerOrder,
  margin,
  margin_rate: marginRate,
  charges,
  stock_on_hand: stockOnHand,
  stock_value: stockValue,
}
