import { useQuery, useQueryClient } from '@tanstack/react-query'
import { X } from 'lucide-react'
import type { Filter, Result } from '../../src/model/query.ts'
import { catalogueQuery, memberNamesQuery } from '../queries.ts'
import { useViewActions, type View } from '../view.ts'

/** What the page is filtered by; each chip takes its filter away. */
export function FilterChips({ view }: { readonly view: View }) {
  const { removeFilter, clearFilters } = useViewActions()
  if (view.filters.length === 0) return null
  return (
    <ul aria-label="Filters" className="flex flex-wrap gap-2">
      {view.filters.map((filter) => (
        <li key={`${filter.dimension}.${filter.op}`}>
          <Chip filter={filter} onRemove={() => removeFilter(filter)} />
        </li>
      ))}
      {view.filters.length > 1 && (
        <li>
          <button
            type="button"
            onClick={clearFilters}
            className="h-7 rounded-full px-2 text-meta font-medium text-text-2 hover:text-text max-md:h-11"
          >
            Clear filters
          </button>
        </li>
      )}
    </ul>
  )
}

const operatorWords = { in: 'is', not_in: 'is not', contains: 'contains' } as const

function Chip({ filter, onRemove }: { readonly filter: Filter; readonly onRemove: () => void }) {
  const { data: catalogue } = useQuery(catalogueQuery)
  const names = useMemberNames(filter)
  const known = catalogue?.dimensions.find((dimension) => dimension.name === filter.dimension)
  const text = `${known?.label ?? filter.dimension} ${operatorWords[filter.op]} ${names.join(' or ')}`
  return (
    <button
      type="button"
      aria-label={`Remove filter: ${text}`}
      onClick={onRemove}
      className="flex h-7 max-w-80 items-center gap-1.5 rounded-full bg-accent-weak pr-2 pl-3 text-meta font-medium text-accent hover:opacity-80 max-md:h-11"
    >
      <span className="truncate">{text}</span>
      <X aria-hidden className="size-3.5 shrink-0" />
    </button>
  )
}

/** Ids become names: from figures that are already here, else by asking. */
function useMemberNames(filter: Filter): string[] {
  const cache = useQueryClient()
  const ids = filter.values.filter((value) => value.startsWith('#'))
  const seen = new Map<string, string>()
  for (const [, result] of cache.getQueriesData<Result>({ queryKey: ['figures'] })) {
    collectNames(result, filter, seen)
  }
  const missing = ids.filter((id) => !seen.has(id))
  const { data } = useQuery({
    ...memberNamesQuery({ ...filter, values: missing }),
    enabled: missing.length > 0,
  })
  collectNames(data, filter, seen)
  return filter.values.map((value) => seen.get(value) ?? value)
}

function collectNames(
  result: Result | undefined,
  { dimension }: Filter,
  seen: Map<string, string>,
) {
  for (const row of result?.data.rows ?? []) {
    const key = row[`${dimension}_key`]
    const name = row[dimension]
    if (key && name) seen.set(`#${key}`, String(name))
  }
}
