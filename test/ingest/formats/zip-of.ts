import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipMember {
  readonly name: string
  readonly content: string | Uint8Array
  /** Stated instead of the truth. */
  readonly crc?: number
  readonly size?: number
  /** 0: stored, 8: deflated (unless given), others are only stated. */
  readonly method?: number
  readonly encrypted?: boolean
}

/** A zip archive written by hand, byte by byte as the format says. */
export function zipOf(...members: readonly ZipMember[]): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const member of members) {
    const { method = 8, encrypted = false } = member
    const name = Buffer.from(member.name)
    const content = Buffer.from(member.content)
    const packed = method === 8 ? deflateRawSync(content) : content
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(0x0800 | (encrypted ? 1 : 0), 2)
    fields.writeUInt16LE(method, 4)
    fields.writeUInt32LE(member.crc ?? crc32(content), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(member.size ?? content.length, 18)
    fields.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), fields, name, packed])
    const head = Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), fields])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    central.push(head, tail, name)
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write('PK\u0005\u0006', 0, 'latin1')
  end.writeUInt16LE(members.length, 8)
  end.writeUInt16LE(members.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, directory, end])
}
