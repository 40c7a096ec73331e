import { existsSync } from 'node:fs'
import { mkdir, open, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { contentHash } from '../ingest/ingest.ts'
import { TakingsError } from '../model/errors.ts'
import type { FoundFile } from './resting-files.ts'

/** Where files of a watched folder go once they were read. */
export type Outcome = 'done' | 'failed'

export interface TakenFile {
  readonly name: string
  readonly sha256: string
}

/** A folder whose files are imported and moved away. */
export interface WatchedFolder {
  /** Absolute. */
  readonly path: string
  /** Parts files by whether their content was taken before, under whatever name. */
  part(files: readonly FoundFile[]): Promise<{
    readonly fresh: readonly HashedFile[]
    readonly known: readonly HashedFile[]
  }>
  /** Keeps for good that the content of these files was taken. */
  keep(files: readonly HashedFile[], at: Date): Promise<void>
  /** Moves files below `done` or `failed`, with a report as text and as JSON; gives the path below the folder. */
  putAway(files: readonly FoundFile[], outcome: Outcome, report: Report): Promise<string>
}

export type HashedFile = FoundFile & TakenFile

export interface Report {
  readonly at: Date
  /** `place`: where the files go, absolute. */
  text(place: string): string
  readonly document: unknown
}

const listName = 'taken.ndjson'
/** No export is called like this. */
const reportName = 'takings-report'

/**
 * Throws `file_not_found` where there is no such folder, `invalid_option` where it holds the warehouse itself or cannot
 * be written to.
 */
export async function openWatchedFolder(
  folder: string,
  dataFolder: string,
): Promise<WatchedFolder> {
  const path = resolve(folder)
  const found = await stat(path).catch(() => null)
  if (!found?.isDirectory()) throw new TakingsError('file_not_found', { path })
  refuseOwnFolder(path, resolve(dataFolder))
  const list = join(path, 'done', listName)
  const taken = new Set<string>()
  try {
    await mkdir(join(path, 'done'), { recursive: true })
    await mkdir(join(path, 'failed'), { recursive: true })
    for (const line of await linesOf(list)) taken.add((JSON.parse(line) as TakenFile).sha256)
  } catch (error) {
    const problem = `${path} cannot be used: ${(error as Error).message}`
    const advice = 'Files are moved within it, so it must be a folder that can be written to.'
    throw new TakingsError('invalid_option', { option: 'FOLDER', problem, advice })
  }

  return {
    path,
    async part(files) {
      const hashed: HashedFile[] = []
      for (const file of files) hashed.push({ ...file, sha256: await contentHash(file.path) })
      const before = new Set(taken)
      const isKnown = ({ sha256 }: HashedFile) => before.has(sha256)
      return {
        fresh: hashed.filter((file) => !isKnown(file)),
        known: hashed.filter(isKnown),
      }
    },
    async keep(files, at) {
      if (files.length === 0) return
      const lines = files.map(({ name, sha256 }) =>
        JSON.stringify({ name, sha256, takenAt: at.toISOString() }),
      )
      await appendLines(list, lines)
      for (const { sha256 } of files) taken.add(sha256)
    },
    async putAway(files, outcome, { at, text, document }) {
      const target = await makeFolder(join(path, outcome), at)
      await writeFile(join(target, `${reportName}.txt`), `${text(target).trimEnd()}\n`)
      await writeFile(join(target, `${reportName}.json`), `${JSON.stringify(document, null, 2)}\n`)
      for (const file of files) await moveAway(file, target)
      return target.slice(path.length + sep.length)
    },
  }
}

/** The warehouse is a file too, and would be moved. */
function refuseOwnFolder(path: string, dataFolder: string): void {
  if (path !== dataFolder && !path.startsWith(dataFolder + sep)) return
  throw new TakingsError('invalid_option', {
    option: 'FOLDER',
    problem: `${path} is where Takings keeps its own data`,
    advice: 'Watch a folder that nothing but your exports are put into.',
  })
}

/** A line that was cut off when the machine went down says nothing. */
async function linesOf(path: string): Promise<string[]> {
  if (!existsSync(path)) return []
  const text = await readFile(path, 'utf8')
  return text.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'))
}

async function appendLines(path: string, lines: readonly string[]): Promise<void> {
  const file = await open(path, 'a')
  try {
    // Begins on a line of its own, whatever was cut off before.
    await file.appendFile(`\n${lines.join('\n')}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Named after the moment, so that folders stand in the order of time; a second one of the same second gets a number. */
async function makeFolder(parent: string, at: Date): Promise<string> {
  const moment = at.toISOString().slice(0, 19).replace('T', '_').replaceAll(':', '-')
  for (let number = 1; ; number += 1) {
    const path = join(parent, number === 1 ? moment : `${moment}_${number}`)
    try {
      await mkdir(path)
      return path
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** Whoever took it away meanwhile has it. */
async function moveAway({ path, name }: FoundFile, target: string): Promise<void> {
  try {
    await rename(path, join(target, name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw new TakingsError('invalid_option', {
      option: 'FOLDER',
      problem: `${path} was read and cannot be moved away: ${(error as Error).message}`,
      advice: 'Give this user the right to move files in the folder.',
    })
  }
}
