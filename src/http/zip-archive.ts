import { crc32 } from 'node:zlib'

export interface ArchiveFile {
  readonly name: string
  readonly text: string
}

/**
 * A ZIP archive of small text files, stored without compression. Times are fixed at 1 January 1980, the
 * format's first day, so that the same files give the same bytes.
 * Source: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
 */
export function zipArchive(files: readonly ArchiveFile[]): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const file of files) {
    const name = Buffer.from(file.name)
    const data = Buffer.from(file.text)
    const common = commonFields(name, data)
    const local = Buffer.concat([signature(0x04034b50), common, name, data])
    directory.push(directoryEntry({ common, name, offset }))
    bodies.push(local)
    offset += local.length
  }
  const entries = Buffer.concat(directory)
  return Buffer.concat([...bodies, entries, endRecord(files.length, entries.length, offset)])
}

/** The 26 bytes that the local header and the directory entry share. */
function commonFields(name: Buffer, data: Buffer): Buffer {
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(20, 0) // version needed: 2.0
  fields.writeUInt16LE(0x0800, 2) // names are UTF-8
  fields.writeUInt16LE(0x0021, 8) // 1 January 1980
  fields.writeUInt32LE(crc32(data), 10)
  fields.writeUInt32LE(data.length, 14)
  fields.writeUInt32LE(data.length, 18)
  fields.writeUInt16LE(name.length, 22)
  return fields
}

function directoryEntry(entry: { common: Buffer; name: Buffer; offset: number }): Buffer {
  const madeBy = Buffer.from([20, 0])
  const rest = Buffer.alloc(14)
  rest.writeUInt32LE(entry.offset, 10)
  return Buffer.concat([signature(0x02014b50), madeBy, entry.common, rest, entry.name])
}

function endRecord(count: number, size: number, offset: number): Buffer {
  const fields = Buffer.alloc(18)
  fields.writeUInt16LE(count, 4)
  fields.writeUInt16LE(count, 6)
  fields.writeUInt32LE(size, 8)
  fields.writeUInt32LE(offset, 12)
  return Buffer.concat([signature(0x06054b50), fields])
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
