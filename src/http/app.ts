import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import fastifyMultipart from '@fastify/multipart'
import fastifySwagger from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import { type FastifyInstance, fastify, LogController } from 'fastify'
import { jsonSchemaTransform, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { ImportRequest, LiveIntake } from '../ingest/ingest.ts'
import { livePage } from '../metrics/metrics.ts'
import { TakingsError } from '../model/errors.ts'
import { openAlertWatch, type WatchedAlerts } from './alert-watch.ts'
import { handleError } from './error-handler.ts'
import { createExportSessions, type ExportSessions } from './export-sessions.ts'
import { createGuard } from './guard.ts'
import type { Hooks } from './hooks.ts'
import { createImportSessions, type ImportSessions } from './import-sessions.ts'
import { takeJson } from './json-body.ts'
import { createLiveFeed, type LiveFeed } from './live-feed.ts'
import { validateRequest } from './live-schemas.ts'
import { readPage, servePages } from './pages.ts'
import { apiPrefix } from './route.ts'
import { routes } from './routes/routes.ts'
import { securityHeaders } from './security-headers.ts'
import type { Shops } from './shops.ts'

export { type HookSecrets, Hooks } from './hooks.ts'
export { buildHooksApp } from './hooks-app.ts'
export type { Shops }

export interface AppOptions {
  readonly shops: Shops
  readonly now: () => Date
  /** Uploads and imports work below it; emptied at the start. */
  readonly workFolder: string
  readonly version: string
  /** The built pages; null serves the API alone. */
  readonly webFolder: string | null
  /** Absolute path, shown on pages. */
  readonly dataFolder?: string
  /** Names beside the loopback ones under which this server is reached. */
  readonly hosts?: readonly string[]
  /** Needed with every request when set: for addresses that other machines reach. */
  readonly accessToken?: string | null
  /** Where people find the access token. */
  readonly accessTokenPath?: string
  /** Uploads that carry it may be of any size: our own command line sends it. */
  readonly ownerToken?: string | null
  /** The way in for live records; left out: there is none. */
  readonly intake?: {
    open(): Promise<LiveIntake>
    /** Null where it was not opened yet. */
    opened(): Promise<LiveIntake> | null
  }
  /** Needed by whoever sends live records, and where people find it. */
  readonly writeToken?: { readonly token: string; readonly path: string }
  /** Messages of shop systems; left out: none are taken. `apart`: a listener of their own takes them. */
  readonly hooks?: { readonly hooks: Hooks; readonly apart: boolean }
  /** Where people reach this server, once it listens: stands in messages of alerts. */
  readonly address?: () => string | null
  readonly importSettings?: Pick<ImportRequest, 'memoryLimit' | 'timeZone'>
  /** Where the server writes its log, and from which level on; left out: nowhere. */
  readonly log?: { readonly level: string; readonly stream: Writable }
}

/** JSON that is no upload: queries and answers are small. */
const bodyLimit = 1024 * 1024
const expiryInterval = 60_000

/** The server as a value: nothing listens yet. Closing it stops imports and removes uploads. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit,
    genReqId: () => randomUUID(),
    logger: options.log ?? false,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validateRequest)
  // Answers are built from the model's own types, so they are written as they are.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  app.setErrorHandler(handleError)
  app.removeContentTypeParser('text/plain')
  takeJson(app)
  protect(app, options)

  const uploadFolder = join(options.workFolder, 'uploads')
  const exportFolder = join(options.workFolder, 'exports')
  for (const folder of [uploadFolder, exportFolder]) {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
  }
  const watched = openAlertWatch(app, options)
  const sessions = openSessions(app, options, watched)
  const exports = openExports(app, { ...options, exportFolder })
  const live = openLiveFeed(app, options)

  await app.register(fastifyMultipart, { throwFileSizeLimit: false })
  await documentApi(app, options.version)
  const services = {
    shops: options.shops,
    sessions,
    exports,
    live,
    ...watched,
    now: options.now,
    version: options.version,
    dataFolder: options.dataFolder ?? '',
    uploadFolder,
    ownerToken: options.ownerToken ?? null,
    intake: options.intake?.open ?? noIntake,
    openIntake: options.intake?.opened ?? (() => null),
    hooks: options.hooks?.hooks ?? null,
    hooksApart: options.hooks?.apart ?? false,
    writeToken: options.writeToken?.token ?? null,
    writeTokenPath: options.writeToken?.path ?? '',
  }
  for (const route of routes) route(app, services)
  await servePages(app, options.webFolder)
  return app as unknown as FastifyInstance
}

async function noIntake(): Promise<never> {
  throw new TakingsError('busy', { problem: 'it takes no live records here' })
}

function protect(app: FastifyInstance, options: AppOptions): void {
  const headers = securityHeaders(readPage(options.webFolder))
  const guard = createGuard({
    hosts: options.hosts ?? [],
    accessToken: options.accessToken ?? null,
    accessTokenPath: options.accessTokenPath ?? '',
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers)
    if (request.url.startsWith(apiPrefix)) reply.header('cache-control', 'no-store')
    return guard(request, reply)
  })
}

function openSessions(
  app: FastifyInstance,
  options: AppOptions,
  { alerts, alertWatch }: WatchedAlerts,
): ImportSessions {
  const sessions = createImportSessions({
    shops: options.shops,
    now: options.now,
    workFolder: options.workFolder,
    settings: options.importSettings ?? {},
    onBug: (error) => app.log.error({ err: error }, 'an import met a bug'),
    onEnd: async (problem, files) => {
      if (await alerts.isNews(problem)) await alerts.importEnded({ problem, files: await files() })
      alertWatch.soon()
    },
  })
  expireRegularly(app, sessions)
  return sessions
}

function openExports(
  app: FastifyInstance,
  options: AppOptions & { readonly exportFolder: string },
): ExportSessions {
  const exports = createExportSessions({
    ...options,
    onBug: (error) => app.log.error({ err: error }, 'an export met a bug'),
  })
  expireRegularly(app, exports)
  return exports
}

function openLiveFeed(app: FastifyInstance, { shops, now }: AppOptions): LiveFeed {
  const live = createLiveFeed({
    now,
    onCommit: shops.onCommit,
    readPage: async (signal) => livePage((await shops.current()).warehouse, { now, signal }),
    onFailure: (error) => {
      if (!(error instanceof TakingsError))
        app.log.error({ err: error }, 'the figures of the Live page met a bug')
    },
  })
  app.addHook('preClose', async () => live.close())
  return live
}

/** Until the server closes, and all of them with it. */
function expireRegularly(
  app: FastifyInstance,
  sessions: { expire(): Promise<void>; close(): Promise<void> },
): void {
  const timer = setInterval(() => void sessions.expire(), expiryInterval)
  timer.unref()
  app.addHook('onClose', async () => {
    clearInterval(timer)
    await sessions.close()
  })
}

/** OpenAPI from the routes' own schemas, with a page at `/docs` that loads nothing from elsewhere. */
async function documentApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Takings',
        version,
        description:
          'Sales analytics of one shop. Errors have one shape; docs/errors.md lists their codes.',
      },
      tags: [
        { name: 'figures', description: 'Questions and answers' },
        { name: 'live', description: 'Records that come one by one' },
        { name: 'imports', description: 'The way in, and what became of each row' },
        { name: 'alerts', description: 'What is told without being asked' },
        { name: 'server', description: 'The server itself' },
      ],
    },
    transform: jsonSchemaTransform,
  })
  await app.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    uiConfig: { layout: 'BaseLayout' },
    theme: { title: 'Takings API' },
  })
}
