import type { ReactNode } from 'react'
import { useId } from 'react'
import type { Holding } from '../held-order.ts'
import { classNames } from './class-names.ts'

interface CardProps {
  readonly title: string
  /** Unit and the like, muted beside the title. */
  readonly detail?: ReactNode
  readonly actions?: ReactNode
  readonly className?: string
  readonly children: ReactNode
  /** A thin line that moves on top of the card while newer figures load. */
  readonly busy?: boolean
  /** Told when the pointer or the focus comes and goes. */
  readonly holding?: Holding
}

export function Card(props: CardProps) {
  const { title, detail, actions, className, children, busy = false, holding } = props
  const heading = useId()
  return (
    <section
      aria-labelledby={heading}
      aria-busy={busy}
      {...holding}
      className={classNames(
        'relative flex min-w-0 flex-col rounded-card border border-border bg-surface p-4',
        className,
      )}
    >
      {busy && <BusyLine />}
      <header className="mb-3 flex min-h-8 items-start justify-between gap-3">
        <div className="flex min-w-0 flex-wrap items-baseline gap-x-2 pt-1">
          <h2 id={heading} className="text-body font-semibold">
            {title}
          </h2>
          {detail && <span className="text-meta text-text-3">{detail}</span>}
        </div>
        {actions}
      </header>
      {children}
    </section>
  )
}

export function BusyLine() {
  return (
    <div
      aria-hidden
      className="absolute inset-x-0 top-0 h-0.5 overflow-hidden rounded-t-card bg-accent-weak"
    >
      <div className="h-full w-1/4 animate-[slide_1.2s_linear_infinite] bg-accent" />
    </div>
  )
}
