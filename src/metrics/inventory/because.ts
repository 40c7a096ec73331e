import type { Pace, StockPlanLine, StockRules } from '../../model/inventory.ts'
import { isZero, round, trim } from '../../model/money.ts'
import { countText, plural } from '../../model/sentence.ts'

/** Why a line of the plan says what it says. */
export function because(
  line: Omit<StockPlanLine, 'because'>,
  { rules, reserve }: { readonly rules: StockRules; readonly reserve: string | null },
): string {
  const { pace, onHand, state } = line
  if (!pace) return withoutPace(line)
  if (onHand === null)
    return `${paceText(pace)} It was never counted: how long it lasts is not known.`
  if (line.reorderPoint === null || reserve === null) return paceText(pace)
  const { leadTimeDays, serviceLevel, orderEveryDays, overstockDays } = rules
  const point = `Goods take ${plural(String(leadTimeDays), 'day', 'days')} to come: order when ${pieces(line.reorderPoint)} are left, ${pieces(reserve)} of them in reserve so that ${serviceLevel} of 100 deliveries come in time.`
  const there = isZero(line.oversold)
    ? `${pieces(onHand)} are left`
    : `Nothing is left, and ${pieces(line.oversold)} more were sold than counts explain`
  const now = isZero(line.orderQuantity ?? '0')
    ? `${there}${state === 'overstock' ? `, more than ${overstockDays} days need` : ''}: nothing to order now.`
    : `${there}: order ${pieces(line.orderQuantity ?? '0')}, which last ${plural(String(orderEveryDays), 'day', 'days')} beyond that. Take off what is on order already.`
  return `${paceText(pace)} ${point} ${now}`
}

function withoutPace({ onHand, state }: Omit<StockPlanLine, 'because'>): string {
  const sold = 'Nothing was sold on any whole day of the last 90'
  if (onHand === null) return `${sold}, and it was never counted.`
  return state === 'overstock'
    ? `${sold}: ${pieces(onHand)} lie there.`
    : `${sold}, and nothing is left.`
}

function paceText({ perDay, units, daysInStock, windowDays }: Pace): string {
  const on =
    daysInStock === windowDays
      ? `in the last ${windowDays} days`
      : `on ${plural(String(daysInStock), 'day', 'days')} in stock of the last ${windowDays}`
  return `Sold ${countText(units)} ${on}: ${trim(round(perDay, 2))} a day.`
}

function pieces(units: string): string {
  return countText(units)
}
