import { TakingsError } from '../model/errors.ts'
import type { Held } from '../model/held.ts'
import type { RememberedUse, Warning } from '../model/import.ts'
import { dayText } from '../model/sentence.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import type { JudgedImport } from './judge-all.ts'
import {
  answerUse,
  columnUse,
  holdsUse,
  idOfShape,
  type KeptMapping,
  readMappings,
  type Said,
  writeMappings,
} from './kept-mappings.ts'
import type { Claim, RecognisedTable } from './layout.ts'
import { applyCorrections, type Correction, type Corrections } from './map-file.ts'
import { isWhyHeader, statedSources } from './mended.ts'
import { answerText, lastingQuestions } from './questions.ts'
import { disproved, readAs } from './read-as.ts'
import type { Role } from './role.ts'
import type { TableSample } from './sample.ts'
import type { ProfiledTable, Settled } from './settle.ts'

/**
 * What people said of files like those of an import, then and now: corrections of columns and answers to
 * questions. What is said now counts over what was said then, and what the values prove over both.
 */
export interface MemoryRequest {
  /** The source that the person named. */
  readonly source: string | undefined
  /** What is said now, the later over the earlier. */
  readonly corrections: readonly (Corrections & { readonly evidence: string })[]
  readonly answers: Readonly<Record<string, string>>
  /** False where everything is to be asked anew. */
  readonly recall: boolean
}

interface KnownTable {
  readonly id: string
  /** Null where nothing tells the file from others: it has no header. */
  readonly shape: { readonly source: string; readonly headers: readonly string[] } | null
  readonly kept: KeptMapping | null
  /** Rows that were rejected before and are mended now. */
  readonly mended: boolean
  readonly now: { readonly columns: Record<string, Role | null>; holds?: Held }
}

export class Memory {
  readonly #request: MemoryRequest
  readonly #mappings: ReadonlyMap<string, KeptMapping>
  readonly #tables = new Map<string, KnownTable>()

  private constructor(request: MemoryRequest, mappings: ReadonlyMap<string, KeptMapping>) {
    this.#request = request
    this.#mappings = mappings
  }

  static async open(warehouse: Warehouse, request: MemoryRequest): Promise<Memory> {
    return new Memory(request, request.recall ? await readMappings(warehouse) : new Map())
  }

  /** Only what is said now: nothing that was said before is at hand. */
  static ofNow(request: MemoryRequest): Memory {
    return new Memory(request, new Map())
  }

