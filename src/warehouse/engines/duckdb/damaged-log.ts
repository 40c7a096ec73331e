import { constants, existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { TakingsError } from '../../../model/errors.ts'
import type { EngineOptions } from '../../engine.ts'
import { firstLine, isDamagedLog } from './failures.ts'

/**
 * Opens a file whose log may be damaged. Where it is, log and file are put aside as they are, and the file is opened as it
 * was at the last checkpoint. Throws `warehouse_damaged` where that may not be or does not help; all is then as it was.
 */
export async function withReadableLog<T>(
  { setAsideTo }: Pick<EngineOptions, 'setAsideTo'>,
  path: string,
  openFile: () => Promise<T>,
): Promise<{ readonly result: T; readonly setAside: string | null }> {
  try {
    return { result: await openFile(), setAside: null }
  } catch (error) {
    if (!isDamagedLog(error)) throw error
    const damaged = new TakingsError(
      'warehouse_damaged',
      { path, problem: firstLine(error instanceof TakingsError ? error.cause : error) },
      { cause: error },
    )
    if (setAsideTo === null) throw damaged
    const logs = await putAside(path, setAsideTo)
    try {
      return { result: await openFile(), setAside: setAsideTo }
    } catch (second) {
      await putBack(path, setAsideTo, logs)
      throw new TakingsError(
        'warehouse_damaged',
        { path, problem: firstLine(second) },
        { cause: second },
      )
    }
  }
}

/** Gives the names of the log's files. Throws `disk_full` where there is no room for a copy. */
async function putAside(path: string, folder: string): Promise<string[]> {
  const place = dirname(path)
  const { bavail, bsize } = await statfs(place)
  if (bavail * bsize < 2 * (await stat(path)).size) {
    const problem = 'its log is damaged, and there is no room to keep a copy before it is mended'
    throw new TakingsError('disk_full', { path, problem })
  }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await copyFile(path, join(folder, basename(path)), constants.COPYFILE_FICLONE)
  const names = (await readdir(place)).filter((name) => name.startsWith(`${basename(path)}.wal`))
  for (const name of names) await rename(join(place, name), join(folder, name))
  return names
}

async function putBack(path: string, folder: string, logs: readonly string[]): Promise<void> {
  await rename(join(folder, basename(path)), path)
  for (const name of logs) await rename(join(folder, name), join(dirname(path), name))
  if (existsSync(folder)) await rm(folder, { recursive: true })
}
