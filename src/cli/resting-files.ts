import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { TakingsError } from '../model/errors.ts'

/** Finding out which files of a folder have been written to their end: nobody tells. */

export interface FoundFile {
  readonly name: string
  readonly path: string
  readonly bytes: number
  /** Differs once the file was written to, or replaced by another. */
  readonly mark: string
}

/** What programs call a file until they have all of it. */
const unfinished =
  /^\.|^~\$|~$|\.(part|partial|filepart|tmp|temp|crdownload|download|swp|lock|writing)$/i

/** The files directly in a folder that may be taken one day; one without any bytes is not begun. */
export async function filesIn(folder: string): Promise<FoundFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw new TakingsError('file_not_found', { path: folder })
  })
  const names = entries
    .filter((entry) => entry.isFile() && !unfinished.test(entry.name))
    .map(({ name }) => name)
  const found = await Promise.all(names.sort().map((name) => findFile(join(folder, name), name)))
  return found.filter((file) => file !== null).filter(({ bytes }) => bytes > 0)
}

/** Null when it is gone. */
async function findFile(path: string, name: string): Promise<FoundFile | null> {
  try {
    const { size, mtimeNs, ino } = await stat(path, { bigint: true })
    return { name, path, bytes: Number(size), mark: `${size}-${mtimeNs}-${ino}` }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Whether the file is still as it was found. */
export async function isUnchanged(file: FoundFile): Promise<boolean> {
  return (await findFile(file.path, file.name))?.mark === file.mark
}

export interface RestOptions {
  /** Milliseconds without a change after which a file is at rest. */
  readonly settleMs: number
  /** Milliseconds that files at rest wait for others, with which they may belong together. */
  readonly patienceMs: number
}

/** Follows the files of one folder from look to look. */
export class RestingFiles {
  readonly #options: RestOptions
  readonly #seen = new Map<string, { readonly mark: string; readonly at: number }>()

  constructor(options: RestOptions) {
    this.#options = options
  }

  /** These are written to, whatever they look like. */
  disturb(files: readonly FoundFile[], at: number): void {
    for (const { name, mark } of files) this.#seen.set(name, { mark, at })
  }

  /**
   * The files that can be taken now. Files of one drop are one import, so none is taken while another is written, but
   * for a while only. `at`: milliseconds of a clock that only runs on.
   */
  ready(files: readonly FoundFile[], at: number): readonly FoundFile[] {
    const { settleMs, patienceMs } = this.#options
    const names = new Set(files.map(({ name }) => name))
    for (const name of this.#seen.keys()) if (!names.has(name)) this.#seen.delete(name)
    for (const { name, mark } of files) {
      if (this.#seen.get(name)?.mark !== mark) this.#seen.set(name, { mark, at })
    }
    const restedFor = ({ name }: FoundFile) => at - (this.#seen.get(name)?.at ?? at)
    const resting = files.filter((file) => restedFor(file) >= settleMs)
    const isPatient = resting.every((file) => restedFor(file) < settleMs + patienceMs)
    return resting.length < files.length && isPatient ? [] : resting
  }
}

/**
 * Those of the files that some process has open for writing: a copy over a slow line may pause for longer than any time
 * of rest. Only Linux tells, and only of processes that this one may look at.
 */
export async function beingWritten(paths: readonly string[]): Promise<ReadonlySet<string>> {
  const wanted = new Map<string, string>()
  for (const path of paths) wanted.set(await realpath(path).catch(() => path), path)
  const processes = await readdir('/proc').catch(() => [])
  const found = await Promise.all(
    processes.filter((name) => /^\d+$/.test(name)).map((id) => writtenBy(`/proc/${id}`, wanted)),
  )
  return new Set(found.flat())
}

async function writtenBy(
  folder: string,
  wanted: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const written: string[] = []
  for (const handle of await readdir(`${folder}/fd`).catch(() => [])) {
    const path = wanted.get(await readlink(`${folder}/fd/${handle}`).catch(() => ''))
    if (path === undefined) continue
    const info = await readFile(`${folder}/fdinfo/${handle}`, 'utf8').catch(() => '')
    // The last two bits of the flags, in octal: 0 is for reading only. Source: proc_pid_fdinfo(5), open(2).
    const flags = Number.parseInt(/^flags:\s*([0-7]+)/m.exec(info)?.[1] ?? '0', 8)
    if ((flags & 3) !== 0) written.push(path)
  }
  return written
}
