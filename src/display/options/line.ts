import type { LineSeriesOption } from 'echarts/charts'
import type { Cell } from '../../model/query.ts'
import type { LinePoint, LineSpec } from '../chart-spec.ts'
import { bucketText, isRunning, rangeText, tickText } from '../day-text.ts'
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

/** Solid: now. Dashed: the compared period. Dotted end: a bucket that still grows. */
export function lineOption(spec: LineSpec, theme: Theme, context: DrawContext): ChartOption {
  const words = axisText(largest(spec.points), spec.measure)
  return {
    ...baseOption(theme),
    grid,
    xAxis: {
      type: 'category',
      boundaryGap: false,
      data: spec.points.map((point) => point.day),
      axisLabel: {
        ...axisLabel(theme),
        formatter: (day: string) => tickText(spec.grain, day),
        alignMinLabel: 'left',
        alignMaxLabel: 'right',
      },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: theme.borderStrong } },
    },
    yAxis: {
      type: 'value',
      splitNumber: 4,
      axisLabel: { ...axisLabel(theme), formatter: words },
      splitLine: splitLine(theme),
    },
    tooltip: tooltip({
      theme,
      render: context.tooltips,
      reach: 'column',
      content: ({ dataIndex }) => pointContent(spec, theme, dataIndex),
    }),
    series: [
      ...(spec.compareRange ? [previousSeries(spec, theme)] : []),
      currentSeries(spec, theme),
      runningSeries(spec, theme),
    ],
  }
}

function numberOf(value: Cell): number | null {
  return value === null ? null : Number(value)
}

function largest(points: readonly LinePoint[]): number {
  return Math.max(
    0,
    ...points.flatMap(({ value, previous }) => [
      Math.abs(Number(value ?? 0)),
      Math.abs(Number(previous ?? 0)),
    ]),
  )
}

/** True when the last bucket still grows. */
export function lastIsRunning(spec: LineSpec): boolean {
  const last = spec.points.at(-1)
  return last !== undefined && isRunning(spec.grain, last.day, spec.today)
}

function currentSeries(spec: LineSpec, theme: Theme): LineSeriesOption {
  const finished = lastIsRunning(spec) ? spec.points.length - 1 : spec.points.length
  return {
    id: 'current',
    type: 'line',
    name: spec.measure.label,
    data: spec.points.map((point, index) => (index < finished ? numberOf(point.value) : null)),
    showSymbol: spec.points.length < 3,
    symbol: 'circle',
    symbolSize: 6,
    lineStyle: { color: theme.categorical[0] ?? theme.accent, width: 2 },
    itemStyle: { color: theme.categorical[0] ?? theme.accent },
    emphasis: { disabled: true },
    z: 3,
  }
}

function previousSeries(spec: LineSpec, theme: Theme): LineSeriesOption {
  return {
    id: 'previous',
    type: 'line',
    name: 'Compared period',
    data: spec.points.map((point) => numberOf(point.previous)),
    showSymbol: spec.points.length < 3,
    symbol: 'emptyCircle',
    symbolSize: 5,
    lineStyle: {
      color: theme.categorical[0] ?? theme.accent,
      width: 1.5,
      type: 'dashed',
      opacity: 0.6,
    },
    itemStyle: { color: theme.categorical[0] ?? theme.accent, opacity: 0.6 },
    emphasis: { disabled: true },
    z: 2,
  }
}

/** From the last finished bucket to the one that still grows. Empty when nothing is running. */
function runningSeries(spec: LineSpec, theme: Theme): LineSeriesOption {
  const running = lastIsRunning(spec)
  const start = spec.points.length - 2
  return {
    id: 'running',
    type: 'line',
    name: 'so far',
    data: running
      ? spec.points.map((point, index) => (index >= start ? numberOf(point.value) : null))
      : [],
    showSymbol: spec.points.length < 3,
    symbol: 'emptyCircle',
    symbolSize: 6,
    lineStyle: { color: theme.categorical[0] ?? theme.accent, width: 2, type: 'dotted' },
    itemStyle: { color: theme.categorical[0] ?? theme.accent },
    emphasis: { disabled: true },
    z: 3,
  }
}

function pointContent(spec: LineSpec, theme: Theme, index: number): TooltipContent | null {
  const point = spec.points[index]
  if (!point) return null
  const running = isRunning(spec.grain, point.day, spec.today)
  const color = theme.categorical[0] ?? theme.accent
  const lines = [{ color, name: spec.measure.label, value: fullText(point.value, spec.measure) }]
  if (!spec.compareRange) return withFooter(title(spec, point), lines, running)
  const previous = {
    color,
    dashed: true,
    name: `Compared: ${rangeText(spec.compareRange)}`,
    value: fullText(point.previous, spec.measure),
  }
  return withFooter(title(spec, point), [...lines, previous], running)
}

function title(spec: LineSpec, point: LinePoint): string {
  return bucketText(spec.grain, point.day, spec.range)
}

function withFooter(
  text: string,
  lines: TooltipContent['lines'],
  running: boolean,
): TooltipContent {
  return { title: text, lines, ...(running ? { footer: 'So far: this period still runs.' } : {}) }
}
