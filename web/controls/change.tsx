import { ArrowDownRight, ArrowRight, ArrowUpRight } from 'lucide-react'
import type { ChangeText } from '../../src/display/change-text.ts'
import { classNames } from './class-names.ts'

const arrows = { up: ArrowUpRight, down: ArrowDownRight, flat: ArrowRight, none: null } as const
const tones = { good: 'text-positive', bad: 'text-negative', neutral: 'text-text-2' } as const

/** A change with its arrow, in the colour of whether it is good news. */
export function Change({ change }: { readonly change: ChangeText }) {
  const Arrow = arrows[change.direction]
  return (
    <span
      className={classNames('flex shrink-0 items-center gap-0.5 font-medium', tones[change.tone])}
    >
      {Arrow && <Arrow aria-hidden className="size-3.5" />}
      {change.text}
    </span>
  )
}
