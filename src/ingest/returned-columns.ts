import { words } from './headers.ts'
import type { ColumnClaim } from './layout.ts'
import type { Role } from './role.ts'
import { type ColumnSample, numbersOf, type TableSample, valuesOf } from './sample.ts'

/** Columns of order lines that say how many pieces came back of a line, or how much money was given back for it. */

const pieces =
  /^((qty|quantity|units?|pieces|items?|number|no) (returned|refunded)|(returned|refunded|return|refund) (qty|quantity|units?|pieces|items)|retour(en)?(menge|anzahl| qty)?|(menge|anzahl|stuck) (retour(en|niert)?|zuruck)|returns?|returned|retourniert(e menge)?|ruckgabemenge|(qte|quantite) (retournee|remboursee|retour)|retours?|(cantidad|unidades|cant) (devuelta|devueltas|reembolsada)|devoluciones|(quantidade|qtd|qtde) devolvida|devolucoes|(quantita|qta) (resa|restituita|rimborsata)|resi|(aantal|stuks) (retour|geretourneerd|terug)|(geretourneerd|retour) aantal)$/
const money =
  /^((amount |total |value )?(refunded|refunds?|returned)( (amount|value|total|sum))?|returns? (amount|value|total)|refund total|(ruck|rueck)?erstattung(en|sbetrag)?|(ruck|rueck)?erstattet(er betrag)?|gutschrift(en|sbetrag|betrag)?|retour(en)?(wert|betrag)|retourenumsatz|(montant )?(du )?remboursements?|(montant )?rembourse|montant avoir|avoirs?|(importe )?(de )?reembolsos?|(importe |monto )?(reembolsado|devuelto)|(valor )?(reembolsado|devolvido|estornado)|estornos?|(importo )?(rimborsi|rimborso|rimborsato)|terugbetaling(en)?|terugbetaald( bedrag)?|teruggave|retourbedrag|retourwaarde)$/

/** Gives such columns their role; what rows say in words alone is told by `assignRowKinds`. */
export function assignReturned(sample: TableSample, columns: Map<string, ColumnClaim>): void {
  for (const column of sample.columns) {
    const known = columns.get(column.sql)?.role
    if (column.numbers < mostlyNumbers || column.made || known === 'returned_at') continue
    if (isShareOrTime(sample, column.sql)) {
      if (known && mistakable.includes(known)) columns.delete(column.sql)
      continue
    }
    const role = roleOf(sample, columns, column)
    const taken = [...columns.values()].some((other) => other.role === role)
    if (!role || taken || (known && !mistakable.includes(known))) continue
    const evidence = `the header "${column.name}"`
    columns.set(column.sql, { role, confidence: 0.8, evidence })
  }
}

const mostlyNumbers = 0.9
/** What "Returned qty" was taken for where no other column says how many were sold, or "Refund" of a line. */
const mistakable: readonly Role[] = ['return_amount']

/** A share of the pieces, or the days within which they may come back: "20 %", "30 days". */
function isShareOrTime(sample: TableSample, sql: string): boolean {
  return valuesOf(sample, sql).some((text) =>
    /%|\d\s*(days?|weeks?|months?|tage?n?|wochen?|monate?|jours?|semaines?|mois|dias?|semanas?|mes(es)?|giorn[oi]|settiman[ae]|mesi|dag(en)?|weken|maanden)\b/i.test(
      text.normalize('NFD').replace(/\p{Diacritic}/gu, ''),
    ),
  )
}

function roleOf(
  sample: TableSample,
  columns: ReadonlyMap<string, ColumnClaim>,
  column: ColumnSample,
): Role | null {
  const own = words(column.name)
  const [counts, amounts] = [pieces.test(own), money.test(own)]
  const sold = [...columns].find(([, { role }]) => role === 'quantity')?.[0]
  // A part of the pieces is only told beside all of them.
  if (counts && sold !== undefined && areSomeOf(sample, column.sql, sold))
    return column.ofOrder ? null : 'returned_quantity'
  return amounts || counts ? 'return_amount' : null
}

/** Whole numbers that are never more than what was sold. */
function areSomeOf(sample: TableSample, sql: string, sold: string): boolean {
  const all = numbersOf(sample, sold)
  return numbersOf(sample, sql).every((value, at) => {
    const own = Math.abs(value ?? 0)
    return Number.isInteger(own) && own <= Math.abs(all[at] ?? 0)
  })
}
