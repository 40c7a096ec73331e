import { words } from './headers.ts'
import type { ColumnSample, TableSample } from './sample.ts'

/**
 * What the headers of a table of returns say, in the words of the seven languages of `headers.ts`: "Refund No",
 * "Retourendatum", "Date de l'avoir".
 */

const stems = [
  'returns?|returned|refunds?|refunded|credit ?notes?|credit ?memos?|rmas?|chargebacks?',
  'retouren|retoure|retour(?:s|nes?|nees?)?|ru?e?cksendungs?|ru?e?cksendungen|ru?e?cksende|ru?e?ckgaben?|gutschrift(?:s|en)?|(?:ru?e?ck)?erstattungs?|stornorechnungs?|retourniert',
  'avoirs?|remboursements?|notes? de credit|devolucion(?:es)?|devuelt[oa]s?|reembolsos?|notas? de (?:credito|abono)|devolucao|devolucoes|estornos?',
  'resi|reso|rimbors[oi]|not[ae] (?:di )?credito|retourzendings?|terugbetalings?|creditnotas?|creditfactu(?:u)?r(?:en)?|geretourneerd',
].join('|')
/** German and Dutch write it and what it is of in one word. */
const compound = 'datum|nummer|nr|id|menge|betrag|wert|summe|preis|aantal|bedrag'
const back = new RegExp(`\\b(?:${stems})(?=\\b|(?:${compound})\\b)`)

/** The words of a header without those that say it is of what came back; null where none does. */
export function withoutReturnWords(header: string): string | null {
  const own = words(header)
  if (!back.test(own)) return null
  return own.replace(back, ' ').replace(/\s+/g, ' ').trim()
}

const link = '(?:(?:of|de|du|des|del|della|dell|di|do|da|d|l|der|van|le|la|el) )*'
const numberRest = new RegExp(
  `^(?:(?:id|no|nr|num|number|n|ref|reference|code|key|nummer|numero|nro|codigo|codice|document|documento) ?${link})+$`,
)
const dayRest = new RegExp(
  `^(?:(?:date|day|on|at|time|datetime|timestamp|datum|tag|zeitpunkt|am|fecha|data|jour|dia|giorno|op|created|issued|processed|completed|approved|received) ?${link})+$`,
)

/** The number of a return: "Return ID", or a plain "Credit note" above such. */
export function isReturnNumber({ name, numbers, moments, examples }: ColumnSample): boolean {
  const rest = withoutReturnWords(name)
  if (rest === null) return false
  if (rest !== '') return numberRest.test(rest)
  return numbers < 0.5 && moments < 0.5 && !ofPieces.test(words(name)) && examples.every(isOneWord)
}

/** What came back, and how much of it: no name of one return. */
const ofPieces =
  /^(returned|refunded|returns|refunds|retourniert|erstattet|retours|retourne\w*|rembours\w*|devuelt\w*|devolvid\w*|devoluciones|devolucoes|reembols\w*|resi|rimbors\w*|geretourneerd|terugbetaald)$/

/** "RF-12" names a return; "1 of 2" and "until 15.05." do not. */
function isOneWord(text: string): boolean {
  return /^\S*\d\S*$/.test(text)
}

/** The day of a return. */
export function isReturnDay({ name, moments }: ColumnSample): boolean {
  const rest = withoutReturnWords(name)
  return rest !== null && moments > 0.9 && (rest === '' || dayRest.test(rest))
}

/**
 * The columns by which each row is of a return: its number, or its only day. Lines of orders may name the return that
 * some of them led to, and the day of it.
 */
export function returnColumns({ columns, rows }: TableSample): readonly ColumnSample[] {
  const full = columns.filter(({ filled, made }) => !made && filled === rows.length)
  if (rows.length === 0) return []
  const days = columns.filter(({ moments, filled }) => moments > 0.9 && filled > rows.length / 2)
  const onlyDay = days.length > 0 && days.every((column) => isReturnDay(column))
  const day = onlyDay ? full.filter((column) => isReturnDay(column)) : []
  return [...full.filter((column) => isReturnNumber(column) && namesEach(column)), ...day]
}

/** Numbers that name something: none of them is 0 or a word, and they are not all one. */
function namesEach({ examples, distinct, filled }: ColumnSample): boolean {
  const named = examples.every((text) => /[1-9]/.test(text))
  return named && (distinct > 1 || filled === 1)
}
