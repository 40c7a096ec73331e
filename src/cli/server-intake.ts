import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beginsAnew, type LiveIntake, openIntake } from '../ingest/ingest.ts'
import { openJournal } from '../journal/journal.ts'
import { TakingsError } from '../model/errors.ts'
import { takeLock } from '../warehouse/warehouse.ts'
import type { CommandContext } from './command.ts'
import type { ServerShops } from './server-shops.ts'

/** The way in for live records of one server. */
export interface ServerIntake {
  open(): Promise<LiveIntake>
  /** Null where nothing was sent yet. */
  opened(): Promise<LiveIntake> | null
  close(): Promise<void>
}

/**
 * Goes on with what an earlier server accepted and did not apply. Throws `journal_unreadable`. Of several servers in
 * one data folder, which a database elsewhere allows, the first takes live records.
 */
export async function openServerIntake(
  shops: ServerShops,
  context: CommandContext,
): Promise<ServerIntake> {
  const folder = join(context.config.dataFolder, 'journal')
  let opened: Promise<OpenIntake> | null = null
  const once = () => {
    opened ??= openOwn(folder, shops, context).catch((error: unknown) => {
      opened = null
      throw error
    })
    return opened
  }
  if (existsSync(folder)) await once().catch(unlessOfAnother)
  return {
    open: async () => (await once()).intake,
    opened: () => opened?.then(({ intake }) => intake) ?? null,
    async close() {
      await (await opened)?.close()
    },
  }
}

interface OpenIntake {
  readonly intake: LiveIntake
  close(): Promise<void>
}

async function openOwn(
  folder: string,
  shops: ServerShops,
  { config, now, terminal, signal }: CommandContext,
): Promise<OpenIntake> {
  const warehouse = await shops.real()
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const lock = await takeLock(folder, now)
  try {
    const journal = await openJournal({ folder, now })
    if (await beginsAnew(warehouse, journal)) terminal.note(newJournal)
    const intake = await openIntake({
      journal,
      warehouse,
      now,
      workFolder: config.workFolder,
      memoryLimit: config.stagingMemory,
      timeZone: config.timeZone,
      onTrouble: (error) => {
        // Ctrl-C in a terminal ends what reads them as well: they are safe, and applied by the next server.
        if (signal.aborted) return
        const problem = error instanceof Error ? error.message : String(error)
        terminal.note(`Live records wait: ${problem}`)
      },
    }).catch(async (error: unknown) => {
      await journal.close()
      throw error
    })
    return {
      intake,
      async close() {
        await intake.close()
        await lock.release()
      },
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}

const newJournal =
  'A new journal of live orders begins. What an earlier one had accepted and not yet applied is lost unless it is put back: import the orders of the last days from the shop.'

function unlessOfAnother(error: unknown): void {
  if (!(error instanceof TakingsError) || error.code !== 'warehouse_locked') throw error
}
