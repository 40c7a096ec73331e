import type { BarSeriesOption, LineSeriesOption, MapSeriesOption } from 'echarts/charts'
import type {
  AriaComponentOption,
  GridComponentOption,
  TooltipComponentOption,
  VisualMapComponentOption,
} from 'echarts/components'
import type { ComposeOption } from 'echarts/core'
import type { Theme } from '../theme.ts'
import type { TooltipRenderer } from './tooltip.ts'

/** Exactly the parts of ECharts that the page loads. */
export type ChartOption = ComposeOption<
  | LineSeriesOption
  | BarSeriesOption
  | MapSeriesOption
  | AriaComponentOption
  | GridComponentOption
  | TooltipComponentOption
  | VisualMapComponentOption
>

/** What a picture needs that depends on where it is drawn. */
export interface DrawContext {
  readonly tooltips: TooltipRenderer
  /** For maps: as d3-geo makes them. Null draws longitude and latitude as they are. */
  readonly projection: NonNullable<MapSeriesOption['projection']> | null
}

/** What all charts share. The wrapper says what a chart shows, so ECharts' own description stays off. */
export function baseOption(theme: Theme): ChartOption {
  return {
    animationDuration: 250,
    // Figures that follow live must not move.
    animationDurationUpdate: 0,
    aria: { enabled: false },
    textStyle: { fontFamily: theme.font, fontSize: 11, color: theme.textSecondary },
  }
}

/** Room for axis labels; with less below, they are cut off. */
export const grid: GridComponentOption = {
  left: 0,
  right: 12,
  top: 12,
  bottom: 8,
  outerBoundsMode: 'same',
  outerBoundsContain: 'axisLabel',
}

export function axisLabel(theme: Theme) {
  return { color: theme.textMuted, fontSize: 11, fontFamily: theme.font, hideOverlap: true }
}

export function splitLine(theme: Theme) {
  return { show: true, lineStyle: { color: theme.border, width: 1 } }
}
