import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { openIntake } from '../../src/ingest/ingest.ts'
import { openJournal } from '../../src/journal/journal.ts'
import type { LiveItem, LiveKind, LiveRecord, LiveRecords } from '../../src/model/live.ts'
import { now, TemporaryShop } from '../ingest/temporary-shop.ts'

/** A shop that records are sent to one batch after the other, until the test is over. */
export interface RecordShop {
  readonly shop: TemporaryShop
  /** Each call is a batch of its own. */
  send(...items: readonly LiveItem[]): Promise<void>
}

export async function openRecordShop(address: string | null): Promise<RecordShop> {
  const shop = await TemporaryShop.open(address)
  const folder = mkdtempSync(join(tmpdir(), 'takings-records-'))
  const intake = await openIntake({
    journal: await openJournal({ folder, now }),
    warehouse: shop.warehouse,
    now,
    workFolder: shop.workFolder,
    memoryLimit: '512MB',
  })
  onTestFinished(async () => {
    await intake.close()
    await shop.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    shop,
    async send(...items) {
      const { sequence } = await intake.accept(items)
      expect(await intake.visible(sequence, 60_000)).toBe(true)
    },
  }
}

/** A record as it is accepted. */
export function recordOf<Kind extends LiveKind>(
  kind: Kind,
  record: LiveRecords[Kind],
  source = 'shop',
): LiveItem {
  return { fits: { kind, source, record } as LiveRecord }
}
