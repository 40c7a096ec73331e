import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { zipArchive } from '../../src/http/zip-archive.ts'

const files = [
  { name: 'orders.csv', text: 'a,b\n1,2\n' },
  { name: 'März/übrige.csv', text: 'größer\n'.repeat(1000) },
]

describe('an archive', () => {
  it('gives its files back when it is read from its directory', () => {
    expect(readArchive(zipArchive(files))).toEqual(files)
  })

  it('of nothing is an empty archive', () => {
    expect(readArchive(zipArchive([]))).toEqual([])
  })
})

/** Reads stored entries by way of the central directory. Source: PKWARE APPNOTE 6.3.10. */
function readArchive(archive: Buffer): { name: string; text: string }[] {
  const end = archive.length - 22
  expect(archive.readUInt32LE(end)).toBe(0x06054b50)
  let position = archive.readUInt32LE(end + 16)
  return Array.from({ length: archive.readUInt16LE(end + 10) }, () => {
    expect(archive.readUInt32LE(position)).toBe(0x02014b50)
    const size = archive.readUInt32LE(position + 24)
    const nameLength = archive.readUInt16LE(position + 28)
    const local = archive.readUInt32LE(position + 42)
    const name = archive.subarray(position + 46, position + 46 + nameLength).toString()
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
    const data = archive.subarray(start, start + size)
    expect(archive.readUInt32LE(position + 16)).toBe(crc32(data))
    position += 46 + nameLength
    return { name, text: data.toString() }
  })
}
