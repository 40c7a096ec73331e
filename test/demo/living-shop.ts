import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beginLife, Life, type LifeEvent, type Stretch, writeDemo } from '../../src/demo/demo.ts'
import { newFolder, parseCsv, type Row } from './written-demo.ts'

/** A small shop whose history is written, and lives of it that all begin at the same moment. */
export interface LivingShop {
  /** Files of the history, as CSV. */
  readonly files: string
  table(name: string): Row[]
  /** Goes on from the end of the history, or from where a life that was opened with the same name ended. */
  open(name: string): Promise<Life>
  remove(): void
}

export const identity = { orders: 4_000, years: 2 / 12, until: '2025-09-30', seed: 3 }
/** The first second after the history, in Berlin. */
export const firstSecond = Date.parse('2025-10-01T00:00:00+02:00') / 1_000
export const hour = 3_600
const berlin = { timeZone: 'Europe/Berlin', from: firstSecond }

export interface LivingOptions {
  readonly seed?: number
  /** Where it is, and its first second after the history; left out: in Berlin. */
  readonly zone?: { readonly timeZone: string; readonly from: number }
}

export async function livingShop({
  seed = identity.seed,
  zone = berlin,
}: LivingOptions = {}): Promise<LivingShop> {
  const folder = newFolder()
  const own = { ...identity, seed }
  const memoryLimit = '512MB'
  const files = join(folder, 'csv')
  await writeDemo({ ...own, folder: files, format: 'csv', memoryLimit })
  const parquet = await writeDemo({
    ...own,
    folder: join(folder, 'parquet'),
    format: 'parquet',
    memoryLimit,
  })
  const begun = join(folder, 'begun')
  mkdirSync(begun)
  await beginLife({
    identity: own,
    dataFolder: begun,
    productsFile: parquet.files.find(({ name }) => name === 'products.parquet')?.path ?? '',
    from: zone.from,
    workFolder: join(folder, 'work'),
    memoryLimit,
  })
  const lives: Life[] = []
  return {
    files,
    table: (name) => parseCsv(readFileSync(join(files, `${name}.csv`), 'utf8')),
    async open(name) {
      const dataFolder = join(folder, name)
      cpSync(begun, dataFolder, { recursive: true, force: false })
      const workFolder = join(folder, `${name}-work`)
      const life = await Life.open({
        dataFolder,
        timeZone: zone.timeZone,
        workFolder,
        memoryLimit,
      })
      lives.push(life)
      return life
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Lives until then, a quarter of a day at a time at most. */
export async function liveUntil(
  life: Life,
  to: number,
  perSecond = life.historyPace,
): Promise<Stretch[]> {
  const stretches: Stretch[] = []
  while (life.livedTo < to) {
    stretches.push(await life.next({ to: Math.min(to, life.livedTo + 6 * hour), perSecond }))
    await life.done()
  }
  return stretches
}

export function eventsOf(stretches: readonly Stretch[]): LifeEvent[] {
  return stretches.flatMap(({ events }) => events)
}
