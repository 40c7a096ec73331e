import { randomUUID } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  createWriteStream,
  openSync,
  readSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { TakingsError } from '../model/errors.ts'
import { plural } from '../model/sentence.ts'
import { besideData, isClutter } from './beside-data.ts'
import { type ByteSurvey, surveyBytes } from './byte-survey.ts'
import {
  type Archive,
  type ArchiveMember,
  openArchive,
  unpackingError,
} from './containers/archive.ts'
import { unpackLimit } from './containers/unpack-limit.ts'
import { isUtf16, provenEncoding, transcode } from './encoding.ts'
import { kindOf } from './file-kind.ts'
import type { InputFile, Remark } from './input.ts'
import type { WorkbookKind } from './workbooks/message.ts'
import { spoolWorkbook } from './workbooks/spool-workbook.ts'

/**
 * Turns a path into files that can be read as UTF-8 text or as Parquet: one, or each member of an archive, or
 * each sheet of a workbook. Every byte of a text file is looked at: its encoding is proven, not guessed from its
 * head. Files in another encoding, or packed, are spooled; nothing is ever held in memory whole.
 */
export interface ExtractOptions {
  readonly path: string
  readonly name: string
  /** Where spooled copies go. */
  readonly folder: string
  /** The number of the next file of the import. */
  nextNumber(): number
  readonly signal?: AbortSignal
}

const headLength = 65_536

/** Throws `file_not_found`, `not_a_file`, `empty_file`, `damaged_file`, `unreadable_format`, `disk_full`. */
export async function extract(options: ExtractOptions): Promise<readonly InputFile[]> {
  const { path, name } = options
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) throw new TakingsError('file_not_found', { path: name })
  // A pipe or a device would be waited for, perhaps for ever.
  if (!stats.isFile()) {
    throw new TakingsError('not_a_file', { path: name, problem: 'it is no regular file' })
  }
  const extraction = new Extraction(options, {
    original: { path, size: stats.size },
    modifiedAt: stats.mtime.toISOString(),
  })
  try {
    return await extraction.files({ path, name, compression: 'none' })
  } catch (error) {
    throw explained(error, name)
  }
}

/** A file that goes away, or may not be read, is a person's matter and no bug. */
function explained(error: unknown, name: string): unknown {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return error
  if (error.code === 'ENOENT')
    return new TakingsError('file_not_found', { path: name }, { cause: error })
  if (error.code === 'ENOSPC') return unpackingError(error, name)
  return new TakingsError('not_a_file', { path: name, problem: error.message }, { cause: error })
}

/** A file on disk: the given one, or one that was unpacked from it. */
interface Source {
  readonly path: string
  readonly name: string
  /** What it was unpacked from, outermost last. */
  readonly compression: InputFile['compression']
}

class Extraction {
  readonly #options: ExtractOptions
  readonly #origin: Pick<InputFile, 'original' | 'modifiedAt'>

  constructor(options: ExtractOptions, origin: Pick<InputFile, 'original' | 'modifiedAt'>) {
    this.#options = options
    this.#origin = origin
  }

