import type { MapArea, WorldMapSpec } from '../chart-spec.ts'
import { countryText } from '../country-text.ts'
import { quantileClasses } from '../quantile-classes.ts'
import type { Theme } from '../theme.ts'
import { compactText, fullText, type Measure } from '../value-text.ts'
import { baseOption, type ChartOption, type DrawContext } from './chart-option.ts'
import { type TooltipContent, tooltip } from './tooltip.ts'

/** The map that the page registers with ECharts; each area has a `country` code and a `continent`. */
export const worldMapName = 'world'

export function worldMapOption(
  spec: WorldMapSpec,
  theme: Theme,
  context: DrawContext,
): ChartOption {
  const byKey = new Map(spec.areas.map((area) => [area.key, area]))
  return {
    ...baseOption(theme),
    tooltip: tooltip({
      theme,
      render: context.tooltips,
      reach: 'item',
      content: ({ name }) => (name ? areaContent(name, byKey.get(name), spec.measure) : null),
    }),
    series: [
      {
        id: 'countries',
        type: 'map',
        map: worldMapName,
        nameProperty: spec.level,
        ...(context.projection ? { projection: context.projection } : {}),
        roam: false,
        selectedMode: false,
        left: 0,
        right: 0,
        top: 0,
        bottom: 0,
        label: { show: false },
        itemStyle: { areaColor: theme.none, borderColor: theme.surface, borderWidth: 0.6 },
        emphasis: {
          label: { show: false },
          itemStyle: { borderColor: theme.text, borderWidth: 1 },
        },
        data: coloured(spec, theme),
      },
    ],
  }
}

function coloured(spec: WorldMapSpec, theme: Theme) {
  const classes = mapClasses(spec, theme)
  return spec.areas.map((area) => {
    const value = Number(area.value ?? 0)
    const found = area.value === null ? undefined : classes.findLast((one) => value >= one.from)
    return {
      name: area.key,
      value,
      itemStyle: {
        areaColor: found?.color ?? theme.none,
        opacity: area.inFocus ? 1 : 0.35,
      },
      emphasis: { itemStyle: { areaColor: found?.color ?? theme.none } },
    }
  })
}

export interface MapClass {
  readonly from: number
  readonly to: number
  readonly color: string
  /** `£12.1K – £98.4K`; one figure where both bounds are the same. */
  readonly text: string
}

/** The classes of a map with their colours and bounds, also for the legend beside it. */
export function mapClasses(spec: WorldMapSpec, theme: Theme): MapClass[] {
  const values = spec.areas.flatMap((area) => (area.value === null ? [] : [Number(area.value)]))
  const classes = quantileClasses(values, theme.sequential.length)
  return classes.map(({ from, to }, index) => ({
    from,
    to,
    color: classColor(theme, index, classes.length),
    text: boundsText(from, to, spec.measure),
  }))
}

/** Fewer classes than colours still reach from the lightest to the strongest. */
function classColor(theme: Theme, index: number, count: number): string {
  const last = theme.sequential.length - 1
  const position = count === 1 ? last : Math.round((index * last) / (count - 1))
  return theme.sequential[position] ?? theme.accent
}

function boundsText(from: number, to: number, measure: Measure): string {
  const low = compactText(from, measure)
  const high = compactText(to, measure)
  return low === high ? low : `${low} – ${high}`
}

function areaContent(code: string, area: MapArea | undefined, measure: Measure): TooltipContent {
  const value = area ? fullText(area.value, measure) : 'none'
  const title = area?.label ?? countryText(code)
  return { title, lines: [{ color: null, name: measure.label, value }] }
}
