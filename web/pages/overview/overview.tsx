import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { memo, type ReactNode, useDeferredValue, useMemo } from 'react'
import { rangeText } from '../../../src/display/day-text.ts'
import type { Catalogue } from '../../../src/model/query.ts'
import type { Shop } from '../../../src/model/wire.ts'
import { ChartCard } from '../../charts/chart-card.tsx'
import { type ChartPlace, charts } from '../../charts/charts.ts'
import { buttonClass } from '../../controls/button.tsx'
import { classNames } from '../../controls/class-names.ts'
import { Empty, Failure } from '../../controls/states.tsx'
import { catalogueQuery, shopQuery } from '../../queries.ts'
import { ComparePicker } from '../../shell/compare-picker.tsx'
import { CurrencyPicker } from '../../shell/currency-picker.tsx'
import { FilterChips } from '../../shell/filter-chips.tsx'
import { RangePicker } from '../../shell/range-picker.tsx'
import { ShopNotices } from '../../shell/shop-notices.tsx'
import { TopBar } from '../../shell/top-bar.tsx'
import { useSearchState, type View, viewOf } from '../../view.ts'
import { isAwaited, KpiRow, useTotals } from './kpi-row.tsx'
import { Restated } from './restated.tsx'

/** Fetched beside the first figures, so that the charts need not wait for it. */
void import('../../charts/chart.tsx')

export function Overview() {
  const shop = useQuery(shopQuery)
  const catalogue = useQuery(catalogueQuery)
  const search = useSearchState()
  const view = useMemo(() => (shop.data ? viewOf(search, shop.data) : null), [search, shop.data])
  const error = shop.error ?? catalogue.error
  return (
    <>
      <TopBar title="Overview">
        {view && (
          <>
            <RangePicker view={view} />
            <ComparePicker view={view} />
          </>
        )}
      </TopBar>
      <Page busy={!shop.data || !catalogue.data}>
        {error && !shop.data ? (
          <Failure
            error={error}
            onRetry={() => void Promise.all([shop.refetch(), catalogue.refetch()])}
          />
        ) : shop.data && !view ? (
          <NoSales shop={shop.data} />
        ) : view && catalogue.data ? (
          <Figures view={view} catalogue={catalogue.data} />
        ) : null}
      </Page>
    </>
  )
}

function Page({ busy, children }: { readonly busy: boolean; readonly children: ReactNode }) {
  return (
    <main
      id="main"
      aria-busy={busy}
      className="mx-auto flex w-full max-w-[1440px] flex-1 flex-col gap-4 p-4 md:px-6 md:py-5"
    >
      {children}
    </main>
  )
}

const places: Readonly<Record<ChartPlace, { readonly height: string; readonly span: string }>> = {
  wide: { height: 'h-[220px] md:h-[300px]', span: 'md:col-span-6' },
  half: { height: 'h-[336px]', span: 'md:col-span-3 xl:col-span-2' },
  rest: { height: 'h-[336px]', span: 'md:col-span-6 xl:col-span-2' },
  map: { height: 'h-[336px]', span: 'md:col-span-6' },
}

interface FiguresProps {
  readonly view: View
  readonly catalogue: Catalogue
}

/**
 * Filters and key figures follow the view at once. Pictures take longer to draw than people take to
 * wonder whether their click was seen, so they follow when the rest has been painted.
 */
function Figures({ view, catalogue }: FiguresProps) {
  const totals = useTotals(view, catalogue)
  return (
    <>
      <ShopNotices shop={view.shop} />
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <Scope view={view} />
        <FilterChips view={view} />
      </div>
      <KpiRow view={view} catalogue={catalogue} totals={totals} />
      <Charts
        view={useDeferredValue(view)}
        catalogue={catalogue}
        hidden={useDeferredValue(totals.isLoading)}
        waiting={useDeferredValue(isAwaited(totals))}
      />
      <Restated view={view} catalogue={catalogue} />
    </>
  )
}

interface ChartsProps extends FiguresProps {
  /** Unseen until the key figures stand with their notes, whose length nobody knows before. */
  readonly hidden: boolean
  /** The key figures come first: charts ask when those were answered. */
  readonly waiting: boolean
}

const Charts = memo(({ view, catalogue, hidden, waiting }: ChartsProps) => (
  <div className={classNames('grid grid-cols-1 gap-4 md:grid-cols-6', hidden && 'invisible')}>
    {charts.map(({ chart, place }) => (
      <ChartCard
        key={chart.id}
        chart={chart}
        view={view}
        catalogue={catalogue}
        waiting={waiting}
        height={places[place].height}
        className={places[place].span}
      />
    ))}
  </div>
))

/** What all figures on the page are figures of. */
function Scope({ view }: { readonly view: View }) {
  const { timeZone, currency, demo } = view.shop
  return (
    <p className="text-control text-text-2">
      <span className="font-medium text-text">{rangeText(view.range)}</span>
      <Separator />
      {timeZone}
      <Separator />
      {demo ? (currency ?? 'currency not stated') : <CurrencyPicker currency={currency} />}
    </p>
  )
}

function Separator() {
  return (
    <span aria-hidden className="mx-2 text-text-3">
      ·
    </span>
  )
}

function NoSales({ shop }: { readonly shop: Shop }) {
  return (
    <Empty title={`${shop.name} has no sales yet.`}>
      <p className="text-text-2">
        Drop your shop's exports to see its figures. Nothing leaves this machine.
      </p>
      <Link to="/data" className={buttonClass('primary')}>
        Import files
      </Link>
    </Empty>
  )
}
