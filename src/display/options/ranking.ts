import type { RankingBar, RankingSpec } from '../chart-spec.ts'
import type { Theme } from '../theme.ts'
import { compactText, fullText } from '../value-text.ts'
import { baseOption, type ChartOption, type DrawContext } from './chart-option.ts'
import { type TooltipContent, tooltip } from './tooltip.ts'

/** Names above their bars, so that long ones keep room on a phone; the figure stands at the right. */
export function rankingOption(spec: RankingSpec, theme: Theme, context: DrawContext): ChartOption {
  const values = spec.bars.map((bar) => Number(bar.value ?? 0))
  const color = theme.categorical[0] ?? theme.accent
  return {
    ...baseOption(theme),
    grid: { left: 0, right: 0, top: 8, bottom: 0, outerBoundsMode: 'none' },
    xAxis: { type: 'value', show: false, min: Math.min(0, ...values), max: Math.max(0, ...values) },
    yAxis: [
      {
        type: 'category',
        inverse: true,
        data: spec.bars.map((bar) => bar.label),
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: {
          inside: true,
          margin: 0,
          padding: [0, 0, 9, 0],
          verticalAlign: 'bottom',
          width: 230,
          overflow: 'truncate',
          color: theme.text,
          fontSize: 12,
          fontFamily: theme.font,
          interval: 0,
        },
        z: 10,
      },
      {
        type: 'category',
        inverse: true,
        position: 'right',
        data: spec.bars.map((bar) => compactText(bar.value, spec.measure)),
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: {
          inside: true,
          margin: 0,
          padding: [0, 0, 9, 0],
          verticalAlign: 'bottom',
          color: theme.textSecondary,
          fontSize: 12,
          fontFamily: theme.font,
          interval: 0,
        },
        z: 10,
      },
    ],
    tooltip: tooltip({
      theme,
      render: context.tooltips,
      reach: 'row',
      content: ({ dataIndex }) => barContent(spec, dataIndex),
    }),
    series: [
      {
        id: 'bars',
        type: 'bar',
        barWidth: 6,
        itemStyle: { color, borderRadius: 3 },
        showBackground: true,
        backgroundStyle: { color: theme.border, opacity: 0.5, borderRadius: 3 },
        emphasis: { itemStyle: { color: theme.accent } },
        data: spec.bars.map((bar) => ({ value: Number(bar.value ?? 0), ...look(bar, theme) })),
      },
    ],
  }
}

function look(bar: RankingBar, theme: Theme) {
  const color = bar.key === null ? { color: theme.other } : {}
  return {
    itemStyle: { ...color, opacity: bar.inFocus ? 1 : 0.35 },
    cursor: bar.key === null ? 'default' : 'pointer',
  }
}

function barContent(spec: RankingSpec, index: number): TooltipContent | null {
  const bar = spec.bars[index]
  if (!bar) return null
  const line = { color: null, name: spec.measure.label, value: fullText(bar.value, spec.measure) }
  if (bar.previous === null) return { title: bar.label, lines: [line] }
  const previous = {
    color: null,
    name: 'Compared period',
    value: fullText(bar.previous, spec.measure),
  }
  return { title: bar.label, lines: [line, previous] }
}
