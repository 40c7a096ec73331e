import { confidenceText } from '../display/value-text.ts'
import type { ColumnReport, FileReport } from '../model/import.ts'
import { tableText } from './table-text.ts'

const shownValues = 3
const longestValues = 40
const longestHeader = 30

/** Every column of a file: what it was taken for, its first values as they stand and as they are read, and why. */
export function columnLines({ columns }: FileReport): string[] {
  const heads = ['Column', 'Taken for', 'Sure', 'First values', 'Because']
  const table = tableText(
    heads.map((head) => ({
      head,
      align: head === 'Sure' ? ('right' as const) : ('left' as const),
    })),
    columns.map((column) => [
      cut(column.name, longestHeader),
      column.role ?? '-',
      column.role === null ? '' : confidenceText(column.confidence),
      cut(valuesText(column), longestValues),
      column.evidence,
    ]),
  )
  return table.split('\n').map((line) => `  ${line}`)
}

/** `2,55 is 2.55, 3,39 is 3.39`; what is read as it stands, once. */
function valuesText({ samples, read }: ColumnReport): string {
  const shown = samples.slice(0, shownValues).map((sample, index) => {
    if (read.length === 0 || read[index] === sample) return sample
    return `${sample} is ${read[index] ?? 'not read'}`
  })
  return shown.join(', ')
}

function cut(text: string, length: number): string {
  const line = text.replace(/[\t\r\n]+/g, ' ')
  return line.length > length ? `${line.slice(0, length - 1)}…` : line
}
