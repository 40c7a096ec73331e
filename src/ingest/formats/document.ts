/**
 * The structure of documents, learnt from a sample: which paths hold values, and which list holds the
 * line items. Only the structure is taken from here; every value is read by the engine as text.
 */

export interface DocumentShape {
  /** Paths of single values in the document itself: ['customer', 'id']. */
  readonly fields: readonly (readonly string[])[]
  /** Lists of objects, with the paths inside their members. */
  readonly lists: readonly DocumentList[]
}

export interface DocumentList {
  readonly path: readonly string[]
  readonly fields: readonly (readonly string[])[]
  /** Members seen in the sample. */
  readonly members: number
}

const deepest = 6

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export function learnShape(documents: readonly unknown[]): DocumentShape {
  const fields = new Map<string, readonly string[]>()
  const lists = new Map<
    string,
    { path: readonly string[]; fields: Map<string, readonly string[]>; members: number }
  >()
  const visit = (value: Json, path: readonly string[]) => {
    if (Array.isArray(value)) {
      const members = value.filter(isObject)
      if (members.length === 0) return
      const key = JSON.stringify(path)
      const list = lists.get(key) ?? { path, fields: new Map(), members: 0 }
      list.members += members.length
      for (const member of members) collect(member, [], list.fields)
      lists.set(key, list)
    } else if (isObject(value)) {
      if (path.length < deepest)
        for (const [name, child] of Object.entries(value)) visit(child, [...path, name])
    } else if (path.length > 0) fields.set(JSON.stringify(path), path)
  }
  for (const document of documents) visit(document as Json, [])
  return {
    fields: [...fields.values()],
    lists: [...lists.values()].map((list) => ({ ...list, fields: [...list.fields.values()] })),
  }
}

function collect(
  value: Json,
  path: readonly string[],
  fields: Map<string, readonly string[]>,
): void {
  if (Array.isArray(value)) return
  if (isObject(value)) {
    if (path.length >= deepest) return
    for (const [name, child] of Object.entries(value)) collect(child, [...path, name], fields)
  } else fields.set(JSON.stringify(path), path)
}

export function isObject(value: unknown): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The path as JSONPath: $."customer"."id". */
export function jsonPath(path: readonly string[]): string {
  return `$${path.map((name) => `."${name.replaceAll('"', '\\"')}"`).join('')}`
}

/** The path for people: customer.id. */
export function pathName(path: readonly string[]): string {
  return path.join('.')
}
