import type { FastifyInstance } from 'fastify'
import { type Alerts, type AlertWatch, openAlerts, watchAlerts } from '../alerts/alerts.ts'
import type { LiveIntake } from '../ingest/ingest.ts'
import { TakingsError } from '../model/errors.ts'
import type { Shops } from './shops.ts'

export interface WatchedAlerts {
  readonly alerts: Alerts
  readonly alertWatch: AlertWatch
}

export interface AlertWatchOptions {
  readonly shops: Shops
  readonly now: () => Date
  readonly intake?: { opened(): Promise<LiveIntake> | null }
  /** Where people reach this server, once it listens. */
  readonly address?: () => string | null
}

/**
 * Milliseconds after the start in which senders try again what they could not send before it; at least the minutes that a
 * rule asks for, because nobody heard the orders of those that lie before the start.
 */
const settling = 5 * 60_000
const minute = 60_000

/** Alerts of the shop that pages show, looked at until the server closes. */
export function openAlertWatch(
  app: FastifyInstance,
  { shops, now, intake, address }: AlertWatchOptions,
): WatchedAlerts {
  const startedAt = now().getTime()
  const alerts = openAlerts({
    current: shops.current,
    now,
    link: () => {
      const own = address?.() ?? null
      return own === null ? null : `${own}/alerts`
    },
    async deaf(minutes) {
      const opened = await intake?.opened()
      const state = opened?.state()
      if (state && (state.waiting > 0 || state.problem !== null))
        return 'Orders were accepted that are not applied yet: whether it is silent shows after that.'
      // An order that came since then ends the silence by itself, so it need not be asked for.
      if (now().getTime() - startedAt < Math.max(settling, minutes * minute))
        return 'Takings has not been running for all of these minutes: orders of the time before may still come.'
      return null
    },
    onRuleFailure: (error) => logFailure(app, error, 'an alert could not be looked at'),
  })
  const logged = new Set<string>()
  const alertWatch = watchAlerts({
    alerts,
    onCommit: shops.onCommit,
    onFailure: (error) => {
      // It is tried again every few seconds, and fails for the same reason.
      const { message } = error instanceof Error ? error : new Error(String(error))
      if (!logged.has(message)) logFailure(app, error, 'alerts could not be looked at or sent')
      logged.add(message)
    },
  })
  app.addHook('preClose', () => alertWatch.close())
  return { alerts, alertWatch }
}

/** What a person can act on is no bug, and is not kept from them either. */
function logFailure(app: FastifyInstance, error: unknown, what: string): void {
  if (error instanceof TakingsError) app.log.warn(`${what}: ${error.message}`)
  else app.log.error({ err: error }, `${what}: it is a bug`)
}
