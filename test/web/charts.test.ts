import { describe, expect, it } from 'vitest'
import type { Catalogue, Result, ResultColumn, Row } from '../../src/model/query.ts'
import type { Shop } from '../../src/model/wire.ts'
import { charts } from '../../web/charts/charts.ts'
import { inventory } from '../../web/charts/inventory.ts'
import { knownFilters } from '../../web/charts/known-filters.ts'
import { regions } from '../../web/charts/regions.ts'
import { salesOverTime } from '../../web/charts/sales-over-time.ts'
import { topProducts } from '../../web/charts/top-products.ts'
import { type View, viewOf } from '../../web/view.ts'

const shop = {
  period: { from: '2026-01-01', to: '2026-11-22' },
  defaultRange: { from: '2026-10-27', to: '2026-11-23' },
  today: '2026-11-23',
  currency: 'EUR',
} as Shop

function view(search: Parameters<typeof viewOf>[0] = {}): View {
  const found = viewOf(search, shop)
  if (!found) throw new Error('the shop is empty')
  return found
}

function result(by: readonly string[], metric: string, rows: readonly Row[]): Result {
  const column = (name: string, kind: ResultColumn['kind']): ResultColumn => ({
    name,
    label: name,
    kind,
    unit: kind === 'metric' ? 'money' : 'text',
  })
  return {
    data: {
      columns: [...by.map((name) => column(name, 'dimension')), column(metric, 'metric')],
      rows,
    },
    meta: {
      query: { metrics: [metric], by },
      range: shop.defaultRange,
      compareRange: null,
      currency: 'EUR',
    },
  } as unknown as Result
}

describe('the range', () => {
  it('is the one the shop opens on, never an empty one', () => {
    expect(view().range).toEqual(shop.defaultRange)
    expect(viewOf({}, { ...shop, period: null, defaultRange: null })).toBeNull()
  })

  it('is what the address says', () => {
    expect(view({ range: 'last7' }).range).toEqual({ from: '2026-11-17', to: '2026-11-23' })
    const custom = { from: '2026-02-01', to: '2026-02-03' }
    expect(view(custom).range).toEqual(custom)
  })
})

describe('every chart', () => {
  it.each(charts.map(({ chart }) => chart))(
    '$id asks for the range of the page and stands without rows',
    (chart) => {
      const query = chart.query(view(), [])
      expect(query).toMatchObject({ from: '2026-10-27', to: '2026-11-23' })
      expect(chart.pictures(result(query.by ?? [], query.metrics[0] ?? '', []), view())).toEqual([])
    },
  )

  it('asks for no comparison when none is wanted', () => {
    expect(salesOverTime.query(view({ compare: 'none' }), [])).not.toHaveProperty('compare')
    expect(salesOverTime.query(view(), [])).toMatchObject({ compare: 'previous', by: ['day'] })
  })
})

describe('filters of the page', () => {
  const catalogue = {
    metrics: [
      { name: 'net_sales', label: 'Net sales', dimensions: ['product', 'country'] },
      { name: 'stock_on_hand', label: 'Stock on hand', dimensions: ['product', 'category'] },
    ],
    dimensions: [{ name: 'country', label: 'Country' }],
  } as unknown as Catalogue
  const filtered = view({ where: ['country:in:France', 'product:in:#2'] })

  it('leave a chart its own bars', () => {
    const { filters, ignored } = knownFilters(topProducts, filtered, catalogue)
    expect(filters.map(({ dimension }) => dimension)).toEqual(['country'])
    expect(ignored).toEqual([])
  })

  it('that a metric does not know are said, not dropped silently', () => {
    const { filters, ignored } = knownFilters(inventory, filtered, catalogue)
    expect(filters.map(({ dimension }) => dimension)).toEqual(['product'])
    expect(ignored).toEqual(['Not filtered by country: Stock on hand is not known per country.'])
  })

  it('put the other bars out of focus', () => {
    const rows = [
      { product: 'A', product_key: '1', net_sales: '5' },
      { product: 'B', product_key: '2', net_sales: '4' },
    ]
    const [spec] = topProducts.pictures(result(['product'], 'net_sales', rows), filtered)
    expect(spec).toMatchObject({
      bars: [
        { key: '#1', inFocus: false },
        { key: '#2', inFocus: true },
      ],
    })
  })
})

describe('inventory', () => {
  const rows = [
    { category: 'Toys', product: 'Kite', product_key: '1', stock_on_hand: '5' },
    { category: 'Home', product: 'Lamp', product_key: '2', stock_on_hand: '30' },
    { category: 'Home', product: 'Other', product_key: null, stock_on_hand: '2' },
    { category: 'Garden', product: 'Other', product_key: null, stock_on_hand: null },
  ]
  const [spec] = inventory.pictures(result(['category', 'product'], 'stock_on_hand', rows), view())

  it('stacks products per category, the fullest category first, the rest last', () => {
    expect(spec).toMatchObject({
      categories: [{ label: 'Home' }, { label: 'Toys' }],
      series: [
        { label: 'Kite', other: false, values: [null, '5'] },
        { label: 'Lamp', other: false, values: ['30', null] },
        { label: 'All other products', other: true, values: ['2', null] },
      ],
    })
  })
})

describe('regions', () => {
  it('colour countries by their code and skip those without one', () => {
    const rows = [
      { country: 'France', country_key: 'FR', net_sales: '9' },
      { country: 'Atlantis', country_key: null, net_sales: '4' },
    ]
    const pictures = regions.pictures(result(['country'], 'net_sales', rows), view())
    expect(pictures[0]).toMatchObject({ level: 'country', areas: [{ key: 'FR', label: 'France' }] })
    expect(pictures[1]).toMatchObject({ bars: [{ key: 'France' }, { key: 'Atlantis' }] })
  })

  it('colour continents where countries are not known', () => {
    expect(regions.otherwise?.(view(), [])).toMatchObject({ by: ['continent'] })
    const rows = [{ continent: 'Europe', net_sales: '9' }]
    const pictures = regions.pictures(result(['continent'], 'net_sales', rows), view())
    expect(pictures[0]).toMatchObject({ level: 'continent', areas: [{ key: 'Europe' }] })
  })
})
