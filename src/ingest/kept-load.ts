import { join } from 'node:path'
import { TakingsError } from '../model/errors.ts'
import type { ImportReport } from '../model/import.ts'
import { appliedPrefix } from '../model/live.ts'
import type { KeptImport, Transaction, Warehouse } from '../warehouse/warehouse.ts'
import type { Handover } from './handover.ts'
import type { LoadRequest } from './load-request.ts'

/** How a load that was committed once is done again: paths are names in the folder of its files. */
interface KeptLoad
  extends Pick<
    LoadRequest,
    'handover' | 'rejected' | 'source' | 'knownOrders' | 'documents' | 'mended' | 'looksForTwins'
  > {
  /** ISO instant. */
  readonly startedAt: string
  readonly report: ImportReport
  /** By setting: how far journals of live records were applied before it. */
  readonly applied: Readonly<Record<string, string>>
}

/** The files of a load on their way to where they are kept. */
export interface Keeping {
  /** Inside the transaction, at its end: from now on it can be done again. */
  describe(transaction: Transaction, report: ImportReport): Promise<void>
  /** After the transaction failed. */
  forget(error: unknown): Promise<void>
}

/** Keeps the files while they are loaded, where the engine does not look after its log itself. */
export function keepLoad(warehouse: Warehouse, request: LoadRequest): Keeping {
  const { kept } = warehouse
  if (!kept || request.inJournal) return keepsNothing
  const { runToken } = request
  const keeping = kept.keep(runToken, filesOf(request))
  // Whoever describes them hears of it.
  keeping.catch(() => undefined)
  return {
    async describe(transaction, report) {
      const names = await keeping
      const { handover, rejected, source, knownOrders, documents, mended, looksForTwins } = request
      const load: KeptLoad = {
        ...{ source, knownOrders, documents, mended, looksForTwins, report },
        handover: withPaths(handover, (path) => names.get(path) ?? path),
        rejected: rejected === null ? null : (names.get(rejected) ?? rejected),
        startedAt: request.startedAt.toISOString(),
        applied: await appliedIn(transaction),
      }
      await kept.describe(runToken, JSON.stringify(load))
    },
    async forget(error) {
      await keeping.catch(() => undefined)
      // It may stand all the same.
      if (error instanceof TakingsError && error.code === 'commit_unknown') return
      await kept.forget(runToken)
    },
  }
}

/** The request of a load that was kept, and how far live records were applied before it. */
export function keptLoad(
  { folder, description }: KeptImport,
  own: Pick<LoadRequest, 'runToken' | 'now'>,
): { readonly request: LoadRequest; readonly applied: KeptLoad['applied'] } {
  const { applied, report, startedAt, handover, rejected, ...load } = JSON.parse(
    description,
  ) as KeptLoad
  const pathOf = (name: string) => join(folder, name)
  const request: LoadRequest = {
    ...load,
    ...own,
    // Its files are kept already.
    inJournal: true,
    handover: withPaths(handover, pathOf),
    rejected: rejected === null ? null : pathOf(rejected),
    startedAt: new Date(startedAt),
    report: ({ runId, state }) => ({ ...report, runId, state }),
  }
  return { request, applied }
}

const keepsNothing: Keeping = {
  describe: () => Promise.resolve(),
  forget: () => Promise.resolve(),
}

function filesOf({ handover, rejected }: LoadRequest): string[] {
  const files: string[] = []
  withPaths(handover, (path) => {
    files.push(path)
    return path
  })
  return rejected === null ? files : [...files, rejected]
}

function withPaths(handover: Handover, pathOf: (path: string) => string): Handover {
  const one = (path: string | null) => (path === null ? null : pathOf(path))
  const { lines, customers, orders, products, regions } = handover
  const { returns, charges, stock, mended } = handover
  return {
    ...handover,
    lines: lines.map(pathOf),
    customers: customers.map(pathOf),
    orders: pathOf(orders),
    returns: one(returns),
    charges: one(charges),
    products: pathOf(products),
    regions: pathOf(regions),
    stock: one(stock),
    mended: one(mended),
  }
}

async function appliedIn(transaction: Transaction): Promise<Record<string, string>> {
  const rows = await transaction.query(
    `SELECT key, value FROM settings WHERE key LIKE '${appliedPrefix}%'`,
  )
  return Object.fromEntries(rows.map(({ key, value }) => [String(key), String(value)]))
}
