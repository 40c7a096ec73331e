import type { Cell, MetricDescription, Unit } from '../model/query.ts'
import { missing } from './value-text.ts'

/** A change as people read it: words, arrow and whether it is good news. */
export interface ChangeText {
  /** `+11.8%`, `×12`, `+1.2 pp`, `new`, or `—`. */
  readonly text: string
  readonly direction: 'up' | 'down' | 'flat' | 'none'
  readonly tone: 'good' | 'bad' | 'neutral'
}

export interface ChangeInput {
  readonly value: Cell | undefined
  readonly previous: Cell | undefined
  /** As the API gives it: 0.118 is +11.8 %; for ratios the difference, 0.012 is +1.2 points. */
  readonly change: Cell | undefined
  readonly unit: Unit
  readonly goodDirection: MetricDescription['goodDirection']
}

const percent = new Intl.NumberFormat('en', {
  style: 'percent',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
  signDisplay: 'exceptZero',
})
const points = new Intl.NumberFormat('en', {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
  signDisplay: 'exceptZero',
})
const times = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 })

export function changeText(input: ChangeInput): ChangeText {
  const { value, previous, change } = input
  const nothing: ChangeText = { text: missing, direction: 'none', tone: 'neutral' }
  if (value === null || value === undefined || previous === null || previous === undefined) {
    return nothing
  }
  if (Number(previous) === 0 && input.unit !== 'ratio') {
    if (Number(value) === 0) return { text: '0.0%', direction: 'flat', tone: 'neutral' }
    return { text: 'new', direction: 'none', tone: 'neutral' }
  }
  if (change === null || change === undefined) return nothing
  const amount = Number(change)
  return { text: amountText(amount, input.unit), ...verdict(amount, input.goodDirection) }
}

function amountText(amount: number, unit: Unit): string {
  if (unit === 'ratio') return `${points.format(amount * 100).replace('-', '\u2212')} pp`
  if (amount > 9.99) return `×${times.format(amount + 1)}`
  return percent.format(amount).replace('-', '\u2212')
}

/** Below a twentieth of a percent the text reads 0.0 and the arrow must not contradict it. */
function verdict(
  amount: number,
  good: MetricDescription['goodDirection'],
): Pick<ChangeText, 'direction' | 'tone'> {
  if (Math.abs(amount) < 0.0005) return { direction: 'flat', tone: 'neutral' }
  const direction = amount > 0 ? 'up' : 'down'
  if (good === 'none') return { direction, tone: 'neutral' }
  return { direction, tone: direction === good ? 'good' : 'bad' }
}
