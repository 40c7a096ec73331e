import { randomUUID } from 'node:crypto'
import { createWriteStream, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { addDays, dayIn } from '../model/day.ts'
import { TakingsError } from '../model/errors.ts'
import type { ImportProgress, ImportReport } from '../model/import.ts'
import { startStaging } from '../staging/staging.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { readColumns } from './column-values.ts'
import { CorrectableImport } from './correctable.ts'
import { sideBySide, withEffects } from './effects.ts'
import { explained } from './explained.ts'
import { type JudgedImport, judgeAll } from './judge-all.ts'
import { knownOrdersOf, triedOnKnown } from './known-orders.ts'
import type { RecognisedTable } from './layout.ts'
import { KnownOrders, load } from './load.ts'
import { type Corrections, noMap, readMapFile } from './map-file.ts'
import { Memory, type MemoryRequest } from './memory.ts'
import { sourceOfMended } from './mended.ts'
import { expandPaths } from './paths.ts'
import { withPaymentsAnswered } from './payments.ts'
import { ImportClock } from './progress.ts'
import { PromiseBroken } from './promise.ts'
import { checkAnswers, knownOrdersQuestion, questionKeys } from './questions.ts'
import { findRepairs } from './repairs.ts'
import { type ReportDraft, reportOf } from './report.ts'
import { type ProfiledTable, type Settled, settle } from './settle.ts'
import { settleShop } from './settle-shop.ts'
import { findShopZone, type ShopZone, zoneWarnings } from './shop-zone.ts'
import { type Understanding, understand, withoutPromises } from './understand.ts'
import { openWorkFolder } from './work-folder.ts'
import { Workbench } from './workbench.ts'

export interface ImportRequest {
  /** Files, folders, patterns, or `-` for standard input. */
  readonly paths: readonly string[]
  /** The system that issued the order numbers; told by the layout unless given. */
  readonly source?: string
  /** Says what would be loaded and loads nothing. */
  readonly dryRun?: boolean
  /** Answers to questions, by key. */
  readonly answers?: Readonly<Record<string, string>>
  readonly mapFile?: string
  /** Roles of columns by header, of all files; null for one that is not used. */
  readonly columns?: Corrections['columns']
  /** The same of single files, by their names, and what they hold. */
  readonly files?: Corrections['files']
  /** Leaves aside what was answered and corrected in earlier imports. */
  readonly askAgain?: boolean
  /** Share of a file's rows that may be rejected, 0 to 1; 0.2 unless given. */
  readonly maxRejects?: number
  readonly now: () => Date
  /** Left out of folders and patterns: Takings' own data may lie among the exports of a shop. */
  readonly dataFolder?: string
  /** For spooled and clean files; emptied at the end. */
  readonly workFolder: string
  /** What reading may use, such as 1GB. */
  readonly memoryLimit?: string
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: ImportProgress) => void
  /** Names to show for paths: uploads lie under other names than people gave them. */
  readonly names?: Readonly<Record<string, string>>
  /** The shop's zone (IANA) where the warehouse knows none yet, and the offsets in the files speak for no other. */
  readonly timeZone?: string
  readonly standardInput?: NodeJS.ReadableStream
  /** Bytes from which the first rows of a file speak for all of them, until one proves otherwise. */
  readonly largeFrom?: number
}

const defaultLargeFrom = 16 * 1024 * 1024

/**
 * Reads files, cleans them and loads what they hold in one transaction. Loads nothing when a question is
 * open (state `question`), on a dry run, or when anything fails; failures are thrown as `TakingsError`.
 */
export async function importFiles(
  warehouse: Warehouse,
  request: ImportRequest,
): Promise<ImportReport> {
  return runFiles({ warehouse }, request)
}

/** Where cleaned files go: into a warehouse, or to whoever takes them. */
export type Destination = { readonly warehouse: Warehouse } | CleanDestination

export interface CleanDestination {
  /** What the shop has settled already; null for what it has not. */
  readonly known: Readonly<Record<'time_zone' | 'currency', string | null>>
  /** Is given what was cleaned, while the process that cleaned it is still there. */
  take(clean: CleanFiles): Promise<void>
}

export interface CleanFiles {
  readonly bench: Workbench
  readonly judged: JudgedImport
  readonly tables: readonly RecognisedTable[]
  /** State `preview`. */
  readonly report: ImportReport
}

