import Table from 'cli-table3'

export interface TableColumn {
  readonly head: string
  readonly align?: 'left' | 'right'
}

const plainBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
}

/** A table for people: no borders, figures to the right. */
export function tableText(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): string {
  const table = new Table({
    head: columns.map(({ head }) => head),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: plainBorders,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  table.push(...rows.map((row) => [...row]))
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** A table for programs: tabs between values, no tabs or line breaks within them. */
export function tabText(rows: readonly (readonly string[])[]): string {
  const plain = (value: string) => value.replace(/[\t\r\n]+/g, ' ')
  return rows.map((row) => row.map(plain).join('\t')).join('\n')
}

/** Source: RFC 4180. */
export function csvText(rows: readonly (readonly string[])[]): string {
  const quoted = (value: string) =>
    /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
  return rows.map((row) => row.map(quoted).join(',')).join('\n')
}
