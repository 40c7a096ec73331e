import type { ChartSpec } from './chart-spec.ts'
import type { ChartOption, DrawContext } from './options/chart-option.ts'
import { lineOption } from './options/line.ts'
import { rankingOption } from './options/ranking.ts'
import { stackedBarsOption } from './options/stacked-bars.ts'
import { timeBarsOption } from './options/time-bars.ts'
import type { TooltipContent, TooltipRenderer } from './options/tooltip.ts'
import { worldMapOption } from './options/world-map.ts'
import type { Theme } from './theme.ts'

export type { ChartOption, DrawContext, TooltipContent, TooltipRenderer }

/** Turns what is to be shown into an ECharts option. One line per kind of chart. */
export function buildOption(
  spec: ChartSpec,
  theme: Theme,
  context: DrawContext = { tooltips: null, projection: null },
): ChartOption {
  switch (spec.kind) {
    case 'line':
      return lineOption(spec, theme, context)
    case 'ranking':
      return rankingOption(spec, theme, context)
    case 'stacked-bars':
      return stackedBarsOption(spec, theme, context)
    case 'time-bars':
      return timeBarsOption(spec, theme, context)
    case 'world-map':
      return worldMapOption(spec, theme, context)
  }
}
