import { useEffect } from 'react'
import { isOfControl } from './keys.ts'

/** Space pauses and goes on, unless it presses a button. */
export function useSpace(toggle: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== ' ' || event.repeat || isOfControl(event, 'pressing')) return
      event.preventDefault()
      toggle()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [toggle])
}
