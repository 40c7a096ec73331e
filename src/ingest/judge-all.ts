import { TakingsError } from '../model/errors.ts'
import { type RejectReason, rejectReasons } from '../model/reasons.ts'
import { StagingFault } from '../staging/staging.ts'
import { type Arranged, type ArrangeFindings, arrange } from './arrange.ts'
import { checkRows } from './check-rows.ts'
import { mustBeNumbered } from './clean.ts'
import { type Findings, findFigures, plainFigures } from './findings.ts'
import { type Handover, writeHandover } from './handover.ts'
import {
  type Judged,
  type JudgeRequest,
  judgeTable,
  type MalformedRows,
  type Tally,
  tally,
  writeForm,
  writeRejected,
} from './judged.ts'
import {
  columnOf,
  type Holds,
  isDocument,
  isOfLines,
  type RecognisedTable,
  statesOrderAmounts,
} from './layout.ts'
import { whyColumn } from './mended.ts'
import { withoutSecondMends } from './mended-twice.ts'
import { type NamedSums, namedSums } from './named-sums.ts'
import type { TableNotation } from './notation.ts'
import { holdDiscountRows } from './order-amounts.ts'
import { previewTable } from './preview.ts'
import { type WithListPrices, withListPrices } from './price-list.ts'
import { brokenPromise, PromiseBroken } from './promise.ts'
import { type OpenQuestion, overlapQuestion, questionKeys } from './questions.ts'
import { writeRates } from './rates.ts'
import type { ProfiledTable, Settled } from './settle.ts'
import { twoAtOnce } from './two-at-once.ts'
import type { Understanding } from './understand.ts'
import { unknownStatuses } from './unknown-statuses.ts'
import type { Workbench } from './workbench.ts'

/** An import cleaned, counted and ready to load. */
export interface JudgedImport {
  readonly handover: Handover
  readonly rejected: string | null
  readonly figures: Findings
  readonly arranged: ArrangeFindings
  readonly tallies: readonly Tally[]
  readonly files: readonly FileTally[]
  /** Lines that state no price and got the one of their product. */
  readonly pricedFromList: number
  /** The first rows of each table as understood. */
  readonly previews: ReadonlyMap<ProfiledTable, JudgedTable['preview']>
  /** Questions that only show once the rows are clean. */
  readonly questions: readonly OpenQuestion[]
  /** Of the amounts as they are loaded: the shop's where it has one, else what the files state. */
  readonly currency: string | null
  readonly latest: string
  readonly timeZone: string
  /** Each table with its judged rows. */
  readonly tables: readonly Pick<
    JudgedTable,
    'table' | 'file' | 'numbered' | 'namedLikeSums' | 'leftAsSums'
  >[]
}

export interface FileTally {
  readonly number: number
  readonly name: string
  readonly rows: number
  readonly rejected: number
  /** The most frequent reasons in words. */
  readonly reasons: string
}

export interface JudgeAllRequest {
  readonly understanding: Understanding
  readonly settled: Settled
  readonly answers: Readonly<Record<string, string>>
  readonly source: string
  readonly timeZone: string
  readonly latest: string
  /** The shop's currency where the warehouse knows it. */
  readonly currency: string | null
  readonly onProgress?: (share: number) => void
  /** What columns mean was declared: figures only, nothing is looked for that a person should be told. */
  readonly declared?: true
}

/** With the path of the rates, where amounts are converted. */
type RatedRequest = JudgeAllRequest & Pick<JudgeRequest, 'rates'>

