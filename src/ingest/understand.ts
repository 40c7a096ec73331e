import { closeSync, openSync, readSync } from 'node:fs'
import { TakingsError } from '../model/errors.ts'
import type { Warning } from '../model/import.ts'
import { countText, plural } from '../model/sentence.ts'
import { isOrderTotal } from './arithmetic.ts'
import { besideData } from './beside-data.ts'
import { type ClaimedSample, type Left, withoutBesides } from './beside-lines.ts'
import { isSurelyOfOrder, orderAmountMeaning } from './charge-headers.ts'
import { withCharges, withChargesAlike } from './charges.ts'
import { lacksRows } from './check-rows.ts'
import { correctable } from './correctable.ts'
import { extract } from './extract.ts'
import { withOrdersFilledDown } from './fill-down.ts'
import type { StagedTable } from './format.ts'
import { formats } from './formats/formats.ts'
import { withFullNames } from './full-names.ts'
import { meanings } from './headers.ts'
import type { InputFile } from './input.ts'
import { type Claim, columnOf, isOfLines, type RecognisedTable } from './layout.ts'
import { layouts } from './layouts/layouts.ts'
import { type LinkedTable, linkTables } from './links.ts'
import { withMadeColumns } from './made-columns.ts'
import { withMajorUnits } from './major-units.ts'
import { markNotes, withMarks } from './marked-tables.ts'
import { isOnFirstRow, withOrderFields } from './order-fields.ts'
import { OrderSample } from './order-sample.ts'
import { withOrderSums } from './order-sums.ts'
import { profileTable, promisedProfile, withCurrenciesCounted } from './profile.ts'
import { withRefundLists } from './refund-lists.ts'
import { withoutToldRefunds } from './refunds-beside-orders.ts'
import { sampleTable, type TableSample, telling } from './sample.ts'
import { sectionsOf } from './sections.ts'
import type { ProfiledTable } from './settle.ts'
import { withUtcTimes } from './utc-columns.ts'
import type { Workbench } from './workbench.ts'

/** What the files of an import hold, before any doubt is settled. */
export interface Understanding {
  readonly files: readonly InputFile[]
  readonly tables: readonly ProfiledTable[]
  /** Tables that were read into others, which they complete. */
  readonly linked: readonly LinkedTable[]
  /** Tables that hold nothing that is loaded, with their rows. */
  readonly ignored: readonly { readonly sample: TableSample; readonly rows: number }[]
  readonly notes: readonly Warning[]
}

export interface UnderstandRequest {
  readonly paths: readonly string[]
  readonly names: Readonly<Record<string, string>>
  /** What people said of a table, over what it was recognised as. */
  readonly correct?: (sample: TableSample, claim: Claim | null) => Claim | null
  /** Looks at all tables before any is recognised; throws where they are not those that were spoken of. */
  readonly onSamples?: (samples: readonly TableSample[]) => void
  /** Bytes from which a file is large: see `promiseOf`. */
  readonly largeFrom: number
  readonly signal?: AbortSignal
  readonly onProgress: (step: 'reading' | 'recognising', share: number) => void
}

const headLength = 1 << 20

export async function understand(
  bench: Workbench,
  request: UnderstandRequest,
): Promise<Understanding> {
  const notes: Warning[] = []
  const files = await extractAll(bench, request, notes)
  const samples: TableSample[] = []
  for (const file of files) {
    for (const own of await openFile(bench, file)) {
      const { table, notes: said } = await withMajorUnits(bench.staging, own)
      const sample = await sampleTable(bench.staging, withMadeColumns(withFullNames(table)))
      const sections = await sectionsOf(bench, sample)
      if (!sections) samples.push(withMarks(sample))
      for (const section of sections ?? [])
        samples.push(withMarks(await sampleTable(bench.staging, section)))
      notes.push(...said)
    }
  }
  request.onSamples?.(samples)
  notes.push(...markNotes(samples))
  const claims = new Map<TableSample, Claim | null>()
  const claim = (sample: TableSample) => {
    const known = claims.get(sample)
    if (known !== undefined) return known
    const found = claimOf(sample)
    const own = request.correct ? request.correct(sample, found) : found
    claims.set(sample, own)
    return own
  }
  for (const [index, sample] of samples.entries()) {
    const { sample: filled, note } = await withOrdersFilledDown(bench, sample, claim(sample))
    samples[index] = filled
    if (note) notes.push(note)
  }
  const linked = await linkTables(bench, samples, {
    holds: (sample) => claim(sample)?.holds ?? null,
  })
  const claimed = linked.samples.map((sample) => ({ sample, claim: claim(sample) }))
  try {
    return await recognise(bench, request, { files, claimed, linked: linked.linked, notes })
  } catch (error) {
    throw correctable(error, claimed)
  }
}

