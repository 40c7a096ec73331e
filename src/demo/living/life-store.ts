import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { ShopIdentity } from '../build-shop.ts'
import type { ComingBack, LifeState } from './life-state.ts'

/** Where the living shop remembers itself, beside its warehouse. */
const folderName = 'living'
const stateName = 'shop.json'

const remembered = z.object({
  identity: z.object({
    orders: z.number(),
    years: z.number(),
    until: z.string(),
    seed: z.number(),
  }),
  state: z.object({
    livedTo: z.number(),
    nextOrder: z.number(),
    newestCustomer: z.number(),
    onHand: z.record(z.string(), z.number()),
    cancellations: z.array(
      z.object({
        at: z.number(),
        order: z.looseObject({
          order_number: z.string(),
          lines: z.array(z.looseObject({ product_key: z.string(), quantity: z.string() })),
        }),
      }),
    ),
  }),
})

export interface RememberedLife {
  readonly identity: ShopIdentity
  readonly state: LifeState
}

/** Null where no living shop was made in the folder, or its memory cannot be read. */
export async function readLife(dataFolder: string): Promise<RememberedLife | null> {
  const text = await readFile(join(dataFolder, folderName, stateName), 'utf8').catch(() => null)
  if (text === null) return null
  try {
    return remembered.parse(JSON.parse(text))
  } catch {
    return null
  }
}

export class LifeStore {
  readonly #folder: string

  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, folderName)
  }

  /** On the disk before anything of it is sent, so that no number is ever given twice. */
  async save(life: RememberedLife): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const path = join(this.#folder, stateName)
    await writeFile(`${path}.new`, JSON.stringify(life), { flush: true })
    await rename(`${path}.new`, path)
  }

  /** What will come back lies in a file for its day: there is much of it, and it is read once. */
  async keep(comingBack: readonly ComingBack[]): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const lines = new Map<string, string>()
    for (const one of comingBack) {
      lines.set(one.day, `${lines.get(one.day) ?? ''}${JSON.stringify(one)}\n`)
    }
    for (const [day, text] of lines) await appendFile(this.#pathOf(day), text)
  }

  async due(day: string): Promise<readonly ComingBack[]> {
    const text = await readFile(this.#pathOf(day), 'utf8').catch(() => '')
    // A line that was cut when the machine stopped is no return.
    return text.split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line) as ComingBack]
      } catch {
        return []
      }
    })
  }

  async forgetBefore(day: string): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      const [, of] = /^back-(.+)\.ndjson$/.exec(name) ?? []
      if (of !== undefined && of < day) await rm(join(this.#folder, name), { force: true })
    }
  }

  #pathOf(day: string): string {
    return join(this.#folder, `back-${day}.ndjson`)
  }
}
