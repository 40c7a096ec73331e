import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { expandPaths } from '../ingest/ingest.ts'

export interface SpooledPaths {
  /** Plain files, absolute. */
  readonly paths: readonly string[]
  /** Removes what was written for standard input. */
  remove(): Promise<void>
}

/** Folders and patterns become their files (the data folder left out), and `-` a file with what standard input gave. */
export async function spoolPaths(
  given: readonly string[],
  dataFolder: string,
): Promise<SpooledPaths> {
  const named = given.filter((path) => path !== '-')
  const expanded = named.length > 0 || given.length === 0 ? expandPaths(named, dataFolder) : []
  if (named.length === given.length) return { paths: expanded, remove: async () => undefined }
  const folder = await mkdtemp(join(tmpdir(), 'takings-'))
  const path = join(folder, 'standard-input')
  await pipeline(process.stdin, createWriteStream(path, { mode: 0o600 }))
  return {
    paths: [...expanded, path],
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