/** What stands beside data and holds none is left out with a word, as long as there is data. */
async function extractAll(
  bench: Workbench,
  { paths, names, signal, onProgress }: UnderstandRequest,
  notes: Warning[],
): Promise<readonly InputFile[]> {
  const files: InputFile[] = []
  const errors: unknown[] = []
  let lastNumber = 0
  const nextNumber = () => {
    lastNumber += 1
    return lastNumber
  }
  for (const [index, path] of paths.entries()) {
    onProgress('reading', index / paths.length)
    const name = names[path] ?? path
    const options = { path, name, folder: bench.folder, nextNumber, ...(signal ? { signal } : {}) }
    try {
      files.push(...(await extract(options)))
    } catch (error) {
      const remark = paths.length > 1 ? besideData(error, name) : null
      if (!remark) throw error
      notes.push(remark)
      errors.push(error)
    }
  }
  if (files.length === 0) throw errors[0]
  return files
}

async function openFile(bench: Workbench, file: InputFile): Promise<readonly StagedTable[]> {
  const head = file.encoding === 'binary' ? '' : readHead(file.path)
  const format = formats.find((candidate) => candidate.claims(file, head))
  if (!format) {
    throw new TakingsError('unreadable_format', { path: file.name, problem: 'no format fits' })
  }
  const tables = await format.open({ file, head, staging: bench.staging, folder: bench.folder })
  for (const { columns } of tables) refuseTooWide(file, columns.length)
  return tables
}

/** Reading holds 2,000 rows of all columns at once; more of these than any export has would not fit. */
const mostColumns = 2_000

function refuseTooWide({ name }: InputFile, columns: number): void {
  if (columns <= mostColumns) return
  const problem = `it has ${countText(String(columns))} columns, and ${countText(String(mostColumns))} at most are read; export fewer`
  throw new TakingsError('unreadable_format', { path: name, problem })
}

/** The first megabyte as text; a character cut at its end is left out. */
function readHead(path: string): string {
  const buffer = Buffer.alloc(headLength)
  const file = openSync(path, 'r')
  try {
    const length = readSync(file, buffer, 0, headLength, 0)
    return new TextDecoder('utf-8').decode(buffer.subarray(0, length), {
      stream: length === headLength,
    })
  } finally {
    closeSync(file)
  }
}

async function recognise(
  bench: Workbench,
  request: UnderstandRequest,
  {
    files,
    claimed: all,
    linked,
    notes: said,
  }: Omit<Understanding, 'tables' | 'ignored'> & { readonly claimed: readonly ClaimedSample[] },
): Promise<Understanding> {
  const tables: ProfiledTable[] = []
  const ignored: { sample: TableSample; rows: number }[] = []
  const notes: Warning[] = [
    ...said,
    ...files.flatMap(({ remarks }) => remarks),
    ...linked.flatMap(aloneNotes),
  ]
  const { claimed: besides, left } = await withoutBesides(bench, all)
  const { claimed: untold, notes: refundNotes } = withoutToldRefunds(besides)
  const { claimed, notes: listNotes } = withRefundLists(untold)
  notes.push(...left.map(besideNote), ...refundNotes, ...listNotes)
  const recognised: RecognisedTable[] = []
  for (const { sample, claim } of withRegionKeys(claimed)) {
    if (!claim || claim.holds === 'calendar') {
      const row = await bench.row(`SELECT count(*) AS rows FROM ${sample.table.relation}`)
      ignored.push({ sample, rows: Number(row.rows) })
      const said = left.some((table) => table.sample === sample)
      if (!claim && !said) notes.push({ code: 'ignored_file', text: ignoredText(sample) })
      continue
    }
    recognised.push(
      withCharges(withoutOrderTotal(withOrderSums({ table: sample.table, sample, claim }), notes)),
    )
  }
  for (const [index, one] of withChargesAlike(recognised).entries()) {
    request.onProgress('recognising', index / all.length)
    const filled = await withOrderFields(bench, await withUtcTimes(bench, one))
    tables.push(await profiledTable(bench, request, await withDiscounts(bench, filled)))
  }
  notes.push(...linked.flatMap((table) => discountNotes(table, tables)))
  const samples = all.map(({ sample }) => sample)
  if (tables.length === 0) refuse(samples)
  if (tables.every(isEmpty)) {
    const paths = samples.map(({ table }) => table.file.name)
    throw new TakingsError('empty_file', { path: paths.join(', ') })
  }
  return { files, tables: await withCurrenciesTold(bench, tables), linked, ignored, notes }
}

