import type { Cell, Dimension, Filter, Row } from '../src/model/query.ts'
import { filterFromText, queryToSearch } from '../src/model/query-text.ts'

/** Filters in the address are written as everywhere else: `country:in:Germany~France`. */

export function filtersToTexts(filters: readonly Filter[]): string[] {
  return queryToSearch({ metrics: [], where: filters }).getAll('where')
}

/** Filters that are not understood are left out. */
export function filtersFromTexts(texts: readonly string[]): Filter[] {
  return texts.flatMap((text) => {
    try {
      const filter = filterFromText(text)
      return filter.values.some(Boolean) ? [filter] : []
    } catch {
      return []
    }
  })
}

/** Adds the value to the filter on its dimension, or takes it away when it is there. */
export function toggleFilter(
  filters: readonly Filter[],
  dimension: Dimension,
  value: string,
): Filter[] {
  const same = (filter: Filter) => filter.dimension === dimension && filter.op === 'in'
  const existing = filters.find(same)
  if (!existing) return [...filters, { dimension, op: 'in', values: [value] }]
  const values = existing.values.includes(value)
    ? existing.values.filter((one) => one !== value)
    : [...existing.values, value]
  return filters.flatMap((filter) => {
    if (!same(filter)) return [filter]
    return values.length > 0 ? [{ ...filter, values }] : []
  })
}

/** Members that may share a name are filtered by `#` and their id, all others by name. */
const filteredById: readonly Dimension[] = ['region', 'product', 'customer']

/** What a filter takes for this row; null for the rest of a top list, which is no member. */
export function filterValueOf(row: Row, dimension: Dimension): string | null {
  const name: Cell | undefined = row[dimension]
  if (filteredById.includes(dimension)) {
    const key = row[`${dimension}_key`]
    return key === null || key === undefined ? null : `#${key}`
  }
  return name === null || name === undefined ? null : String(name)
}
