import { fullText, unitText } from '../../../src/display/value-text.ts'
import type { LiveFigures } from '../../../src/model/live-page.ts'
import { Card } from '../../controls/card.tsx'
import { Empty } from '../../controls/states.tsx'
import { useHeldOrder } from '../../held-order.ts'

interface LiveProductsProps {
  readonly figures: LiveFigures
  readonly className: string
}

/** The first products of the day. Names are of others, so they are text and nothing else. */
export function LiveProducts({ figures, className }: LiveProductsProps) {
  const { products, currency, kind } = figures
  const { rows, holding } = useHeldOrder(products, keyOf)
  const measure = { label: 'Revenue', unit: 'money', currency } as const
  const largest = Math.max(0, ...products.map(({ revenue }) => Number(revenue)))
  return (
    <Card
      title={kind === 'now' ? 'Top products today' : 'Top products of the day so far'}
      detail={['by revenue', unitText(measure)].join(' · ')}
      className={className}
    >
      {products.length === 0 ? (
        <div className="min-h-[304px]">
          <Empty title="Nothing was sold on this day so far." />
        </div>
      ) : (
        <ol className="min-h-[304px] tv:text-[16px]" {...holding}>
          {rows.map(({ key, name, revenue, units }) => (
            <li
              key={key}
              className="relative flex h-[38px] items-center gap-3 text-control tv:text-[16px]"
            >
              <span className="min-w-0 flex-1 truncate" title={name}>
                {name}
              </span>
              <span className="text-meta text-text-3 tv:text-[14px]">{unitsText(units)}</span>
              <span className="w-24 text-right font-semibold">{fullText(revenue, measure)}</span>
              <span
                aria-hidden
                className="absolute bottom-0 left-0 h-1 rounded-full bg-accent"
                style={{ width: `${share(revenue, largest)}%` }}
              />
            </li>
          ))}
        </ol>
      )}
    </Card>
  )
}

function keyOf({ key }: { readonly key: string }): string {
  return key
}

/** `3 sold`, `1.25 sold`. */
function unitsText(units: string): string {
  return `${fullText(units, { label: '', unit: 'quantity', currency: null })} sold`
}

function share(revenue: string, largest: number): number {
  return largest > 0 ? Math.max(0, (Number(revenue) / largest) * 100) : 0
}
