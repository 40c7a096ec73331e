import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { addDays, dayIn } from '../../model/day.ts'
import { TakingsError } from '../../model/errors.ts'
import type { ImportReport } from '../../model/import.ts'
import { type Staging, StagingFault, startStaging } from '../../staging/staging.ts'
import type { Transaction, Warehouse } from '../../warehouse/warehouse.ts'
import { type JudgedImport, judgeAll } from '../judge-all.ts'
import { load } from '../load.ts'
import { type ReportDraft, reportOf } from '../report.ts'
import type { Settled } from '../settle.ts'
import { settleShop } from '../settle-shop.ts'
import { explainingZone, type StatedOffset } from '../shop-zone.ts'
import type { Understanding } from '../understand.ts'
import { openWorkFolder } from '../work-folder.ts'
import { Workbench } from '../workbench.ts'
import type { DeclaredTable } from './declared.ts'
import { type KnownDocument, keepDocuments } from './known-documents.ts'
import { type RejectedRecord, rejectedRecords } from './rejected-records.ts'
import { type LiveBatch, type StageOptions, stageBatch } from './stage-batch.ts'
import { type StagedDocuments, stageDocuments } from './stage-documents.ts'

export interface LiveLoaderOptions {
  readonly warehouse: Warehouse
  /** For clean files; emptied at the end. */
  readonly workFolder: string
  readonly memoryLimit: string
  readonly now: () => Date
  /** The shop's zone (IANA) where the warehouse knows none yet, and the first records speak for no other. */
  readonly timeZone?: string
}

/** A batch that was cleaned and waits for its transaction. */
export interface StagedBatch {
  readonly batch: LiveBatch
  readonly judged: JudgedImport
  readonly draft: ReportDraft
  /** Rows that say what others of the batch, or of earlier ones, say. */
  readonly repeatedRows: number
  /** What is to be known of its documents once it is loaded. */
  readonly remembered: readonly KnownDocument[]
  /** Its records of which cleaning rejected something. */
  readonly rejected: readonly RejectedRecord[]
  readonly folder: string
  readonly startedAt: Date
  /** What cleaning it took. */
  readonly milliseconds: number
}

export interface LoadOptions {
  /** Of the run, so that a COMMIT of which nobody knows can be looked up. */
  readonly runToken: string
  /** What else is written in the same transaction. */
  alongside(transaction: Transaction): Promise<void>
}

/**
 * Cleans batches of live records by the rules of files, and loads them as one transaction each. The process that cleans
 * is kept from batch to batch.
 */
export class LiveLoader {
  readonly #options: LiveLoaderOptions
  readonly #folder: string
  #staging: Staging | null = null
  #batches = 0
  #turn: Promise<void> = Promise.resolve()
  #knowsShop = false

  constructor(options: LiveLoaderOptions) {
    this.#options = options
    this.#folder = openWorkFolder(options.workFolder, 'live')
  }

  /** Whether zone and currency of the shop are settled, so that a batch can be cleaned before the one before it is loaded. */
  get knowsShop(): boolean {
    return this.#knowsShop
  }

