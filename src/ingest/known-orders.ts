import * as money from '../model/money.ts'
import { amountText } from '../model/sentence.ts'
import type { Tried } from './effects.ts'
import type { JudgedImport } from './judge-all.ts'
import type { KnownFigures } from './known-figures.ts'
import { isDocument, isOfLines, type RecognisedTable } from './layout.ts'
import type { LoadRequest } from './load-request.ts'
import { whyColumn } from './mended.ts'
import { type OpenQuestion, questionKeys } from './questions.ts'

/** What is known of the import's orders before anyone is asked: mended rows are parts, documents are whole. */
export function knownOrdersOf(
  tables: readonly RecognisedTable[],
  answers: Readonly<Record<string, string>>,
): Pick<LoadRequest, 'knownOrders' | 'documents' | 'mended'> {
  const facts = tables.filter(({ claim }) => isOfLines(claim))
  const all = (test: (table: RecognisedTable) => boolean) => facts.length > 0 && facts.every(test)
  const answer = answers[questionKeys.knownOrders]
  const isMended = ({ table }: RecognisedTable) => whyColumn(table) !== undefined
  const own = { documents: all(isDocument), mended: tables.some(isMended) }
  if (answer === 'same-shop') return { ...own, knownOrders: 'same_shop' }
  if (answer === 'part') return { ...own, knownOrders: 'part' }
  const mended = answer === undefined && all(isMended)
  return { ...own, knownOrders: mended ? 'mended' : undefined }
}

/** What each answer would make of the figures of these orders. */
export function triedOnKnown(
  question: OpenQuestion,
  { figures }: JudgedImport,
  known: KnownFigures,
): Tried[] {
  const coming = { revenue: money.round(figures.revenue, 2), orders: figures.orders }
  const before = money.round(known.revenue, 2)
  return question.choices.map((choice) => ({
    choice,
    effect: effectOfKnown(choice.value, coming.revenue, before),
    figures: [
      ['Revenue of these orders so far', amountText(before)],
      ['Revenue of these orders then', revenueThen(choice.value, coming.revenue, before)],
      ['Orders then', ordersThen(choice.value, coming.orders, known)],
    ],
  }))
}

/** Of a part only the lines that are not known are added, so its sum is the most that can come. */
function revenueThen(value: string, coming: string, before: string): string {
  const sum = amountText(money.add(before, coming))
  if (value === 'part') return `up to ${sum}`
  return value === 'same-shop' ? amountText(coming) : sum
}

function ordersThen(value: string, coming: number, known: KnownFigures): string {
  return String(value === 'another-shop' ? known.orders + coming : Math.max(known.orders, coming))
}

function effectOfKnown(value: string, coming: string, before: string): string {
  if (value === 'part') return `revenue of up to ${coming} is added to the ${before} that are known`
  return value === 'same-shop'
    ? `revenue of these orders becomes ${coming}; it was ${before}`
    : `revenue of ${coming} is added beside the ${before} that are known`
}
