import { Outlet } from '@tanstack/react-router'
import { useLive } from '../live.ts'
import { LiveContext } from './live-status.tsx'
import { BottomBar, Rail } from './navigation.tsx'

export function Shell() {
  const live = useLive()
  return (
    <LiveContext value={live}>
      <a
        href="#main"
        className="sr-only rounded-control bg-accent text-control font-medium text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:px-3 focus:py-2"
      >
        Skip to the page
      </a>
      <div className="flex min-h-dvh">
        <Rail />
        <div className="flex min-w-0 flex-1 flex-col pb-14 md:pb-0">
          <Outlet />
        </div>
      </div>
      <BottomBar />
    </LiveContext>
  )
}
