import type { Transaction, Warehouse } from '../../warehouse/warehouse.ts'

/** What messages told of one thing before, by the id that its system has for it. */
export interface KnownDocument {
  readonly kind: KnownKind
  readonly id: string
  /** ISO instant at which the newest of its documents was changed; null where none said so. */
  readonly version: string | null
  /** ISO instant from which on it is deleted; null while it is there. */
  readonly deletedAt: string | null
  /** What later messages need and do not say. */
  readonly said: Readonly<Record<string, string | null>>
}

export type KnownKind = 'order' | 'product' | 'customer' | 'stock_item' | 'refund'

export interface DocumentName {
  readonly kind: KnownKind
  readonly id: string
}

/** Names sought by one statement. */
const atOnce = 1_000

export function nameOf({ kind, id }: DocumentName): string {
  return `${kind}\u001f${id}`
}

/** What is known of these documents, by `nameOf`. */
export async function knownDocuments(
  warehouse: Pick<Warehouse, 'query'>,
  source: string,
  names: readonly DocumentName[],
): Promise<Map<string, KnownDocument>> {
  const known = new Map<string, KnownDocument>()
  for (const [kind, ids] of idsByKind(names)) {
    for (const some of partsOf(ids)) {
      const rows = await warehouse.query(
        `SELECT document_id, version, deleted_at, said FROM known_documents
         WHERE document_id IN (${placesOf(some, 3)}) AND kind = $1 AND source = $2`,
        [kind, source, ...some],
        { brief: true },
      )
      for (const row of rows) {
        const id = String(row.document_id)
        known.set(nameOf({ kind, id }), {
          kind,
          id,
          version: textOf(row.version),
          deletedAt: textOf(row.deleted_at),
          said: JSON.parse(String(row.said)) as KnownDocument['said'],
        })
      }
    }
  }
  return known
}

/** Keeps what is known of documents from now on, in place of what was. */
export async function keepDocuments(
  transaction: Transaction,
  source: string,
  documents: readonly KnownDocument[],
): Promise<void> {
  for (const [kind, ids] of idsByKind(documents)) {
    for (const some of partsOf(ids))
      await transaction.execute(
        `DELETE FROM known_documents WHERE document_id IN (${placesOf(some, 3)}) AND kind = $1 AND source = $2`,
        [kind, source, ...some],
      )
  }
  for (const some of partsOf(documents)) {
    const values = some.map(
      (_, index) => `($1, ${[2, 3, 4, 5, 6].map((at) => `$${index * 5 + at}`).join(', ')})`,
    )
    await transaction.execute(
      `INSERT INTO known_documents (source, kind, document_id, version, deleted_at, said) VALUES ${values.join(', ')}`,
      [
        source,
        ...some.flatMap(({ kind, id, version, deletedAt, said }) => [
          kind,
          id,
          version,
          deletedAt,
          JSON.stringify(said),
        ]),
      ],
    )
  }
}

function idsByKind(names: readonly DocumentName[]): Map<KnownKind, string[]> {
  const ids = new Map<KnownKind, Set<string>>()
  for (const { kind, id } of names) ids.set(kind, (ids.get(kind) ?? new Set()).add(id))
  return new Map([...ids].map(([kind, own]) => [kind, [...own]]))
}

function* partsOf<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let first = 0; first < all.length; first += atOnce) yield all.slice(first, first + atOnce)
}

function placesOf(values: readonly unknown[], first: number): string {
  return values.map((_, index) => `$${index + first}`).join(', ')
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
