import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { type LiveIntake, openIntake } from '../../src/ingest/ingest.ts'
import { type Journal, openJournal } from '../../src/journal/journal.ts'
import type {
  LiveItem,
  LiveKind,
  LiveRecord,
  LiveRecords,
  PlatformName,
} from '../../src/model/live.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { now, TemporaryShop } from '../ingest/temporary-shop.ts'

export interface LiveShop {
  readonly shop: TemporaryShop
  readonly intake: () => LiveIntake
  /** Ends the intake as a server that is stopped does, and goes on with the same journal. */
  restart(): Promise<void>
  /** Accepts these together, and waits until they count. */
  send(...items: readonly LiveItem[]): Promise<void>
  /** Before the test is over; more than once is as good as once. */
  close(): Promise<void>
}

export interface LiveShopOptions {
  readonly warehouseOf?: (warehouse: Warehouse) => Warehouse
  readonly journalOf?: (journal: Journal) => Journal | Promise<Journal>
}

/** A shop that takes what comes live, gone when the test is over. `address`: of its database, null for a folder. */
export async function openLiveShop(
  address: string | null,
  { warehouseOf = (own) => own, journalOf = (own) => own }: LiveShopOptions = {},
): Promise<LiveShop> {
  const shop = await TemporaryShop.open(address)
  const folder = mkdtempSync(join(tmpdir(), 'takings-live-'))
  const open = async () =>
    openIntake({
      journal: await journalOf(await openJournal({ folder, now })),
      warehouse: warehouseOf(shop.warehouse),
      now,
      workFolder: shop.workFolder,
      memoryLimit: '512MB',
    })
  let intake = await open()
  let isOpen = true
  const close = async () => {
    if (!isOpen) return
    isOpen = false
    await intake.close()
    await shop.close()
    rmSync(folder, { recursive: true, force: true })
  }
  onTestFinished(close)
  return {
    shop,
    close,
    intake: () => intake,
    async restart() {
      await intake.close()
      intake = await open()
    },
    async send(...items) {
      const { sequence } = await intake.accept(items)
      expect(await intake.visible(sequence, 60_000)).toBe(true)
      expect(intake.state().problem).toBeNull()
    },
  }
}

/** A record of the published schema. */
export function record<Kind extends LiveKind>(
  kind: Kind,
  content: LiveRecords[Kind],
  source = 'shop',
): LiveItem {
  return { fits: { kind, source, record: content } as LiveRecord }
}

/** A message of a shop system. */
export function message(
  platform: PlatformName,
  topic: string,
  body: Readonly<Record<string, unknown>> | string,
): LiveItem {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { document: { platform, source: platform, topic, text } }
}

/** The rows of a statement, each as one text. */
export async function textsOf({ shop }: LiveShop, sql: string): Promise<string[]> {
  return (await shop.query(sql)).map((row) => Object.values(row).join(' '))
}
