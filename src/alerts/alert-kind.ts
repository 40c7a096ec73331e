import type { OrderSilence, StockStandings } from '../metrics/metrics.ts'
import type { AlertCondition, AlertFigures, AlertKindName } from '../model/alert.ts'

/** What alerts can be about: the contract of the files in `kinds/`. */
export interface AlertKind<Condition extends AlertCondition = AlertCondition> {
  readonly name: AlertKindName
  /** How long a subject must be clear before it is told to have recovered, so that a value at its limit does not flap. */
  readonly settleMinutes: number
  /** What it means that a subject is not among the observations any more. */
  readonly whenGone: {
    readonly resolution: 'recovered' | 'not_watched'
    text(name: string): string
  }
  /** What it looks at is kept by alerts themselves, so it is looked at again inside the transaction that decides. */
  readonly isOwn?: true
  /** Looks at everything that the rule is about. Computes no figure: these come from the metrics. */
  observe(condition: Condition, sight: Sight): Promise<Observed>
}

/** The figures of one moment: each is asked once, however many rules want it. */
export interface Sight {
  readonly now: Date
  /** IANA name. */
  readonly timeZone: string
  stock(): Promise<StockStandings>
  silence(minutes: number): Promise<OrderSilence>
  /** Why nothing can be said of a silence of so many minutes just now; null where it can. Asked before the silence. */
  deaf(minutes: number): Promise<string | null>
  failedImports(): Promise<readonly FailedImport[]>
}

/** Files of one import of which nothing was loaded, and that were not imported since. */
export interface FailedImport {
  readonly id: string
  readonly files: readonly string[]
  readonly problem: string
  /** ISO instant. */
  readonly failedAt: string
}

export interface Observed {
  readonly observations: readonly Observation[]
  /** What the look found, in a sentence. */
  readonly status: string
}

/** How one subject stands. */
export interface Observation {
  readonly subject: { readonly key: string; readonly name: string }
  /** `between`: what is open stays open, and nothing is opened. */
  readonly state: 'holds' | 'between' | 'clear'
  /** Only asked where something is to be told. */
  text(): string
  figures(): AlertFigures
}
