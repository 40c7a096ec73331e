import { type Query, type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { dayIn } from '../src/model/day.ts'
import { followChanges } from './api.ts'
import { tellFigures, tellMoment, tellTicker, useIsLooked } from './live-now.ts'
import { shopQuery } from './queries.ts'
import { useIsSeen } from './seen.ts'

/** Whether the page hears of commits: `off` until it knows where the feed stands. */
export type LiveState = 'off' | 'live' | 'reconnecting'

/** What a commit may change; all else is asked once, or asks again by itself. */
const followed: ReadonlySet<unknown> = new Set([
  'shop',
  'settings',
  'figures',
  'member-names',
  'runs',
  'restatements',
  'rejects',
  'remembered',
  'alerts',
])

/** Milliseconds between two times that everything is asked again, however many commits there were. */
const leastPause = 250

/**
 * Keeps all that the page shows in step with the warehouse, and with the day of the shop, while it is seen. Browsers
 * open six connections to a server, of all tabs together: those that nobody sees leave them to the others, and hear what
 * they missed when they are seen again.
 */
export function useLive(): LiveState {
  const client = useQueryClient()
  const [state, setState] = useState<LiveState>('off')
  const { data: shop } = useQuery(shopQuery)
  const position = shop?.livePosition ?? null
  const isKnown = position !== null
  const wantsFigures = useIsLooked()
  const isSeen = useIsSeen()
  const heard = useRef<string | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the feed goes on from where it first began, every answer names a newer position.
  useEffect(() => {
    if (position === null || !isSeen) return undefined
    heard.current ??= position
    let refresh = refresher(client)
    return followChanges(heard.current, {
      onChange: (_, at) => {
        heard.current = at
        refresh()
      },
      onState: (isConnected) => {
        setState(isConnected ? 'live' : 'reconnecting')
        // What was asked of a lost server may never be answered, and what is asked next shall not wait for it.
        if (!isConnected) refresh = refresher(client)
      },
      onMoment: (at) => {
        tellMoment(at)
        const shop = client.getQueryData(shopQuery.queryKey)
        if (shop && dayIn(shop.timeZone, new Date(at)) !== shop.today) refresh()
      },
      ...(wantsFigures ? { figures: { onFigures: tellFigures, onTicker: tellTicker } } : {}),
    })
  }, [client, isKnown, isSeen, wantsFigures])
  return state
}

/** Asks again what is shown; what comes while that is on its way leads to one more time, and no more. */
function refresher(client: QueryClient): () => void {
  let isBusy = false
  let isAskedAgain = false
  const refresh = async (): Promise<void> => {
    isAskedAgain = true
    if (isBusy) return
    isBusy = true
    while (isAskedAgain) {
      isAskedAgain = false
      await client.invalidateQueries({ predicate: isFollowed })
      await new Promise((resolve) => setTimeout(resolve, leastPause))
    }
    isBusy = false
  }
  return () => void refresh()
}

function isFollowed({ queryKey: [name] }: Query): boolean {
  return followed.has(name)
}
