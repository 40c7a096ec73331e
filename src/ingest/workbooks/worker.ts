import { TakingsError } from '../../model/errors.ts'
import type { SpooledWorkbook, SpoolReply, SpoolRequest } from './message.ts'
import { SheetSpool, type SpooledSheet } from './sheet-spool.ts'
import type { Sheet } from './workbook.ts'
import { openXls } from './xls.ts'
import { openXlsx } from './xlsx.ts'

/**
 * The process that reads workbooks: their XML and their packing come from strangers, and reading them takes
 * seconds that a server must not stand still for.
 */

process.on('message', (request: SpoolRequest) => {
  spoolAll(request).then(
    (workbook) => reply({ kind: 'done', workbook }),
    (error: unknown) => reply(failure(request, error)),
  )
})

// Without a parent nobody waits for the result.
process.on('disconnect', () => process.exit(0))

async function spoolAll(request: SpoolRequest): Promise<SpooledWorkbook> {
  const workbook = await (request.kind === 'xls' ? openXls(request) : openXlsx(request))
  try {
    const sheets: SpooledSheet[] = []
    for (const [index, sheet] of workbook.sheets.entries()) {
      const spooled = await spoolSheet(sheet, `${request.target}-${index + 1}`)
      if (spooled.rows > 0) sheets.push({ ...spooled, from1904: workbook.from1904 })
    }
    return { sheets, hidden: workbook.hidden }
  } finally {
    workbook.close()
  }
}

async function spoolSheet(
  sheet: Sheet,
  path: string,
  width?: number,
): Promise<Omit<SpooledSheet, 'from1904'>> {
  const spool = new SheetSpool(path, width)
  const uncomputed = await sheet.read((row) => spool.add(row))
  const { fits, ...spooled } = spool.end()
  if (!fits) return spoolSheet(sheet, path, spooled.width)
  return { name: sheet.name, path, uncomputed, ...spooled }
}

function failure({ name }: SpoolRequest, error: unknown): SpoolReply {
  if (error instanceof TakingsError) {
    return { kind: 'failed', code: error.code, details: error.details, message: error.message }
  }
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOSPC') {
    const details = { problem: 'reading a workbook', path: 'the data folder' }
    return { kind: 'failed', code: 'disk_full', details, message }
  }
  return { kind: 'failed', code: null, details: { path: name }, message }
}

function reply(message: SpoolReply): void {
  process.send?.(message)
}