  async files(source: Source): Promise<readonly InputFile[]> {
    const { path, name } = source
    if (statSync(path).size === 0) throw new TakingsError('empty_file', { path: name })
    const head = readHead(path)
    switch (kindOf(head, name)) {
      case 'gzip':
        return this.files(await this.#gunzipped(source))
      case 'zip':
        return this.#zipped(source)
      case 'old-office':
        return this.#sheets(source, 'xls')
      case 'parquet':
        checkParquetEnd(path, name)
        return [this.#file(source, { encoding: 'binary' })]
      default:
        return [await this.#text(source, head)]
    }
  }

  #file(source: Source, found: Pick<InputFile, 'encoding'> & Partial<InputFile>): InputFile {
    const { path, name, compression } = source
    return {
      number: this.#options.nextNumber(),
      name,
      path,
      size: statSync(found.path ?? path).size,
      compression,
      sheet: null,
      lines: null,
      mixedNewlines: false,
      remarks: [],
      ...this.#origin,
      ...found,
    }
  }

  async #gunzipped(source: Source): Promise<Source> {
    const { path, name, compression } = source
    if (compression === 'gzip') {
      const problem = 'it is packed several times; unpack it and import what comes out'
      throw new TakingsError('unreadable_format', { path: name, problem })
    }
    const { signal } = this.#options
    const spooled = this.#spool()
    const limit = unpackLimit({ name, size: statSync(path).size })
    try {
      const stages = [createReadStream(path), createGunzip(), limit, createWriteStream(spooled)]
      await pipeline(stages, signal ? { signal } : {})
    } catch (error) {
      signal?.throwIfAborted()
      const known = unpackingError(error, name)
      if (known.code !== 'damaged_file') throw known
      const problem = 'its gzip data ends early or is corrupt'
      throw new TakingsError('damaged_file', { path: name, problem }, { cause: error })
    }
    return { path: spooled, name, compression: 'gzip' }
  }

  async #zipped(source: Source): Promise<readonly InputFile[]> {
    const archive = await openArchive(source.path, source.name)
    try {
      if (isWorkbook(archive, source.name)) return await this.#sheets(source, 'xlsx')
      return await this.#members(archive, source)
    } finally {
      archive.close()
    }
  }

  async #members(archive: Archive, { name, compression }: Source): Promise<readonly InputFile[]> {
    if (compression !== 'none') {
      const problem = 'it is an archive inside another; unpack it and import what comes out'
      throw new TakingsError('unreadable_format', { path: name, problem })
    }
    const members = archive.members.filter(isData)
    if (members.length === 0) throw new TakingsError('empty_file', { path: name })
    const files: InputFile[] = []
    const besides: { readonly remark: Remark; readonly error: unknown }[] = []
    const names = new Set<string>()
    for (const member of members) {
      const inside = `${name}/${unused(member.name, names)}`
      try {
        files.push(...(await this.#member(member, inside)))
      } catch (error) {
        const remark = besideData(error, inside)
        if (!remark) throw error
        besides.push({ remark, error })
      }
    }
    const [first, ...others] = files
    if (!first) throw besides[0]?.error
    const remarks = [...first.remarks, ...besides.map(({ remark }) => remark)]
    return [{ ...first, remarks }, ...others]
  }

  async #member(member: ArchiveMember, name: string): Promise<readonly InputFile[]> {
    if (member.size === 0) throw new TakingsError('empty_file', { path: name })
    const path = this.#spool()
    await member.unpack(createWriteStream(path), this.#options.signal)
    return this.files({ path, name, compression: 'zip' })
  }

  async #sheets(source: Source, kind: WorkbookKind): Promise<readonly InputFile[]> {
    const { path, name } = source
    const request = { path, name, kind, target: this.#spool() }
    const { sheets, hidden } = await spoolWorkbook(request, this.#options.signal)
    if (sheets.length === 0) throw new TakingsError('empty_file', { path: name })
    const names = new Set<string>()
    return sheets.map((sheet, index) => {
      const title = unused(sheet.name.replaceAll(/[\\/]/g, '-'), names)
      return this.#file(source, {
        encoding: 'binary',
        name: sheets.length === 1 ? name : `${name}/${title}`,
        path: sheet.path,
        sheet: { ...sheet, kind },
        remarks: [
          ...(index === 0 ? hiddenRemarks(name, hidden) : []),
          ...uncomputedRemarks(name, sheet),
        ],
      })
    })
  }

