import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type LiveIntake, openIntake } from '../ingest/ingest.ts'
import { openJournal } from '../journal/journal.ts'
import type { CommandContext } from './command.ts'
import type { ServerShops } from './server-shops.ts'

/** The way in for live records of one server. */
export interface ServerIntake {
  open(): Promise<LiveIntake>
  /** Null where nothing was sent yet. */
  opened(): Promise<LiveIntake> | null
  close(): Promise<void>
}

/** Goes on with what an earlier server accepted and did not apply. Throws `journal_unreadable`. */
export async function openServerIntake(
  shops: ServerShops,
  { config, now, terminal }: CommandContext,
): Promise<ServerIntake> {
  const folder = join(config.dataFolder, 'journal')
  let opened: Promise<LiveIntake> | null = null
  const open = async () => {
    const warehouse = await shops.real()
    const journal = await openJournal({ folder, now })
    try {
      return await openIntake({
        journal,
        warehouse,
        now,
        workFolder: config.workFolder,
        memoryLimit: config.stagingMemory,
        onTrouble: (error) => {
          const problem = error instanceof Error ? error.message : String(error)
          terminal.note(`Live records wait: ${problem}`)
        },
      })
    } catch (error) {
      await journal.close()
      throw error
    }
  }
  const once = () => {
    opened ??= open().catch((error: unknown) => {
      opened = null
      throw error
    })
    return opened
  }
  if (existsSync(folder)) await once()
  return {
    open: once,
    opened: () => opened,
    async close() {
      await (await opened)?.close()
    },
  }
}
