/**
 * The structure of documents, learnt from a sample: which paths hold values, and which lists hold others, such
 * as line items. Only the structure is taken from here; every value is read by the engine as text.
 */

export interface DocumentShape {
  /** Single values in the document itself: customer.id. */
  readonly fields: readonly DocumentField[]
  readonly lists: readonly DocumentList[]
}

export interface DocumentField {
  readonly path: readonly string[]
  /** No value seen was anything but a number, so that several of them can be added up. */
  readonly numeric: boolean
}

/** A list of objects, and what its members hold. */
export interface DocumentList extends DocumentShape {
  readonly path: readonly string[]
}

/** What stands for the members of a list in a path. */
export const member = '[]'

const deepest = 6
/** A list of lists of lists: tax lines of refunded lines of refunds. */
const deepestLists = 3

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

interface Learnt {
  readonly fields: Map<string, { readonly path: readonly string[]; numeric: boolean }>
  readonly lists: Map<string, { readonly path: readonly string[]; readonly members: Learnt }>
}

/**
 * `structure` is a document of the same shape whose values are the names of types: it tells of fields that no
 * sampled document has, and nothing of their values.
 */
export function learnShape(documents: readonly unknown[], structure?: unknown): DocumentShape {
  const learnt: Learnt = { fields: new Map(), lists: new Map() }
  for (const document of documents) learn(learnt, document as Json, { path: [], lists: 0 })
  if (structure !== undefined)
    learn(learnt, structure as Json, { path: [], lists: 0, ofTypes: true })
  return shapeOf(learnt)
}

function shapeOf({ fields, lists }: Learnt): DocumentShape {
  return {
    fields: [...fields.values()],
    lists: [...lists.values()].map(({ path, members }) => ({ path, ...shapeOf(members) })),
  }
}

interface Place {
  readonly path: readonly string[]
  /** How many lists it is in. */
  readonly lists: number
  readonly ofTypes?: true
}

function learn(into: Learnt, value: Json, place: Place): void {
  const { path, lists } = place
  if (Array.isArray(value)) {
    const members = value.filter(isObject)
    if (members.length === 0 || lists === deepestLists) return
    const key = JSON.stringify(path)
    const list = into.lists.get(key) ?? { path, members: { fields: new Map(), lists: new Map() } }
    into.lists.set(key, list)
    for (const one of members) learn(list.members, one, { ...place, path: [], lists: lists + 1 })
  } else if (isObject(value)) {
    if (path.length < deepest)
      for (const [name, child] of Object.entries(value))
        if (isAddressable(name)) learn(into, child, { ...place, path: [...path, name] })
  } else if (path.length > 0) {
    const key = JSON.stringify(path)
    const field = into.fields.get(key) ?? { path, numeric: true }
    into.fields.set(key, field)
    if (!place.ofTypes && !isNumeric(value)) field.numeric = false
  }
}

/** A path cannot name what has no name, and what is called as the members of a list are is not told from them. */
function isAddressable(name: string): boolean {
  return name !== '' && name !== member && !name.includes('\0')
}

/** Numbers, and texts of them as platforms write amounts. What is blank is no word against it. */
function isNumeric(value: null | boolean | number | string): boolean {
  if (value === null || typeof value === 'number') return true
  return typeof value === 'string' && /^\s*([+-]?\d+(\.\d+)?)?\s*$/.test(value)
}

export function isObject(value: unknown): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The path as JSONPath: $."customer"."id", and $."items"[*]."price" for all members of a list. */
export function jsonPath(path: readonly string[]): string {
  const step = (name: string) => (name === member ? '[*]' : `."${name.replaceAll('"', '\\"')}"`)
  return `$${path.map(step).join('')}`
}

/** The path for people: customer.id, items[].price. */
export function pathName(path: readonly string[]): string {
  return path.join('.').replaceAll(`.${member}`, member)
}
