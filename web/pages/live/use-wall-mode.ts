import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { Search } from '../../search.ts'
import { forceDark } from '../../shell/color-scheme.ts'
import { useSearchState } from '../../view.ts'
import { isOfControl } from './keys.ts'

/** The page as it hangs on a wall: the address says so, so that a screen can open it like that. */
export interface WallMode {
  readonly isOn: boolean
  enter(): void
  leave(): void
}

export function useWallMode(): WallMode {
  const navigate = useNavigate()
  const isOn = useSearchState().tv === 1
  const set = (tv: boolean) =>
    void navigate({
      to: '.',
      search: ({ tv: _, ...rest }: Search): Search => (tv ? { ...rest, tv: 1 } : rest),
      replace: true,
      resetScroll: false,
    })
  const enter = () => {
    set(true)
    // Where the browser refuses, the page fills its window.
    document.documentElement.requestFullscreen?.().catch(() => undefined)
  }
  const leave = () => {
    set(false)
    if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined)
  }

  useEffect(() => {
    if (!isOn) return undefined
    document.documentElement.dataset.wall = ''
    forceDark(true)
    return () => {
      delete document.documentElement.dataset.wall
      forceDark(false)
    }
  }, [isOn])

  // biome-ignore lint/correctness/useExhaustiveDependencies: both functions do the same at any time
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return
      if (event.key === 'Escape' && isOn) leave()
      if (event.key === 'f' && !isOfControl(event, 'typing')) (isOn ? leave : enter)()
    }
    // Who leaves the full screen by the browser's own key leaves this mode too.
    const onFullscreen = () => {
      if (isOn && !document.fullscreenElement) leave()
    }
    document.addEventListener('keydown', onKey)
    document.addEventListener('fullscreenchange', onFullscreen)
    return () => {
      document.removeEventListener('keydown', onKey)
      document.removeEventListener('fullscreenchange', onFullscreen)
    }
  }, [isOn])
  return { isOn, enter, leave }
}
