/** What the shop is told of without being asked: rules, what they found, and to whom it was told. */

export const alertKindNames = ['stock_out', 'low_stock', 'no_orders', 'import_failed'] as const
export type AlertKindName = (typeof alertKindNames)[number]

/** Rules and webhooks are settings, one each, whose keys begin like this. */
export const alertSettingPrefix = 'alert_'

/** Which products a rule is about; each of them is looked at by itself. */
export type ProductScope =
  | { readonly of: 'all' }
  | { readonly of: 'category'; readonly category: string }
  | {
      readonly of: 'product'
      /** As queries name it. */
      readonly product: string
      readonly name: string
    }

export interface StockOut {
  readonly kind: 'stock_out'
  readonly products: ProductScope
}

export interface LowStock {
  readonly kind: 'low_stock'
  readonly products: ProductScope
  /** Pieces left, or days that they last at the pace of the last weeks. */
  readonly measure: 'units' | 'days'
  /** At it or below it stock is low: decimal text. */
  readonly threshold: string
}

export interface NoOrders {
  readonly kind: 'no_orders'
  /** How long a silence lasts before it is told. */
  readonly minutes: number
}

export interface ImportFailed {
  readonly kind: 'import_failed'
}

export type AlertCondition = StockOut | LowStock | NoOrders | ImportFailed

/** The minutes that a rule on silence may wait. */
export const silenceMinutes = { least: 5, most: 1_440 } as const

/** What a person says of a rule. */
export interface AlertWish {
  readonly condition: AlertCondition
  readonly isOn: boolean
  /** Ids of the webhooks that are told, beside the page. */
  readonly webhooks: readonly string[]
}

export interface AlertRule extends AlertWish {
  readonly id: string
  /** ISO instants. */
  readonly changedAt: string
  /** Until then nobody is told and no page counts it; null: it is not silenced. */
  readonly snoozedUntil: string | null
}

/** A rule with what became of it. */
export interface AlertRuleState extends AlertRule {
  /** `When a product is out of stock`. */
  readonly sentence: string
  /** What the last look at it found, in a sentence; null before the first. */
  readonly status: string | null
  /** How many incidents are open. */
  readonly open: number
  /** When it last fired; null: never. */
  readonly lastFiredAt: string | null
}

/** Why an incident is over. */
export const alertResolutions = [
  'recovered',
  'not_watched',
  'rule_changed',
  'rule_off',
  'rule_deleted',
  'dismissed',
] as const
export type AlertResolution = (typeof alertResolutions)[number]

/** One thing that a rule found, from when it began to hold until it was over. */
export interface AlertIncident {
  readonly id: string
  readonly ruleId: string
  readonly kind: AlertKindName
  /** What it is about: a product, the shop, an import. */
  readonly subject: { readonly key: string; readonly name: string }
  readonly openedAt: string
  /** What was so when it opened, in a sentence. */
  readonly text: string
  /** Decimal text, counts and ISO instants by name. */
  readonly figures: AlertFigures
  /** When it was first told of; null while it is silenced. */
  readonly toldAt: string | null
  readonly snoozedUntil: string | null
  /** Null while it is open. */
  readonly resolvedAt: string | null
  readonly resolution: AlertResolution | null
  /** What was so when it was over; null while it is open. */
  readonly closingText: string | null
}

export type AlertFigures = Readonly<Record<string, string | number | null>>

/** A webhook as it is shown: neither its secret nor what its address holds beside the host. */
export interface AlertWebhook {
  readonly id: string
  readonly name: string
  /** `https://hooks.example.com/…` */
  readonly address: string
  readonly madeAt: string
}

export interface AlertWebhookWish {
  readonly name: string
  readonly address: string
  /** `whsec_` and base64; left out: Takings makes one. */
  readonly secret?: string | undefined
}

/** What is shown once, when a webhook is made. */
export interface MadeWebhook {
  readonly webhook: AlertWebhook
  /** Null where the person brought one. */
  readonly secret: string | null
}

export const alertMessageTypes = [
  'alert.fired',
  'alert.reminder',
  'alert.recovered',
  'alert.closed',
  'alert.test',
] as const
export type AlertMessageType = (typeof alertMessageTypes)[number]

/** One message to one webhook. */
export interface AlertDelivery {
  /** The receiver's `webhook-id`: the same however often it is sent. */
  readonly id: string
  readonly webhookId: string
  readonly type: AlertMessageType
  readonly text: string
  readonly madeAt: string
  readonly state: 'waiting' | 'delivered' | 'given_up'
  readonly attempts: number
  /** When it is tried next; null when nothing is left to do. */
  readonly nextAt: string | null
  /** Why the last attempt failed; null where none did. */
  readonly problem: string | null
}

/** `GET /api/v1/alerts`. */
export interface AlertsState {
  readonly rules: readonly AlertRuleState[]
  readonly webhooks: readonly AlertWebhook[]
  /** The newest open incidents. */
  readonly open: readonly AlertIncident[]
  /** All of them, and those of them that nobody silenced. */
  readonly counts: { readonly open: number; readonly loud: number }
  /** The newest messages. */
  readonly deliveries: readonly AlertDelivery[]
  /** When all rules were last looked at; null before the first time. */
  readonly checkedAt: string | null
}

/** A file that was to be imported. Its content is what it is: tomorrow's may have the same name. */
export interface ImportedFile {
  /** Without folders. */
  readonly name: string
  /** Of all of its bytes, hexadecimal; null where nobody knows them: then it is known by its name. */
  readonly sha256: string | null
}

/** What became of files that were imported, for rules that watch imports. */
export interface ImportOutcome {
  readonly files: readonly ImportedFile[]
  /** Why nothing was loaded; null: it went well. */
  readonly problem: string | null
}