export async function judgeAll(bench: Workbench, asked: JudgeAllRequest): Promise<JudgedImport> {
  const { understanding, settled, source } = asked
  // Amounts are converted while they are cleaned, so the rates come first.
  const rates = await judgeTables(bench, asked, (table) => isRates(table))
  const request: RatedRequest = { ...asked, ...(await ratesOf(bench, asked, rates)) }
  const { results: priced, pricedFromList } = await judgePriced(bench, request, rates)
  const results = await withoutSecondMends(bench, priced)
  const lineResults = results.filter(({ table }) => isOfLines(table.recognised.claim))
  // Numbered rows have all columns.
  const hasAll = lineResults.some(({ numbered }) => numbered)
  const form = lineResults.length > 0 && !hasAll ? [await writeForm(bench)] : []
  const judged = judgedOf(results, form)
  const arranged = await arrangeAll(bench, request, { results: lineResults, form })
  request.onProgress?.(0.75)
  if (arranged.findings.collision)
    throw new TakingsError('order_id_collision', arranged.findings.collision)
  const beside = besideOf(bench, request) ?? bench
  const all = Object.values(judged)
  const handing = writeHandover(bench, {
    beside,
    declared: request.declared === true,
    judged,
    lines: arranged.lines,
    orders: arranged.orders,
    charged: arranged.charged,
    source,
    files: understanding.files,
    timeZone: request.timeZone,
    rows: understanding.tables.reduce((sum, { profile }) => sum + profile.count.rows, 0),
  })
  const tallying = Promise.all(all.map((files) => tally(beside, files)))
  const [handover, tallied] = await Promise.all([handing, tallying])
  const tallies = tallied.flat()
  const rejected = await writeRejected(bench, {
    groups: all,
    malformed: malformedIn(understanding),
    duplicates: arranged.duplicates,
    tallies,
  })
  const currency =
    request.currency ??
    [...settled.notations.values()].find((notation) => notation.currency)?.currency
  const files = fileTallies(understanding, tallies, arranged.findings)
  const figures = request.declared
    ? await plainFigures(bench, handover)
    : await findFigures(bench, handover, arranged.findings)
  const statuses = await unknownStatuses(bench, understanding.tables)
  checkRows(understanding, tallies)
  request.onProgress?.(0.9)
  return {
    handover,
    rejected,
    figures: { ...figures, warnings: [...figures.warnings, ...statuses] },
    arranged: arranged.findings,
    tallies,
    files,
    pricedFromList,
    previews: new Map(results.map(({ table, preview }) => [table, preview])),
    questions:
      arranged.findings.overlapping > 0 ? [overlapQuestion(arranged.findings.overlapping)] : [],
    currency: currency ?? null,
    latest: request.latest,
    timeZone: request.timeZone,
    tables: results,
  }
}

/** The clean files by what they hold. */
function judgedOf(results: readonly JudgedTable[], form: readonly string[]): Judged {
  const filesOf = (wanted: Holds) =>
    results.filter(({ holds }) => holds === wanted).map(({ file }) => file)
  const lines = results.filter(({ table }) => isOfLines(table.recognised.claim))
  return {
    lines: [...lines.map(({ file }) => file), ...form],
    customers: filesOf('customers'),
    products: filesOf('products'),
    regions: filesOf('regions'),
    stock: filesOf('stock'),
    rates: filesOf('rates'),
  }
}

/** Of a few live records statements are answered side by side; those of files have all cores each. */
function besideOf(bench: Workbench, { declared }: JudgeAllRequest): Workbench | null {
  return declared ? bench.beside : null
}

/** The lines of all tables as orders; `charged` where some of them state charges. */
async function arrangeAll(
  bench: Workbench,
  request: RatedRequest,
  { results, form }: { readonly results: readonly JudgedTable[]; readonly form: readonly string[] },
): Promise<Arranged & { readonly charged: boolean }> {
  const { understanding, answers } = request
  const lineTables = understanding.tables.filter(
    ({ recognised }) => recognised.claim.holds === 'order_lines',
  )
  const statesAmounts = lineTables.some(({ recognised }) => statesOrderAmounts(recognised.claim))
  const documents = documentsIn(understanding)
  const beside = besideOf(bench, request)
  const aside = results
    .filter(({ holds, numbered }) => numbered && holds === 'order_lines')
    .map(({ file }) => file)
  const arranged = await arrange(bench, {
    files: [...results.map(({ file }) => file), ...form],
    numbered: async () => [...(await numberAll(bench, request, results)), ...form],
    anonymous:
      lineTables.length > 0 &&
      lineTables.every(({ recognised }) => !columnOf(recognised.claim, 'order_number')),
    documents,
    several: results.length > 1 || documents.length > 0,
    someAside: aside.length > 0,
    amounts: statesAmounts ? Promise.resolve(true) : holdDiscountRows(beside ?? bench, aside),
    beside,
    overlap: answers[questionKeys.overlap],
  })
  return { ...arranged, charged: statesAmounts }
}

/** Numbers of the files whose records are whole orders. */
function documentsIn({ tables }: Understanding): number[] {
  const documents = tables.filter(({ recognised }) => isDocument(recognised))
  return documents.map(({ recognised }) => recognised.table.file.number)
}