  /** What a table is by all that was said of it. */
  correct(sample: TableSample, claim: Claim | null): Claim | null {
    const known = this.#know(sample, claim)
    const { kept, mended, now } = known
    const before: Correction[] = []
    if (kept?.read && mended) {
      before.push({ ...kept.read, evidence: 'as in the import that the rows come from' })
    }
    if (kept) before.push(...rememberedCorrections(kept))
    const own = this.#request.corrections.flatMap((corrections) => [
      { columns: corrections.columns, evidence: corrections.evidence },
      ...fileCorrection(corrections, sample.table.file.name),
    ])
    for (const { columns = {}, holds } of own) {
      for (const { name } of sample.columns) {
        const role = Object.hasOwn(columns, name) ? columns[name] : undefined
        if (role !== undefined) now.columns[name] = role
      }
      if (holds) now.holds = holds
    }
    return applyCorrections(sample, claim, [...before, ...own])
  }

  /** Throws `invalid_option` for a column that was named and stands in no file. */
  checkColumns(samples: readonly TableSample[], named: Readonly<Record<string, unknown>>): void {
    const headers = new Set(samples.flatMap(({ columns }) => columns.map(({ name }) => name)))
    const unknown = Object.keys(named).find((header) => !headers.has(header))
    if (unknown === undefined) return
    throw new TakingsError('invalid_option', {
      option: '--column',
      problem: `no file has a column ${JSON.stringify(unknown)}`,
      advice: `Columns are: ${[...headers].slice(0, 20).join(', ')}.`,
    })
  }

  /** What was answered of such tables; a column that contradicts itself is asked about anew. */
  readonly recall = ({ recognised, profile }: ProfiledTable): Readonly<Record<string, string>> => {
    const known = this.#of(recognised)
    if (!known?.kept) return {}
    const said = Object.entries(known.kept.answers).map(([key, { value }]) => [key, value] as const)
    const answers = Object.fromEntries([
      ...(known.mended ? Object.entries(known.kept.read?.answers ?? {}) : []),
      ...said,
    ])
    const mixed = [...profile.moments.values()].some(({ orders }) =>
      Object.values(orders).includes('contradictory'),
    )
    if (mixed) delete answers['day-order']
    return answers
  }

  /** What held without being asked again. */
  used(tables: readonly ProfiledTable[], { consulted }: Settled): RememberedUse[] {
    return tables.flatMap(({ recognised }) => {
      const known = this.#of(recognised)
      const file = recognised.table.file.name
      if (!known?.kept) return []
      const { answers, columns, holds } = known.kept
      const headers = new Set(recognised.table.columns.map(({ name }) => name))
      const silent = (header: string) => known.now.columns[header] === undefined
      return [
        ...(holds && !known.now.holds ? [{ file, ...holdsUse(holds) }] : []),
        ...Object.entries(columns)
          .filter(([header]) => headers.has(header) && silent(header))
          .map(([header, said]) => ({ file, ...columnUse(header, said) })),
        ...Object.entries(answers)
          .filter(([key]) => consulted.get(recognised)?.has(key) && !this.#request.answers[key])
          .map(([key, said]) => ({ file, ...answerUse(key, said) })),
      ]
    })
  }

  /** Answers that no longer hold: disproved by the values, or answered otherwise now. */
  warnings(tables: readonly ProfiledTable[], settled: Settled): Warning[] {
    return tables.flatMap((table) => {
      const { recognised } = table
      const name = recognised.table.file.name
      const kept = Object.entries(this.#of(recognised)?.kept?.answers ?? {})
      return kept.flatMap(([key, { value, at }]): Warning[] => {
        const day = dayText(at.slice(0, 10))
        const now = this.#said(recognised, key, settled)
        const then = answerText(key, value)
        if (now !== undefined && now !== value) {
          const text = `${name}: "${answerText(key, now)}" replaces "${then}", as was answered on ${day}. Files of this kind that were imported before count as they were answered then, until they are imported again.`
          return [{ code: 'remembered_replaced', text }]
        }
        if (now !== undefined || !disproved(table, settled, [key, value])) return []
        const text = `${name}: its values disprove "${then}", as was answered on ${day} for files of this kind: the values count, and the answer is forgotten. Were earlier files read wrongly by it, import them again.`
        return [{ code: 'remembered_contradicted', text }]
      })
    })
  }

  /** Keeps what was said, once the import was loaded. */
  async keep(
    warehouse: Warehouse,
    loaded: {
      readonly tables: readonly ProfiledTable[]
      readonly settled: Settled
      readonly judged: JudgedImport
      readonly at: Date
    },
  ): Promise<void> {
    const changed = new Map<string, KeptMapping | null>()
    for (const table of loaded.tables) {
      const known = this.#of(table.recognised)
      if (!known?.shape) continue
      // Several files of one kind are kept as one: what is said of the first stands when the next says nothing.
      const kept = changed.get(known.id) ?? known.kept
      const next = this.#next(table, { ...known, kept }, loaded)
      if (next && !isSame(next, kept)) changed.set(known.id, next)
    }
    await writeMappings(warehouse, changed)
  }

  #next(
    table: ProfiledTable,
    { shape, kept, mended, now }: KnownTable,
    {
      settled,
      judged,
      at,
    }: { readonly settled: Settled; readonly judged: JudgedImport; readonly at: Date },
  ): KeptMapping | null {
    const { recognised } = table
    const { file } = recognised.table
    const said = <Value>(value: Value): Said<Value> => ({ value, at: at.toISOString() })
    const answers: Record<string, Said<string>> = {}
    for (const key of lastingQuestions) {
      const before = kept?.answers[key]
      const answered = this.#said(recognised, key, settled)
      const holds = before && !disproved(table, settled, [key, before.value])
      if (answered !== undefined && answered !== before?.value) answers[key] = said(answered)
      else if (before && (answered !== undefined || holds)) answers[key] = before
    }
    const columns: Record<string, Said<Role | null>> = { ...kept?.columns }
    for (const [header, role] of Object.entries(now.columns)) {
      if (columns[header]?.value !== role) columns[header] = said(role)
    }
    const rejected = judged.files.some(
      ({ number, rejected: rows }) => number === file.number && rows > 0,
    )
    const read = rejected && !mended ? readAs(table, settled) : (kept?.read ?? null)
    const holds = now.holds ? said(now.holds) : (kept?.holds ?? null)
    const empty = Object.keys({ ...answers, ...columns }).length === 0 && !holds && !read
    if (!shape || (empty && !kept)) return null
    return { ...shape, file: file.name, answers, columns, holds, read }
  }

  /** The answer that was given now, where it decided something of the table. */
  #said(recognised: RecognisedTable, key: string, { consulted }: Settled): string | undefined {
    const answer = this.#request.answers[key]
    return consulted.get(recognised)?.has(key) ? answer : undefined
  }

  #of({ table }: RecognisedTable): KnownTable | undefined {
    return this.#tables.get(`${table.file.number} ${table.part}`)
  }

  #know(sample: TableSample, claim: Claim | null): KnownTable {
    const { table } = sample
    const headers = table.columns.map(({ name }) => name).filter((name) => !isWhyHeader(name))
    const mended = headers.length < table.columns.length
    const [stated] = mended ? (statedSources({ sample }) ?? []) : []
    const source = this.#request.source ?? stated ?? claim?.source ?? 'shop'
    const id = idOfShape({ source, part: table.part, headers })
    const kept = table.headerStated ? (this.#mappings.get(id) ?? null) : null
    const shape = table.headerStated ? { source, headers } : null
    const known: KnownTable = { id, shape, kept, mended, now: { columns: {} } }
    this.#tables.set(`${table.file.number} ${table.part}`, known)
    return known
  }
}

function rememberedCorrections({ columns, holds }: KeptMapping): Correction[] {
  return [
    ...(holds ? [{ holds: holds.value, evidence: saidOn(holds.at) }] : []),
    ...Object.entries(columns).map(([header, { value, at }]) => ({
      columns: { [header]: value },
      evidence: saidOn(at),
    })),
  ]
}

function saidOn(at: string): string {
  return `said on ${dayText(at.slice(0, 10))}`
}

/** Uploads have their plain names, files of a folder their whole paths. */
function fileCorrection(
  { files, evidence }: Corrections & { readonly evidence: string },
  name: string,
): Correction[] {
  const own = files[name] ?? files[name.split(/[\\/]/).at(-1) ?? '']
  return own ? [{ ...own, evidence }] : []
}

function isSame(next: KeptMapping, kept: KeptMapping | null): boolean {
  if (!kept) return false
  const essence = ({ answers, columns, holds, read }: KeptMapping) =>
    JSON.stringify([answers, columns, holds, read])
  return essence(next) === essence(kept)
}