/** Between several currencies a person is asked, and told how many rows state each. */
async function withCurrenciesTold(
  bench: Workbench,
  tables: readonly ProfiledTable[],
): Promise<readonly ProfiledTable[]> {
  const codes = tables.flatMap(({ profile }) => profile.currencies.map(({ code }) => code))
  if (new Set(codes).size < 2) return tables
  const told: ProfiledTable[] = []
  for (const table of tables)
    told.push({ ...table, profile: await withCurrenciesCounted(bench.staging, table) })
  return told
}

/** A table with first rows holds something, whatever the lines of its file were counted as. */
function isEmpty({ recognised: { sample }, profile: { count } }: ProfiledTable): boolean {
  return sample.rows.length === 0 && count.rows + count.malformed.length === 0
}

/** Where the first rows take nothing off, some that do: they tell what a discount means. */
async function withDiscounts(
  bench: Workbench,
  recognised: RecognisedTable,
): Promise<RecognisedTable> {
  const { claim, sample, table } = recognised
  const discount = columnOf(claim, 'discount')
  const index = sample.columns.findIndex(({ sql }) => sql === discount)
  if (!discount || sample.rows.some((row) => /[1-9]/.test(row[index] ?? ''))) return recognised
  const rows = await telling(bench.staging, table, discount)
  return { ...recognised, sample: { ...sample, rows: [...sample.rows, ...rows] } }
}

/** Only order lines and returns are large enough to be spared a look at all of their rows. */
async function profiledTable(
  bench: Workbench,
  { largeFrom }: UnderstandRequest,
  recognised: RecognisedTable,
): Promise<ProfiledTable> {
  const { table, claim } = recognised
  const large = table.file.size >= largeFrom && isOfLines(claim)
  const profile = large ? await promisedProfile(bench.staging, recognised) : null
  return profile ? { recognised, profile } : profiled(bench, recognised)
}

/** The same understanding after a promise was broken: all rows of every table looked at. */
export async function withoutPromises(
  bench: Workbench,
  understanding: Understanding,
): Promise<Understanding> {
  const tables: ProfiledTable[] = []
  for (const table of understanding.tables) {
    const promised = table.profile.promise !== null
    tables.push(promised ? await profiled(bench, table.recognised) : table)
  }
  return { ...understanding, tables }
}

/**
 * All rows of a table looked at; where some are malformed, mended first so that none of them hides others.
 * So is one of fewer rows than its bytes state: either the reader lost some, or a line was no record.
 */
async function profiled(bench: Workbench, recognised: RecognisedTable): Promise<ProfiledTable> {
  const profile = await profileTable(bench.staging, recognised)
  const { mended } = recognised.table
  const sound = profile.count.malformed.length === 0 && !lacksRows({ recognised, profile })
  if (sound || !mended) return { recognised, profile }
  const table = await mended()
  const again = await withDiscounts(bench, {
    ...recognised,
    table,
    sample: await sampleTable(bench.staging, table),
  })
  return { recognised: again, profile: await profileTable(bench.staging, again) }
}

function claimOf(sample: TableSample): Claim | null {
  const claims = layouts.flatMap((layout) => layout.claim(sample) ?? [])
  return claims.reduce<Claim | null>((a, b) => (a && a.confidence >= b.confidence ? a : b), null)
}

/** What was taken off whole orders is spread over their lines only where it is sure to be money. */
function discountNotes({ sample, discounts }: LinkedTable, tables: readonly ProfiledTable[]) {
  const used = (name: string) =>
    tables.some(({ recognised: { claim, table } }) =>
      table.columns.some((column) => {
        const role = claim.columns.get(column.sql)?.role
        const isIt = column.name === name || column.name.endsWith(`.${name}`)
        return (
          role === 'order_subtotal' || (['order_discount', 'discount'].includes(role ?? '') && isIt)
        )
      }),
    )
  return discounts
    .filter((name) => !used(name))
    .map((name) => ({
      code: 'order_discount_unused' as const,
      text: `"${name}" in ${sample.table.file.name} is of whole orders, and was not taken off their lines: revenue is before it.`,
    }))
}

