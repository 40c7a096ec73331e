import { existsSync } from 'node:fs'
import { copyFile, link, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { flushFile, flushFolder, writeDurably } from './committed-runs.ts'

/**
 * The clean files of imports, kept until what they brought was read back from the engine's own file: should its log be
 * damaged, they are loaded again.
 */
export class KeptImports {
  readonly #folder: string

  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, 'kept-imports')
  }

  /** Keeps files that nobody changes any more; gives where each of them stands now. They are on the disk when it resolves. */
  async keep(runToken: string, files: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const own = this.#of(runToken)
    await mkdir(own, { recursive: true, mode: 0o700 })
    const kept = new Map<string, string>()
    for (const file of files) {
      const name = `${kept.size + 1}-${basename(file)}`
      const path = join(own, name)
      // Another disk, or one without links, takes a copy.
      await link(file, path).catch(() => copyFile(file, path))
      await flushFile(path)
      kept.set(file, name)
    }
    return kept
  }

  /** Writes down how to load them; only now they count as kept. */
  async describe(runToken: string, description: string): Promise<void> {
    const own = this.#of(runToken)
    await writeDurably(join(own, descriptionName), description)
    await flushFolder(own)
    await flushFolder(this.#folder)
  }

  /** Null where they were not kept. */
  async find(runToken: string): Promise<KeptImport | null> {
    const folder = this.#of(runToken)
    const path = join(folder, descriptionName)
    if (!existsSync(path)) return null
    return { folder, description: await readFile(path, 'utf8') }
  }

  async forget(runToken: string): Promise<void> {
    await rm(this.#of(runToken), { recursive: true, force: true })
  }

  /** Forgets all but those of some runs. */
  async forgetOthers(runTokens: ReadonlySet<string>): Promise<void> {
    if (!existsSync(this.#folder)) return
    for (const runToken of await readdir(this.#folder))
      if (!runTokens.has(runToken)) await this.forget(runToken)
  }

  #of(runToken: string): string {
    return join(this.#folder, runToken)
  }
}

export interface KeptImport {
  readonly folder: string
  readonly description: string
}

const descriptionName = 'import.json'
