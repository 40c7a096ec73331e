import { useNavigate, useSearch } from '@tanstack/react-router'
import type { DayRange } from '../src/model/day.ts'
import type { Dimension, Filter, MetricName } from '../src/model/query.ts'
import type { Shop } from '../src/model/wire.ts'
import { filtersFromTexts, filtersToTexts, toggleFilter } from './filters.ts'
import { type PresetName, presetRange } from './range-presets.ts'
import { type CompareName, defaultCompare, defaultMetric, type Search } from './search.ts'

/** What every chart on a page is asked for: the address, resolved with what is known of the shop. */
export interface View {
  readonly shop: Shop
  readonly range: DayRange
  /** Null when the days were chosen by hand or by default. */
  readonly preset: PresetName | null
  readonly compare: CompareName
  readonly filters: readonly Filter[]
  readonly metric: MetricName
}

/** Null while the shop holds no sales at all. */
export function viewOf(search: Search, shop: Shop): View | null {
  const range = rangeOf(search, shop)
  if (!range) return null
  return {
    shop,
    range,
    preset: search.range ?? null,
    compare: search.compare ?? defaultCompare,
    filters: filtersFromTexts(search.where ?? []),
    metric: search.metric ?? defaultMetric,
  }
}

function rangeOf(search: Search, shop: Shop): DayRange | null {
  if (search.from && search.to) return { from: search.from, to: search.to }
  if (!shop.period) return null
  return search.range ? presetRange(search.range, shop) : (shop.defaultRange ?? shop.period)
}

/** Changes of the view; each is a step that the back button undoes. */
export interface ViewActions {
  choosePreset(preset: PresetName): void
  chooseRange(range: DayRange): void
  chooseCompare(compare: CompareName): void
  chooseMetric(metric: MetricName): void
  toggle(dimension: Dimension, value: string): void
  removeFilter(filter: Filter): void
  clearFilters(): void
}

export function useSearchState(): Search {
  return useSearch({ strict: false }) as Search
}

export function useViewActions(): ViewActions {
  const navigate = useNavigate()
  const change = (next: (search: Search) => Search) =>
    void navigate({ to: '.', search: (search: Search) => next(search), resetScroll: false })
  const withFilters = (next: (filters: Filter[]) => Filter[]) =>
    change(({ where, ...rest }) => {
      const texts = filtersToTexts(next(filtersFromTexts(where ?? [])))
      return texts.length > 0 ? { ...rest, where: texts } : rest
    })
  return {
    choosePreset: (range) => change(({ from: _from, to: _to, ...rest }) => ({ ...rest, range })),
    chooseRange: ({ from, to }) => change(({ range: _range, ...rest }) => ({ ...rest, from, to })),
    chooseCompare: (compare) => change((search) => ({ ...search, compare })),
    chooseMetric: (metric) => change((search) => ({ ...search, metric })),
    toggle: (dimension, value) => withFilters((filters) => toggleFilter(filters, dimension, value)),
    removeFilter: (gone) =>
      withFilters((filters) =>
        filters.filter(({ dimension, op }) => dimension !== gone.dimension || op !== gone.op),
      ),
    clearFilters: () => withFilters(() => []),
  }
}
