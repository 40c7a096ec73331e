import { useEffect, useRef, useState } from 'react'
import { clockText } from '../../../src/display/moment-text.ts'
import { fullText } from '../../../src/display/value-text.ts'
import type { LiveFigures } from '../../../src/model/live-page.ts'

/** Readers are told no more often. */
const leastPause = 30_000

/** The one sentence that is read aloud when figures change. */
export function Summary({ figures }: { readonly figures: LiveFigures }) {
  const [told, setTold] = useState('')
  const newest = useRef(figures)
  useEffect(() => {
    newest.current = figures
  })
  useEffect(() => {
    const tell = () => setTold(sentence(newest.current))
    const first = setTimeout(tell, 1_000)
    const timer = setInterval(tell, leastPause)
    return () => {
      clearTimeout(first)
      clearInterval(timer)
    }
  }, [])
  return (
    <p aria-live="polite" className="sr-only">
      {told}
    </p>
  )
}

function sentence({ totals, at, timeZone, currency, recent }: LiveFigures): string {
  const texts = totals
    .filter(({ name }) => name === 'revenue' || name === 'orders')
    .map(({ label, value, unit }) => `${label} ${fullText(value, { label, unit, currency })}`)
  const last =
    recent.orders === null ? '' : `; ${recent.orders} in the last ${recent.minutes} minutes`
  return `${clockText(at, timeZone)}: ${texts.join(', ')}${last}.`
}
