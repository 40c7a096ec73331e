import type { ChartSpec } from './chart-spec.ts'
import type { ChartOption } from './options/chart-option.ts'
import { lineOption } from './options/line.ts'
import { rankingOption } from './options/ranking.ts'
import { stackedBarsOption } from './options/stacked-bars.ts'
import { worldMapOption } from './options/world-map.ts'
import type { Theme } from './theme.ts'

export type { ChartOption }

/** Turns what is to be shown into an ECharts option. One line per kind of chart. */
export function buildOption(spec: ChartSpec, theme: Theme): ChartOption {
  switch (spec.kind) {
    case 'line':
      return lineOption(spec, theme)
    case 'ranking':
      return rankingOption(spec, theme)
    case 'stacked-bars':
      return stackedBarsOption(spec, theme)
    case 'world-map':
      return worldMapOption(spec, theme)
  }
}
