import type { Change } from './change.ts'
import type { WireError } from './errors.ts'
import type { ExportManifest, ExportProgress } from './export.ts'
import type { ImportProgress, ImportReport } from './import.ts'
import type { StockRules, StockRulesChange } from './inventory.ts'
import type { PlatformName } from './live.ts'
import type { Freshness } from './query.ts'

/** What the HTTP API answers beside query results; the pages read these types. */

/** `GET /api/v1/shop`: what a page needs before its first query. */
export interface Shop {
  /** "Demo shop" while no real data was imported. */
  readonly name: string
  readonly demo: boolean
  /** IANA name. */
  readonly timeZone: string
  /** ISO 4217, or null when no source stated it. */
  readonly currency: string | null
  /** First and last order day; null when the warehouse is empty. */
  readonly period: { readonly from: string; readonly to: string } | null
  readonly orders: number
  readonly orderLines: number
  readonly customers: number
  readonly products: number
  /** The newest run, so that the Overview can open on its span; null before the first import. */
  readonly lastImport: {
    readonly runId: number
    readonly finishedAt: string
    readonly period: { readonly from: string; readonly to: string } | null
  } | null
  /** The range pages open on: the last import's span, or the last 28 days, never an empty one. */
  readonly defaultRange: { readonly from: string; readonly to: string } | null
  /** The shop's today, so that a page needs no clock to know what is still running. */
  readonly today: string
  readonly freshness: Freshness
  /** Where the feed of changes stood before any of this was read, see `GET /api/v1/live`; null where there is none. */
  readonly livePosition: string | null
  readonly dataFolder: string
  readonly version: string
}

/**
 * `GET /api/v1/live`, the event `change`: a commit, as every viewer hears of it. Whoever may have missed some hears of
 * one that touched all days instead.
 */
export type LiveChange = Pick<Change, 'days'>

/**
 * The same, the events `hello` and `beat`: what comes at first, and every 15 seconds. Who hears nothing for longer has
 * lost the server, whatever the connection says.
 */
export interface LiveBeat {
  /** ISO 8601, by the server's clock: pages know by it that a new day of the shop has begun. */
  readonly at: string
}

/** `GET /api/v1/settings`: what is settled of the shop of real data, never of the demo. */
export interface ShopSettings {
  /** Null while nobody named it; pages then say "My shop". */
  readonly shopName: string | null
  /** ISO 4217, or null when neither a source nor a person stated it. */
  readonly currency: string | null
  /** IANA name; null until the first days, or a person, settle it. */
  readonly timeZone: string | null
  /** What nobody stated is as it is for shops in general. */
  readonly stock: StockRules
}

/** `PUT /api/v1/settings`: what is absent stays as it is. */
export interface SettingsChange {
  readonly shopName?: string | undefined
  readonly currency?: string | undefined
  readonly timeZone?: string | undefined
  readonly stock?: StockRulesChange | undefined
}

/** An upload on its way from files to figures. */
export interface ImportSession {
  readonly id: string
  /**
   * working: see progress · waiting: see report, which has questions to answer, waits for its commit, or has
   * an error that corrected columns may mend · committed, unchanged, failed: over.
   */
  readonly state: 'working' | 'waiting' | 'committed' | 'unchanged' | 'failed'
  readonly progress: ImportProgress | null
  readonly report: ImportReport | null
}

/** An export on its way from facts to files that can be fetched. */
export interface ExportSession {
  readonly id: string
  readonly state: 'working' | 'done' | 'failed'
  /** Null before it begins, which it does when those before it are done. */
  readonly progress: ExportProgress | null
  /** Set when state is `done`. */
  readonly manifest: ExportManifest | null
  /** Set when state is `failed`. */
  readonly error: WireError['error'] | null
}

/** What a column can be: `GET /api/v1/roles`. */
export interface RoleEntry {
  /** As `--column` and `POST /imports/{id}/answers` take it. */
  readonly role: string
  readonly text: string
  /** Roles of one group stand together in lists. */
  readonly group: string
}

/** What a person says of an upload: `POST /api/v1/imports/{id}/answers`. */
export interface ImportAnswers {
  readonly answers?: Readonly<Record<string, string>>
  /** By file: headers to roles, null for a column that is not used, and what the file holds. */
  readonly files?: Readonly<
    Record<
      string,
      { readonly columns?: Readonly<Record<string, string | null>>; readonly holds?: string }
    >
  >
  /** Leave aside what is remembered of such files, and ask everything anew. */
  readonly askAgain?: boolean
  /** The system that issued the order numbers, for another shop. */
  readonly source?: string
}

/** Success on the wire; errors are `WireError`. */
export interface Answer<Data, Meta = Readonly<Record<string, unknown>>> {
  readonly data: Data
  readonly meta: Meta
}

/** `POST /api/v1/orders` and its sisters: what became of the records. */
export interface AcceptedRecords {
  /** Records that are on the disk and will be applied. */
  readonly accepted: number
  /** Records that do not fit the schema: kept among the rejected rows. */
  readonly rejected: number
  /** The first of these. */
  readonly refused: readonly RefusedRecord[]
  /** All records up to this one are on the disk; they are applied in the order of their sequences. */
  readonly sequence: number
}

export interface RefusedRecord {
  /** Its place among those that were sent, from 0. */
  readonly index: number
  /** Where it does not fit, such as `lines.0.quantity`; null where it is the whole. */
  readonly path: string | null
  readonly problem: string
}

/** `POST /hooks/...`: what became of a message of a shop system. */
export interface TakenHook {
  /**
   * It is on the disk and will be applied; it came before; nothing is loaded of its topic; the topic is not known; or it is
   * a test.
   */
  readonly outcome: 'accepted' | 'duplicate' | 'acknowledged' | 'unknown' | 'test'
  readonly topic: string
}

/** `GET /api/v1/hooks`: what came from the webhooks of each shop system since the server started. */
export interface HooksState {
  readonly platform: PlatformName
  /** There is a secret to know its messages by. */
  readonly isConfigured: boolean
  readonly topics: readonly HookTopicState[]
  /** Messages whose signature did not fit. */
  readonly refused: number
  /** What is wrong, for people; null while all is well. */
  readonly problem: string | null
}

export interface HookTopicState extends TakenHook {
  readonly messages: number
  /** ISO instant of the last one. */
  readonly lastAt: string
}

/** `GET /api/v1/health/ready`: whether figures can be asked and records accepted. */
export interface Readiness {
  readonly status: 'ok' | 'failing'
  readonly warehouse: { readonly ok: boolean; readonly tookMs: number }
  /** Where live records are written down, or will be. */
  readonly disk: { readonly ok: boolean; readonly freeBytes: number }
  /** Null before the first live record. */
  readonly live: {
    readonly ok: boolean
    /** Records that were accepted and cannot be queried yet. */
    readonly waiting: number
    /** Records that may wait: where so many do, more are refused with `queue_full`. */
    readonly mostWaiting: number
    /** Why nothing is applied just now; null while all is well. */
    readonly problem: string | null
    readonly freeBytes: number
  } | null
}

export interface Health {
  readonly status: 'ok' | 'failing'
  readonly warehouse: {
    readonly engine: string
    readonly location: string
    readonly tookMs: number
  }
  readonly version: string
}
