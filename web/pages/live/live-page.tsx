import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { buttonClass } from '../../controls/button.tsx'
import { Empty, Failure } from '../../controls/states.tsx'
import { shopQuery } from '../../queries.ts'
import { useSearchState } from '../../view.ts'
import { NowView } from './now-view.tsx'
import { ReplayView } from './replay-view.tsx'

/** Fetched beside the first figures, so that the picture need not wait for it. */
void import('../../charts/chart.tsx')

/** Now, or a day that is shown again. */
export function LivePage() {
  const shop = useQuery(shopQuery)
  const { day } = useSearchState()
  if (shop.data?.period === null) return <NoSales name={shop.data.name} />
  if (shop.data && day) return <ReplayView key={day} shop={shop.data} day={day} />
  if (shop.data) return <NowView shop={shop.data} />
  return (
    <main id="main" aria-busy={!shop.error} className="p-4 md:p-6">
      {shop.error && <Failure error={shop.error} onRetry={() => void shop.refetch()} />}
    </main>
  )
}

function NoSales({ name }: { readonly name: string }) {
  return (
    <main id="main" className="p-4 md:p-6">
      <Empty title={`${name} has no sales yet.`}>
        <p className="text-text-2">
          Orders show here as they come, over HTTP or from files. Nothing leaves this machine.
        </p>
        <Link to="/data" className={buttonClass('primary')}>
          Import files
        </Link>
      </Empty>
    </main>
  )
}
