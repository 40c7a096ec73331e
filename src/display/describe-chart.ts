import type { ChartSpec, LineSpec, StackedBarsSpec, TimeBarsSpec } from './chart-spec.ts'
import { bucketText, grainWords, rangeText } from './day-text.ts'
import { clockText } from './moment-text.ts'
import { isCompared } from './options/line.ts'
import { barText } from './options/time-bars.ts'
import { fullText } from './value-text.ts'

/** One sentence that says what a chart shows, for people who do not see it. */
export function describeChart(spec: ChartSpec, title: string): string {
  switch (spec.kind) {
    case 'line':
      return `${title}: ${lineSentence(spec)}`
    case 'ranking': {
      const first = spec.bars[0]
      if (!first) return `${title}: nothing to show.`
      return `${title}: ${spec.bars.length} bars; the first is ${first.label} with ${fullText(first.value, spec.measure)}.`
    }
    case 'stacked-bars':
      return `${title}: ${stackedSentence(spec)}`
    case 'time-bars':
      return `${title}: ${barsSentence(spec)}`
    case 'world-map': {
      const count = spec.areas.length
      return `${title}: map of the world, ${count} ${count === 1 ? 'country' : 'countries'} with figures. The list beside it says the same.`
    }
  }
}

function lineSentence(spec: LineSpec): string {
  const known = spec.points.filter((point) => point.value !== null)
  const highest = known.reduce<(typeof known)[number] | undefined>(
    (best, point) => (best && Number(best.value) >= Number(point.value) ? best : point),
    undefined,
  )
  if (!highest) return 'no figures in this range.'
  const when = bucketText(spec.grain, highest.day, spec.range)
  const compared =
    spec.compareRange && isCompared(spec) ? `, compared with ${rangeText(spec.compareRange)}` : ''
  return `${grainWords[spec.grain]} line over ${rangeText(spec.range)}${compared}; highest ${fullText(highest.value, spec.measure)} on ${when}.`
}

function barsSentence(spec: TimeBarsSpec): string {
  const over = spec.bars.filter(({ state }) => state !== 'to_come')
  const [first] = over
  const last = over.at(-1)
  if (!first || !last) return 'nothing to show.'
  const highest = over.reduce((best, bar) => (Number(bar.value) > Number(best.value) ? bar : best))
  const most =
    Number(highest.value) === 0
      ? 'nothing in any of them'
      : `highest ${fullText(highest.value, spec.measure)} at ${barText(spec, highest)}`
  return `${over.length} bars, one for each ${spec.unit}, from ${clockText(first.start, spec.timeZone)} to ${clockText(last.start, spec.timeZone)}; ${most}.`
}

function stackedSentence(spec: StackedBarsSpec): string {
  const categories = spec.categories.map((category) => category.label).join(', ')
  return `stacked bars for ${categories || 'no category'}, each split into ${spec.series.map((part) => part.label).join(', ')}.`
}
