import { clockText, laterText } from '../../../src/display/moment-text.ts'
import { countText, fullText } from '../../../src/display/value-text.ts'
import type { LiveFigures, LiveStockLevel } from '../../../src/model/live-page.ts'
import { Card } from '../../controls/card.tsx'
import { classNames } from '../../controls/class-names.ts'
import { Empty } from '../../controls/states.tsx'
import { useHeldOrder } from '../../held-order.ts'

interface RunningOutProps {
  readonly figures: LiveFigures
  readonly className: string
}

/** Products that are out or will be soon, and when at this pace. */
export function RunningOut({ figures, className }: RunningOutProps) {
  const { stock, timeZone } = figures
  const { rows, holding } = useHeldOrder(stock.products, keyOf)
  const days = stock.horizonHours / 24
  return (
    <Card
      title="About to run out"
      className={className}
      detail={`within ${days} days at the pace of the last ${stock.paceHours} hours${
        stock.at === null ? '' : ` · as of ${clockText(stock.at, timeZone)}`
      }`}
    >
      <div className="min-h-24 lg:min-h-[304px]">
        {stock.at === null ? (
          <Empty title="Stock is not known.">
            <p className="text-text-2">
              No product that sold in the last {stock.paceHours} hours was ever counted. Import a
              file with stock counts to see what runs out.
            </p>
          </Empty>
        ) : rows.length === 0 ? (
          <Empty title={`Nothing that sells runs out within ${days} days.`} />
        ) : (
          <ol {...holding}>
            {rows.map((level) => (
              <Level key={level.key} level={level} figures={figures} />
            ))}
          </ol>
        )}
        {stock.more > 0 && (
          <p className="mt-2 text-meta text-text-3">
            {countText(stock.more, 'more product', 'more products')} after these.
          </p>
        )}
      </div>
    </Card>
  )
}

function keyOf({ key }: LiveStockLevel): string {
  return key
}

const units = { label: '', unit: 'quantity', currency: null } as const

interface LevelProps {
  readonly level: LiveStockLevel
  readonly figures: LiveFigures
}

function Level({ level, figures: { stock, timeZone } }: LevelProps) {
  const { name, onHand, oversold, sold, runsOutAt } = level
  const isOut = runsOutAt === null
  return (
    <li className="flex h-[38px] items-center gap-3 text-control tv:text-[16px]">
      <span className="min-w-0 flex-1 truncate" title={name}>
        {name}
      </span>
      <span className="shrink-0 text-meta text-text-3 tv:text-[14px]">
        {isOut
          ? oversold === '0'
            ? `${fullText(sold, units)} sold`
            : `oversold by ${fullText(oversold, units)}`
          : `${fullText(onHand, units)} left, ${fullText(sold, units)} sold`}
      </span>
      <span
        className={classNames(
          'min-w-24 shrink-0 text-right font-semibold',
          isOut ? 'text-negative' : 'text-warning',
        )}
      >
        {isOut ? 'Out of stock' : `≈ ${laterText(runsOutAt, stock.at ?? runsOutAt, timeZone)}`}
      </span>
    </li>
  )
}
