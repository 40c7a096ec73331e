import { BarChart, LineChart, MapChart } from 'echarts/charts'
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components'
import { type EChartsType, init, registerMap, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef, useState } from 'react'
import { buildOption } from '../../src/display/build-option.ts'
import type { ChartSpec } from '../../src/display/chart-spec.ts'
import { worldMapName } from '../../src/display/options/world-map.ts'
import { useTheme } from '../shell/color-scheme.ts'
import { onPick, type Picked } from './pick.ts'
import { tooltipElement } from './tooltip-element.ts'
import type { World } from './world-geometry.ts'

use([AriaComponent, BarChart, CanvasRenderer, GridComponent, LineChart, MapChart, TooltipComponent])

export interface ChartProps {
  readonly spec: ChartSpec
  /** One sentence for those who do not see the picture. */
  readonly label: string
  readonly className: string
  /** A bar or country was chosen. */
  readonly onSelect?: ((pick: Picked) => void) | undefined
}

/**
 * The only owner of ECharts: makes the chart, draws again when figures, theme or size change, and takes
 * it away. It waits for the font, because ECharts keeps text widths measured with another one for ever.
 */
export function Chart({ spec, label, className, onSelect }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const [chart, setChart] = useState<EChartsType | null>(null)
  const theme = useTheme()
  const world = useWorld(spec.kind === 'world-map')

  useEffect(() => {
    const target = place.current
    if (!target) return
    let made: EChartsType | null = null
    let left = false
    const fit = () => {
      // A map cannot be laid out in no space, which pages have for a moment while they change.
      if (left || target.clientWidth === 0 || target.clientHeight === 0) return
      if (made) made.resize()
      else {
        made = init(target)
        setChart(made)
      }
    }
    const resized = new ResizeObserver(fit)
    void fontReady.then(() => {
      if (!left) resized.observe(target)
    })
    return () => {
      left = true
      resized.disconnect()
      made?.dispose()
      setChart(null)
    }
  }, [])

  useEffect(() => {
    if (!chart || (spec.kind === 'world-map' && !world)) return
    const context = { tooltips: tooltipElement, projection: world?.projection ?? null }
    const option = buildOption(spec, theme, context)
    const animation = !window.matchMedia('(prefers-reduced-motion: reduce)').matches
    chart.setOption({ ...option, animation }, { replaceMerge: ['series', 'xAxis', 'yAxis'] })
  }, [chart, spec, theme, world])

  useEffect(() => {
    if (!chart || !onSelect) return
    return onPick(chart, spec.kind, onSelect)
  }, [chart, spec.kind, onSelect])

  return (
    <div role="img" aria-label={label} className={className}>
      <div ref={place} className="size-full" />
    </div>
  )
}

const fontWait = 1_500
const fontReady = Promise.race([
  document.fonts.load('12px "Inter Variable"'),
  new Promise((resolve) => setTimeout(resolve, fontWait)),
])

/** The geometry is fetched once, by the first map. */
let loading: Promise<World> | null = null

function loadWorld(): Promise<World> {
  loading ??= import('./world-geometry.ts').then(({ readWorld }) => {
    const world = readWorld()
    registerMap(worldMapName, world.geometry as Parameters<typeof registerMap>[1])
    return world
  })
  return loading
}

function useWorld(needed: boolean): World | null {
  const [world, setWorld] = useState<World | null>(null)
  useEffect(() => {
    if (!needed) return
    let left = false
    void loadWorld().then((loaded) => {
      if (!left) setWorld(loaded)
    })
    return () => {
      left = true
    }
  }, [needed])
  return world
}
