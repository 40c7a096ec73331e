import { useQuery } from '@tanstack/react-query'
import { restatementText } from '../../../src/display/restatement-text.ts'
import { countText } from '../../../src/display/value-text.ts'
import { addDays } from '../../../src/model/day.ts'
import type { Catalogue } from '../../../src/model/query.ts'
import { Card } from '../../controls/card.tsx'
import { restatementsQuery } from '../../queries.ts'
import type { View } from '../../view.ts'

interface RestatedProps {
  readonly view: View
  readonly catalogue: Catalogue
}

/** Days for which a change of an earlier day is news. */
const newsDays = 7
const mostShown = 50

/** What loads of the last days changed of days in the range that had been told before; it stands last, so that it moves nothing. */
export function Restated({ view, catalogue }: RestatedProps) {
  const { shop, range } = view
  const since = `${addDays(shop.today, -newsDays)}T00:00:00Z`
  const { data } = useQuery(restatementsQuery({ ...range, since, limit: mostShown }))
  if (!data || data.length === 0) return null
  const words = { metrics: catalogue.metrics, currency: shop.currency, timeZone: shop.timeZone }
  const days = new Set(data.map(({ day }) => day)).size
  return (
    <Card title="Restated days">
      <p className="text-meta text-text-2">
        {countText(days, 'day')} of this range said something else before: later loads changed them.
      </p>
      <ul className="mt-2 space-y-1 text-control">
        {data.map((one) => {
          const { day, changes, at, by } = restatementText(one, words)
          return (
            <li key={`${one.runId} ${one.day}`} className="wrap-anywhere">
              <strong className="font-semibold">{day}</strong>: {changes}{' '}
              <span className="text-text-3">
                {at}, {by}
              </span>
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
