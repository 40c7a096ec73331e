import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  lazyRouteComponent,
} from '@tanstack/react-router'
import { Empty, Failure } from './controls/states.tsx'
import { Overview } from './pages/overview/overview.tsx'
import { parseSearch, readSearch, writeSearch } from './search.ts'
import { Shell } from './shell/shell.tsx'

const root = createRootRoute({
  validateSearch: readSearch,
  component: Shell,
  errorComponent: ({ error }) => (
    <main className="p-6">
      <Failure error={error as Error} onRetry={() => window.location.reload()} />
    </main>
  ),
  notFoundComponent: () => (
    <main id="main" className="p-6">
      <Empty title="There is no page at this address.">
        <Link to="/" className="text-accent underline">
          Open the Overview
        </Link>
      </Empty>
    </main>
  ),
})

const overview = createRoute({ getParentRoute: () => root, path: '/', component: Overview })

const data = createRoute({
  getParentRoute: () => root,
  path: '/data',
  component: lazyRouteComponent(() => import('./pages/data-page/data-page.tsx'), 'DataPage'),
})

const live = createRoute({
  getParentRoute: () => root,
  path: '/live',
  component: lazyRouteComponent(() => import('./pages/live/live-page.tsx'), 'LivePage'),
})

const alerts = createRoute({
  getParentRoute: () => root,
  path: '/alerts',
  component: lazyRouteComponent(() => import('./pages/alerts/alerts-page.tsx'), 'AlertsPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([overview, live, data, alerts]),
  parseSearch,
  stringifySearch: writeSearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
