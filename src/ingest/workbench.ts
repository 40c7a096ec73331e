import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { StagedRow, Staging } from '../staging/staging.ts'
import { quote } from './format.ts'

/** A dictionary of more values is given up: keys that hardly repeat would be collected in vain. */
const largestDictionary = 5_000

/** The staging process of one import together with its folder for Parquet. */
export class Workbench {
  readonly staging: Staging
  readonly folder: string

  constructor(staging: Staging, folder: string) {
    this.staging = staging
    this.folder = folder
  }

  /** The same bench on the second connection of its process. */
  get beside(): Workbench {
    return new Workbench(this.staging.beside, this.folder)
  }

  /** Writes the rows of a SELECT as Parquet and gives the file's path. */
  async write(name: string, select: string, onProgress?: (share: number) => void): Promise<string> {
    const path = join(this.folder, `${name}.parquet`)
    await this.staging.run(
      `COPY (${select}) TO ${quote(path)} (FORMAT parquet, COMPRESSION snappy, DICTIONARY_SIZE_LIMIT ${largestDictionary})`,
      onProgress,
    )
    return path
  }

  /**
   * The same of a SELECT that comes again in the same words, see `Staging.repeat`. It is always written to one place, and
   * moved: the engine keeps what it read of a file by its path, so no path may ever hold two files.
   */
  async writeAgain(name: string, select: string): Promise<string> {
    const path = join(this.folder, `${name}.parquet`)
    const written = join(this.folder, '..', `${name}.parquet`)
    await this.staging.repeat(`COPY (${select}) TO ${quote(written)} (FORMAT parquet)`)
    await rename(written, path)
    return path
  }

  rows(sql: string): Promise<readonly StagedRow[]> {
    return this.staging.rows(sql)
  }

  async row(sql: string): Promise<StagedRow> {
    const [row = {}] = await this.staging.rows(sql)
    return row
  }
}

/** The relation of clean files. A column that some of them lack is null in their rows. */
export function reading(files: readonly string[]): string {
  return `read_parquet([${files.map(quote).join(', ')}], union_by_name = true)`
}

/** All parts as one relation; `empty` where there are none. */
export function unionOf(parts: readonly string[], empty: string): string {
  return parts.length > 0 ? parts.join(' UNION ALL ') : empty
}
