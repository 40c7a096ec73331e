import type { Route } from '../route.ts'
import { alertsRoute } from './alerts.ts'
import { answersRoute } from './answers.ts'
import { auditRoute } from './audit.ts'
import { exportsRoute } from './exports.ts'
import { healthRoute } from './health.ts'
import { hooksRoute } from './hooks.ts'
import { importsRoute } from './imports.ts'
import { inventoryRoute } from './inventory.ts'
import { liveRoute } from './live.ts'
import { liveRecordsRoute } from './live-records.ts'
import { liveReplayRoute } from './live-replay.ts'
import { metricsRoute } from './metrics.ts'
import { queryRoute } from './query.ts'
import { rejectsRoute } from './rejects.ts'
import { restatementsRoute } from './restatements.ts'
import { runsRoute } from './runs.ts'
import { settingsRoute } from './settings.ts'
import { shopRoute } from './shop.ts'

/** All routes of the API. */
export const routes: readonly Route[] = [
  shopRoute,
  metricsRoute,
  queryRoute,
  importsRoute,
  exportsRoute,
  runsRoute,
  restatementsRoute,
  inventoryRoute,
  rejectsRoute,
  answersRoute,
  settingsRoute,
  auditRoute,
  healthRoute,
  liveRoute,
  liveReplayRoute,
  liveRecordsRoute,
  hooksRoute,
  alertsRoute,
]
