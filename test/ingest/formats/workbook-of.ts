import { type ZipMember, zipOf } from './zip-of.ts'

/** The XML of a cell's inside, with its attributes: what stands between `<c r="B2"` and `</c>`. */
export type Cell = string | number | null | { readonly xml: string }

export interface SheetContent {
  readonly name: string
  readonly state?: 'hidden' | 'veryHidden'
  /** By number of the row; texts become shared strings. */
  readonly rows: Readonly<Record<number, readonly Cell[]>> | readonly (readonly Cell[])[]
}

export interface WorkbookContent {
  readonly sheets: readonly SheetContent[]
  readonly from1904?: boolean
  /** Format codes of the styles 1, 2, ...; style 0 is General. */
  readonly styles?: readonly string[]
  /** Parts that stand there instead. */
  readonly replaced?: Readonly<Record<string, string>>
}

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packages = 'http://schemas.openxmlformats.org/package/2006/relationships'
const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

/** A number in a style: a date, a percentage, an amount. */
export function styled(value: number | string, style: number): Cell {
  return { xml: ` s="${style}"><v>${value}</v>` }
}

/** A workbook (.xlsx) written by hand, part by part. */
export function workbookOf(content: WorkbookContent): Buffer {
  const { sheets, from1904, styles = [], replaced = {} } = content
  const texts: string[] = []
  const xmlOf = sheets.map((sheet) => sheetXml(sheet, texts))
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`
  const listed = sheets.map(
    ({ name, state }, index) =>
      `<sheet name="${escaped(name)}" sheetId="${index + 1}"${state ? ` state="${state}"` : ''} r:id="rId${index + 1}"/>`,
  )
  const formats = styles.map(
    (code, index) => `<numFmt numFmtId="${164 + index}" formatCode="${escaped(code)}"/>`,
  )
  const used = [0, ...styles.map((_, index) => 164 + index)].map((id) => `<xf numFmtId="${id}"/>`)
  const parts = [
    xml('[Content_Types].xml', '<Types/>'),
    xml(
      '_rels/.rels',
      `<Relationships xmlns="${packages}">${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    ),
    xml(
      'xl/workbook.xml',
      `<workbook xmlns="${main}" xmlns:r="${office}"><workbookPr${from1904 ? ' date1904="1"' : ''}/><sheets>${listed.join('')}</sheets></workbook>`,
    ),
    xml(
      'xl/_rels/workbook.xml.rels',
      `<Relationships xmlns="${packages}">${sheets.map((_, index) => relation(`rId${index + 1}`, 'worksheet', `worksheets/sheet${index + 1}.xml`)).join('')}${relation('rId100', 'styles', 'styles.xml')}${relation('rId101', 'sharedStrings', '/xl/sharedStrings.xml')}</Relationships>`,
    ),
    xml(
      'xl/styles.xml',
      `<styleSheet xmlns="${main}"><numFmts>${formats.join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${used.join('')}</cellXfs></styleSheet>`,
    ),
    xml(
      'xl/sharedStrings.xml',
      `<sst xmlns="${main}">${texts.map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`).join('')}</sst>`,
    ),
    ...xmlOf.map((inside, index) => xml(`xl/worksheets/sheet${index + 1}.xml`, inside)),
  ]
  return zipOf(...parts.map(({ name, content: own }) => ({ name, content: replaced[name] ?? own })))
}

function xml(name: string, content: string): ZipMember {
  return { name, content: declaration + content }
}

function sheetXml({ rows }: SheetContent, texts: string[]): string {
  const numbered: (readonly [string, readonly Cell[]])[] = Array.isArray(rows)
    ? rows.map((cells, index) => [String(index + 1), cells])
    : Object.entries(rows)
  const written = numbered.map(
    ([number, cells]) =>
      `<row r="${number}">${cells.map((cell, column) => cellXml(cell, `${columnName(column)}${number}`, texts)).join('')}</row>`,
  )
  return `<worksheet xmlns="${main}"><sheetData>${written.join('')}</sheetData></worksheet>`
}

function cellXml(cell: Cell, place: string, texts: string[]): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return `<c r="${place}"><v>${cell}</v></c>`
  if (typeof cell === 'object') return `<c r="${place}"${cell.xml}</c>`
  texts.push(cell)
  return `<c r="${place}" t="s"><v>${texts.length - 1}</v></c>`
}

export function columnName(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26))
  return column < 26 ? letter : columnName(Math.floor(column / 26) - 1) + letter
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
