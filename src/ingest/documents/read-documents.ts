import { randomUUID } from 'node:crypto'
import { createReadStream, rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { TakingsError } from '../../model/errors.ts'
import type { ImportReport } from '../../model/import.ts'
import type { LiveKind } from '../../model/live.ts'
import { type CleanDestination, type ImportRequest, runFiles } from '../import-files.ts'
import { whyColumn } from '../mended.ts'
import { openWorkFolder } from '../work-folder.ts'
import { documentsOf, type Row } from './assemble.ts'
import type { LiveDocuments } from './document.ts'
import { writeDocumentRows } from './document-rows.ts'
import { findLeftOut } from './left-out.ts'

export interface ReadFiles {
  readonly report: ImportReport
  /** Null where a question is open. To be removed after use. */
  readonly documents: LiveDocuments | null
}

/**
 * Reads and cleans files as an import does, and gives what they hold as live records. Throws what an import throws, and
 * `not_to_be_sent` for rows that were rejected once: they are parts of orders, and live orders are whole.
 */
export async function readDocuments(
  known: CleanDestination['known'],
  request: ImportRequest,
): Promise<ReadFiles> {
  const folder = openWorkFolder(request.workFolder, `documents-${randomUUID()}`)
  const remove = () => rmSync(folder, { recursive: true, force: true })
  let documents: LiveDocuments | null = null
  try {
    const take: CleanDestination['take'] = async ({ bench, judged, tables, report }) => {
      const mended = tables.find(({ table }) => whyColumn(table) !== undefined)
      if (mended) throw new TakingsError('not_to_be_sent', { path: mended.table.file.name })
      const { handover, currency, timeZone } = judged
      const clean = { handover, folder, currency, timeZone }
      const { files, counts } = await writeDocumentRows(bench, clean)
      const leftOut = await findLeftOut(bench, clean)
      const { source } = report
      const read = (kind: LiveKind) => documentsOf(kind, rowsIn(files[kind]))
      documents = { source, counts, leftOut, read, remove }
    }
    const report = await runFiles({ known, take }, request)
    if (documents === null) remove()
    return { report, documents }
  } catch (error) {
    remove()
    throw error
  }
}

async function* rowsIn(file: string): AsyncGenerator<Row> {
  const lines = createInterface({ input: createReadStream(file) })
  for await (const line of lines) yield JSON.parse(line) as Row
}
