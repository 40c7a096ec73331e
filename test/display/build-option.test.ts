import { BarChart, LineChart, MapChart } from 'echarts/charts'
import { GridComponent, TooltipComponent } from 'echarts/components'
import { init, registerMap, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildOption, type TooltipContent } from '../../src/display/build-option.ts'
import type { ChartSpec, LineSpec, TimeBarsSpec } from '../../src/display/chart-spec.ts'
import { describeChart } from '../../src/display/describe-chart.ts'
import { partialText } from '../../src/display/options/line.ts'
import { barText } from '../../src/display/options/time-bars.ts'
import { mapClasses, worldMapName } from '../../src/display/options/world-map.ts'
import { darkTheme, lightTheme } from '../../src/display/theme.ts'

const measure = { label: 'Net sales', unit: 'money', currency: 'EUR' } as const
const hostile = '<img src=x onerror="alert(1)">'

const line: LineSpec = {
  kind: 'line',
  measure,
  grain: 'day',
  range: { from: '2026-11-21', to: '2026-11-23' },
  compareRange: { from: '2026-11-18', to: '2026-11-20' },
  today: '2026-11-23',
  points: [
    { day: '2026-11-21', value: '100.00', previous: '90.00' },
    { day: '2026-11-22', value: '120.00', previous: null },
    { day: '2026-11-23', value: '40.00', previous: '130.00' },
  ],
}

const specs: Readonly<Record<ChartSpec['kind'], ChartSpec>> = {
  line,
  ranking: {
    kind: 'ranking',
    measure,
    bars: [
      { key: '#1', label: hostile, value: '300.50', previous: '10', inFocus: true },
      { key: null, label: 'Other', value: '20', previous: null, inFocus: false },
    ],
  },
  'stacked-bars': {
    kind: 'stacked-bars',
    measure: { label: 'Stock', unit: 'quantity', currency: null },
    categories: [
      { key: 'Toys', label: 'Toys', inFocus: true },
      { key: 'Home', label: 'Home', inFocus: false },
    ],
    series: [
      { key: '1', label: 'Kite', other: false, values: ['12', null] },
      { key: 'other', label: 'All other products', other: true, values: ['5', '9'] },
    ],
  },
  'time-bars': {
    kind: 'time-bars',
    measure: { label: 'Orders', unit: 'count', currency: null },
    beside: measure,
    unit: 'minute',
    timeZone: 'Europe/Berlin',
    bars: [
      { start: '2026-11-23T11:04:00.000Z', value: 2, beside: '90.00', state: 'over' },
      { start: '2026-11-23T11:05:00.000Z', value: 1, beside: '10.00', state: 'running' },
    ],
  },
  'world-map': {
    kind: 'world-map',
    measure,
    level: 'country',
    areas: [
      { key: 'DE', label: 'Germany', value: '90.00', inFocus: true },
      { key: 'FR', label: 'France', value: '10.00', inFocus: true },
    ],
  },
}

const square = (country: string, left: number) => ({
  type: 'Feature',
  properties: { country, continent: 'Europe' },
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [left, 0],
        [left + 10, 0],
        [left + 10, 10],
        [left, 10],
        [left, 0],
      ],
    ],
  },
})

beforeAll(() => {
  use([BarChart, GridComponent, LineChart, MapChart, SVGRenderer, TooltipComponent])
  const features = [square('DE', 0), square('FR', 20)]
  registerMap(worldMapName, { type: 'FeatureCollection', features } as never)
})

/** Draws as the command line and reports do: without a DOM. */
function draw(spec: ChartSpec, theme = lightTheme): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 600, height: 300 })
  try {
    chart.setOption({ ...buildOption(spec, theme), animation: false })
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}

describe.each(Object.values(specs))('$kind', (spec) => {
  it('draws without a DOM, in both themes', () => {
    expect(draw(spec, lightTheme)).toContain('<path')
    expect(draw(spec, darkTheme)).not.toBe(draw(spec, lightTheme))
  })

  it('never lets a name become markup', () => {
    expect(draw(spec)).not.toContain('<img')
  })

  it('is described in one sentence', () => {
    expect(describeChart(spec, 'Chart')).toMatch(/^Chart: .+\.$/)
  })

  it('stands without figures', () => {
    const empty = { ...spec, points: [], bars: [], categories: [], series: [], areas: [] }
    expect(() => draw(empty as ChartSpec)).not.toThrow()
  })
})

