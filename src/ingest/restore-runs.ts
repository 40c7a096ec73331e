import type { Journal } from '../journal/journal.ts'
import { TakingsError } from '../model/errors.ts'
import { appliedPrefix } from '../model/live.ts'
import type { MissingRuns, Warehouse } from '../warehouse/warehouse.ts'
import { keptLoad } from './kept-load.ts'
import { openIntake } from './live/live-intake.ts'
import type { LiveLoaderOptions } from './live/live-loader.ts'
import { load } from './load.ts'

export interface RestoreOptions extends Omit<LiveLoaderOptions, 'warehouse'> {
  /** Of live records; null where none came yet. */
  readonly journal: Journal | null
}

/**
 * Commits again, in their order, what was committed once and is missing: imports from their clean files, live records from
 * the journal, settings as they were noted. Leaves out what is there no more; the caller compares again.
 */
export async function restoreRuns(
  warehouse: Warehouse,
  { imports, settings }: MissingRuns,
  options: RestoreOptions,
): Promise<void> {
  const { journal, now } = options
  if (journal && (await hasForgotten(journal, warehouse))) return
  for (const { kept, runToken } of imports) {
    if (!kept) continue
    const { request, applied } = keptLoad(kept, { runToken, now })
    const position = journal ? Number(applied[`${appliedPrefix}${journal.id}`] ?? 0) : 0
    if (journal && position > 0) await applyUpTo(journal, position, { ...options, warehouse })
    await load(warehouse, request)
  }
  if (journal) await applyUpTo(journal, journal.last(), { ...options, warehouse })
  for (const [key, value] of Object.entries(settings ?? {}))
    await warehouse.settings.set(key, value)
}

/** Whether the journal forgot records that the warehouse lacks: the ones after them alone would be wrong. */
async function hasForgotten(journal: Journal, warehouse: Warehouse): Promise<boolean> {
  const applied = Number((await warehouse.settings.get(`${appliedPrefix}${journal.id}`)) ?? 0)
  return applied < journal.forgotten()
}

/** Milliseconds between two looks, and how many in a row may find that nothing can be applied. */
const patience = { look: 2_000, looks: 15 }

async function applyUpTo(journal: Journal, position: number, options: LiveLoaderOptions) {
  const intake = await openIntake({ ...options, journal: endingAt(journal, position) })
  try {
    let looks = 0
    while (!(await intake.visible(position, patience.look))) {
      const { problem } = intake.state()
      looks = problem === null ? 0 : looks + 1
      if (problem !== null && looks > patience.looks) throw new TakingsError('busy', { problem })
    }
  } finally {
    await intake.close()
  }
}

/** The journal as it was when a record was its last. Nothing can be added to it, and closing it leaves it open. */
function endingAt(journal: Journal, position: number): Journal {
  return {
    id: journal.id,
    last: () => Math.min(position, journal.last()),
    read: (after, most, characters) =>
      journal.read(after, most, characters).filter(({ sequence }) => sequence <= position),
    append: () => Promise.reject(new Error('nothing is accepted while runs are restored')),
    answerTo: (key) => journal.answerTo(key),
    forgotten: () => journal.forgotten(),
    continueAfter: (sequence) => journal.continueAfter(sequence),
    forget: () => Promise.resolve(),
    free: () => journal.free(),
    close: () => Promise.resolve(),
  }
}
