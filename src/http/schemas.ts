import { z } from 'zod'
import { type ExportManifest, exportFormats } from '../model/export.ts'
import type {
  ImportReport,
  ImportTotals,
  RejectedRow,
  RejectGroup,
  RememberedAnswers,
  RowCounts,
  RunSummary,
} from '../model/import.ts'
import { platformNames } from '../model/live.ts'
import {
  type Catalogue,
  dimensionNames,
  type Freshness,
  metricNames,
  type Result,
} from '../model/query.ts'
import { type Restatement, restatedMetrics } from '../model/restatement.ts'
import type {
  AcceptedRecords,
  ExportSession,
  Health,
  HooksState,
  ImportSession,
  Readiness,
  RoleEntry,
  Shop,
  ShopSettings,
  TakenHook,
} from '../model/wire.ts'
import type { AuditFinding } from '../warehouse/warehouse.ts'
import { stockPlanSchema, stockRules } from './inventory-schemas.ts'
import { livePageSchema } from './live-page-schema.ts'

/**
 * What the API answers, for the OpenAPI document. The types are held to the model by the compiler and the
 * answers to the schemas by tests; nothing is stripped or checked again while serving.
 */

const range = z.object({ from: z.iso.date(), to: z.iso.date() })
const count = z.int().min(0)
const names = z.array(z.string())

export const wireError = z.object({
  error: z.object({
    code: z.string().describe('one of docs/errors.md'),
    message: z.string(),
    hint: z.string(),
    details: z.record(z.string(), z.union([z.string(), z.number(), names])),
    requestId: z.string().optional(),
  }),
})

const rowCounts: z.ZodType<RowCounts> = z
  .object({ in: count, accepted: count, rejected: count, duplicate: count, ignored: count })
  .describe('in = accepted + rejected + duplicate + ignored')

const totals: z.ZodType<ImportTotals> = z.object({
  revenue: z.string(),
  returns: z.string(),
  net_sales: z.string(),
  orders: count,
  units: z.string(),
  currency: z.string().nullable(),
})

const freshness: z.ZodType<Freshness> = z.object({
  newestDay: z.iso.date().nullable(),
  loadedAt: z.string().nullable(),
  sequence: z.number(),
})

const outcome = z.enum(['rejected', 'ignored', 'duplicate'])
const text = z.string().nullable()

const fileReport = z.object({
  path: z.string(),
  format: z.string(),
  layout: text,
  holds: text,
  confidence: z.number().min(0).max(1),
  encoding: z.string(),
  notation: z.string(),
  rows: count,
  columns: z.array(
    z.object({
      name: z.string(),
      role: text,
      confidence: z.number(),
      evidence: z.string(),
      samples: names,
      read: z.array(text).describe('the samples as they are read'),
    }),
  ),
  preview: z.array(z.record(z.string(), text)),
})

const question = z.object({
  key: z.string(),
  text: z.string(),
  evidence: z.string(),
  choices: z.array(
    z.object({
      value: z.string(),
      text: z.string(),
      evidence: z.string(),
      effect: z.string(),
      figures: z.array(z.object({ name: z.string(), value: z.string(), differs: z.boolean() })),
    }),
  ),
})

const said = z.object({
  kind: z.enum(['answer', 'column', 'holds']),
  name: z.string().describe('key of the question, or header of the column'),
  value: text,
  text: z.string(),
  saidAt: z.string(),
})

const remembered: z.ZodType<RememberedAnswers> = z.object({
  id: z.string(),
  source: z.string(),
  file: z.string().describe('the file that was last imported with it'),
  headers: names,
  said: z.array(said),
})

const repair = z.object({
  reason: z.string(),
  text: z.string(),
  rows: count,
  examples: z.array(
    z.object({
      file: z.string(),
      record: z.number(),
      column: z.string(),
      before: text,
      after: text,
    }),
  ),
})

/** `partialRecord` types its values as possibly undefined, the model as absent: the same in JSON. */
const importReport = z.object({
  runId: z.number().nullable(),
  state: z.enum(['preview', 'committed', 'unchanged', 'question', 'failed']),
  source: z.string(),
  files: z.array(fileReport),
  rows: rowCounts,
  ignoredBy: z.record(z.string(), count),
  rejectedBy: z.record(z.string(), count),
  orders: z.object({ new: count, replaced: count, unchanged: count }),
  period: range.nullable(),
  totals,
  questions: z.array(question),
  remembered: z.array(said.extend({ file: z.string() })),
  repairs: z.array(repair),
  warnings: z.array(z.object({ code: z.string(), text: z.string() })),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
}) as unknown as z.ZodType<ImportReport>

