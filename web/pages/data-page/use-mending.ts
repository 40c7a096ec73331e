import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ImportReport, MendedRow, RejectedRow } from '../../../src/model/import.ts'
import type { ImportSession } from '../../../src/model/wire.ts'
import { discardImport, mendRows, readImport, readRejectedRows } from '../../api.ts'
import { refreshFigures, useImportId } from './use-import.ts'

/** How the import of corrected rows ended. */
export interface Mended {
  readonly report: ImportReport
  /** Rows that came to their orders, with what was corrected. */
  readonly loaded: readonly MendedChange[]
  /** Rows that are wrong still, and why. */
  readonly rejected: readonly MendedChange[]
}

export interface MendedChange {
  readonly row: RejectedRow
  readonly changes: readonly {
    readonly column: string
    readonly before: string | null
    readonly after: string | null
  }[]
  /** Why it is wrong still. */
  readonly reason?: string
}

export interface Mending {
  readonly busy: boolean
  readonly error: Error | null
  /** Imports the rows again, in place; a question they raise is asked above, where files are imported. */
  send(rows: readonly RejectedRow[], mended: readonly MendedRow[]): void
}

const pollEvery = 250
const mostRows = 500

export function useMending(onMended: (mended: Mended) => void): Mending {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  const client = useQueryClient()
  const setId = useImportId()

  const send = async (rows: readonly RejectedRow[], mended: readonly MendedRow[]) => {
    setBusy(true)
    setError(null)
    try {
      const session = await ended(await mendRows(mended))
      const { report } = session
      if (session.state === 'waiting' || !report || report.error) {
        setId(session.id)
        window.scrollTo({ top: 0 })
        return
      }
      void discardImport(session.id).catch(() => undefined)
      onMended(await outcomeOf(report, rows, mended))
      refreshFigures(client)
    } catch (thrown) {
      setError(thrown as Error)
    } finally {
      setBusy(false)
    }
  }
  return { busy, error, send: (rows, mended) => void send(rows, mended) }
}

async function ended(begun: ImportSession): Promise<ImportSession> {
  let session = begun
  while (session.state === 'working') {
    await new Promise((resolve) => setTimeout(resolve, pollEvery))
    session = await readImport(session.id)
  }
  return session
}

async function outcomeOf(
  report: ImportReport,
  rows: readonly RejectedRow[],
  mended: readonly MendedRow[],
): Promise<Mended> {
  const again =
    report.rows.rejected > 0 && report.runId !== null
      ? await readRejectedRows({ run: report.runId, limit: mostRows, offset: 0 })
      : []
  const reasons = new Map(again.map(({ origin, text }) => [origin, text]))
  const changes = mended.flatMap(({ origin, row: after }): MendedChange[] => {
    const row = rows.find((one) => one.origin === origin)
    if (!row) return []
    const reason = reasons.get(origin)
    const changed = Object.entries(after).map(([column, value]) => {
      return { column, before: row.row[column] ?? null, after: value }
    })
    return [{ row, changes: changed, ...(reason === undefined ? {} : { reason }) }]
  })
  return {
    report,
    loaded: changes.filter(({ reason }) => reason === undefined),
    rejected: changes.filter(({ reason }) => reason !== undefined),
  }
}