describe('bars of hours', () => {
  const hoursOf = (...starts: readonly string[]): TimeBarsSpec => ({
    kind: 'time-bars',
    measure: { label: 'Orders', unit: 'count', currency: null },
    beside: null,
    unit: 'hour',
    timeZone: 'Europe/Berlin',
    bars: starts.map((start) => ({ start, value: 1, beside: null, state: 'over' })),
  })
  const textsOf = (spec: TimeBarsSpec) => spec.bars.map((bar) => barText(spec, bar))

  it('are named as the clock names them', () => {
    const spec = hoursOf('2024-11-22T13:00:00.000Z', '2024-11-22T22:00:00.000Z')
    expect(textsOf(spec)).toEqual(['14:00 – 15:00', '23:00 – 00:00'])
  })

  it('have their names where the clock leaps, and say so where it shows an hour twice', () => {
    const spring = hoursOf('2024-03-31T00:00:00.000Z', '2024-03-31T01:00:00.000Z')
    expect(textsOf(spring)).toEqual(['01:00 – 02:00', '03:00 – 04:00'])
    const autumn = hoursOf('2024-10-27T00:00:00.000Z', '2024-10-27T02:00:00.000Z')
    expect(textsOf(autumn)).toEqual(['02:00 – 03:00, twice', '03:00 – 04:00'])
  })
})

describe('a line', () => {
  const series = (spec: LineSpec) =>
    (buildOption(spec, lightTheme).series as { id: string; data: (number | null)[] }[]).map(
      ({ id, data }) => [id, data],
    )

  it('draws the running bucket apart, joined to the last finished one', () => {
    expect(series(line)).toEqual([
      ['previous', [90, null, 130]],
      ['current', [100, 120, null]],
      ['partial', [null, 120, 40]],
    ])
  })

  it('draws buckets that the range cuts apart too', () => {
    const months: LineSpec = {
      ...line,
      grain: 'month',
      range: { from: '2024-11-23', to: '2025-02-10' },
      compareRange: null,
      points: ['2024-11-01', '2024-12-01', '2025-01-01', '2025-02-01'].map((day, index) => ({
        day,
        value: String(index + 1),
        previous: null,
      })),
    }
    expect(series(months)).toEqual([
      ['current', [null, 2, 3, null]],
      ['partial', [1, 2, 3, 4]],
    ])
    expect(partialText(months)).toBe('part of a month')
    expect(partialText(line)).toBe('so far')
  })

  it('leaves out a compared period without any figure', () => {
    const points = line.points.map((point) => ({ ...point, previous: null }))
    expect(series({ ...line, points }).map(([id]) => id)).toEqual(['current', 'partial'])
  })

  it('is whole when nothing runs, and alone when nothing is compared', () => {
    expect(series({ ...line, today: '2027-01-01', compareRange: null })).toEqual([
      ['current', [100, 120, 40]],
      ['partial', [null, null, null]],
    ])
  })
})

describe('tooltips', () => {
  function shown(spec: ChartSpec, at: { dataIndex: number; name: string }): TooltipContent | null {
    let content: TooltipContent | null = null
    const tooltips = (given: TooltipContent) => {
      content = given
      return ''
    }
    const { tooltip } = buildOption(spec, lightTheme, { tooltips, projection: null })
    const { formatter } = tooltip as { formatter: (parameters: unknown) => unknown }
    formatter([at])
    return content
  }

  it('give names as they are and figures whole, as text for the page to set', () => {
    expect(shown(specs.ranking, { dataIndex: 0, name: 'x' })).toEqual({
      title: hostile,
      lines: [
        { color: null, name: 'Net sales', value: '€300.50' },
        { color: null, name: 'Compared period', value: '€10.00' },
      ],
    })
  })

  it('say that a bucket still runs', () => {
    expect(shown(line, { dataIndex: 2, name: '' })?.footer).toMatch(/So far/)
    expect(shown(line, { dataIndex: 1, name: '' })?.footer).toBeUndefined()
  })

  it('name countries without figures', () => {
    const content = shown(specs['world-map'], { dataIndex: -1, name: 'PL' })
    expect(content).toMatchObject({ title: 'Poland', lines: [{ value: 'none' }] })
  })

  it('are left out where nobody can point', () => {
    expect(buildOption(line, lightTheme).tooltip).toEqual({ show: false })
  })
})

describe('a map', () => {
  it('states the bounds of its classes', () => {
    const spec = specs['world-map']
    if (spec.kind !== 'world-map') throw new Error('not a map')
    expect(mapClasses(spec, lightTheme).map(({ text }) => text)).toEqual(['€10.00', '€90.00'])
  })
})
