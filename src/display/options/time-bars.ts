import type { TimeBar, TimeBarsSpec } from '../chart-spec.ts'
import { clockText } from '../moment-text.ts'
import type { Theme } from '../theme.ts'
import { axisText, fullText } from '../value-text.ts'
import {
  axisLabel,
  baseOption,
  type ChartOption,
  type DrawContext,
  grid,
  splitLine,
} from './chart-option.ts'
import { type TooltipContent, tooltip } from './tooltip.ts'

/** Bars of minutes or hours. They change while people look, so nothing of them moves. */
export function timeBarsOption(
  spec: TimeBarsSpec,
  theme: Theme,
  context: DrawContext,
): ChartOption {
  const color = theme.categorical[0] ?? theme.accent
  const values = spec.bars.map(({ value }) => Number(value ?? 0))
  const highest = Math.max(0, ...values)
  return {
    ...baseOption(theme),
    animation: false,
    grid,
    xAxis: {
      type: 'category',
      data: spec.bars.map(({ start }) => clockText(start, spec.timeZone)),
      axisLabel: {
        ...axisLabel(theme),
        // Every tenth minute, every third hour by the clock.
        interval: (index: number, clock: string) =>
          (spec.unit === 'minute' ? index % 10 : Number(clock.slice(0, 2)) % 3) === 0,
        alignMinLabel: 'left',
      },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: theme.borderStrong } },
    },
    yAxis: {
      type: 'value',
      // An empty hour still has an axis, and orders have no halves.
      ...(highest === 0 ? { max: 1 } : {}),
      ...(spec.measure.unit === 'count' ? { minInterval: 1 } : {}),
      splitNumber: 3,
      axisLabel: { ...axisLabel(theme), formatter: axisText(highest, spec.measure) },
      splitLine: splitLine(theme),
    },
    tooltip: tooltip({
      theme,
      render: context.tooltips,
      reach: 'column',
      content: ({ dataIndex }) => barContent(spec, dataIndex),
    }),
    series: [
      {
        id: 'bars',
        type: 'bar',
        barCategoryGap: '25%',
        itemStyle: { color, borderRadius: [2, 2, 0, 0] },
        emphasis: { disabled: true },
        data: spec.bars.map((bar) => ({
          value: Number(bar.value ?? 0),
          itemStyle: { opacity: bar.state === 'running' ? 0.5 : 1 },
        })),
      },
    ],
  }
}

/** `14:05`, or of hours `14:00 – 15:00`, as the clock names them, whatever it leaps over or shows twice. */
export function barText(spec: TimeBarsSpec, { start }: TimeBar): string {
  const clock = clockText(start, spec.timeZone)
  if (spec.unit === 'minute') return clock
  const end = String((Number(clock.slice(0, 2)) + 1) % 24).padStart(2, '0')
  const later = clockText(new Date(Date.parse(start) + 3_600_000).toISOString(), spec.timeZone)
  const isTwice = later.slice(0, 2) === clock.slice(0, 2)
  return `${clock} – ${end}:00${isTwice ? ', twice' : ''}`
}

function barContent(spec: TimeBarsSpec, index: number): TooltipContent | null {
  const bar = spec.bars[index]
  if (!bar) return null
  const title = barText(spec, bar)
  if (bar.state === 'to_come') return { title, lines: [], footer: 'Still to come.' }
  const lines = [
    { color: null, name: spec.measure.label, value: fullText(bar.value, spec.measure) },
    ...(spec.beside
      ? [{ color: null, name: spec.beside.label, value: fullText(bar.beside, spec.beside) }]
      : []),
  ]
  return { title, lines, ...(bar.state === 'running' ? { footer: 'So far: it still runs.' } : {}) }
}
