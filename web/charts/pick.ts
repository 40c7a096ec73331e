import type { EChartsType } from 'echarts/core'
import type { ChartSpec } from '../../src/display/chart-spec.ts'

/** What was pointed at: the position of a row, or the code of a country. */
export type Picked = { readonly index: number } | { readonly code: string }

/**
 * Listens for choices. Rows answer over their whole width, not only on a thin bar. Where there is no
 * pointer to hover with, the first tap shows the figures and the second chooses.
 */
export function onPick(
  chart: EChartsType,
  kind: ChartSpec['kind'],
  choose: (pick: Picked) => void,
): () => void {
  if (kind === 'line' || kind === 'time-bars') return () => undefined
  const twice = window.matchMedia('(hover: none)').matches
  let tapped: string | null = null
  const offer = (pick: Picked) => {
    const name = JSON.stringify(pick)
    if (!twice || tapped === name) choose(pick)
    tapped = name
  }
  return kind === 'world-map' ? onCountry(chart, offer) : onRow(chart, offer)
}

function onCountry(chart: EChartsType, offer: (pick: Picked) => void): () => void {
  const listen = (event: { name?: string }) => {
    if (event.name) offer({ code: event.name })
  }
  chart.on('click', listen as never)
  return () => {
    if (!chart.isDisposed()) chart.off('click', listen as never)
  }
}

interface PointerAt {
  readonly offsetX: number
  readonly offsetY: number
}

function onRow(chart: EChartsType, offer: (pick: Picked) => void): () => void {
  const screen = chart.getZr()
  const inside = (event: PointerAt) => chart.containPixel('grid', [event.offsetX, event.offsetY])
  const listen = (event: PointerAt) => {
    if (!inside(event)) return
    const index = Number(chart.convertFromPixel({ yAxisIndex: 0 }, event.offsetY))
    if (Number.isInteger(index)) offer({ index })
  }
  const point = (event: PointerAt) => screen.setCursorStyle(inside(event) ? 'pointer' : 'default')
  screen.on('click', listen)
  screen.on('mousemove', point)
  return () => {
    if (chart.isDisposed()) return
    screen.off('click', listen)
    screen.off('mousemove', point)
  }
}
