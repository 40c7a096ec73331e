import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Bell } from 'lucide-react'
import { countText } from '../../src/display/value-text.ts'
import { classNames } from '../controls/class-names.ts'
import { alertsQuery } from '../queries.ts'

/** How many alerts are open, on every page; nothing while none is. */
export function AlertPill({ className }: { readonly className?: string }) {
  const { data } = useQuery(alertsQuery)
  const loud = data?.counts.loud ?? 0
  const [first] = data?.open ?? []
  return (
    <p role="status" className={classNames('empty:hidden', className)}>
      {loud > 0 && (
        <Link
          to="/alerts"
          title={loud === 1 ? first?.text : undefined}
          className="inline-flex h-8 items-center gap-1.5 rounded-control bg-warning-weak px-2.5 text-control font-medium whitespace-nowrap text-warning hover:brightness-95 max-md:h-11"
        >
          <Bell aria-hidden className="size-4" />
          {countText(loud, 'alert')}
          <span className="sr-only"> open</span>
        </Link>
      )}
    </p>
  )
}
