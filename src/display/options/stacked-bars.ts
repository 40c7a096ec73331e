import type { StackedBarsSpec } from '../chart-spec.ts'
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

export function stackedBarsOption(
  spec: StackedBarsSpec,
  theme: Theme,
  context: DrawContext,
): ChartOption {
  return {
    ...baseOption(theme),
    grid,
    xAxis: {
      type: 'value',
      splitNumber: 4,
      axisLabel: { ...axisLabel(theme), formatter: axisText(tallest(spec), spec.measure) },
      splitLine: splitLine(theme),
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: spec.categories.map((category) => category.label),
      axisLabel: {
        ...axisLabel(theme),
        color: theme.text,
        fontSize: 12,
        width: 112,
        overflow: 'truncate',
        interval: 0,
      },
      axisLine: { show: false },
      axisTick: { show: false },
    },
    tooltip: tooltip({
      theme,
      render: context.tooltips,
      reach: 'row',
      content: ({ dataIndex }) => categoryContent(spec, theme, dataIndex),
    }),
    series: spec.series.map((part, index) => ({
      id: part.key,
      type: 'bar',
      stack: 'all',
      name: part.label,
      barMaxWidth: 16,
      itemStyle: {
        color: seriesColor(spec, theme, index),
        borderColor: theme.surface,
        borderWidth: 0.5,
      },
      emphasis: { disabled: true },
      data: part.values.map((value, position) => ({
        value: value === null ? null : Number(value),
        itemStyle: { opacity: spec.categories[position]?.inFocus === false ? 0.35 : 1 },
      })),
    })),
  }
}

/** The colour of a part, also for the legend beside the chart. */
export function seriesColor(spec: StackedBarsSpec, theme: Theme, index: number): string {
  const part = spec.series[index]
  return part?.other ? theme.other : (theme.categorical[index] ?? theme.other)
}

function tallest(spec: StackedBarsSpec): number {
  const heights = spec.categories.map((_, position) =>
    spec.series.reduce(
      (height, part) => height + Math.max(0, Number(part.values[position] ?? 0)),
      0,
    ),
  )
  return Math.max(0, ...heights)
}

function categoryContent(
  spec: StackedBarsSpec,
  theme: Theme,
  index: number,
): TooltipContent | null {
  const category = spec.categories[index]
  if (!category) return null
  const lines = spec.series
    .map((part, position) => ({
      color: seriesColor(spec, theme, position),
      name: part.label,
      cell: part.values[index] ?? null,
    }))
    .filter((line) => line.cell !== null)
    .map(({ color, name, cell }) => ({ color, name, value: fullText(cell, spec.measure) }))
  return { title: category.label, lines }
}
