import type { Browser } from 'playwright-core'
import { browserPath, openBrowser } from '../test/browser/open-browser.ts'
import { type ClickTime, clickBars } from './bar-clicks.ts'
import { listText, median, percentile } from './figures.ts'
import { atMost, type Finding, type Outcome, type Target } from './finding.ts'
import { newVisitor, type Vitals, visit } from './page-vitals.ts'
import { type RunningServer, startServer } from './running-server.ts'
import { type BenchShop, ensureWarehouse } from './shop.ts'

const firstVisits = 3
const warmVisits = 5
const slowDown = 4

/** The Overview as it opens on an ordinary day, and with everything the shop has. */
const views = [
  { name: '28 days', search: '?range=last28' },
  { name: 'all days', search: '?range=all' },
] as const

interface ViewTimes {
  readonly first: readonly Vitals[]
  readonly slowFirst: readonly Vitals[]
  readonly warm: readonly Vitals[]
  readonly clicks: readonly ClickTime[]
}

/** What a person waits for in the browser. Throws when there is none. */
export async function measurePages(shop: BenchShop): Promise<Outcome> {
  if (browserPath === null) throw new Error('no browser was found: set TAKINGS_BROWSER')
  await ensureWarehouse(shop)
  const server = await startServer(shop.warehouse)
  const browser = await openBrowser()
  try {
    const findings: Finding[] = []
    for (const { name, search } of views) {
      const times = await timesOf(browser, server, search)
      findings.push(...findingsOf(shop, name, times))
    }
    return { findings, details: [] }
  } finally {
    await browser.close()
    await server.stop()
  }
}

async function timesOf(
  browser: Browser,
  server: RunningServer,
  search: string,
): Promise<ViewTimes> {
  const address = `${server.url}/${search}`
  const first = await visitsOfNewcomers(browser, address, 1)
  const slowFirst = await visitsOfNewcomers(browser, address, slowDown)
  const { page, context } = await newVisitor(browser)
  await visit(page, address)
  const warm: Vitals[] = []
  for (let count = 0; count < warmVisits; count++) warm.push(await visit(page, address))
  const clicks = await clickBars(page)
  await context.close()
  return { first, slowFirst, warm, clicks }
}

async function visitsOfNewcomers(
  browser: Browser,
  address: string,
  slow: number,
): Promise<Vitals[]> {
  const visits: Vitals[] = []
  for (let count = 0; count < firstVisits; count++) {
    const { page, context } = await newVisitor(browser, slow)
    visits.push(await visit(page, address))
    await context.close()
  }
  return visits
}

function findingsOf({ size }: BenchShop, view: string, times: ViewTimes): Finding[] {
  const base = { part: 'pages', size } as const
  const painted = (what: string, vitals: readonly Vitals[], target: Target | null): Finding => {
    const values = vitals.map(({ largestPaint }) => largestPaint)
    const seen = vitals.at(-1)?.largestText ?? ''
    return {
      ...base,
      what: `${view}: largest paint, ${what}`,
      value: median(values),
      unit: 'ms',
      target,
      detail: `${listText(values, 'ms')}; it is "${seen}"`,
    }
  }
  const clicked = (what: string, key: keyof ClickTime, target: Target | null): Finding => {
    const values = times.clicks.map((time) => time[key])
    return {
      ...base,
      what: `${view}: bar pressed to ${what}, p95`,
      value: percentile(values, 0.95),
      unit: 'ms',
      target,
      detail: `median ${listText([median(values)], 'ms')} of ${values.length}`,
    }
  }
  const shifts = [...times.first, ...times.slowFirst, ...times.warm].map(({ shift }) => shift)
  return [
    painted(`first visit, ${slowDown}x slower CPU`, times.slowFirst, atMost(2_500)),
    painted('first visit', times.first, null),
    painted('warm', times.warm, atMost(1_000)),
    {
      ...base,
      what: `${view}: layout shift, worst visit`,
      value: Math.max(...shifts),
      unit: '',
      target: atMost(0.02),
      detail: `${shifts.length} visits`,
    },
    clicked('filter shown', 'chip', atMost(100)),
    clicked('new numbers', 'figure', atMost(500)),
    clicked('every card', 'all', null),
  ]
}