  /** One batch at a time: all are cleaned in the same tables. */
  stage(batch: LiveBatch): Promise<StagedBatch> {
    const staged = this.#turn.then(() => this.#stage(batch))
    this.#turn = staged.then(
      () => undefined,
      () => undefined,
    )
    return staged
  }

  async #stage(batch: LiveBatch): Promise<StagedBatch> {
    const startedAt = this.#options.now()
    const began = performance.now()
    this.#batches += 1
    const folder = join(this.#folder, `batch-${this.#batches}`)
    mkdirSync(folder)
    const bench = new Workbench(this.#engine(), folder)
    try {
      const context = await this.#context(batch)
      const { tables, repeatedRows, remembered } = await this.#tables(bench, batch, {
        currency: context.currency,
        at: startedAt.toISOString(),
      })
      const understanding = understandingOf(tables)
      const settled = settledBy(tables)
      const judged = await judgeAll(bench, {
        understanding,
        settled,
        answers: {},
        source: batch.source,
        declared: true,
        ...context,
      })
      const rejected = await rejectedRecords(bench, batch, judged)
      const draft = { ...emptyDraft, understanding, settled, judged, source: batch.source }
      const milliseconds = performance.now() - began
      const own = { batch, judged, draft, folder, startedAt, milliseconds }
      return { ...own, repeatedRows, remembered, rejected }
    } catch (error) {
      await this.#endStaging()
      if (!isNoRoom(error)) throw error
      const details = { problem: 'cleaning live records', path: this.#options.workFolder }
      throw new TakingsError('disk_full', details, { cause: error })
    }
  }

  async #tables(
    bench: Workbench,
    batch: LiveBatch,
    options: StageOptions,
  ): Promise<StagedDocuments> {
    const { repeatedRows } = batch
    if (batch.documents.length > 0) {
      const { warehouse } = this.#options
      const staged = await stageDocuments(bench, batch, { ...options, warehouse })
      return { ...staged, repeatedRows: staged.repeatedRows + repeatedRows }
    }
    const currency = options.currency ?? currencyIn(batch)
    const tables = await stageBatch(bench, batch, { ...options, currency })
    return { tables, repeatedRows, remembered: [] }
  }

  /** Throws as the loader does; nothing of the batch is in the warehouse then. */
  async load(
    { judged, draft, batch, folder, startedAt, repeatedRows, remembered }: StagedBatch,
    options: LoadOptions,
  ): Promise<ImportReport> {
    const { warehouse, now } = this.#options
    const knowsShop = this.#knowsShop
    const report = await load(warehouse, {
      handover: judged.handover,
      rejected: judged.rejected,
      source: batch.source,
      runToken: options.runToken,
      startedAt,
      now,
      knownOrders: 'same_shop',
      documents: true,
      mended: false,
      looksForTwins: false,
      inJournal: true,
      async alongside(transaction) {
        await keepDocuments(transaction, batch.source, remembered)
        if (!knowsShop) await settleShop(transaction, judged)
        await options.alongside(transaction)
      },
      report: (outcome) =>
        withRepeats(reportOf(draft, { state: outcome.state, outcome }), repeatedRows),
    })
    rmSync(folder, { recursive: true, force: true })
    return report
  }

  /** Ends the process that cleans until the next batch needs one. */
  async rest(): Promise<void> {
    const staging = this.#staging
    this.#staging = null
    await staging?.release()
  }

  async close(): Promise<void> {
    await this.#endStaging()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #engine(): Staging {
    this.#staging ??= startStaging({
      folder: join(this.#folder, 'engine'),
      memoryLimit: this.#options.memoryLimit,
    })
    return this.#staging
  }

  /** What could not clean a batch may be in any state. */
  async #endStaging(): Promise<void> {
    const staging = this.#staging
    this.#staging = null
    await staging?.close()
  }

  async #context({ records, documents }: LiveBatch) {
    const { warehouse, now, timeZone: given = 'UTC' } = this.#options
    const rows = await warehouse.query(
      "SELECT key, value FROM settings WHERE key IN ('time_zone', 'currency')",
      [],
      { brief: true },
    )
    const known = new Map(rows.map(({ key, value }) => [String(key), String(value)]))
    this.#knowsShop = known.size === 2
    const timeZone =
      known.get('time_zone') ??
      explainingZone(offsetsOf([...timesOf(records), ...timesIn(documents)]), given) ??
      given
    const latest = addDays(dayIn(timeZone, now()), 1)
    return { timeZone, latest, currency: known.get('currency') ?? null }
  }
}

function isNoRoom(error: unknown): boolean {
  if (error instanceof StagingFault) return error.diskFull
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC'
}

/** Rows that said what others of the batch say were not even staged. */
function withRepeats(report: ImportReport, repeated: number): ImportReport {
  const { rows } = report
  const all = { ...rows, in: rows.in + repeated, duplicate: rows.duplicate + repeated }
  return { ...report, rows: all }
}

function timesOf(records: LiveBatch['records']): string[] {
  return records.flatMap(({ kind, record }) =>
    kind === 'orders' || kind === 'returns' ? [record.at] : [],
  )
}

/** When the orders of shop systems were made, as their documents say it. */
function timesIn(documents: LiveBatch['documents']): string[] {
  return documents.flatMap(({ text }) => /"created_at"\s*:\s*"([^"]+)"/.exec(text)?.[1] ?? [])
}

/** Offsets that times state. */
function offsetsOf(times: readonly string[]): StatedOffset[] {
  return times.flatMap((time) => {
    const [, sign, hours, minutes] = /:\d{2}(?:\.\d+)?([+-])(\d{2}):?(\d{2})?$/.exec(time) ?? []
    const at = Date.parse(time)
    if (hours === undefined || Number.isNaN(at)) return []
    const ahead = Number(hours) * 60 + Number(minutes ?? 0)
    return [{ minutes: sign === '-' ? -ahead : ahead, first: at, last: at }]
  })
}

/** The first one that is stated counts where the shop knows none; one with a rate is another than the shop's. */
function currencyIn({ records }: LiveBatch): string | null {
  for (const { record } of records)
    if ('currency' in record && record.currency && !record.exchange_rate) return record.currency
  return null
}

function understandingOf(tables: readonly DeclaredTable[]): Understanding {
  const profiled = tables.map((table) => table.profiled)
  return {
    // What came back stands in the documents of its orders.
    files: [...new Set(profiled.map(({ recognised }) => recognised.table.file))],
    tables: profiled,
    linked: [],
    ignored: [],
    notes: [],
  }
}

function settledBy(tables: readonly DeclaredTable[]): Settled {
  return {
    notations: new Map(tables.map(({ profiled, notation }) => [profiled.recognised, notation])),
    questions: [],
    doubts: [],
    consulted: new Map(),
    payments: undefined,
  }
}

const emptyDraft = {
  answers: {},
  remembered: [],
  repairs: [],
  read: new Map(),
  warnings: [],
}
