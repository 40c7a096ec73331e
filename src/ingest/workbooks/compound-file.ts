import { readFileSync, statSync } from 'node:fs'
import { TakingsError } from '../../model/errors.ts'
import type { WorkbookFile } from './workbook.ts'

/** The files that a compound file (OLE2, as old Office programs write it) holds, by name. */
export interface CompoundFile {
  stream(name: string): Buffer | null
}

const headerSize = 512
const entrySize = 128
const sectorsInHeader = 109
/** Larger numbers are no sectors: end of chain, free, and the tables themselves. */
const lastSector = 0xfffffffa
/** A workbook of 65,536 rows and 256 columns needs no more. */
const mostBytes = 256 * 1024 * 1024

/** Reads the file whole: its sectors may stand in any order. Throws `damaged_file`, `unreadable_format`. */
export function openCompoundFile({ path, name }: WorkbookFile): CompoundFile {
  if (statSync(path).size > mostBytes) {
    const problem = 'it is larger than 256 MB; save it as .xlsx or CSV'
    throw new TakingsError('unreadable_format', { path: name, problem })
  }
  try {
    return new Sectors(readFileSync(path))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const problem = 'a part of it is missing'
    throw new TakingsError('damaged_file', { path: name, problem }, { cause: error })
  }
}

interface Stored {
  readonly start: number
  readonly size: number
}

class Sectors implements CompoundFile {
  readonly #bytes: Buffer
  readonly #sectorSize: number
  readonly #smallSize: number
  /** Streams below this size stand in small sectors. */
  readonly #smallBelow: number
  /** For each sector the one that follows it. */
  readonly #next: readonly number[]
  readonly #smallNext: readonly number[]
  readonly #smallSectors: Buffer
  readonly #entries = new Map<string, Stored>()

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.#sectorSize = 1 << bytes.readUInt16LE(30)
    this.#smallSize = 1 << bytes.readUInt16LE(32)
    this.#smallBelow = bytes.readUInt32LE(56)
    if (this.#sectorSize < headerSize || this.#sectorSize > 4096 || this.#smallSize > 4096) {
      throw new RangeError('sector size')
    }
    this.#next = this.#tableSectors().flatMap((sector) => numbersIn(this.#sector(sector)))
    const directory = this.#chain(bytes.readUInt32LE(48))
    let root: Stored = { start: lastSector, size: 0 }
    for (let at = 0; at + entrySize <= directory.length; at += entrySize) {
      const entry = directory.subarray(at, at + entrySize)
      const name = entry.toString('utf16le', 0, Math.max(0, entry.readUInt16LE(64) - 2))
      const stored = { start: entry.readUInt32LE(116), size: entry.readUInt32LE(120) }
      if (entry[66] === 5) root = stored
      if (entry[66] === 2 && !this.#entries.has(name)) this.#entries.set(name, stored)
    }
    this.#smallNext = numbersIn(this.#chain(bytes.readUInt32LE(60)))
    this.#smallSectors = this.#chain(root.start)
  }

  stream(name: string): Buffer | null {
    const stored = this.#entries.get(name)
    if (!stored) return null
    const whole =
      stored.size < this.#smallBelow ? this.#smallChain(stored.start) : this.#chain(stored.start)
    if (whole.length < stored.size) throw new RangeError(name)
    return whole.subarray(0, stored.size)
  }

  /** Sectors of the table of sectors: the first are named in the header, others in a chain of lists. */
  #tableSectors(): number[] {
    const named = numbersIn(this.#bytes.subarray(76, 76 + 4 * sectorsInHeader))
    const perList = this.#sectorSize / 4 - 1
    let list = this.#bytes.readUInt32LE(68)
    for (let lists = 0; list < lastSector; lists += 1) {
      if (lists > this.#bytes.length / this.#sectorSize) throw new RangeError('endless list')
      const numbers = numbersIn(this.#sector(list))
      named.push(...numbers.slice(0, perList))
      list = numbers[perList] ?? lastSector
    }
    return named.filter((sector) => sector < lastSector)
  }

  #sector(number: number): Buffer {
    const from = (number + 1) * this.#sectorSize
    // The last sector of some files is cut short where nothing follows.
    if (from >= this.#bytes.length) throw new RangeError(`sector ${number}`)
    return this.#bytes.subarray(from, from + this.#sectorSize)
  }

  #chain(start: number): Buffer {
    return chained(start, this.#next, (sector) => this.#sector(sector))
  }

  #smallChain(start: number): Buffer {
    return chained(start, this.#smallNext, (sector) => {
      const from = sector * this.#smallSize
      if (from >= this.#smallSectors.length) throw new RangeError(`small sector ${sector}`)
      return this.#smallSectors.subarray(from, from + this.#smallSize)
    })
  }
}

function chained(start: number, next: readonly number[], read: (sector: number) => Buffer): Buffer {
  const parts: Buffer[] = []
  for (let sector = start; sector < lastSector; sector = next[sector] ?? lastSector) {
    if (parts.length > next.length) throw new RangeError('endless chain')
    parts.push(read(sector))
  }
  return Buffer.concat(parts)
}

function numbersIn(bytes: Buffer): number[] {
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, at) => bytes.readUInt32LE(4 * at))
}