function malformedIn({ tables, linked }: Understanding): readonly MalformedRows[] {
  return [
    ...tables.map(({ recognised, profile }) => ({
      fileNumber: recognised.table.file.number,
      rows: profile.count.malformed,
    })),
    ...linked.map(({ sample, malformed }) => ({
      fileNumber: sample.table.file.number,
      rows: malformed,
    })),
  ]
}

/** Above this, rows are cleaned without record numbers first: numbering keeps all cores but one waiting. */
const leastUnnumbered = 50_000

interface JudgedTable {
  readonly table: ProfiledTable
  readonly preview: readonly Readonly<Record<string, string | null>>[]
  readonly holds: Holds
  readonly file: string
  readonly numbered: boolean
  /** Sales of products called like a sum, where there are some. */
  readonly namedLikeSums: NamedSums['sold']
  readonly leftAsSums: NamedSums['left']
}

async function judgePriced(
  bench: Workbench,
  request: RatedRequest,
  rates: readonly JudgedTable[],
): Promise<WithListPrices<JudgedTable>> {
  const others = await judgeTables(bench, request, (table) => !isRates(table))
  return withListPrices(bench, [...rates, ...others], ({ table }, listPrices) =>
    judgeOne(bench, { ...request, listPrices }, { table, numbered: true }),
  )
}

function isRates({ recognised }: ProfiledTable): boolean {
  return recognised.claim.holds === 'rates'
}

async function judgeTables(
  bench: Workbench,
  request: RatedRequest,
  wanted: (table: ProfiledTable) => boolean,
): Promise<JudgedTable[]> {
  const { tables } = request.understanding
  const shares = new Map<ProfiledTable, number>()
  return twoAtOnce(bench, tables.filter(wanted), {
    mayBeBeside,
    run: (table, own) => {
      const onProgress = (share: number) => {
        shares.set(table, share)
        const done = [...shares.values()].reduce((sum, one) => sum + one, 0)
        request.onProgress?.((done / tables.length) * 0.6)
      }
      return judgeSoon(own, { ...request, onProgress }, table).finally(() => onProgress(1))
    },
  })
}

const leastBeside = 256 * 1024
const mostBeside = 16 * 1024 * 1024

/**
 * Of small files a second connection would take longer than it saves, and large ones need the memory. What a promise
 * was broken by is told on the first one.
 */
function mayBeBeside({ recognised, profile }: ProfiledTable): boolean {
  const { size } = recognised.table.file
  return profile.promise === null && size >= leastBeside && size < mostBeside
}

/** The path of the rates; none where nothing is converted, or the shop counts in another currency than they lead to. */
async function ratesOf(
  bench: Workbench,
  { settled, currency }: JudgeAllRequest,
  judged: readonly JudgedTable[],
): Promise<Pick<JudgeRequest, 'rates'>> {
  const [notation] = settled.notations.values()
  if (!notation?.rates || (currency !== null && currency !== notation.currency)) return {}
  const files = judged.map(({ file }) => file)
  return { rates: await writeRates(bench, files, notation.rates) }
}

/** Without record numbers first where that saves much; with them once a row must be told apart. */
async function judgeSoon(
  bench: Workbench,
  request: RatedRequest,
  table: ProfiledTable,
): Promise<JudgedTable> {
  const { recognised, profile } = table
  const { claim } = recognised
  const apart =
    whyColumn(recognised.table) !== undefined ||
    areToldApart(claim, profile.keysRepeat) ||
    havePlaces(recognised)
  const large = profile.promise !== null || profile.count.rows >= leastUnnumbered
  if (large && !apart) {
    try {
      return await judgeOne(bench, request, { table, numbered: false })
    } catch (error) {
      if (!failedWith(error, mustBeNumbered)) throw error
    }
  }
  return judgeOne(bench, request, { table, numbered: true })
}

/**
 * Lines without an order number are found again by their record, rows that share a key by their order; of
 * several counts of stock at one moment the last counts.
 */
function areToldApart(claim: RecognisedTable['claim'], keysRepeat: boolean): boolean {
  if (isOfLines(claim)) return !columnOf(claim, 'order_number')
  return keysRepeat || claim.holds === 'stock'
}

/** Lines without numbers of their own stand in orders of several: their places in the file will number them. */
function havePlaces({ claim, sample }: RecognisedTable): boolean {
  const order = columnOf(claim, 'order_number')
  if (claim.holds !== 'order_lines' || columnOf(claim, 'line_id')) return false
  return sample.columns.some(({ sql, filled, distinct }) => sql === order && distinct < filled)
}

function failedWith(error: unknown, message: string): boolean {
  return error instanceof StagingFault && error.message.includes(message)
}

