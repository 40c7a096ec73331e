import { Minimize2, Tv } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '../../controls/button.tsx'
import { AlertPill } from '../../shell/alert-pill.tsx'
import { TopBar } from '../../shell/top-bar.tsx'
import type { WallMode } from './use-wall-mode.ts'

interface LiveFrameProps {
  readonly wall: WallMode
  /** Buttons of the page. */
  readonly controls: ReactNode
  readonly busy: boolean
  readonly children: ReactNode
}

/** The page's head and room; on a wall there is no head, only a way back. */
export function LiveFrame({ wall, controls, busy, children }: LiveFrameProps) {
  return (
    <>
      {!wall.isOn && (
        <TopBar title="Live">
          {controls}
          <Button
            onClick={wall.enter}
            title="Bigger type, without the menu: for a screen on the wall (f)"
            className="max-md:hidden"
          >
            <Tv aria-hidden className="size-4" />
            TV mode
          </Button>
        </TopBar>
      )}
      <main
        id="main"
        aria-busy={busy}
        className="mx-auto flex w-full max-w-[1440px] flex-1 flex-col gap-4 p-4 md:px-6 md:py-5 tv:max-w-none tv:bg-bg"
      >
        {wall.isOn && <h1 className="sr-only">Live</h1>}
        {children}
      </main>
      {wall.isOn && <AlertPill className="fixed top-3 right-3 z-20" />}
      {wall.isOn && (
        <Button
          look="quiet"
          onClick={wall.leave}
          className="fixed right-3 bottom-3 z-20 bg-bg text-text-2"
        >
          <Minimize2 aria-hidden className="size-4" />
          Leave TV mode (Esc)
        </Button>
      )}
    </>
  )
}
