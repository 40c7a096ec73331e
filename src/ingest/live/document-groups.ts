import { quote } from '../format.ts'
import type { Role } from '../role.ts'
import type { Decision } from './decide-documents.ts'
import { type Messages, messages } from './read-messages.ts'

/** Documents of a batch that become one table, or two where they list what came back. */
export interface DocumentGroup {
  readonly name: 'orders' | 'products' | 'customers' | 'stock'
  /** SQL of its documents: place and document. */
  readonly select: string
  /** The same documents, to learn their structure from. */
  readonly samples: readonly unknown[]
  /** Roles that they say nothing true of. */
  readonly without: readonly Role[]
  /** Places of the messages that they came as. */
  readonly places: readonly number[]
}

export function groupsOf(own: Messages, decision: Decision): readonly DocumentGroup[] {
  const { kept } = decision
  return [
    orders(own, decision),
    // How many there are is told with its time, by what tells of stock.
    { ...asTheyAre(own, 'products', kept.products), without: ['stock' as const] },
    asTheyAre(own, 'customers', kept.customers),
    stock(own, decision),
  ].filter(({ samples }) => samples.length > 0)
}

function asTheyAre(
  own: Messages,
  name: DocumentGroup['name'],
  places: readonly number[],
): DocumentGroup {
  return {
    name,
    select: `SELECT place, document FROM ${messages} WHERE place IN (${places.join(', ')})`,
    samples: places.map((place) => parsed(own, place)),
    without: [],
    places,
  }
}

function orders(own: Messages, { kept, raised, deletedOrders }: Decision): DocumentGroup {
  const came = withMembers(asTheyAre(own, 'orders', kept.orders), raised)
  if (deletedOrders.length === 0) return came
  const made = deletedOrders
    .map(
      (order, index) => `(${own.documents.length + index}, ${quote(JSON.stringify(order))}::JSON)`,
    )
    .join(', ')
  const select = `SELECT * FROM (VALUES ${made}) AS made (place, document)`
  return {
    ...came,
    select: kept.orders.length > 0 ? `${came.select} UNION ALL ${select}` : select,
    samples: [...came.samples, ...deletedOrders],
  }
}

/** Documents with other values of some of their members. */
function withMembers(group: DocumentGroup, members: Decision['raised']): DocumentGroup {
  if (members.size === 0) return group
  const values = [...members].map(
    ([place, own]) => `(${place}, ${quote(JSON.stringify(own))}::JSON)`,
  )
  return {
    ...group,
    select: `SELECT place, CASE WHEN own IS NULL THEN document ELSE json_merge_patch(document, own) END AS document
      FROM (${group.select}) LEFT JOIN (VALUES ${values.join(', ')}) AS members (place, own) USING (place)`,
    samples: group.samples.map((sample, index) => ({
      ...(sample as object),
      ...members.get(group.places[index] ?? -1),
    })),
  }
}

/** Messages of stock, each in a document that has beside it what it does not say. */
function stock(own: Messages, { levels }: Decision): DocumentGroup {
  const { holds } = own.platform.stock
  const besides = levels
    .map(({ place, beside }) => `(${place}, ${quote(JSON.stringify(beside).slice(1))})`)
    .join(', ')
  const whole = `concat('{', ${quote(JSON.stringify(holds))}, ':', document::VARCHAR, ',', beside)::JSON`
  return {
    name: 'stock',
    select: `SELECT place, ${whole} AS document FROM ${messages} JOIN (VALUES ${besides}) AS besides (place, beside) USING (place)`,
    samples: levels.map(({ place, beside }) => ({ [holds]: parsed(own, place), ...beside })),
    without: [],
    places: levels.map(({ place }) => place),
  }
}

function parsed({ documents }: Messages, place: number): unknown {
  return JSON.parse(documents[place]?.text ?? 'null')
}