  async #text(source: Source, head: Buffer): Promise<InputFile> {
    const { path, name } = source
    if (isUtf16(head)) {
      const spooled = this.#spool()
      // Its line ends take two bytes: they are looked at in the copy.
      const zeros = await transcode({ from: path, to: spooled, encoding: 'UTF-16', head })
      const lines = linesOf(await surveyBytes(spooled))
      const remarks = zeroRemarks(name, zeros)
      return this.#file(source, { path: spooled, encoding: 'UTF-16', ...lines, remarks })
    }
    const bytes = await surveyBytes(path)
    const encoding = provenEncoding(bytes, head, name)
    const found = { encoding, ...linesOf(bytes) }
    if (encoding === 'UTF-8' && !bytes.zeros) return this.#file(source, found)
    const spooled = this.#spool()
    const zeros = await transcode({ from: path, to: spooled, encoding, head })
    return this.#file(source, { ...found, path: spooled, remarks: zeroRemarks(name, zeros) })
  }

  /** Path of a copy, never made of a name that came with the file. */
  #spool(): string {
    return join(this.#options.folder, `spool-${randomUUID()}`)
  }
}

/** The name with a number behind it where another has the same. */
function unused(name: string, names: Set<string>): string {
  let free = name
  for (let copy = 2; names.has(free); copy += 1) free = `${name} (${copy})`
  names.add(free)
  return free
}

function isData({ name }: ArchiveMember): boolean {
  return name !== '' && !name.endsWith('/') && !isClutter(name)
}

const otherDocuments: readonly (readonly [part: string, problem: string])[] = [
  ['xl/workbook.bin', 'it is a binary workbook (.xlsb); save it as .xlsx or CSV'],
  ['content.xml', 'it is an OpenDocument file; save it as .xlsx or CSV'],
  ['word/document.xml', 'it is a Word document'],
  ['ppt/presentation.xml', 'it is a presentation'],
]

/** Throws `unreadable_format` for documents of other programs. */
function isWorkbook({ members }: Archive, name: string): boolean {
  const names = new Set(members.map((member) => member.name.toLowerCase()))
  const isDocument = names.has('[content_types].xml') || names.has('mimetype')
  const [, problem] = (isDocument && otherDocuments.find(([part]) => names.has(part))) || []
  if (problem) throw new TakingsError('unreadable_format', { path: name, problem })
  return names.has('[content_types].xml')
}

function hiddenRemarks(name: string, hidden: readonly string[]): Remark[] {
  if (hidden.length === 0) return []
  const names = hidden.map((sheet) => `"${sheet}"`).join(', ')
  const text = `${name} has hidden sheets that were not read: ${names}. Show them in Excel and save it where they are wanted.`
  return [{ code: 'hidden_sheets', text }]
}

function uncomputedRemarks(
  name: string,
  { name: sheet, uncomputed }: { readonly name: string; readonly uncomputed: number },
): Remark[] {
  if (uncomputed === 0) return []
  const text = `${plural(String(uncomputed), 'cell', 'cells')} of "${sheet}" in ${name} with a formula, but without its result, read as blank. Open it in Excel, save it and import it again.`
  return [{ code: 'formulas_without_results', text }]
}

function zeroRemarks(name: string, zeros: number): Remark[] {
  if (zeros === 0) return []
  const text = `${name} holds ${plural(String(zeros), 'zero byte', 'zero bytes')} (NUL), which no text has: they were left out.`
  return [{ code: 'zero_bytes', text }]
}

function readHead(path: string): Buffer {
  const buffer = Buffer.alloc(headLength)
  const file = openSync(path, 'r')
  try {
    return buffer.subarray(0, readSync(file, buffer, 0, headLength, 0))
  } finally {
    closeSync(file)
  }
}

function checkParquetEnd(path: string, name: string): void {
  const { size } = statSync(path)
  const tail = Buffer.alloc(4)
  const file = openSync(path, 'r')
  try {
    readSync(file, tail, 0, 4, Math.max(0, size - 4))
  } finally {
    closeSync(file)
  }
  if (tail.toString('latin1') === 'PAR1' && size >= 12) return
  const problem = 'the end of the Parquet file is missing'
  throw new TakingsError('damaged_file', { path: name, problem })
}

function linesOf(bytes: ByteSurvey): Pick<InputFile, 'lines' | 'mixedNewlines'> {
  return { lines: bytes.quoted ? null : bytes.lines, mixedNewlines: bytes.newlines.size > 1 }
}
