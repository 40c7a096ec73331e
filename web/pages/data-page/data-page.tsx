import { useQuery } from '@tanstack/react-query'
import { Failure } from '../../controls/states.tsx'
import { runsQuery, shopQuery } from '../../queries.ts'
import { ShopNotices } from '../../shell/shop-notices.tsx'
import { TopBar } from '../../shell/top-bar.tsx'
import { AnswersCard } from './answers-card.tsx'
import { ImportPanel } from './import-panel.tsx'
import { RejectsCard } from './rejects-card.tsx'
import { RunsCard } from './runs-card.tsx'

/** The way in: files, what was made of them, and every row that was not loaded. */
export function DataPage() {
  const shop = useQuery(shopQuery)
  const runs = useQuery(runsQuery)
  return (
    <>
      <TopBar title="Data" />
      <main
        id="main"
        aria-busy={!shop.data}
        className="mx-auto flex w-full max-w-[1040px] flex-1 flex-col gap-4 p-4 md:px-6 md:py-5"
      >
        {shop.error && !shop.data && (
          <Failure error={shop.error} onRetry={() => void shop.refetch()} />
        )}
        {shop.data && (
          <>
            <ShopNotices shop={shop.data} onData />
            <ImportPanel />
            <RunsCard timeZone={shop.data.timeZone} />
            {/* After the runs, whose number nobody knows before: so nothing moves. */}
            {!runs.isPending && <RejectsCard demo={shop.data.demo} />}
            {!runs.isPending && <AnswersCard />}
          </>
        )}
      </main>
    </>
  )
}
