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

/** Milliseconds after the start in which senders try again what they could not send before it. */
const settling = 5 * 60_000

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
    async deaf() {
      const opened = await intake?.opened()
      const state = opened?.state()
      if (state && (state.waiting > 0 || state.problem !== null))
        return 'Orders were accepted that are not applied yet: whether it is silent shows after that.'
      if (now().getTime() - startedAt < settling)
        return 'Takings has just started: orders of the time before may still come.'
      return null
    },
  })
  const alertWatch = watchAlerts({
    alerts,
    onCommit: shops.onCommit,
    onFailure: (error) => {
      if (!(error instanceof TakingsError)) app.log.error({ err: error }, 'alerts met a bug')
    },
  })
  app.addHook('preClose', () => alertWatch.close())
  return { alerts, alertWatch }
}
