import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { ApiError } from '../api.ts'
import { Button } from './button.tsx'

interface FailureProps {
  readonly error: Error
  readonly onRetry?: () => void
}

/** What went wrong and what to do, in place of what failed. */
export function Failure({ error, onRetry }: FailureProps) {
  const hint = error instanceof ApiError ? error.hint : 'Reload the page.'
  return (
    <div role="alert" className="flex flex-col items-start gap-2 text-control">
      <p className="flex items-center gap-2 font-medium">
        <CircleAlert aria-hidden className="size-4 shrink-0 text-negative" />
        <span className="break-anywhere">{error.message}</span>
      </p>
      {hint && <p className="text-text-2">{hint}</p>}
      {onRetry && (
        <Button className="mt-1" onClick={onRetry}>
          Retry
        </Button>
      )}
    </div>
  )
}

interface EmptyProps {
  readonly title: string
  readonly children?: ReactNode
}

/** Why there is nothing, and the way out. */
export function Empty({ title, children }: EmptyProps) {
  return (
    <div className="flex flex-col items-start gap-2 text-control">
      <p className="font-medium">{title}</p>
      {children}
    </div>
  )
}

export function Skeleton({ className }: { readonly className: string }) {
  return <div aria-hidden className={`skeleton ${className}`} />
}
