import { Link } from '@tanstack/react-router'
import { rangeText } from '../../src/display/day-text.ts'
import { Button } from '../controls/button.tsx'
import { Empty } from '../controls/states.tsx'
import { useViewActions, type View } from '../view.ts'

interface NothingToShowProps {
  readonly view: View
  /** Said instead when neither range nor filters are the cause. */
  readonly reason?: string
}

export function NothingToShow({ view, reason }: NothingToShowProps) {
  const { clearFilters } = useViewActions()
  const filtered = view.filters.length > 0
  if (reason && !filtered) {
    return (
      <Empty title={reason}>
        <Link to="/data" className="font-medium text-accent underline underline-offset-2">
          Import files
        </Link>
      </Empty>
    )
  }
  const where = filtered ? ' with these filters' : ''
  return (
    <Empty title={`Nothing between ${rangeText(view.range)}${where}.`}>
      {filtered && <Button onClick={clearFilters}>Clear filters</Button>}
    </Empty>
  )
}
