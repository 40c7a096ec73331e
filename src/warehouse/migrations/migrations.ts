import { createStar } from './001-star.ts'
import { createReportingViews } from './002-reporting.ts'
import { createRollups } from './003-rollups.ts'
import { createTriggers } from './004-triggers.ts'
import { createSetAside } from './005-set-aside.ts'
import { keepSoughtTexts } from './006-sought-texts.ts'
import { createRestatements } from './007-restatements.ts'
import { keepKnownDocuments } from './008-known-documents.ts'
import { createAlerts } from './009-alerts.ts'
import { holdReturns } from './010-held-returns.ts'
import type { Migration } from './migration.ts'

/** All migrations, in the order in which they run. */
export const migrations: readonly Migration[] = [
  createStar,
  createReportingViews,
  createRollups,
  createTriggers,
  createSetAside,
  keepSoughtTexts,
  createRestatements,
  keepKnownDocuments,
  createAlerts,
  holdReturns,
]
