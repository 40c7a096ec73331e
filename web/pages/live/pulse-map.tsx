import { useEffect, useMemo, useRef, useState } from 'react'
import { countryText } from '../../../src/display/country-text.ts'
import type { LiveOrder } from '../../../src/model/live-page.ts'
import type { WorldOutlines } from '../../charts/world-outlines.ts'
import { Card } from '../../controls/card.tsx'
import { Skeleton } from '../../controls/states.tsx'

interface PulseMapProps {
  readonly orders: readonly LiveOrder[]
  readonly className: string
}

const height = 'h-[180px] md:h-[260px] tv:h-[26vh]!'

/** Where the newest orders go: a dot for each country, which pulses for ten seconds when one comes in. */
export function PulseMap({ orders, className }: PulseMapProps) {
  const world = useOutlines()
  const fresh = useFresh(orders)
  const codes = useMemo(
    () => [...new Set(orders.flatMap(({ countryCode }) => countryCode ?? []))],
    [orders],
  )
  const names = codes.map(countryText)
  const outside = world ? codes.filter((code) => !world.middles.has(code)).map(countryText) : []
  const placeless = orders.some(({ countryCode }) => countryCode === null)
  const remarks = [
    ...(outside.length > 0 ? [`Too small for this map: ${outside.join(', ')}.`] : []),
    ...(placeless ? ['Some of the newest orders tell no country.'] : []),
  ]
  return (
    <Card title="Where they go" detail="countries of the newest orders" className={className}>
      {world ? (
        <svg
          role="img"
          aria-label={`Map of the world. The newest orders go to ${names.join(', ') || 'no known country'}.`}
          viewBox={`0 0 ${world.width} ${world.height}`}
          className={`w-full ${height}`}
        >
          <path d={world.land} fill="var(--land)" stroke="var(--surface)" strokeWidth="0.6" />
          {codes.map((code) => (
            <Dot key={code} at={world.middles.get(code)} isFresh={fresh.has(code)} />
          ))}
        </svg>
      ) : (
        <Skeleton className={height} />
      )}
      <p className="mt-2 min-h-4 text-meta text-text-3">{remarks.join(' ')}</p>
    </Card>
  )
}

interface DotProps {
  readonly at: readonly [number, number] | undefined
  readonly isFresh: boolean
}

function Dot({ at, isFresh }: DotProps) {
  if (!at) return null
  const [x, y] = at
  return (
    <g transform={`translate(${x} ${y})`}>
      {isFresh && <circle r="7" className="pulse" fill="none" stroke="var(--accent)" />}
      <circle
        r={isFresh ? 6 : 4}
        fill="var(--accent)"
        stroke="var(--surface)"
        strokeWidth="1.5"
        opacity={isFresh ? 1 : 0.75}
      />
    </g>
  )
}

const pulseLength = 10_000

/** Countries of orders that came within the last ten seconds; those that were there at first pulse for nobody. */
function useFresh(orders: readonly LiveOrder[]): ReadonlySet<string> {
  const known = useRef<Set<string> | null>(null)
  const [fresh, setFresh] = useState<ReadonlyMap<string, number>>(new Map())
  useEffect(() => {
    const before = known.current
    known.current = new Set(orders.map(({ key }) => key))
    if (before === null || before.size === 0) return
    const until = performance.now() + pulseLength
    const codes = orders.flatMap(({ key, countryCode }) =>
      before.has(key) || countryCode === null ? [] : [countryCode],
    )
    if (codes.length === 0) return
    setFresh((pulsing) => new Map([...pulsing, ...codes.map((code) => [code, until] as const)]))
  }, [orders])
  useEffect(() => {
    if (fresh.size === 0) return undefined
    const next = Math.min(...fresh.values())
    const timer = setTimeout(
      () =>
        setFresh(
          (pulsing) => new Map([...pulsing].filter(([, end]) => end > performance.now() + 5)),
        ),
      Math.max(10, next - performance.now()),
    )
    return () => clearTimeout(timer)
  }, [fresh])
  return useMemo(() => new Set(fresh.keys()), [fresh])
}

let loading: Promise<WorldOutlines> | null = null

function useOutlines(): WorldOutlines | null {
  const [world, setWorld] = useState<WorldOutlines | null>(null)
  useEffect(() => {
    let left = false
    loading ??= import('../../charts/world-outlines.ts').then(({ worldOutlines }) =>
      worldOutlines(),
    )
    void loading.then((loaded) => {
      if (!left) setWorld(loaded)
    })
    return () => {
      left = true
    }
  }, [])
  return world
}
