import type { LiveKind } from '../../model/live.ts'
import {
  type DocumentHead,
  kinds,
  type NamedRefund,
  type StockItem,
  tableOf,
} from './document-heads.ts'
import { type DocumentName, type KnownDocument, type KnownKind, nameOf } from './known-documents.ts'
import type { Platform } from './platforms/platform.ts'

export interface StockLevel {
  readonly place: number
  readonly beside: Readonly<Record<string, unknown>>
}

/** What is to be loaded of a batch of documents. */
export interface Decision {
  /** Places of documents that are loaded as they are. */
  readonly kept: Readonly<Record<'orders' | 'products' | 'customers', readonly number[]>>
  /**
   * Members of kept orders that stand in place of their own, by place. An order that came back after it was deleted was
   * changed before its deletion was told, and would be older than that.
   */
  readonly raised: ReadonlyMap<number, object>
  /** Documents that stand for orders which were deleted. */
  readonly deletedOrders: readonly object[]
  /** Places of messages that tell stock, with what stands beside them. */
  readonly levels: readonly StockLevel[]
  readonly misfits: readonly {
    readonly place: number
    readonly kind: LiveKind
    readonly problem: string
  }[]
  /** Rows of documents that say less than is known. */
  readonly repeatedRows: number
  readonly remembered: readonly KnownDocument[]
}

/** One thing as the messages of a batch leave it. */
interface Thing extends KnownDocument {
  /** Place and rows of the document that tells of it; null where none of the batch does. */
  readonly told: DocumentHead | null
  /** A message of the batch changed what is known of it. */
  readonly changed: boolean
  /** A message of the batch that says that it was deleted. */
  readonly deleting: DocumentHead | null
}

/** What is said and known of the documents of a batch. */
export interface Said {
  readonly heads: readonly DocumentHead[]
  readonly items: readonly StockItem[]
  readonly refunds: readonly NamedRefund[]
  /** By `nameOf`. */
  readonly known: ReadonlyMap<string, KnownDocument>
}

/**
 * Looks at the messages of one system in their order: of each thing the newest document counts, whenever it comes, and
 * what was deleted stays so. What cannot be told from what is known is set aside with a word on what to do.
 */
export function decide(platform: Platform, said: Said): Decision {
  const { things, misfits, repeatedRows } = thingsIn(platform, said)
  const kept = (kind: KnownKind) =>
    things.flatMap((thing) => (thing.kind === kind && thing.told ? [thing.told.place] : []))
  const gone = things.filter(({ deletedAt, changed }) => deletedAt !== null && changed)
  const [orders, products] = [kept('order'), kept('product')]
  const items = said.items.filter(({ place }) => products.includes(place))
  const refunds = newRefunds(said, orders)
  const stock =
    platform.stock.told === 'by_level'
      ? levelsIn(said, items)
      : { levels: things.flatMap(ownLevel), misfits: [] }
  return {
    kept: { orders, products, customers: kept('customer') },
    raised: new Map(things.flatMap((thing) => raisedOver(platform, thing))),
    deletedOrders: gone.flatMap((thing) => deletedOrder(platform, thing) ?? []),
    levels: stock.levels,
    misfits: [
      ...misfits,
      ...gone.flatMap(unknownOrder),
      ...refunds.map(refundUntold),
      ...stock.misfits,
    ],
    repeatedRows,
    remembered: [
      ...things.filter(({ changed }) => changed).map(knownOf),
      ...onceEach(items.map(({ id, said }) => knownAs({ kind: 'stock_item', id }, said))),
      ...onceEach(refunds.map(({ id }) => knownAs({ kind: 'refund', id }, {}))),
    ],
  }
}

/** Orders, products and customers as the messages of a batch leave them. */
function thingsIn(
  platform: Platform,
  { heads, known }: Said,
): Pick<Decision, 'misfits' | 'repeatedRows'> & { readonly things: readonly Thing[] } {
  const things = new Map<string, Thing>()
  const misfits: Decision['misfits'][number][] = []
  let repeatedRows = 0
  for (const head of heads) {
    const { subject, id, place } = head
    if (subject === 'stock_level') continue
    if (id === null) {
      const problem = 'it does not say which one it is: it has no id'
      misfits.push({ place, kind: tableOf(subject), problem })
      continue
    }
    const name = { kind: kinds[subject], id }
    const key = nameOf(name)
    const before = things.get(key) ?? unchanged(known.get(key) ?? knownAs(name, {}))
    const { thing, repeated } = after(platform, before, head)
    things.set(key, thing)
    repeatedRows += repeated
  }
  return { things: [...things.values()], misfits, repeatedRows }
}

function unchanged(known: KnownDocument): Thing {
  return { ...known, told: null, changed: false, deleting: null }
}

function knownAs({ kind, id }: DocumentName, said: KnownDocument['said']): KnownDocument {
  return { kind, id, version: null, deletedAt: null, said }
}

function knownOf({ kind, id, version, deletedAt, said }: Thing): KnownDocument {
  return { kind, id, version, deletedAt, said }
}

