import { type Format, type OpenRequest, quote, type StagedTable } from '../format.ts'
import { meansMoment } from '../headers.ts'
import { findHeader, uniqueNames } from './header-row.ts'

/** A sheet of an Excel workbook, spooled as text: its records bear the numbers of their rows in the sheet. */
export const workbook: Format = {
  name: 'workbook',
  claims: (file) => file.sheet !== null,
  open,
}

async function open({ file }: OpenRequest): Promise<readonly StagedTable[]> {
  const { sheet } = file
  if (!sheet) return []
  const cells = sheet.firstRows.map((row) => row.cells)
  const { header, above } = findHeader(cells, sheet.width)
  const names = Array.from({ length: sheet.width }, (_, index) => header?.[index] ?? '')
  const columns = uniqueNames(names).map((name, index) => ({ name, sql: `c${index + 1}` }))
  const left = above + (header === null ? 0 : 1)
  const last = sheet.firstRows[left - 1]?.number ?? 0
  const rejects = `rejects_${file.number}`
  const types = columns.map(({ sql }) => `'${sql}': 'VARCHAR'`).join(', ')
  const rows = `read_csv(${quote(file.path)}, auto_detect = false, header = false, delim = ',', quote = '"',
    escape = '"', nullstr = '', max_line_size = 8388608, buffer_size = 33554432, store_rejects = true,
    rejects_table = '${rejects}', rejects_scan = '${rejects}_scans', rejects_limit = 0,
    columns = {'record_number': 'BIGINT', ${types}})`
  const moments = columns.filter(({ name }) => meansMoment(name)).map(({ sql }) => sql)
  const since1900 = sheet.from1904 && moments.length > 0 ? replaced(moments) : ''
  const relation = `(SELECT *${since1900} FROM ${rows} WHERE record_number > ${last})`
  const malformed = sheet.malformed.filter(({ recordNumber }) => recordNumber > last)
  return [
    {
      file,
      format: sheet.kind,
      part: sheet.name,
      columns,
      relation,
      unnumbered: relation,
      statedRows: sheet.rows - left,
      headerStated: header !== null,
      notation: header === null || last === 1 ? '' : `header in row ${last}`,
      malformed: async () => malformed,
    },
  ]
}

const daysTo1904 = 1462

/** Days that stand as mere numbers, counted as in all other workbooks. */
function replaced(moments: readonly string[]): string {
  const values = moments.map(
    (sql) =>
      `CASE WHEN regexp_full_match(${sql}, '\\d{5}(\\.\\d+)?')
         THEN (TRY_CAST(split_part(${sql}, '.', 1) AS INTEGER) + ${daysTo1904})::VARCHAR || substr(${sql}, 6) ELSE ${sql} END AS ${sql}`,
  )
  return ` REPLACE (${values.join(', ')})`
}
