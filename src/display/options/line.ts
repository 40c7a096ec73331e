import type { LineSeriesOption } from 'echarts/charts'
import type { Cell } from '../../model/query.ts'
import type { LinePoint, LineSpec } from '../chart-spec.ts'
import { bucketText, isCut, isRunning, rangeText, tickText } from '../day-text.ts'
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

/** Solid: now. Dashed: the compared period. Dotted ends: buckets that are not whole. */
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
      ...(isCompared(spec) ? [previousSeries(spec, theme)] : []),
      currentSeries(spec, theme),
      partialSeries(spec, theme),
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

/** Buckets that the range cuts, or that still grow: they look smaller than they are. */
function isPartial(spec: LineSpec, point: LinePoint | undefined): boolean {
  if (!point) return false
  return isCut(spec.grain, point.day, spec.range) || isRunning(spec.grain, point.day, spec.today)
}

/** What the dotted ends of the line are, for its legend; null when every bucket is whole. */
export function partialText(spec: LineSpec): string | null {
  const last = spec.points.at(-1)
  if (last && isRunning(spec.grain, last.day, spec.today)) return 'so far'
  const cut = isPartial(spec, spec.points[0]) || isPartial(spec, last)
  return cut ? `part of a ${spec.grain}` : null
}

/** False when the compared period has no figure at all, as before the first day of the data. */
export function isCompared(spec: LineSpec): boolean {
  return spec.compareRange !== null && spec.points.some(({ previous }) => previous !== null)
}

function currentSeries(spec: LineSpec, theme: Theme): LineSeriesOption {
  return {
    id: 'current',
    type: 'line',
    name: spec.measure.label,
    data: spec.points.map((point) => (isPartial(spec, point) ? null : numberOf(point.value))),
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

/** Joins partial buckets to the whole ones beside them; empty when all are whole. */
function partialSeries(spec: LineSpec, theme: Theme): LineSeriesOption {
  const touches = (index: number) =>
    [index - 1, index, index + 1].some((near) => isPartial(spec, spec.points[near]))
  return {
    id: 'partial',
    type: 'line',
    name: 'part of a period',
    data: spec.points.map((point, index) => (touches(index) ? numberOf(point.value) : null)),
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
  if (!spec.compareRange || !isCompared(spec)) return withFooter(title(spec, point), lines, running)
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
