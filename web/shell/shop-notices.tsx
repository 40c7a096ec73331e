import { Link } from '@tanstack/react-router'
import { FlaskConical, History } from 'lucide-react'
import { dayText, isOld } from '../../src/display/day-text.ts'
import type { Shop } from '../../src/model/wire.ts'

interface ShopNoticesProps {
  readonly shop: Shop
  /** On the Data page itself there is no link to it. */
  readonly onData?: boolean
}

/** What everyone must know before they read a figure of this shop. */
export function ShopNotices({ shop, onData = false }: ShopNoticesProps) {
  const ended = shop.period && isOld(shop.period.to, shop.today) ? shop.period.to : null
  if (!shop.demo && !ended) return null
  return (
    <div className="flex flex-col gap-2">
      {shop.demo && (
        <p className="flex items-start gap-2 rounded-card bg-warning-weak px-3 py-2 text-control">
          <FlaskConical aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
          <span>
            <strong className="font-semibold">Demo shop</strong> — these figures are invented.{' '}
            {onData ? (
              'Import your own files below: the demo then makes way for them.'
            ) : (
              <Link to="/data" className="font-medium text-accent underline underline-offset-2">
                Import your own files
              </Link>
            )}
          </span>
        </p>
      )}
      {ended && !shop.demo && (
        <p className="flex items-start gap-2 text-control text-text-2">
          <History aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
          <span>Your data ends on {dayText(ended)}.</span>
        </p>
      )}
    </div>
  )
}