/** What an order sums up to is no line, so it cannot count beside lines. */
function aloneNotes({ sample, into, alone }: LinkedTable) {
  if (alone === 0) return []
  return [
    {
      code: 'orders_without_lines' as const,
      text: `${plural(String(alone), 'order', 'orders')} of ${sample.table.file.name} ${alone === 1 ? 'has' : 'have'} no lines in ${into}: not counted.`,
    },
  ]
}

function besideNote({ sample, lines, shared }: Left) {
  const { name } = sample.table.file
  return {
    code: 'amounts_beside_lines' as const,
    text: shared
      ? `${name} holds other amounts of orders that stand in ${lines}: they were not counted beside them.`
      : `${name} holds amounts without products and quantities, and was not counted beside the lines in ${lines}. If its orders stand in no other file, import it by itself.`,
  }
}

/** A region's id says something only where a table of the import tells what it means. */
function withRegionKeys(claimed: readonly ClaimedSample[]): readonly ClaimedSample[] {
  if (!claimed.some(({ claim }) => claim?.holds === 'regions')) return claimed
  return claimed.map(({ sample, claim }) => {
    const lines = claim && (isOfLines(claim) || claim.holds === 'customers')
    if (!lines || columnOf(claim, 'region_key')) return { sample, claim }
    const column = sample.columns.find(
      ({ name, sql }) =>
        !claim.columns.has(sql) && meanings(name).some(({ role }) => role === 'region_key'),
    )
    if (!column) return { sample, claim }
    const evidence = `the header "${column.name}" and a table of regions`
    const columns = new Map(claim.columns)
    columns.set(column.sql, { role: 'region_key', confidence: 0.9, evidence })
    return { sample, claim: { ...claim, columns } }
  })
}

function ignoredText({ table }: TableSample): string {
  // The name of a sheet may stand in that of its file already.
  const isNamed = table.part !== '' && !table.file.name.endsWith(`/${table.part}`)
  const part = isNamed ? `, "${table.part}"` : ''
  if (table.ofPurchases)
    return `${table.file.name}${part} holds what the shop bought from its suppliers, by its name or its columns: no sales. If they are sales, say that it holds order lines.`
  return `${table.file.name}${part} holds nothing that Takings loads (columns: ${table.columns
    .slice(0, 8)
    .map(({ name }) => name)
    .join(', ')}).`
}

/** A total that repeats on every line belongs to the order: counted per line it would count again and again. */
function withoutOrderTotal(recognised: RecognisedTable, notes: Warning[]): RecognisedTable {
  const { claim, table } = recognised
  const total = columnOf(claim, 'line_total')
  const order = columnOf(claim, 'order_number')
  if (claim.holds !== 'order_lines' || !total) return recognised
  const name = table.columns.find(({ sql }) => sql === total)?.name ?? ''
  const first = order && isOnFirstRow(recognised.sample, { order, sql: total })
  const repeats = order && new OrderSample(recognised.sample, order).spread(total) === 'same'
  const ofOrder = isOrderTotal(recognised) || (repeats && isSurelyOfOrder(name))
  if (!(first || ofOrder)) return recognised
  const stands = first
    ? "stands on an order's first line only"
    : 'repeats on every line of an order'
  if (!columnOf(claim, 'unit_price')) {
    throw new TakingsError('not_recognised', {
      path: table.file.name,
      problem: `"${name}" ${stands}, so it is the order's total, and no price of the lines is stated`,
    })
  }
  const said = orderAmountMeaning(name)
  if (said !== 'order_subtotal' && !isSurelyOfOrder(name)) {
    notes.push({
      code: 'order_total_unused',
      text: `"${name}" in ${table.file.name} ${stands}, so it is the order's total; lines were priced by quantity x unit price.`,
    })
  }
  const columns = new Map(claim.columns)
  const own = columns.get(total)
  if (own) columns.set(total, { ...own, role: said ?? 'order_total' })
  return { ...recognised, claim: { ...claim, columns } }
}

function refuse(samples: readonly TableSample[]): never {
  const [first] = samples
  const columns =
    first?.table.columns
      .map(({ name }) => name)
      .slice(0, 12)
      .join(', ') ?? ''
  throw new TakingsError('not_recognised', {
    path: samples.map(({ table }) => table.file.name).join(', '),
    problem: problemOf(first, columns),
  })
}

function problemOf(first: TableSample | undefined, columns: string): string {
  if (first && first.rows.length === 0) return 'it has a header and no rows'
  if (first?.table.ofPurchases)
    return `it seems to hold what the shop bought from its suppliers, by its name or its columns, and that is no sales; its columns are: ${columns}`
  return `an order date, a product or order number, and a price or total are needed, and its columns are: ${columns}`
}