function onceEach(documents: readonly KnownDocument[]): KnownDocument[] {
  return [...new Map(documents.map((document) => [nameOf(document), document])).values()]
}

/** Refunds of orders that are loaded, of which nothing was said before. */
function newRefunds({ refunds, known }: Said, orders: readonly number[]): NamedRefund[] {
  return refunds.filter(
    ({ place, id }) => orders.includes(place) && !known.has(nameOf({ kind: 'refund', id })),
  )
}

function refundUntold({ place, id, amount }: NamedRefund): Decision['misfits'][number] {
  const problem = `its refund ${id} of ${amount} is not counted: the order does not say for which goods, and how much of it is tax. Import the shop's refunds, or send it to /api/v1/returns (docs/webhooks.md)`
  return { place, kind: 'returns', problem }
}

function after(
  { restoresOrders }: Platform,
  before: Thing,
  head: DocumentHead,
): { readonly thing: Thing; readonly repeated: number } {
  const { subject, version, receivedAt } = head
  if (subject === 'deleted_order') {
    if (before.deletedAt !== null) return { thing: before, repeated: head.rows }
    const deletedAt = [before.version, before.said.goneUntil ?? null].reduce(laterOf, receivedAt)
    const repeated = before.told?.rows ?? 0
    return { thing: { ...before, told: null, deletedAt, changed: true, deleting: head }, repeated }
  }
  if (isOlder(head, before)) return { thing: before, repeated: head.rows }
  const comesBack =
    restoresOrders &&
    (subject === 'restored_order' ||
      (before.deletedAt !== null && version !== null && version > before.deletedAt))
  const isGone = before.deletedAt !== null && !comesBack
  const thing = {
    ...before,
    version: version ?? before.version,
    said: { ...saidBy(head, before), ...(comesBack ? backFrom(before) : {}) },
    told: isGone ? null : head,
    deletedAt: isGone ? before.deletedAt : null,
    changed: true,
  }
  return { thing, repeated: isGone ? head.rows : (before.told?.rows ?? 0) }
}

/** Of one version the standing tells; what was known before that was kept gives way. */
function isOlder({ version, standing }: DocumentHead, before: Thing): boolean {
  if (version === null || before.version === null) return false
  return version === before.version
    ? standing < (before.said.standing ?? '')
    : version < before.version
}

/** What is to be known from a document on. */
function saidBy(head: DocumentHead, { kind, said }: Thing): KnownDocument['said'] {
  const { standing } = head
  if (kind !== 'order') return { ...said, standing }
  const number = head.number ?? said.number ?? null
  const created = head.created ?? said.created ?? null
  return { ...said, number, created, standing }
}

function laterOf(first: string, second: string | null): string {
  return second !== null && second > first ? second : first
}

/** What is to be known of an order that comes back: from when on it did, as far as the warehouse knows. */
function backFrom({ deletedAt, said }: Thing): KnownDocument['said'] {
  return deletedAt === null ? {} : { goneUntil: laterOf(deletedAt, said.goneUntil ?? null) }
}

/** Which of its documents counts was decided before: what is loaded must only not be older than its deletion. */
function raisedOver(platform: Platform, { told, said }: Thing): [number, object][] {
  const { goneUntil } = said
  if (!told || !goneUntil || (told.version !== null && told.version >= goneUntil)) return []
  return [[told.place, platform.changedAt(goneUntil)]]
}

function deletedOrder(platform: Platform, { said, deletedAt, version }: Thing): object | null {
  const { number, created } = said
  if (!number || !created || deletedAt === null) return null
  return platform.deletedOrder({ number, created, deletedAt: laterOf(deletedAt, version) })
}

function unknownOrder({ said, deleting, id }: Thing): Decision['misfits'] {
  if (said.number || !deleting) return []
  const problem = `the order with the id ${id} was deleted, and no message told its number: where an import brought it, it still counts. Send it as cancelled (docs/webhooks.md)`
  return [{ place: deleting.place, kind: 'orders', problem }]
}

/** A product that tells its own stock, as of the time when it was changed. */
function ownLevel({ kind, told }: Thing): readonly StockLevel[] {
  if (kind !== 'product' || !told || told.stock === null || told.version === null) return []
  return [{ place: told.place, beside: { taken_at: told.version } }]
}

function levelsIn(
  { heads, known }: Said,
  fresh: readonly StockItem[],
): Pick<Decision, 'levels' | 'misfits'> {
  const described = new Map(fresh.map(({ id, said }) => [id, said]))
  const levels: StockLevel[] = []
  const misfits: Decision['misfits'][number][] = []
  for (const { subject, place, item } of heads) {
    if (subject !== 'stock_level') continue
    const said =
      item === null
        ? undefined
        : (described.get(item) ?? known.get(nameOf({ kind: 'stock_item', id: item }))?.said)
    if (said) levels.push({ place, beside: { variant: said } })
    else
      misfits.push({
        place,
        kind: 'stock',
        problem: `no message told which product the inventory item ${item ?? '(none)'} is: subscribe to products/create and products/update, and save the product once; the next change of its stock counts`,
      })
  }
  return { levels, misfits }
}
