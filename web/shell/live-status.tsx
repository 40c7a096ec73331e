import { createContext, use } from 'react'
import { classNames } from '../controls/class-names.ts'
import type { LiveState } from '../live.ts'

/** Whether the pages hear of commits. */
export const LiveContext = createContext<LiveState>('off')

const words = {
  live: { text: 'Live', title: 'Figures change by themselves when orders come in.' },
  reconnecting: {
    text: 'Reconnecting',
    title: 'Takings does not answer: the figures are those of before.',
  },
} as const

/** Says whether the figures follow by themselves; nothing until that is known. */
export function LiveStatus() {
  const state = use(LiveContext)
  if (state === 'off') return null
  const { text, title } = words[state]
  return (
    <p
      role="status"
      title={title}
      className="flex items-center gap-1.5 text-control whitespace-nowrap text-text-2"
    >
      <span
        aria-hidden="true"
        className={classNames(
          'size-2 rounded-full',
          state === 'live' ? 'bg-positive' : 'bg-warning',
        )}
      />
      {text}
    </p>
  )
}
