import { z } from 'zod'
import {
  type AlertCondition,
  type AlertDelivery,
  type AlertIncident,
  type AlertRule,
  type AlertsState,
  type AlertWish,
  alertKindNames,
  alertMessageTypes,
  alertResolutions,
  type MadeWebhook,
  type ProductScope,
} from '../model/alert.ts'

/** What alerts say and take over HTTP. */

const text = z.string().nullable()
const count = z.int().min(0)

const products: z.ZodType<ProductScope> = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('all') }),
  z.strictObject({ of: z.literal('category'), category: z.string().min(1).max(200) }),
  z.strictObject({
    of: z.literal('product'),
    product: z.string().min(1).max(20).describe('the product_key of queries'),
    name: z.string().max(500).default('').describe('filled in by the shop'),
  }),
]) as unknown as z.ZodType<ProductScope>

const condition: z.ZodType<AlertCondition> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('stock_out'), products }),
  z.strictObject({
    kind: z.literal('low_stock'),
    products,
    measure: z.enum(['units', 'days']).describe('pieces left, or days that they last'),
    threshold: z.string().max(20).describe('decimal text: at it or below it stock is low'),
  }),
  z.strictObject({ kind: z.literal('no_orders'), minutes: z.int() }),
  z.strictObject({ kind: z.literal('import_failed') }),
])

export const alertWish: z.ZodType<AlertWish> = z.strictObject({
  condition,
  isOn: z.boolean().default(true),
  webhooks: z.array(z.string().max(64)).max(20).default([]).describe('ids of webhooks'),
}) as unknown as z.ZodType<AlertWish>

export const webhookWish = z.strictObject({
  name: z.string().max(200).default(''),
  address: z.string().max(4_000).describe('http or https; where it redirects is not followed'),
  secret: z
    .string()
    .max(200)
    .optional()
    .describe(
      'whsec_ and base64, as Standard Webhooks has them; left out: one is made and shown once',
    ),
})

export const snoozeWish = z.strictObject({
  until: z.iso.datetime({ offset: true }).nullable().describe('null: no longer'),
})

export const importOutcome = z.strictObject({
  files: z
    .array(
      z.strictObject({
        // A slash parts folders, which it must not hold.
        name: z
          .string()
          .max(500)
          .regex(/^[^/]*$/),
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .nullable()
          .default(null)
          .describe('of its bytes; null or left out: it is known by its name'),
      }),
    )
    .max(1_000),
  problem: z.string().max(2_000).nullable().describe('null: it went well'),
})

const rule = z.object({
  id: z.string(),
  condition,
  isOn: z.boolean(),
  webhooks: z.array(z.string()),
  changedAt: z.string(),
  snoozedUntil: text,
})

export const ruleSchema: z.ZodType<AlertRule> = rule

export const incidentSchema: z.ZodType<AlertIncident> = z.object({
  id: z.string(),
  ruleId: z.string(),
  kind: z.enum(alertKindNames),
  subject: z.object({ key: z.string(), name: z.string() }),
  openedAt: z.string(),
  text: z.string(),
  figures: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  toldAt: text.describe('null while it is silenced'),
  snoozedUntil: text,
  resolvedAt: text.describe('null while it is open'),
  resolution: z.enum(alertResolutions).nullable(),
  closingText: text,
})

const webhook = z.object({
  id: z.string(),
  name: z.string(),
  address: z.string().describe('without what follows the host, which may be a secret'),
  madeAt: z.string(),
})

export const madeWebhook: z.ZodType<MadeWebhook> = z.object({
  webhook,
  secret: text.describe('shown this once; null where you brought one'),
})

export const deliverySchema: z.ZodType<AlertDelivery> = z.object({
  id: z.string().describe('the webhook-id that the receiver gets, however often it is sent'),
  webhookId: z.string(),
  type: z.enum(alertMessageTypes),
  text: z.string(),
  madeAt: z.string(),
  state: z.enum(['waiting', 'delivered', 'given_up']),
  attempts: count,
  nextAt: text,
  problem: text,
})

export const alertsState: z.ZodType<AlertsState> = z.object({
  rules: z.array(
    rule.extend({ sentence: z.string(), status: text, open: count, lastFiredAt: text }),
  ),
  webhooks: z.array(webhook),
  open: z.array(incidentSchema),
  counts: z.object({ open: count, loud: count.describe('that nobody silenced') }),
  deliveries: z.array(deliverySchema),
  checkedAt: text,
})
