import type { IgnoreReason } from '../../model/reasons.ts'
import { isCountOfRows, isRemark, isTotal } from '../remarks.ts'
import { splitRecords, type Writing } from './csv-records.ts'

/**
 * Why a line that does not fit the columns is no row: below a table stand totals and remarks, `*** end of
 * report`. A row that was cut off, such as `1007,2024-01-0`, is none of these.
 */
export function ignoredLine(text: string, writing: Writing): IgnoreReason | undefined {
  const [record] = splitRecords(text.replaceAll(/\r\n?/g, '\n'), writing, 1)
  const filled = (record?.fields ?? []).map((field) => field.trim()).filter(Boolean)
  const [first = ''] = filled
  if (isTotal(first)) return 'total_row'
  if (isCountOfRows(filled)) return 'remark_row'
  return filled.length === 1 && isRemark(first) ? 'remark_row' : undefined
}