/** Reads files as `importFiles` does. What another than a warehouse takes ends in state `preview`. */
export async function runFiles(
  destination: Destination,
  request: ImportRequest,
): Promise<ImportReport> {
  const runToken = randomUUID()
  const folder = openWorkFolder(request.workFolder, runToken)
  const import_ = new FileImport(destination, request, { runToken, folder })
  try {
    return await import_.run()
  } catch (error) {
    await import_.stop()
    throw explained(error, request)
  } finally {
    await import_.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What is said of the files, now and before. */
interface Attempt {
  readonly answers: Readonly<Record<string, string>>
  readonly memory: Memory
  readonly startedAt: Date
}

class FileImport {
  readonly #destination: Destination
  readonly #request: ImportRequest
  readonly #runToken: string
  readonly #folder: string
  readonly #clock: ImportClock
  #bench: Workbench | null = null

  constructor(
    destination: Destination,
    request: ImportRequest,
    own: { readonly runToken: string; readonly folder: string },
  ) {
    this.#destination = destination
    this.#request = request
    this.#runToken = own.runToken
    this.#folder = own.folder
    this.#clock = new ImportClock(request.onProgress)
  }

  async run(): Promise<ImportReport> {
    const request = this.#request
    const startedAt = request.now()
    const map = request.mapFile ? readMapFile(request.mapFile) : noMap
    const answers = { ...map.answers, ...request.answers }
    checkAnswers(answers)
    const { columns = {}, files = {} } = request
    const memory = await this.#memory({
      source: request.source,
      answers,
      corrections: [
        { ...map, evidence: 'the map file' },
        { columns, files, evidence: 'you said so' },
      ],
      recall: request.askAgain !== true,
    })
    const attempt = { answers, memory, startedAt }
    const bench = this.#openBench()
    const { paths, names } = await this.#paths()
    const understanding = await understand(bench, {
      paths,
      names,
      correct: (sample, claim) => memory.correct(sample, claim),
      onSamples: (samples) => memory.checkColumns(samples, columns),
      largeFrom: request.largeFrom ?? defaultLargeFrom,
      ...(request.signal ? { signal: request.signal } : {}),
      onProgress: (step, share) => this.#clock.at(step, share),
    })
    try {
      return await this.#finish(bench, understanding, attempt)
    } catch (error) {
      if (!(error instanceof PromiseBroken)) throw error
      const whole = await withoutPromises(bench, understanding)
      return this.#finish(bench, whole, attempt)
    }
  }

  /** Cleans what was understood and loads it, unless a question is open. */
  async #finish(
    bench: Workbench,
    understanding: Understanding,
    attempt: Attempt,
  ): Promise<ImportReport> {
    const { answers, memory } = attempt
    const { tables } = understanding
    this.#clock.rows = tables.reduce((sum, { profile }) => sum + profile.count.rows, 0)
    const settled = settle(tables, answers, memory.recall)
    const { zone, ...context } = await this.#context(bench, recognisedIn(understanding), settled)
    const judge = (own: Readonly<Record<string, string>>, onProgress?: (share: number) => void) => {
      const decided = settle(tables, own, memory.recall)
      return judgeAll(bench, {
        understanding: withPaymentsAnswered(understanding, decided.payments),
        settled: decided,
        answers: own,
        ...context,
        ...(onProgress ? { onProgress } : {}),
      })
    }
    const judged = await judge(answers, (share) => this.#clock.at('cleaning', share))
    const read = new Map<ProfiledTable, Awaited<ReturnType<typeof readColumns>>>()
    for (const table of tables) {
      const notation = settled.notations.get(table.recognised)
      const { timeZone } = context
      if (notation)
        read.set(table, await readColumns(bench, table.recognised, { notation, timeZone }))
    }
    const draft: ReportDraft = {
      understanding: withPaymentsAnswered(understanding, settled.payments),
      settled,
      judged,
      source: context.source,
      answers,
      read,
      remembered: memory.used(tables, settled),
      warnings: [...memory.warnings(tables, settled), ...zoneWarnings(zone, settled.notations)],
      repairs: [],
    }
    const questions = [...settled.questions, ...judged.questions]
    if (questions.length > 0) {
      return reportOf(draft, {
        state: 'question',
        questions: await withEffects(questions, answers, judge),
      })
    }
    const whole = { ...draft, repairs: await findRepairs(bench, draft) }
    this.#refuseTooManyRejects(whole)
    if (this.#request.dryRun) return reportOf(whole, { state: 'preview' })
    const to = this.#destination
    if ('warehouse' in to) return this.#load(to.warehouse, whole, { ...attempt, tables })
    const report = reportOf(whole, { state: 'preview' })
    await to.take({ bench, judged, tables: recognisedIn(whole.understanding), report })
    return report
  }

  async close(): Promise<void> {
    await this.#bench?.staging.release()
  }

  /** What could not read some files may be in any state. */
  async stop(): Promise<void> {
    await this.#bench?.staging.close()
  }

  /** The process starts while the bytes of the files are looked at. */
  #openBench(): Workbench {
    const { memoryLimit = '1GB', signal } = this.#request
    const staging = startStaging({
      folder: join(this.#folder, 'engine'),
      memoryLimit,
      ...(signal ? { signal } : {}),
    })
    this.#bench = new Workbench(staging, this.#folder)
    return this.#bench
  }

  async #paths(): Promise<{ paths: string[]; names: Readonly<Record<string, string>> }> {
    const { paths, names = {}, standardInput, dataFolder } = this.#request
    if (!paths.includes('-')) return { paths: expandPaths(paths, dataFolder), names }
    if (!standardInput) throw new TakingsError('no_files')
    const spooled = join(this.#folder, 'standard-input')
    await pipeline(standardInput, createWriteStream(spooled))
    const rest = paths.filter((path) => path !== '-')
    return {
      paths: [spooled, ...(rest.length > 0 ? expandPaths(rest, dataFolder) : [])],
      names: { ...names, [spooled]: 'standard input' },
    }
  }

  async #context(
    bench: Workbench,
    tables: readonly RecognisedTable[],
    { notations }: Settled,
  ): Promise<{
    source: string
    timeZone: string
    zone: ShopZone
    latest: string
    currency: string | null
  }> {
    const zone = await findShopZone(bench, {
      tables,
      notations,
      known: await this.#known('time_zone'),
      given: this.#request.timeZone ?? 'UTC',
    })
    const { timeZone } = zone
    const latest = addDays(dayIn(timeZone, this.#request.now()), 1)
    const source = this.#request.source ?? sourceOf(tables)
    return { source, timeZone, zone, latest, currency: await this.#known('currency') }
  }

  #known(key: 'time_zone' | 'currency'): Promise<string | null> {
    const to = this.#destination
    return 'warehouse' in to ? to.warehouse.settings.get(key) : Promise.resolve(to.known[key])
  }

  /** What was said of such files before stands in the warehouse. */
  #memory(request: MemoryRequest): Promise<Memory> {
    const to = this.#destination
    return 'warehouse' in to
      ? Memory.open(to.warehouse, request)
      : Promise.resolve(Memory.ofNow(request))
  }

  #refuseTooManyRejects(draft: ReportDraft): void {
    const { maxRejects = 0.2 } = this.#request
    for (const file of draft.judged.files) {
      if (file.rows === 0 || file.rejected <= file.rows * maxRejects) continue
      const error = new TakingsError('too_many_rejects', {
        path: file.name,
        rejected: file.rejected,
        rows: file.rows,
        limit: `${Math.round(maxRejects * 100)} %`,
        reasons: file.reasons,
      })
      throw new CorrectableImport(error, reportOf(draft, { state: 'failed' }).files)
    }
  }

  /** `tables`: all that were understood, also those that are left out as answered. */
  async #load(
    warehouse: Warehouse,
    draft: ReportDraft,
    { memory, startedAt, tables }: Attempt & { readonly tables: readonly ProfiledTable[] },
  ): Promise<ImportReport> {
    // The staging process gives its memory back before the warehouse needs it.
    await this.close()
    const { judged, answers, source } = draft
    const another = answers[questionKeys.knownOrders] === 'another-shop'
    if (another && !this.#request.source) {
      throw new TakingsError('invalid_option', {
        option: '--source',
        problem: 'another shop needs a name of its own',
        advice: 'Import again with --source NAME, such as --source second-shop.',
      })
    }
    try {
      const report = await load(warehouse, {
        handover: judged.handover,
        rejected: judged.rejected,
        source,
        runToken: this.#runToken,
        startedAt,
        now: this.#request.now,
        looksForTwins: true,
        inJournal: false,
        alongside: (transaction) => settleShop(transaction, judged),
        ...knownOrdersOf(recognisedIn(draft.understanding), answers),
        report: (outcome) => reportOf(draft, { state: outcome.state, outcome }),
        onStep: (share) => this.#clock.at('loading', share),
        ...(this.#request.signal ? { signal: this.#request.signal } : {}),
      })
      const { settled } = draft
      await memory.keep(warehouse, { tables, settled, judged, at: this.#request.now() })
      this.#clock.at('finishing', 1)
      return report
    } catch (error) {
      if (!(error instanceof KnownOrders)) throw error
      const open = knownOrdersQuestion(error.counts)
      const question = sideBySide(open, triedOnKnown(open, judged, error.known))
      return reportOf(draft, { state: 'question', questions: [question] })
    }
  }
}

/** The system that the files come from. Throws `several_systems` where they come from more than one. */
function sourceOf(tables: readonly RecognisedTable[]): string {
  const files = new Map<string, string[]>()
  for (const { claim, table } of tables.filter((one) => one.claim.source !== 'shop'))
    files.set(claim.source, [...(files.get(claim.source) ?? []), table.file.name])
  const [issuer = 'shop'] = files.keys()
  if (files.size > 1) {
    const systems = [...files]
      .map(([system, names]) => `${system} (${names.join(', ')})`)
      .join('; ')
    throw new TakingsError('several_systems', { systems })
  }
  return sourceOfMended(tables, issuer) ?? issuer
}

function recognisedIn({ tables }: Understanding): RecognisedTable[] {
  return tables.map(({ recognised }) => recognised)
}