async function judgeOne(
  bench: Workbench,
  request: RatedRequest & Pick<JudgeRequest, 'listPrices'>,
  { table, numbered }: { readonly table: ProfiledTable; readonly numbered: boolean },
): Promise<JudgedTable> {
  const { recognised } = table
  const notation = request.settled.notations.get(recognised)
  if (!notation) throw new Error(`no notation was settled for ${recognised.table.file.name}`)
  const own = {
    recognised: withPriceMeaning(recognised, notation),
    notation: inCurrency(notation, request.currency),
    source: request.source,
    timeZone: request.timeZone,
    latest: request.latest,
    numbered,
    keysRepeat: table.profile.keysRepeat,
    promise: table.profile.promise,
    part: request.answers[questionKeys.knownOrders] === 'part',
    ...(request.listPrices ? { listPrices: request.listPrices } : {}),
    ...(request.rates ? { rates: request.rates } : {}),
    ...(request.declared ? { declared: true as const } : {}),
  }
  const judge = (sums: readonly number[]) =>
    judgeTable(bench, { ...own, sums }, request.onProgress).catch((error) => {
      throw failedWith(error, brokenPromise) ? new PromiseBroken() : error
    })
  const early = numbered || request.declared ? null : await previewTable(bench, own, null)
  const file = await judge([])
  const preview = request.declared ? [] : (early ?? (await previewTable(bench, own, file)))
  if (own.promise && (await recognised.table.malformed()).length > 0) throw new PromiseBroken()
  const { holds } = recognised.claim
  const found =
    numbered && holds === 'order_lines' && !request.declared
      ? await namedSums(bench, { file, rows: table.profile.count.rows })
      : null
  const judged = {
    table,
    preview,
    holds,
    numbered,
    namedLikeSums: found?.sold ?? null,
    leftAsSums: found?.left ?? null,
  }
  if (found && found.sums.length > 0) return { ...judged, file: await judge(found.sums) }
  return { ...judged, file }
}

/** The shop's own currency counts; rates that lead to another are of no use then. */
function inCurrency(notation: TableNotation, currency: string | null): TableNotation {
  if (currency === null || currency === notation.currency) return notation
  return { ...notation, currency, rowRates: null }
}

/** The judged files of lines, all with record numbers. */
async function numberAll(
  bench: Workbench,
  request: RatedRequest,
  results: readonly JudgedTable[],
): Promise<string[]> {
  const files: string[] = []
  for (const result of results) {
    const again = result.numbered
      ? result
      : await judgeOne(bench, request, { table: result.table, numbered: true })
    files.push(again.file)
  }
  return files
}

/** Where the only column of money means the other thing than its header says, its role follows. */
function withPriceMeaning(recognised: RecognisedTable, notation: TableNotation): RecognisedTable {
  if (notation.price === null) return recognised
  const role = notation.price === 'unit' ? ('unit_price' as const) : ('line_total' as const)
  const columns = new Map(
    [...recognised.claim.columns].map(([sql, column]) =>
      column.role === 'unit_price' || column.role === 'line_total'
        ? [sql, { ...column, role }]
        : [sql, column],
    ),
  )
  return { ...recognised, claim: { ...recognised.claim, columns } }
}

function fileTallies(
  understanding: Understanding,
  tallies: readonly Tally[],
  arranged: ArrangeFindings,
): FileTally[] {
  return understanding.files.map((file) => {
    const own = tallies.filter(({ fileNumber }) => fileNumber === file.number)
    const malformed = understanding.tables
      .filter(({ recognised }) => recognised.table.file.number === file.number)
      .flatMap(({ profile }) => profile.count.malformed)
    const unfit = malformed.filter(({ ignored }) => !ignored).length
    const rejects = own
      .filter(({ outcome }) => outcome === 'rejected')
      .sort((a, b) => b.rows - a.rows)
    const rows = own.reduce((sum, tally) => sum + tally.rows, 0) + malformed.length
    const conflicting = understanding.files.length === 1 ? arranged.conflicting : 0
    return {
      number: file.number,
      name: file.name,
      rows,
      rejected: rejects.reduce((sum, tally) => sum + tally.rows, 0) + unfit + conflicting,
      reasons:
        rejects
          .slice(0, 3)
          .map(({ reason, rows: count }) => `${rejectReasons[reason as RejectReason]} (${count})`)
          .join('; ') || 'lines that do not fit the columns',
    }
  })
}
