import { posix } from 'node:path'
import { TakingsError } from '../../model/errors.ts'
import { type Archive, type ArchiveMember, openArchive } from '../containers/archive.ts'
import { builtInFormat, formatOf, type NumberFormat } from './number-format.ts'
import { RichText } from './rich-text.ts'
import { TextStore } from './text-store.ts'
import type { Sheet, Workbook, WorkbookFile } from './workbook.ts'
import { readSheet, type XlsxBook } from './xlsx-sheet.ts'
import { attribute, readXml } from './xml.ts'

/** Opens an Office Open XML workbook (.xlsx, .xlsm). Throws `damaged_file` and `unreadable_format`. */
export async function openXlsx({ path, name }: WorkbookFile): Promise<Workbook> {
  const archive = await openArchive(path, name)
  try {
    const parts = new Parts(archive, name)
    const main = await mainPart(parts)
    const targets = await relations(parts, main)
    const listed = await sheetList(parts.need(main))
    const others = [...targets.values()]
    const book: XlsxBook = {
      name,
      texts: await sharedTexts(parts, { related: others, name }),
      formats: await cellFormats(parts, others),
      from1904: listed.from1904,
    }
    const sheets = listed.sheets.flatMap(({ id, name: title, visible }): Sheet[] => {
      const target = targets.get(id)
      if (!visible || !target?.type.endsWith('/worksheet')) return []
      const part = parts.need(target.path)
      return [{ name: title, read: (use) => readSheet(part, book, use) }]
    })
    const hidden = listed.sheets.filter(({ visible }) => !visible).map((sheet) => sheet.name)
    const { from1904 } = listed
    return { sheets, hidden, from1904, close: () => archive.close() }
  } catch (error) {
    archive.close()
    throw error
  }
}

/** Parts by their names, which know no case. */
class Parts {
  readonly #name: string
  readonly #byName: ReadonlyMap<string, ArchiveMember>

  constructor(archive: Archive, name: string) {
    this.#name = name
    this.#byName = new Map(archive.members.map((member) => [member.name.toLowerCase(), member]))
  }

  find(path: string): ArchiveMember | undefined {
    return this.#byName.get(path.replace(/^\//, '').toLowerCase())
  }

  need(path: string): ArchiveMember {
    const part = this.find(path)
    if (part) return part
    const problem = `its part ${path} is missing`
    throw new TakingsError('damaged_file', { path: this.#name, problem })
  }
}

interface Relation {
  readonly path: string
  readonly type: string
}

/** What a part refers to, by id. */
async function relations(parts: Parts, of: string): Promise<ReadonlyMap<string, Relation>> {
  const folder = posix.dirname(of)
  const found = new Map<string, Relation>()
  const part = parts.find(posix.join(folder, '_rels', `${posix.basename(of)}.rels`))
  if (!part) return found
  await readXml(part, {
    open(name, { Id, Target, Type = '' }) {
      if (name !== 'Relationship' || Id === undefined || Target === undefined) return
      const path = Target.startsWith('/') ? Target.slice(1) : posix.join(folder, Target)
      found.set(Id, { path, type: Type })
    },
  })
  return found
}

async function mainPart(parts: Parts): Promise<string> {
  const roots = await relations(parts, '')
  const main = [...roots.values()].find(({ type }) => type.endsWith('/officeDocument'))
  return main?.path ?? 'xl/workbook.xml'
}

interface ListedSheet {
  readonly name: string
  readonly id: string
  readonly visible: boolean
}

async function sheetList(
  part: ArchiveMember,
): Promise<{ readonly sheets: readonly ListedSheet[]; readonly from1904: boolean }> {
  const sheets: ListedSheet[] = []
  let from1904 = false
  await readXml(part, {
    open(name, attributes) {
      if (name === 'workbookPr') from1904 = isTrue(attributes.date1904)
      if (name !== 'sheet') return
      const visible = attributes.state === undefined || attributes.state === 'visible'
      const id = attribute(attributes, 'id') ?? ''
      sheets.push({ name: attributes.name ?? `sheet ${sheets.length + 1}`, id, visible })
    },
  })
  return { sheets, from1904 }
}

function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true'
}

/** The texts that cells share: each stands in the file once. */
async function sharedTexts(
  parts: Parts,
  { related, name }: { readonly related: readonly Relation[]; readonly name: string },
): Promise<TextStore> {
  const store = new TextStore(name)
  const part = partOf(parts, related, '/sharedStrings')
  if (!part) return store
  const text = new RichText()
  await readXml(part, {
    open: (tag) => (tag === 'si' ? text.start() : text.open(tag)),
    text: (written) => text.add(written),
    close: (tag) => (tag === 'si' ? store.add(text.end()) : text.close(tag)),
  })
  return store
}

/** What the number of each style of cells means. */
async function cellFormats(parts: Parts, related: readonly Relation[]): Promise<NumberFormat[]> {
  const part = partOf(parts, related, '/styles')
  const own = new Map<number, NumberFormat>()
  const formats: NumberFormat[] = []
  let ofCells = false
  if (!part) return formats
  await readXml(part, {
    open(tag, { numFmtId, formatCode }) {
      const id = Number(numFmtId)
      if (tag === 'numFmt') own.set(id, formatOf(formatCode ?? ''))
      if (tag === 'cellXfs') ofCells = true
      if (tag === 'xf' && ofCells) formats.push(own.get(id) ?? builtInFormat(id))
    },
    close(tag) {
      if (tag === 'cellXfs') ofCells = false
    },
  })
  return formats
}

function partOf(
  parts: Parts,
  related: readonly Relation[],
  type: string,
): ArchiveMember | undefined {
  const relation = related.find((one) => one.type.endsWith(type))
  return relation && parts.find(relation.path)
}
