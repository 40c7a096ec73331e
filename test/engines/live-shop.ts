import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { openIntake } from '../../src/ingest/ingest.ts'
import { openJournal } from '../../src/journal/journal.ts'
import type {
  LiveItem,
  LiveKind,
  LiveRecord,
  LiveRecords,
  PlatformName,
} from '../../src/model/live.ts'
import { now, TemporaryShop } from '../ingest/temporary-shop.ts'

export interface LiveShop {
  readonly shop: TemporaryShop
  /** Accepts these together, and waits until they count. */
  send(...items: readonly LiveItem[]): Promise<void>
}

/** A shop that takes what comes live, gone when the test is over. `address`: of its database, null for a folder. */
export async function openLiveShop(address: string | null): Promise<LiveShop> {
  const shop = await TemporaryShop.open(address)
  const folder = mkdtempSync(join(tmpdir(), 'takings-live-'))
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
      expect(intake.state().problem).toBeNull()
    },
  }
}

/** A record of the published schema. */
export function record<Kind extends LiveKind>(kind: Kind, content: LiveRecords[Kind]): LiveItem {
  return { fits: { kind, source: 'shop', record: content } as LiveRecord }
}

/** A message of a shop system. */
export function message(
  platform: PlatformName,
  topic: string,
  body: Readonly<Record<string, unknown>>,
): LiveItem {
  return { document: { platform, source: platform, topic, text: JSON.stringify(body) } }
}

/** The rows of a statement, each as one text. */
export async function textsOf({ shop }: LiveShop, sql: string): Promise<string[]> {
  return (await shop.query(sql)).map((row) => Object.values(row).join(' '))
}