const importSession: z.ZodType<ImportSession> = z.object({
  id: z.string(),
  state: z.enum(['working', 'waiting', 'committed', 'unchanged', 'failed']),
  progress: z
    .object({
      step: z.enum(['reading', 'recognising', 'cleaning', 'loading', 'finishing']),
      done: z.number(),
      rows: z.number(),
      rowsPerSecond: z.number(),
      secondsLeft: z.number().nullable(),
    })
    .nullable(),
  report: importReport.nullable(),
})

const exportManifest: z.ZodType<ExportManifest> = z.object({
  about: z.string(),
  version: z.literal(1),
  takings: z.string(),
  exportedAt: z.string(),
  format: z.enum(exportFormats),
  shop: z.object({ name: z.string(), demo: z.boolean(), currency: text, timeZone: z.string() }),
  data: z.object({
    lastRun: z.number().nullable(),
    loadedAt: text,
    firstDay: text,
    lastDay: text,
  }),
  warnings: names,
  notes: names,
  tables: z.array(
    z.object({
      name: z.string(),
      file: z.string(),
      rows: count,
      bytes: count,
      meaning: z.string(),
      columns: z.array(
        z.object({
          name: z.string(),
          type: z.string(),
          nullable: z.boolean(),
          meaning: z.string(),
        }),
      ),
    }),
  ),
})

const exportSession = z.object({
  id: z.string(),
  state: z.enum(['working', 'done', 'failed']),
  progress: z.object({ table: z.string(), done: z.number(), rows: count }).nullable(),
  manifest: exportManifest.nullable(),
  error: wireError.shape.error.nullable(),
}) as unknown as z.ZodType<ExportSession>

const runSummary: z.ZodType<RunSummary> = z.object({
  runId: z.number(),
  source: z.string(),
  state: z.enum(['committed', 'unchanged']),
  startedAt: z.string(),
  finishedAt: z.string(),
  rows: rowCounts,
  period: range.nullable(),
  files: names,
  totals,
})

const restatement: z.ZodType<Restatement> = z.object({
  day: z.iso.date(),
  runId: z.number(),
  at: z.string(),
  files: names,
  figures: z.array(
    z.object({
      metric: z.enum(restatedMetrics),
      before: z.string(),
      after: z.string(),
      change: z.string(),
    }),
  ),
})

const rejectGroup: z.ZodType<RejectGroup> = z.object({
  runId: z.number(),
  outcome,
  reason: z.string(),
  text: z.string(),
  rows: count,
  mended: count,
})

const rejectedRow: z.ZodType<RejectedRow> = z.object({
  runId: z.number(),
  file: z.string(),
  recordNumber: z.number(),
  outcome,
  reason: z.string(),
  text: z.string(),
  column: text,
  value: text,
  row: z.record(z.string(), text),
  origin: text.describe('whose row it is and where it stood first; null where it cannot be mended'),
})

const shop: z.ZodType<Shop> = z.object({
  name: z.string(),
  demo: z.boolean(),
  timeZone: z.string(),
  currency: text,
  period: range.nullable(),
  orders: count,
  orderLines: count,
  customers: count,
  products: count,
  lastImport: z
    .object({ runId: z.number(), finishedAt: z.string(), period: range.nullable() })
    .nullable(),
  defaultRange: range.nullable(),
  today: z.iso.date(),
  freshness,
  livePosition: z.string().nullable(),
  dataFolder: z.string(),
  version: z.string(),
})

const settings: z.ZodType<ShopSettings> = z.object({
  shopName: text,
  currency: text.describe('ISO 4217'),
  timeZone: text.describe('IANA name; null until the first import settles it'),
  stock: stockRules,
})

const accepted: z.ZodType<AcceptedRecords> = z.object({
  accepted: count.describe('on the disk; they will be applied'),
  rejected: count.describe('kept among the rejected rows'),
  refused: z
    .array(z.object({ index: count, path: text, problem: z.string() }))
    .describe('the first hundred of those'),
  sequence: count.describe('of the last record; they are applied in this order'),
})

const health: z.ZodType<Health> = z.object({
  status: z.enum(['ok', 'failing']),
  warehouse: z.object({ engine: z.string(), location: z.string(), tookMs: z.number() }),
  version: z.string(),
})

const readiness: z.ZodType<Readiness> = z.object({
  status: z.enum(['ok', 'failing']),
  warehouse: z.object({ ok: z.boolean(), tookMs: z.number() }),
  disk: z
    .object({ ok: z.boolean(), freeBytes: z.number() })
    .describe('where live records are written down'),
  live: z
    .object({
      ok: z.boolean(),
      waiting: count.describe('accepted and not to be queried yet'),
      mostWaiting: count.describe('not ok where so many wait: more are refused'),
      problem: text,
      freeBytes: z.number(),
    })
    .nullable()
    .describe('null before the first live record'),
})

