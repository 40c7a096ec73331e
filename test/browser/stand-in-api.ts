import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { securityHeaders } from '../../src/http/security-headers.ts'
import { addDays } from '../../src/model/day.ts'
import { defaultStockRules } from '../../src/model/inventory.ts'
import type { Catalogue, MetricName, Query } from '../../src/model/query.ts'
import type { SettingsChange, Shop, ShopSettings } from '../../src/model/wire.ts'
import { standInAlerts, standInIncidents } from './stand-in-alerts.ts'
import { answer, standInDimensions, standInMetrics } from './stand-in-figures.ts'
import {
  committedRun,
  rejectedRows,
  rejectGroups,
  rememberedAnswers,
  roles,
  runs,
  StandInImports,
} from './stand-in-imports.ts'
import { lines, standInToday } from './stand-in-shop.ts'

/**
 * Serves the built page and an API with figures of its own, for tests of the page alone. What the page
 * shows of real data is tested against the real server.
 */
export interface StandIn {
  readonly url: string
  /** Changes what the next answers are. */
  set(options: StandInOptions): void
  /** Tells an event to all pages that follow now. */
  tell(name: string, data: unknown): void
  /** How many follow. */
  followers(): number
  close(): Promise<void>
}

export interface StandInOptions {
  readonly demo?: boolean
  readonly empty?: boolean
  /** Data that ended long ago. */
  readonly old?: boolean
  readonly currency?: string | null
  /** Queries by this dimension fail. */
  readonly failing?: string | null
  /** Milliseconds before each answer to a query. */
  readonly delay?: number
  readonly today?: string
}

const page = new URL('../../dist/web/', import.meta.url).pathname
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
}

export async function openStandIn(first: StandInOptions = {}): Promise<StandIn> {
  let options = first
  const imports = new StandInImports()
  const followers = new Set<ServerResponse>()
  const html = await readFile(join(page, 'index.html'), 'utf8')
  const headers = securityHeaders(html)
  const server = createServer((request, response) => {
    void respond(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = new URL(request.url ?? '/', 'http://stand-in')
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    if (!address.pathname.startsWith('/api/v1/')) return sendFile(address.pathname, response, html)
    const body = await readBody(request)
    const route = `${request.method} ${address.pathname.slice('/api/v1'.length)}`
    if (route === 'GET /live') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`id: stand-in-0\nevent: hello\ndata: {"at":"${momentOf(options)}"}\n\n`)
      followers.add(response)
      response.once('close', () => followers.delete(response))
      return
    }
    if (route === 'POST /query') return sendAnswer(JSON.parse(body) as Query, response)
    if (route === 'PUT /settings') {
      const { currency } = JSON.parse(body) as SettingsChange
      if (currency === 'GBX')
        return send(response, 400, wireError('invalid_option', 'No currency.'))
      options = { ...options, ...(currency ? { currency: currency.toUpperCase() } : {}) }
    }
    const data = dataFor(route, imports, options)
    if (data === undefined) return send(response, 404, wireError('route_not_found', route))
    send(response, data === null ? 204 : 200, data === null ? undefined : { data, meta: {} })
  }

  async function sendAnswer(query: Query, response: ServerResponse): Promise<void> {
    if (options.delay) await new Promise((resolve) => setTimeout(resolve, options.delay))
    if (options.failing && query.by?.includes(options.failing as never)) {
      return send(response, 503, wireError('disk_full', 'The disk is full.'))
    }
    send(response, 200, answer(query, options.currency === undefined ? 'EUR' : options.currency))
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    set: (next) => {
      options = next
    },
    tell(name, data) {
      const event = `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
      for (const follower of followers) follower.write(event)
    },
    followers: () => followers.size,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function dataFor(route: string, imports: StandInImports, options: StandInOptions): unknown {
  switch (route) {
    case 'GET /shop':
      return shop(options)
    case 'GET /settings':
    case 'PUT /settings':
      return settings(options)
    case 'GET /metrics':
      return catalogue()
    case 'GET /runs':
      return options.empty ? [] : runs
    case 'GET /runs/3':
      return committedRun
    case 'GET /rejects':
      return options.empty ? [] : rejectGroups
    case 'GET /rejects/rows':
      return rejectedRows
    case 'GET /alerts':
      return standInAlerts(options.empty === true)
    case 'GET /alerts/incidents':
      return options.empty ? [] : standInIncidents
    case 'GET /roles':
      return roles
    case 'GET /answers':
      return options.empty ? [] : rememberedAnswers
    case 'POST /imports':
      return imports.start()
    case 'GET /imports/u1':
      return imports.poll()
    case 'POST /imports/u1/answers':
      return imports.answer() ?? null
    case 'POST /imports/u1/commit':
      return imports.commit() ?? null
    case 'DELETE /imports/u1':
      return null
    default:
      return undefined
  }
}

function todayOf({ old = false, today = standInToday }: StandInOptions): string {
  return old ? '2029-01-01' : today
}

/** Midday of the shop's today, more or less. */
function momentOf(options: StandInOptions): string {
  return `${todayOf(options)}T12:00:00.000Z`
}

function shop({ demo = false, empty = false, currency = 'EUR', ...options }: StandInOptions): Shop {
  const period = empty ? null : { from: '2025-01-01', to: standInToday }
  const today = todayOf(options)
  const last = options.old ? standInToday : today
  return {
    name: demo ? 'Demo shop' : 'Northwind',
    demo,
    timeZone: 'Europe/Berlin',
    currency,
    period,
    orders: lines.length,
    orderLines: lines.length,
    customers: 10,
    products: 12,
    lastImport: null,
    defaultRange: empty ? null : { from: addDays(last, -27), to: last },
    today,
    freshness: { newestDay: period?.to ?? null, loadedAt: null, sequence: 1 },
    livePosition: 'stand-in-0',
    dataFolder: '/data',
    version: '0.1.0',
  }
}

function settings({ currency = 'EUR' }: StandInOptions): ShopSettings {
  return { shopName: 'Northwind', currency, timeZone: 'Europe/Berlin', stock: defaultStockRules }
}

function catalogue(): Catalogue {
  const goods = ['category', 'product']
  const all = standInDimensions.map(({ name }) => name)
  const described = Object.entries(standInMetrics).map(([name, metric]) => ({
    name: name as MetricName,
    label: metric.label,
    unit: metric.unit,
    goodDirection: metric.good,
    definition: `${metric.label} of the stand-in shop.`,
    formula: '',
    dimensions: metric.withoutGoods ? all.filter((one) => !goods.includes(one)) : all,
    additiveOver: [],
    whenEmpty: '0' as const,
  }))
  const stock = {
    name: 'stock_on_hand' as const,
    label: 'Stock on hand',
    unit: 'quantity' as const,
    goodDirection: 'none' as const,
    definition: 'Pieces in stock.',
    formula: '',
    dimensions: ['category', 'product'] as const,
    additiveOver: [],
    whenEmpty: null,
  }
  return { metrics: [...described, stock], dimensions: standInDimensions }
}

async function sendFile(path: string, response: ServerResponse, html: string): Promise<void> {
  const type = types[extname(path)]
  if (!type || path === '/') {
    response.setHeader('content-type', types['.html'] ?? '')
    response.end(html)
    return
  }
  const content = await readFile(join(page, normalize(path)))
  response.setHeader('content-type', type)
  response.end(content)
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}

function wireError(code: string, message: string): unknown {
  return { error: { code, message, hint: 'Free some space and try again.', details: {} } }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}
