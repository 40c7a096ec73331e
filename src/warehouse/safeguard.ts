import { appliedPrefix, liveRunPrefix } from '../model/live.ts'
import {
  type CommittedRun,
  type CommittedRuns,
  readCommittedRuns,
  writeCommittedRuns,
} from './committed-runs.ts'
import type { Engine } from './engine.ts'
import { type KeptImport, KeptImports } from './kept-imports.ts'
import { revisionKey } from './settings.ts'

/** What was committed once and is not in the warehouse any more. */
export interface MissingRuns {
  /** Oldest first. */
  readonly imports: readonly (CommittedRun & { readonly kept: KeptImport | null })[]
  /** Settings by which live records were applied further than the warehouse knows. */
  readonly applied: Readonly<Record<string, string>>
  /** All other settings as they were last, where some of them are missing too. */
  readonly settings: Readonly<Record<string, string>> | null
  /** Where a log lies that could not be read; null where it was read. */
  readonly setAside: string | null
}

/** Milliseconds after which what was committed is read back from the engine's file. */
const verifyAfter = { imported: 15_000, live: 3_600_000 }
/** Milliseconds between two notes of live records; what they hold is in the journal. */
const noteEvery = 1_000

/**
 * Knows outside of the engine what was committed, and keeps what is needed to commit it again, until it was read back from
 * the engine's own file. Nothing of it decides whether a commit stands: the ledger does.
 */
export class Safeguard {
  /** Null where the engine looks after its log itself. */
  readonly kept: KeptImports | null
  readonly #engine: Engine
  readonly #folder: string
  readonly #place: string | null
  #known: CommittedRuns
  #noting: Promise<void> = Promise.resolve()
  #noteLater: NodeJS.Timeout | null = null
  #verifyLater: { readonly timer: NodeJS.Timeout; readonly at: number } | null = null
  #hasCommitted = false
  /** Before it has begun, what is missing may not be forgotten. */
  #hasBegun = false

  private constructor(engine: Engine, folder: string, own: SafeguardOptions) {
    this.#engine = engine
    this.#folder = folder
    this.#place = own.place
    this.#known = own.known ?? nothingKnown(own.place)
    this.kept = engine.log ? new KeptImports(folder) : null
  }

  static async open(
    engine: Engine,
    { folder, place }: { readonly folder: string; readonly place: string | null },
  ): Promise<Safeguard> {
    const known = await readCommittedRuns(folder)
    // What is known of another database says nothing of this one.
    return new Safeguard(engine, folder, { place, known: known?.place === place ? known : null })
  }

  /** Compares the ledger with what was committed. */
  async missing(): Promise<MissingRuns | null> {
    const { verified, imports, applied, settings } = this.#known
    const noted = verified ? [verified, ...imports] : imports
    const found = await this.#tokensOf(noted)
    const lost = noted.filter(({ runToken }) => !found.has(runToken))
    const now = await this.#settings()
    const behind = Object.entries(applied).filter(
      ([key, position]) => Number(now.applied[key] ?? 0) < Number(position),
    )
    const areSettingsBehind = settingsRevision(now.settings) < settingsRevision(settings)
    if (lost.length === 0 && behind.length === 0 && !areSettingsBehind) return null
    return {
      imports: await Promise.all(
        lost.map(async (run) => ({ ...run, kept: (await this.kept?.find(run.runToken)) ?? null })),
      ),
      applied: Object.fromEntries(behind),
      settings: areSettingsBehind ? settings : null,
      setAside: this.#engine.log?.setAside ?? null,
    }
  }

