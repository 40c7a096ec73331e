import {
  access,
  constants,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { TakingsError } from '../model/errors.ts'

/** Names the files that a demo wrote, so that only those are ever replaced. */
const markerName = '.takings-demo.json'
const workName = '.takings-demo-work'

const marker = z.object({ files: z.array(z.string()) })

export interface DemoFolder {
  /** Absolute. */
  readonly path: string
  /** Where to write; nothing is seen in the folder itself until `publish`. */
  readonly work: string
  /** Puts finished files in place of those of the last demo; gives their sizes in bytes. */
  publish(names: readonly string[]): Promise<readonly number[]>
  /** Takes away what is unfinished; the folder is then as before, or as published. */
  clear(): Promise<void>
}

/** Creates the folder, or makes sure that all in it was written by an earlier demo. */
export async function openDemoFolder(folder: string): Promise<DemoFolder> {
  const path = resolve(folder)
  const work = join(path, workName)
  await createFolder(path)
  const earlier = await filesOfEarlierDemo(path)
  await rm(work, { recursive: true, force: true })
  await mkdir(work)
  return {
    path,
    work,
    async publish(names) {
      await writeFile(join(work, markerName), JSON.stringify({ files: names }, null, 2))
      for (const name of earlier) await rm(join(path, name), { force: true })
      // The marker first: whenever this is cut short, it lists all that is there.
      for (const name of [markerName, ...names]) await rename(join(work, name), join(path, name))
      return Promise.all(names.map(async (name) => (await stat(join(path, name))).size))
    },
    async clear() {
      await rm(work, { recursive: true, force: true })
    },
  }
}

async function createFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true })
    await access(path, constants.W_OK)
  } catch (cause) {
    const problem = `${path} is no folder that can be written to`
    const advice = 'Give an empty or a new folder.'
    throw new TakingsError('invalid_option', { option: '--out', problem, advice }, { cause })
  }
}

async function filesOfEarlierDemo(path: string): Promise<readonly string[]> {
  const present = (await readdir(path)).filter((name) => name !== workName)
  if (present.length === 0) return []
  const written = await readMarker(path)
  const foreign = present.filter((name) => name !== markerName && !written.includes(name))
  if (foreign.length > 0) {
    throw new TakingsError('invalid_option', {
      option: '--out',
      problem: `${path} holds files that are no demo: ${foreign.slice(0, 3).join(', ')}`,
      advice: 'Give an empty or a new folder; nothing in this one was touched.',
    })
  }
  return written
}

/** Names only: whatever a marker says, nothing outside the folder is touched. */
async function readMarker(path: string): Promise<readonly string[]> {
  try {
    const read = marker.safeParse(JSON.parse(await readFile(join(path, markerName), 'utf8')))
    const present = await readdir(path)
    return read.success ? read.data.files.filter((name) => present.includes(name)) : []
  } catch {
    return []
  }
}
