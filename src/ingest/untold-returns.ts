import type { Warning } from '../model/import.ts'
import { surelyMeans, words } from './headers.ts'
import { type Claim, columnOf, type RecognisedTable } from './layout.ts'
import type { Role } from './role.ts'
import { isNoDenial, saysReturnsOnly, speaksOfReturns } from './row-kinds.ts'
import { type ColumnSample, numbersOf, type TableSample, valuesOf } from './sample.ts'
import { knownState } from './statuses.ts'

/**
 * Columns that may say which rows went back or were cancelled, in words that no role knows, or beside another status. Not
 * used, they leave such rows among what was sold: that must be said.
 */
export function untoldReturns(recognised: RecognisedTable): Warning[] {
  const { claim } = recognised
  if (claim.layout !== 'generic' || claim.holds !== 'order_lines' || claim.cancelled) return []
  return [...unusedColumns(recognised), ...onlyReturns(recognised), ...marksOrPieces(recognised)]
}

/** 1 beside a line of several pieces may say that it came back, or that one of them did. */
function marksOrPieces({ table, sample, claim }: RecognisedTable): Warning[] {
  const column = sample.columns.find(({ sql }) => sql === columnOf(claim, 'returned_at'))
  const quantity = columnOf(claim, 'quantity')
  if (!column || !quantity || column.numbers < 1 || /^(is|was) /.test(words(column.name))) return []
  const [marks, pieces] = [numbersOf(sample, column.sql), numbersOf(sample, quantity)]
  const isOpen = marks.some((mark, at) => mark === 1 && (pieces[at] ?? 1) > 1)
  if (!isOpen) return []
  return [
    {
      code: 'returned_assumed',
      text: `"${column.name}" in ${table.file.name} says 1 of lines of several pieces: taken for yes, all of them count as returned. If it counts pieces, import the file again with --column "${column.name}=returned_quantity".`,
    },
  ]
}

/** Every row is a return by the word in one column, which may mean something else. */
function onlyReturns({ table, sample, claim }: RecognisedTable): Warning[] {
  const column = sample.columns.find(({ sql }) => sql === columnOf(claim, 'movement'))
  if (!column || !saysReturnsOnly(sample, column)) return []
  return [
    {
      code: 'kind_by_name',
      text: `${table.file.name} counts as returns by its column "${column.name}" alone: its columns are those of sales. If its rows are sales, give that another header and import it again.`,
    },
  ]
}

function unusedColumns({ table, sample, claim }: RecognisedTable): Warning[] {
  const unused = sample.columns.filter(
    (column) => !(claim.columns.has(column.sql) || claim.unused?.has(column.sql) || column.made),
  )
  const telling = unused.filter(
    (column) =>
      speaksOfRows(sample, claim, column) ||
      speaksOfReturns(sample, column) ||
      isOtherStatus(sample, claim, column),
  )
  if (telling.length === 0) return []
  const names = telling.map(({ name }) => `"${name}"`).join(', ')
  const [were, tell] = telling.length === 1 ? ['was', 'it tells'] : ['were', 'they tell']
  return [
    {
      code: 'ignored_columns',
      text: `${names} in ${table.file.name} ${were} not used: if ${tell} of rows that went back or were cancelled, those count as sold.`,
    },
  ]
}

const returned =
  /\b(returned|returns?|refunded|refunds?|retour|retouren?|retourniert|erstattet|retournee?|remboursee?|devuelt[oa]|reembolsad[oa]|devolvid[oa]|restituit[oa]|rimborsat[oa]|geretourneerd|terugbetaald)\b/
const cancelled =
  /\b(cancell?ed|cancell?ation|voided|void|storno|storniert|stornierung|annulee?|annulation|cancelad[oa]|anulad[oa]|annullat[oa]|geannuleerd|annulering)\b/
/** What may stand beside such a word in a header that asks which rows it is. */
const rest =
  /^(?:(?:is|was|the|of|order|item|line|date|day|at|on|status|state|reason|flag|grund|datum|am|motif|fecha|motivo|data|reden|de|del|di|la|le|qty|quantity|units|pieces|items|menge|anzahl|quantite|cantidad|quantidade|quantita|aantal)\b ?)*$/

const returnRoles: readonly Role[] = [
  'movement',
  'returned_at',
  'returned_quantity',
  'return_amount',
  'line_refund',
]

/** A header such as "Returned", "Refund date" or "Cancellation reason", where nothing else tells of the same. */
function speaksOfRows(sample: TableSample, claim: Claim, column: ColumnSample): boolean {
  const own = words(column.name)
  const [back, off] = [returned.test(own), cancelled.test(own)]
  if (!(back || off) || !rest.test(own.replace(returned, '').replace(cancelled, '').trim()))
    return false
  const told = new Set(statesIn(sample, columnOf(claim, 'status')))
  const isTold = back
    ? told.has('refunded') || returnRoles.some((role) => columnOf(claim, role))
    : told.has('cancelled') || columnOf(claim, 'cancelled_at') !== undefined
  // What is lent has a day of return on every row.
  const isLent =
    /\breturns?\b/.test(own) && column.moments > 0.9 && column.filled === sample.rows.length
  return !(isTold || isLent) && valuesOf(sample, column.sql).some(isNoDenial)
}

const statusWords = /\b(\w*status|statut|estado|situacao|stato)\b/

/** A second status that says of some rows what the first does not. */
function isOtherStatus(sample: TableSample, claim: Claim, { name, sql }: ColumnSample): boolean {
  if (!(surelyMeans(name, 'status') || statusWords.test(words(name)))) return false
  const main = statesIn(sample, columnOf(claim, 'status'))
  return statesIn(sample, sql).some(
    (state, at) =>
      (state === 'cancelled' || state === 'refunded') &&
      [null, 'counted'].includes(main[at] ?? null),
  )
}

/** What the statuses of a column mean, row by row. */
function statesIn(sample: TableSample, sql: string | undefined) {
  const place = sample.columns.findIndex((column) => column.sql === sql)
  return sample.rows.map((row) => {
    const text = row[place] ?? null
    return text === null ? null : knownState(text)
  })
}
