import {
  access,
  constants,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  writeFile,
} from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { TakingsError } from '../model/errors.ts'
import {
  type ExportFormat,
  type ExportManifest,
  exportFormats,
  filesOfManifest,
  manifestName,
} from '../model/export.ts'
import { reportingTables } from '../model/reporting.ts'

/** Where an export comes to be; hidden, so that whoever lists the folder takes nothing in it for a whole one. */
const workPrefix = '.takings-export-'

export interface ExportFolder {
  /** Absolute. */
  readonly path: string
  /** Absolute: where to write. Nothing is seen in the folder itself until `publish`. */
  readonly work: string
  /** Puts all files in their places, `export.json` last; where that fails the folder is as it was. */
  publish(manifest: ExportManifest): Promise<void>
  /** Takes away what is unfinished, and the folder itself where it was made for nothing. */
  clear(): Promise<void>
}

export interface ExportFolderOptions {
  readonly format: ExportFormat
  /** Replace the export that is there. */
  readonly overwrite: boolean
}

/**
 * Makes the folder where it is missing, and makes sure that nothing in it is lost. Throws `invalid_option` where it
 * holds an export that may not be overwritten, or files of the same names that no export wrote, and where it is no
 * folder that can be written to.
 */
export async function openExportFolder(
  folder: string,
  options: ExportFolderOptions,
): Promise<ExportFolder> {
  const path = resolve(folder)
  const made = await makeFolder(path)
  try {
    await refuseWhatIsThere(path, options)
    await removeLeftovers(path)
    const work = await mkdtemp(join(path, `${workPrefix}${process.pid}-`))
    return {
      path,
      work,
      publish: (manifest) => publish({ path, work, options }, manifest),
      async clear() {
        await rm(work, { recursive: true, force: true })
        await unmakeFolder(path, made)
      },
    }
  } catch (error) {
    await unmakeFolder(path, made)
    throw error instanceof TakingsError ? error : notWritable(path, error)
  }
}

/** Gives the first folder that had to be made; null where all were there. */
async function makeFolder(path: string): Promise<string | null> {
  try {
    const made = await mkdir(path, { recursive: true })
    await access(path, constants.W_OK)
    return made ?? null
  } catch (error) {
    throw notWritable(path, error)
  }
}

/** Removes folders that were made, as far as they are empty. */
async function unmakeFolder(path: string, made: string | null): Promise<void> {
  if (made === null) return
  for (let folder = path; ; folder = dirname(folder)) {
    const isGone = await rmdir(folder).then(
      () => true,
      () => false,
    )
    if (!isGone || folder === made) return
  }
}

async function refuseWhatIsThere(path: string, options: ExportFolderOptions): Promise<void> {
  const present = await readdir(path)
  const earlier = await filesOfEarlierExport(path, present)
  const foreign = namesOf(options.format).filter(
    (name) => present.includes(name) && !earlier.includes(name),
  )
  if (foreign.length > 0) {
    throw new TakingsError('invalid_option', {
      option: '--to',
      problem: `${path} holds ${listed(foreign)}, which no export wrote`,
      advice: 'Name an empty or a new folder; nothing in this one was touched.',
    })
  }
  if (earlier.length > 0 && !options.overwrite) {
    throw new TakingsError('invalid_option', {
      option: '--to',
      problem: `${path} holds an export already (${listed(earlier)})`,
      advice: 'With --overwrite it is replaced; nothing was touched.',
    })
  }
}

/** All that an export in this format writes. */
function namesOf(format: ExportFormat): string[] {
  return [manifestName, ...reportingTables.map(({ name }) => `${name}.${format}`)]
}

/** Only names that exports write: whatever a document says, nothing else is ever replaced. */
async function filesOfEarlierExport(path: string, present: readonly string[]): Promise<string[]> {
  if (!present.includes(manifestName)) return []
  const known = new Set(exportFormats.flatMap(namesOf))
  const text = await readFile(join(path, manifestName), 'utf8').catch(() => '')
  return filesOfManifest(text).filter((name) => known.has(name) && present.includes(name))
}

/** Of exports that were killed. One that is still at work would meet this one when it publishes. */
async function removeLeftovers(path: string): Promise<void> {
  const found = (await readdir(path)).filter((name) => name.startsWith(workPrefix))
  for (const name of found) {
    const pid = Number(name.slice(workPrefix.length).split('-', 1)[0])
    if (pid !== process.pid && isRunning(pid)) {
      throw new TakingsError('busy', { problem: `process ${pid} is exporting into ${path}` })
    }
    await rm(join(path, name), { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It runs, but belongs to another user.
    return (error as { code?: unknown }).code === 'EPERM'
  }
}

interface Publishing {
  readonly path: string
  readonly work: string
  readonly options: ExportFolderOptions
}

/**
 * What is there is set aside before anything new is put in its place, its `export.json` first: at no time does one
 * describe files that are not its own. Where a file cannot be moved, as one that is open in Windows, all go back.
 */
async function publish({ path, work, options }: Publishing, manifest: ExportManifest) {
  // Somebody may have put something there meanwhile.
  await refuseWhatIsThere(path, options)
  const aside = join(work, 'before')
  await mkdir(aside)
  await writeFile(join(work, manifestName), `${JSON.stringify(manifest, null, 2)}\n`)
  const before = await filesOfEarlierExport(path, await readdir(path))
  const moved: { readonly from: string; readonly to: string }[] = []
  const move = async (from: string, to: string) => {
    await rename(from, to)
    moved.push({ from, to })
  }
  try {
    for (const name of before) await move(join(path, name), join(aside, name))
    const names = [...manifest.tables.map(({ file }) => basename(file)), manifestName]
    for (const name of names) await move(join(work, name), join(path, name))
  } catch (error) {
    for (const { from, to } of moved.reverse()) await rename(to, from)
    const problem = error instanceof Error ? error.message : String(error)
    throw new TakingsError('export_stopped', { path, problem }, { cause: error })
  }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 4).join(', ')
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown
}

function notWritable(path: string, cause: unknown): TakingsError {
  const code = (cause as { code?: unknown })?.code
  const why: Readonly<Record<string, string>> = {
    EEXIST: 'is a file, not a folder',
    ENOTDIR: 'lies below a file, not a folder',
    ENOSPC: 'lies on a disk that is full',
    EROFS: 'lies on a disk that can only be read',
    ENAMETOOLONG: 'is too long a name',
  }
  const problem = `${path} ${why[String(code)] ?? 'cannot be written to'}`
  const advice = 'Name a folder that you may write to; it is made when it is missing.'
  return new TakingsError('invalid_option', { option: '--to', problem, advice }, { cause })
}
