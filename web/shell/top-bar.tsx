import type { ReactNode } from 'react'
import { AlertPill } from './alert-pill.tsx'
import { LiveStatus } from './live-status.tsx'
import { ThemeToggle } from './theme-toggle.tsx'

/** Title at the left, what the page can be asked at the right; on phones the latter has its own row. */
export function TopBar({
  title,
  children,
}: {
  readonly title: string
  readonly children?: ReactNode
}) {
  return (
    <header className="sticky top-0 z-20 border-b border-border bg-bg">
      <div className="mx-auto flex max-w-[1440px] flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3 md:px-6">
        <h1 className="mr-auto text-title font-semibold tracking-tight">{title}</h1>
        <div className="flex min-w-0 gap-2 empty:hidden max-md:order-last max-md:w-full">
          {children}
        </div>
        <AlertPill />
        <LiveStatus />
        <ThemeToggle />
      </div>
    </header>
  )
}
