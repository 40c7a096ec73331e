import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Alerts, AlertWatch } from '../alerts/alerts.ts'
import type { LiveIntake } from '../ingest/ingest.ts'
import type { ExportSessions } from './export-sessions.ts'
import type { Hooks } from './hooks.ts'
import type { ImportSessions } from './import-sessions.ts'
import type { LiveFeed } from './live-feed.ts'
import type { Shops } from './shops.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is signed, and that is all that its sender is known by. */
    readonly signed?: true
  }
}

/** The application as routes see it: schemas are zod and give the handlers their types. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>

/** What a route may use. */
export interface Services {
  readonly shops: Shops
  readonly sessions: ImportSessions
  readonly exports: ExportSessions
  readonly live: LiveFeed
  readonly alerts: Alerts
  readonly alertWatch: AlertWatch
  /** The way in for live records, opened with its first use. */
  readonly intake: () => Promise<LiveIntake>
  /** The same where it is open already; null where nothing was sent yet. */
  readonly openIntake: () => Promise<LiveIntake> | null
  /** Messages of shop systems; null where none are taken. */
  readonly hooks: Hooks | null
  /** They have a listener of their own. */
  readonly hooksApart: boolean
  readonly now: () => Date
  readonly version: string
  /** Absolute path, shown on pages. */
  readonly dataFolder: string
  /** Every upload gets a folder of its own below it. */
  readonly uploadFolder: string
  /** Uploads that carry this token come from our own command line and may be of any size. */
  readonly ownerToken: string | null
  /** Needed by whoever sends live records. */
  readonly writeToken: string | null
  /** Where people find it. */
  readonly writeTokenPath: string
}

/** One file of routes: adds them to the app. */
export type Route = (app: App, services: Services) => void

/** Where all routes live; pages and docs lie beside it. */
export const apiPrefix = '/api/v1'
