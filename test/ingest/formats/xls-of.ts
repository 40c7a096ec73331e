/** Parts of an old workbook (.xls, BIFF8 in a compound file), written by hand as its specification says. */

export function record(type: number, ...parts: readonly (Buffer | readonly number[])[]): Buffer {
  const data = Buffer.concat(parts.map((part) => Buffer.from(part)))
  const head = Buffer.alloc(4)
  head.writeUInt16LE(type, 0)
  head.writeUInt16LE(data.length, 2)
  return Buffer.concat([head, data])
}

export function u16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length)
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, 2 * index)
  return bytes
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}

export function float(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return bytes
}

/** A text with its length in 16 bits; in one byte a character where it can be. */
export function biffText(text: string): Buffer {
  const isWide = [...text].some((character) => character.charCodeAt(0) > 0xff)
  return Buffer.concat([
    u16(text.length),
    Buffer.from([isWide ? 1 : 0]),
    Buffer.from(text, isWide ? 'utf16le' : 'latin1'),
  ])
}

export interface XlsSheet {
  readonly name: string
  readonly hidden?: boolean
  readonly cells: readonly Buffer[]
}

export interface XlsContent {
  readonly sheets: readonly XlsSheet[]
  /** Records of the table of shared texts. */
  readonly texts: readonly Buffer[]
  /** Format codes of the cell formats 1, 2, ...; 0 is General. */
  readonly formats?: readonly string[]
  /** Other records of the workbook, before its cell formats. */
  readonly globals?: readonly Buffer[]
  readonly version?: number
}

const begin = (version: number, kind: number) =>
  record(0x809, u16(version, kind, 0, 0), u32(0), u32(0))
const end = record(0x0a)

export function xlsOf({
  sheets,
  texts,
  formats = [],
  globals = [],
  version = 0x600,
}: XlsContent): Buffer {
  const codes = formats.map((code, index) => record(0x41e, u16(164 + index), biffText(code)))
  const styles = [0, ...formats.map((_, index) => 164 + index)].map((id) =>
    record(0xe0, u16(0, id), Buffer.alloc(16)),
  )
  const bodies = sheets.map(({ cells }) => Buffer.concat([begin(version, 0x10), ...cells, end]))
  const globalsWith = (starts: readonly number[]) =>
    Buffer.concat([
      begin(version, 5),
      ...globals,
      ...codes,
      ...styles,
      ...sheets.map(({ name, hidden }, index) =>
        record(
          0x85,
          u32(starts[index] ?? 0),
          [hidden ? 1 : 0, 0, name.length, 0],
          Buffer.from(name, 'latin1'),
        ),
      ),
      ...texts,
      end,
    ])
  let at = globalsWith([]).length
  const starts = bodies.map(({ length }) => {
    at += length
    return at - length
  })
  return compoundOf('Workbook', Buffer.concat([globalsWith(starts), ...bodies]))
}

const endOfChain = 0xfffffffe
const free = 0xffffffff
const tableMark = 0xfffffffd
const sector = 512

/** A compound file with one stream, which stands in small sectors where it is short. */
export function compoundOf(name: string, content: Buffer): Buffer {
  const isSmall = content.length < 4096
  const streamSectors = Math.ceil(content.length / sector)
  const chain = (first: number, count: number) =>
    Array.from({ length: count }, (_, at) => (at === count - 1 ? endOfChain : first + at + 1))
  // Sector 0 is the directory, 1 the table of small sectors, then the stream, and the table of sectors last.
  const tableSectors = Math.ceil((2 + streamSectors + 20) / (sector / 4))
  const table = [endOfChain, endOfChain, ...chain(2, streamSectors)]
  for (let at = 0; at < tableSectors; at += 1) table.push(tableMark)
  while (table.length < (tableSectors * sector) / 4) table.push(free)
  const smallSectors = chain(0, Math.ceil(content.length / 64))
  const header = Buffer.alloc(sector, 0xff)
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(header)
  header.fill(0, 8, 24)
  header.set(u16(0x3e, 3, 0xfffe, 9, 6), 24)
  header.fill(0, 34, 76)
  header.writeUInt32LE(tableSectors, 44)
  header.writeUInt32LE(4096, 56)
  header.writeUInt32LE(isSmall ? 1 : endOfChain, 60)
  header.writeUInt32LE(endOfChain, 68)
  for (let at = 0; at < tableSectors; at += 1)
    header.writeUInt32LE(2 + streamSectors + at, 76 + 4 * at)
  const directory = Buffer.concat([
    entry('Root Entry', 5, isSmall ? 2 : endOfChain, isSmall ? streamSectors * sector : 0),
    entry(name, 2, isSmall ? 0 : 2, content.length),
    Buffer.alloc(256),
  ])
  const padded = Buffer.concat([content, Buffer.alloc(streamSectors * sector - content.length)])
  return Buffer.concat([
    header,
    directory,
    Buffer.concat([...smallSectors.map(u32), Buffer.alloc(sector, 0xff)]).subarray(0, sector),
    padded,
    ...table.map(u32),
  ])
}

function entry(name: string, type: number, start: number, size: number): Buffer {
  const bytes = Buffer.alloc(128)
  bytes.write(name, 0, 'utf16le')
  bytes.writeUInt16LE(2 * name.length + 2, 64)
  bytes[66] = type
  bytes.writeUInt32LE(start, 116)
  bytes.writeUInt32LE(size, 120)
  return bytes
}
