/** What travels between Takings and the process that does the staging. */

/** Lists arrive as arrays, BIGINT and DECIMAL as text, dates and instants as the engine writes them. */
export type StagedCell = string | number | boolean | null | readonly StagedCell[]
export type StagedRow = Readonly<Record<string, StagedCell>>

export interface StagingSettings {
  /** Folder of its own, for what does not fit into memory. */
  readonly folder: string
  /** As the engine writes it: 1GB, 512MB. */
  readonly memoryLimit: string
}

/** See `Staging.fill`. */
export interface Filling {
  readonly table: string
  /** Names and types, as in CREATE TABLE. */
  readonly columns: string
  readonly select: string
}

export type StagingRequest =
  | { readonly kind: 'open'; readonly id: number; readonly settings: StagingSettings }
  | {
      /** `repeat`: see `Staging.repeat`. */
      readonly kind: 'run' | 'repeat' | 'rows'
      readonly id: number
      readonly sql: string
      /** On the second connection, see `Staging.beside`. */
      readonly beside: boolean
    }
  | ({ readonly kind: 'fill'; readonly id: number; readonly beside: boolean } & Filling)
  /** Lets go of the engine and all that it holds. Answered by one row: `memory`, the bytes that the process keeps. */
  | { readonly kind: 'close'; readonly id: number }

export type StagingReply =
  | { readonly kind: 'done'; readonly id: number; readonly rows: readonly StagedRow[] }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  /** percentage 0 to 100, -1 when the engine cannot tell. */
  | { readonly kind: 'progress'; readonly id: number; readonly percentage: number }
