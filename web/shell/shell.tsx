import { Outlet } from '@tanstack/react-router'
import { BottomBar, Rail } from './navigation.tsx'

export function Shell() {
  return (
    <>
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-control bg-accent px-3 py-2 text-control font-medium text-on-accent focus:translate-y-0"
      >
        Skip to the figures
      </a>
      <div className="flex min-h-dvh">
        <Rail />
        <div className="flex min-w-0 flex-1 flex-col pb-14 md:pb-0">
          <Outlet />
        </div>
      </div>
      <BottomBar />
    </>
  )
}