const hookOutcome = z.enum(['accepted', 'duplicate', 'acknowledged', 'unknown', 'test'])
const takenHook: z.ZodType<TakenHook> = z.object({ outcome: hookOutcome, topic: z.string() })
const hooksState: z.ZodType<HooksState> = z.object({
  platform: z.enum(platformNames),
  isConfigured: z.boolean().describe('there is a secret to know its messages by'),
  topics: z.array(
    z.object({
      topic: z.string(),
      outcome: hookOutcome,
      messages: count,
      lastAt: z.string(),
    }),
  ),
  refused: count.describe('messages whose signature did not fit'),
  problem: text.describe('what is wrong; null while all is well'),
})

const roleEntry: z.ZodType<RoleEntry> = z.object({
  role: z.string(),
  text: z.string(),
  group: z.string(),
})

const auditFinding: z.ZodType<AuditFinding> = z.object({
  rule: z.string(),
  table: z.string(),
  rows: count,
  text: z.string(),
})

const unit = z.enum(['money', 'quantity', 'count', 'ratio', 'text', 'day', 'integer'])
const dimension = z.enum(dimensionNames)
const metric = z.enum(metricNames)

const catalogue: z.ZodType<Catalogue> = z.object({
  metrics: z.array(
    z.object({
      name: metric,
      label: z.string(),
      unit,
      goodDirection: z.enum(['up', 'down', 'none']),
      definition: z.string(),
      formula: z.string(),
      dimensions: z.array(dimension),
      additiveOver: z.array(dimension),
      whenEmpty: z.literal('0').nullable(),
    }),
  ),
  dimensions: z.array(z.object({ name: dimension, label: z.string() })),
})

/** The query as documented; `parseQuery` checks it and words what is wrong. */
export const queryBody = z.object({
  metrics: z.array(metric).min(1),
  by: z.array(dimension).optional(),
  from: z.iso.date().optional().describe('first shop day, inclusive'),
  to: z.iso.date().optional().describe('last shop day, inclusive'),
  where: z
    .array(
      z.object({
        dimension,
        op: z.enum(['in', 'not_in', 'contains']),
        values: z.array(z.string()),
      }),
    )
    .optional(),
  compare: z.union([z.enum(['none', 'previous', 'previous_year']), range]).optional(),
  matchWeekday: z.boolean().optional(),
  top: z.object({ dimension, n: z.int(), metric, other: z.boolean() }).optional(),
  orderBy: z
    .array(z.object({ column: z.union([dimension, metric]), direction: z.enum(['asc', 'desc']) }))
    .optional(),
  limit: z.int().min(1).optional(),
  includeUnknown: z.boolean().optional(),
})

/** `meta` echoes the query; its fields are documented by the request's body. */
export const resultAnswer = z.object({
  data: z.object({
    columns: z.array(
      z.object({
        name: z.string(),
        label: z.string(),
        kind: z.enum(['dimension', 'key', 'metric', 'previous', 'change']),
        unit,
      }),
    ),
    rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
  }),
  meta: z.object({
    query: queryBody,
    range: range.nullable(),
    compareRange: range.nullable(),
    timeZone: z.string(),
    currency: text,
    sql: names,
    plan: z.string(),
    freshness,
    notes: z.array(z.object({ code: z.string(), text: z.string() })),
    tookMs: z.number(),
  }),
}) as unknown as z.ZodType<Result>

export function answer<Data>(data: z.ZodType<Data>) {
  return z.object({ data, meta: z.record(z.string(), z.unknown()) })
}

export const answers = {
  audit: answer(z.array(auditFinding)),
  rebuilt: answer(z.object({ rebuilt: z.literal(true) })),
  accepted: answer(accepted),
  catalogue: answer(catalogue),
  exportSession: answer(exportSession),
  health: answer(health),
  inventory: answer(stockPlanSchema),
  importReport: answer(importReport),
  importSession: answer(importSession),
  livePage: answer(livePageSchema),
  hooks: answer(z.array(hooksState)),
  readiness: answer(readiness),
  takenHook: answer(takenHook),
  rejectFiles: answer(z.array(z.object({ fileName: z.string(), text: z.string() }))),
  rejectGroups: answer(z.array(rejectGroup)),
  rejectedRows: answer(z.array(rejectedRow)),
  remembered: answer(z.array(remembered)),
  restatements: answer(z.array(restatement)),
  roles: answer(z.array(roleEntry)),
  runs: answer(z.array(runSummary)),
  settings: answer(settings),
  shop: answer(shop),
}

/** Filters that routes take in their address. */
export const runParameter = z.coerce.number().int().min(1).describe('number of the run')
export const outcomeParameter = outcome
