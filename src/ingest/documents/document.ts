import type { LiveKind } from '../../model/live.ts'

/** A live record as a request brings it: see the published schema in `model/live.ts`. */
export type LiveDocument = Readonly<Record<string, unknown>>

/** What files hold, put back together as live records. */
export interface LiveDocuments {
  readonly source: string
  readonly counts: Readonly<Record<LiveKind, number>>
  readonly leftOut: readonly LeftOut[]
  /** From the first on, read from disk as they are asked for; orders by day. */
  read(kind: LiveKind): AsyncIterable<LiveDocument>
  /** Takes away what lies on the disk for them. */
  remove(): void
}

/** What live records cannot say of what stands in the files. */
export interface LeftOut {
  readonly count: number
  /** With the count: "2 returns that name no product". */
  readonly text: string
  /** Whole records are not sent, so that figures will differ; else they are sent with less than the files say. */
  readonly isMissing: boolean
}

/** The order in which kinds are sent: what others refer to comes first. */
export const sendingOrder = [
  'products',
  'customers',
  'orders',
  'returns',
  'stock',
] as const satisfies readonly LiveKind[]