  /** Takes the ledger as it is for all that was committed. */
  async accept(): Promise<void> {
    this.#known = nothingKnown(this.#place)
    await writeCommittedRuns(this.#folder, this.#known)
  }

  /** Notes what is there and was not noted, and forgets files of imports that never were committed. */
  async begin(): Promise<void> {
    this.#hasBegun = true
    await this.#noteAtLast()
    await this.kept?.forgetOthers(new Set(this.#known.imports.map(({ runToken }) => runToken)))
    if (this.#known.imports.length > 0) this.#verifyIn(verifyAfter.imported)
  }

  /** After a transaction: an import is noted before anybody hears of it, a live batch soon. */
  async committed(runToken: string): Promise<void> {
    this.#hasCommitted = true
    if (!this.#hasBegun) return
    if (!runToken.startsWith(liveRunPrefix)) {
      await this.#noteAtLast()
      this.#verifyIn(verifyAfter.imported)
      return
    }
    this.#noteLater ??= setTimeout(() => void this.#noteAtLast(), noteEvery).unref()
    this.#verifyIn(verifyAfter.live)
  }

  /** What a setting of applied live records was when it was last read back from the engine's file. */
  verifiedSetting(key: string): string | null {
    // An engine that looks after its log itself has what it committed.
    const { verifiedApplied, applied } = this.#known
    return (this.kept ? verifiedApplied : applied)[key] ?? null
  }

  async close(): Promise<void> {
    if (this.#verifyLater) clearTimeout(this.#verifyLater.timer)
    if (this.#noteLater) await this.#noteAtLast()
    if (this.#hasCommitted) await this.#verify()
    await this.#noting
  }

  /** A note that fails leaves the commit as it is; the next one says all that this would have. */
  async #noteAtLast(): Promise<void> {
    if (this.#noteLater) clearTimeout(this.#noteLater)
    this.#noteLater = null
    await this.#note().catch(() => undefined)
  }

  #note(): Promise<void> {
    const noted = this.#noting.then(() => this.#noteNow())
    this.#noting = noted.catch(() => undefined)
    return noted
  }

  async #noteNow(): Promise<void> {
    const { verified } = this.#known
    const rows = await this.#engine.query(
      `SELECT run_id, run_token, finished_at,
         (SELECT string_agg(path, ', ' ORDER BY file_number) FROM run_files WHERE run_files.run_id = runs.run_id) AS files
       FROM runs WHERE run_id > $1::BIGINT AND run_token NOT LIKE '${liveRunPrefix}%' ORDER BY run_id`,
      [verified?.runId ?? 0],
      { brief: true },
    )
    const imports = rows.map((row) => ({
      runId: Number(row.run_id),
      runToken: String(row.run_token),
      finishedAt: String(row.finished_at),
      files: String(row.files ?? ''),
    }))
    const known = {
      ...this.#known,
      ...(await this.#settings()),
      // Nothing has to be done again where the engine looks after its log: the newest tells that it is the same database.
      imports: this.kept ? imports : imports.slice(-1),
    }
    if (JSON.stringify(known) === JSON.stringify(this.#known)) return
    await writeCommittedRuns(this.#folder, known)
    this.#known = known
  }

  #verifyIn(ms: number): void {
    if (!this.#engine.log) return
    const at = performance.now() + ms
    if (this.#verifyLater && this.#verifyLater.at <= at) return
    if (this.#verifyLater) clearTimeout(this.#verifyLater.timer)
    const timer = setTimeout(() => {
      this.#verifyLater = null
      void this.#verify().then((isDone) => {
        if (!isDone) this.#verifyIn(verifyAfter.imported)
      })
    }, ms).unref()
    this.#verifyLater = { timer, at }
  }

  /** Whether nothing is left to be read back. */
  async #verify(): Promise<boolean> {
    const { log } = this.#engine
    if (!log) return true
    await this.#noteAtLast()
    const known = this.#known
    const newest = known.imports.at(-1) ?? known.verified
    try {
      if (!(await log.verifiedCheckpoint(known.verified?.runId ?? 0))) return false
      this.#known = {
        ...this.#known,
        verified: newest,
        imports: this.#known.imports.filter(({ runId }) => runId > (newest?.runId ?? 0)),
        verifiedApplied: known.applied,
      }
      await writeCommittedRuns(this.#folder, this.#known)
      for (const { runToken } of known.imports) await this.kept?.forget(runToken)
      return true
    } catch {
      // What is kept stays kept.
      return false
    }
  }

  async #tokensOf(runs: readonly CommittedRun[]): Promise<ReadonlySet<string>> {
    if (runs.length === 0) return new Set()
    const places = runs.map((_, index) => `$${index + 1}`)
    const rows = await this.#engine.query(
      `SELECT run_token FROM runs WHERE run_token IN (${places.join(', ')})`,
      runs.map(({ runToken }) => runToken),
      { brief: true },
    )
    return new Set(rows.map((row) => String(row.run_token)))
  }

  async #settings(): Promise<Pick<CommittedRuns, 'applied' | 'settings'>> {
    const rows = await this.#engine.query('SELECT key, value FROM settings ORDER BY key', [], {
      brief: true,
    })
    const all = rows.map(({ key, value }) => [String(key), String(value)] as const)
    const isApplied = ([key]: readonly [string, string]) => key.startsWith(appliedPrefix)
    return {
      applied: Object.fromEntries(all.filter(isApplied)),
      settings: this.kept ? Object.fromEntries(all.filter((one) => !isApplied(one))) : {},
    }
  }
}

interface SafeguardOptions {
  readonly place: string | null
  readonly known: CommittedRuns | null
}

/** Imports that are named one by one. */
const mostNamed = 5

/** What is missing, for people. */
export function missingText({ imports, applied, settings }: MissingRuns): string {
  const named = imports
    .slice(0, mostNamed)
    .map(({ files, finishedAt }) => `the import of ${files || 'files'} at ${finishedAt}`)
  const others = imports.length - named.length
  return [
    ...named,
    ...(others > 0 ? [`${others} more imports`] : []),
    ...(Object.keys(applied).length > 0 ? ['live records'] : []),
    ...(settings ? ['settings of the shop'] : []),
  ].join(', ')
}

function settingsRevision(settings: Readonly<Record<string, string>>): number {
  return Number(settings[revisionKey] ?? 0)
}

function nothingKnown(place: string | null): CommittedRuns {
  return { place, verified: null, imports: [], applied: {}, verifiedApplied: {}, settings: {} }
}
