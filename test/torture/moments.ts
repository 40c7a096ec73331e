/** The moments at which a process that takes orders in kills itself, or is killed. */

export type EngineName = 'duckdb' | 'postgres'

/** When a statement is met: before it is run, while it runs, once it has run, or made to fail half way through. */
export type Passage = 'before' | 'amid' | 'after'

export interface Moment {
  readonly name: string
  /** What is going on, as reports count it. */
  readonly kind:
    | 'journal'
    | 'apply'
    | 'commit'
    | 'import'
    | 'checkpoint'
    | 'compaction'
    | 'migration'
    | 'any'
  readonly engines: readonly EngineName[]
  /** Met at a statement; else at a passage of the child's own, or at any time. */
  readonly statement?: StatementMoment
  /** Files are imported beside the orders. */
  readonly imports?: true
  /** What waits for a quiet quarter of a minute begins at once. */
  readonly hurries?: true
  /** The warehouse was left by an older Takings. */
  readonly older?: true
  /** Milliseconds at which the process is killed from outside, by the number of the kill. */
  readonly afterMs?: (number: number) => number
  /** Which of the passages is the last, by the number of the kill; the first where it is left out. */
  readonly last?: (number: number) => number
}

export interface StatementMoment {
  /** How the statement begins. */
  readonly begins: string
  /** How one begins that came before it in the same transaction. */
  readonly within?: string
  readonly passage: Passage
  /** The engine's own name of the place at which it gives a checkpoint up. */
  readonly abortsAt?: string
}

const both = ['duckdb', 'postgres'] as const
const embedded = ['duckdb'] as const

/** Of the first three passages, so that data of different ages is met. */
const oneOfThree = (number: number) => 1 + (number % 3)

function checkpoint(name: string, statement: StatementMoment): Moment {
  const common = { kind: 'checkpoint', engines: embedded, imports: true, hurries: true } as const
  // What is read back stands behind the checkpoint, and before it.
  return { ...common, name, statement, ...(name.endsWith('read back') ? { last: () => 2 } : {}) }
}

const inCheckpoint = 'CHECKPOINT'
const lastOfImport = 'INSERT INTO run_files'
const lastOfCompaction = 'DELETE FROM rollup_deltas'

export const moments: readonly Moment[] = [
  { name: 'journal write', kind: 'journal', engines: both, last: oneOfThree },
  { name: 'journal written', kind: 'journal', engines: both, last: oneOfThree },
  { name: 'staged', kind: 'apply', engines: both, last: oneOfThree },
  { name: 'loading', kind: 'apply', engines: both, last: oneOfThree },
  { name: 'before commit', kind: 'commit', engines: both, last: oneOfThree },
  {
    ...{ name: 'commit', kind: 'commit', engines: both, last: oneOfThree },
    statement: { begins: 'COMMIT', passage: 'amid' },
  },
  { name: 'after commit', kind: 'commit', engines: both, last: oneOfThree },
  { name: 'import loading', kind: 'import', engines: both, imports: true },
  { name: 'import before commit', kind: 'import', engines: both, imports: true },
  {
    ...{ name: 'import committed', kind: 'import', engines: both, imports: true },
    statement: { begins: 'COMMIT', within: lastOfImport, passage: 'after' },
  },
  { name: 'import noted', kind: 'import', engines: both, imports: true },
  checkpoint('checkpoint', { begins: inCheckpoint, passage: 'before' }),
  checkpoint('amid a checkpoint', { begins: inCheckpoint, passage: 'amid' }),
  ...['before_truncate', 'before_header', 'after_free_list_write', 'before_wal_finish'].map(
    (abortsAt) =>
      checkpoint(`checkpoint ${abortsAt}`, { begins: inCheckpoint, passage: 'after', abortsAt }),
  ),
  checkpoint('checkpoint made', { begins: inCheckpoint, passage: 'after' }),
  checkpoint('checkpoint read back', { begins: "SELECT 'regions' AS name", passage: 'after' }),
  {
    ...{ name: 'checkpoint noted', kind: 'checkpoint', engines: embedded },
    ...{ imports: true, hurries: true },
  },
  {
    ...{ name: 'compaction', kind: 'compaction', engines: both, hurries: true },
    statement: { begins: 'CREATE TEMP TABLE fragmented_rows', passage: 'before' },
    last: (number) => 1 + (number % 6),
  },
  {
    ...{ name: 'compaction commit', kind: 'compaction', engines: both, hurries: true },
    statement: { begins: 'COMMIT', within: lastOfCompaction, passage: 'amid' },
  },
  {
    ...{ name: 'compaction committed', kind: 'compaction', engines: both, hurries: true },
    statement: { begins: 'COMMIT', within: lastOfCompaction, passage: 'after' },
  },
  {
    ...{ name: 'migration', kind: 'migration', engines: both, older: true },
    statement: { begins: '', passage: 'before' },
    last: (number) => 5 + ((number * 17) % 45),
  },
  {
    ...{ name: 'migration commit', kind: 'migration', engines: both, older: true },
    ...{ statement: { begins: 'COMMIT', passage: 'amid' }, last: oneOfThree },
  },
  {
    ...{ name: 'migration committed', kind: 'migration', engines: both, older: true },
    ...{ statement: { begins: 'COMMIT', passage: 'after' }, last: oneOfThree },
  },
  {
    ...{ name: 'migration checkpoint', kind: 'migration', engines: embedded, older: true },
    statement: { begins: inCheckpoint, passage: 'amid' },
  },
  {
    ...{ name: 'migration checkpointed', kind: 'migration', engines: embedded, older: true },
    statement: { begins: inCheckpoint, passage: 'after' },
  },
  {
    ...{ name: 'opening', kind: 'any', engines: both },
    afterMs: (number) => 20 + ((number * 61) % 500),
  },
  {
    ...{ name: 'any moment', kind: 'any', engines: both },
    afterMs: (number) => 40 + ((number * 97) % 900),
  },
  {
    ...{ name: 'any moment of all that goes on', kind: 'any', engines: both },
    ...{ imports: true, hurries: true },
    afterMs: (number) => 200 + ((number * 131) % 1_800),
  },
]
