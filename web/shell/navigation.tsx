import { Link } from '@tanstack/react-router'
import { Activity, Bell, Database, LayoutDashboard } from 'lucide-react'
import { classNames } from '../controls/class-names.ts'

const places = [
  { to: '/', text: 'Overview', icon: LayoutDashboard },
  { to: '/live', text: 'Live', icon: Activity },
  { to: '/data', text: 'Data', icon: Database },
  { to: '/alerts', text: 'Alerts', icon: Bell },
] as const

/** At the left; icons alone on tablets. */
export function Rail() {
  return (
    <div className="z-10 hidden w-14 shrink-0 tv:hidden! border-r border-border bg-surface md:block lg:w-52">
      <div className="sticky top-0 px-2 py-4 lg:px-3">
        <nav aria-label="Pages" className="flex flex-col gap-1">
          <Brand />
          {places.map((place) => (
            <Place
              key={place.to}
              {...place}
              className="h-9 gap-3 px-3"
              textClass="max-lg:sr-only"
            />
          ))}
        </nav>
      </div>
    </div>
  )
}

/** At the bottom of a phone, in reach of the thumb. */
export function BottomBar() {
  return (
    <nav
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-20 tv:hidden! grid grid-cols-4 border-t border-border bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {places.map((place) => (
        <Place key={place.to} {...place} className="h-14 flex-col justify-center gap-0.5" />
      ))}
    </nav>
  )
}

function Brand() {
  return (
    <div className="mb-5 flex h-8 items-center gap-3 px-1.5 lg:px-2">
      <svg viewBox="0 0 32 32" aria-hidden="true" className="size-7 shrink-0">
        <rect width="32" height="32" rx="8" fill="var(--accent)" />
        <path
          d="M9 22v-5M16 22V10M23 22v-8"
          stroke="var(--on-accent)"
          strokeWidth="3.5"
          strokeLinecap="round"
        />
      </svg>
      <span className="text-[15px] font-semibold tracking-tight max-lg:sr-only">Takings</span>
    </div>
  )
}

interface PlaceProps {
  readonly to: (typeof places)[number]['to']
  readonly text: string
  readonly icon: (typeof places)[number]['icon']
  readonly className: string
  readonly textClass?: string
}

/** Filters and range go along, so that coming back finds them again. */
function Place({ to, text, icon: Icon, className, textClass }: PlaceProps) {
  return (
    <Link
      to={to}
      search={({ range, from, to: last, compare, where, metric }) => ({
        ...(range ? { range } : {}),
        ...(from && last ? { from, to: last } : {}),
        ...(compare ? { compare } : {}),
        ...(where ? { where } : {}),
        ...(metric ? { metric } : {}),
      })}
      title={text}
      activeOptions={{ exact: true, includeSearch: false }}
      className={classNames(
        'flex items-center rounded-control text-control font-medium text-text-2 transition-colors duration-[120ms] hover:bg-surface-2 hover:text-text',
        'aria-[current=page]:text-text md:aria-[current=page]:bg-surface-2 max-md:text-axis max-md:aria-[current=page]:text-accent',
        className,
      )}
    >
      <Icon aria-hidden className="size-[18px] shrink-0" strokeWidth={1.75} />
      <span className={textClass}>{text}</span>
    </Link>
  )
}
