import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { instantText } from '../../../src/display/day-text.ts'
import { checkAlerts } from '../../api.ts'
import { Button } from '../../controls/button.tsx'
import { Failure, Skeleton } from '../../controls/states.tsx'
import { alertsQuery, shopQuery } from '../../queries.ts'
import { ShopNotices } from '../../shell/shop-notices.tsx'
import { TopBar } from '../../shell/top-bar.tsx'
import { HistoryCard } from './history-card.tsx'
import { OpenCard } from './open-card.tsx'
import { RulesCard } from './rules-card.tsx'
import { WebhooksCard } from './webhooks-card.tsx'

/** Milliseconds after which what rules found is asked again: time passes without a commit. */
const askAgainAfter = 30_000

/** What is open, what is watched, whom it is told, and what was. */
export function AlertsPage() {
  const shop = useQuery(shopQuery)
  const alerts = useQuery({ ...alertsQuery, refetchInterval: askAgainAfter })
  const client = useQueryClient()
  const check = useMutation({
    mutationFn: checkAlerts,
    onSettled: () => client.invalidateQueries({ queryKey: alertsQuery.queryKey }),
  })
  const error = shop.error ?? alerts.error ?? check.error
  const isThere = shop.data && alerts.data
  return (
    <>
      <TopBar title="Alerts" />
      <main
        id="main"
        aria-busy={!isThere}
        className="mx-auto flex w-full max-w-[1040px] flex-1 flex-col gap-4 p-4 md:px-6 md:py-5"
      >
        {error && <Failure error={error} onRetry={() => void alerts.refetch()} />}
        {isThere ? (
          <>
            <ShopNotices shop={shop.data} />
            {shop.data.demo && (
              <p className="text-control text-text-2">
                These are alerts of the demo shop. Your own shop begins with none.
              </p>
            )}
            <OpenCard alerts={alerts.data} timeZone={shop.data.timeZone} />
            <RulesCard alerts={alerts.data} shop={shop.data} />
            <WebhooksCard alerts={alerts.data} timeZone={shop.data.timeZone} />
            <HistoryCard timeZone={shop.data.timeZone} />
            {alerts.data.rules.length > 0 && (
              <p className="flex flex-wrap items-center gap-3 text-meta text-text-3">
                {alerts.data.checkedAt
                  ? `Last looked at ${instantText(alerts.data.checkedAt, shop.data.timeZone)}.`
                  : 'Not looked at yet.'}
                <Button onClick={() => check.mutate()} disabled={check.isPending}>
                  Check now
                </Button>
              </p>
            )}
          </>
        ) : (
          !error && <Skeleton className="h-64" />
        )}
      </main>
    </>
  )
}
