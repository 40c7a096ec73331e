import { Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { SaxesParser } from 'saxes'
import type { ArchiveMember } from '../containers/archive.ts'

export interface XmlReader {
  /** `name` without its prefix, attributes as they are written. */
  open?(name: string, attributes: Readonly<Record<string, string>>): void
  text?(text: string): void
  close?(name: string): void
}

/**
 * Reads the XML of a part as it is unpacked, never holding it whole. Entities other than XML's own five are
 * an error, so nothing can grow while it is read.
 */
export async function readXml(part: ArchiveMember, reader: XmlReader): Promise<void> {
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => reader.open?.(local(name), attributes))
  parser.on('text', (text) => reader.text?.(text))
  parser.on('cdata', (text) => reader.text?.(text))
  parser.on('closetag', ({ name }) => reader.close?.(local(name)))
  const decoder = new StringDecoder('utf8')
  const feed = (work: () => void, done: (error?: Error) => void) => {
    try {
      work()
      done()
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)))
    }
  }
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => feed(() => parser.write(decoder.write(chunk)), done),
    final: (done) => feed(() => parser.close(), done),
  })
  await part.unpack(sink)
}

function local(name: string): string {
  const colon = name.indexOf(':')
  return colon < 0 ? name : name.slice(colon + 1)
}

/** The value of an attribute that may have a prefix: `r:id`. */
export function attribute(
  attributes: Readonly<Record<string, string>>,
  name: string,
): string | undefined {
  const key = Object.keys(attributes).find((own) => local(own) === name)
  return key === undefined ? undefined : attributes[key]
}
