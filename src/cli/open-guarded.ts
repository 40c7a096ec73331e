import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { restoreRuns } from '../ingest/ingest.ts'
import { openJournal } from '../journal/journal.ts'
import {
  type MissingRuns,
  missingText,
  openWarehouse,
  takeLock,
  type Warehouse,
  type WarehouseOptions,
} from '../warehouse/warehouse.ts'
import type { CommandContext } from './command.ts'

/** Opens a warehouse; what its engine has lost of what was committed is committed again first, and told. */
export function openGuarded(
  place: Pick<WarehouseOptions, 'folder' | 'address' | 'readers'>,
  context: CommandContext,
): Promise<Warehouse> {
  const { now, config } = context
  return openWarehouse({
    ...place,
    now,
    memoryLimit: config.warehouseMemory,
    restore: (warehouse, missing) => restore(place.folder, { warehouse, missing }, context),
  })
}

async function restore(
  folder: string,
  { warehouse, missing }: { readonly warehouse: Warehouse; readonly missing: MissingRuns },
  { config, now, terminal }: CommandContext,
): Promise<void> {
  const { imports, setAside } = missing
  terminal.note(
    `The warehouse lacks ${missingText(missing)}: its files were damaged after that was committed. It is being made whole again ...`,
  )
  const journals = join(folder, 'journal')
  const lock = existsSync(journals) ? await takeLock(journals, now) : null
  const journal = lock ? await openJournal({ folder: journals, now }) : null
  try {
    await restoreRuns(warehouse, missing, {
      journal,
      now,
      workFolder: config.workFolder,
      memoryLimit: config.stagingMemory,
    })
  } finally {
    await journal?.close()
    await lock?.release()
  }
  const aside = setAside === null ? '' : ` The damaged files lie in ${setAside}.`
  if (imports.every(({ kept }) => kept !== null))
    terminal.note(`All of it is there again. Have the disk looked at.${aside}`)
}
