import * as money from '../model/money.ts'
import type { JudgedImport } from './judge-all.ts'
import { isDocument, isOfLines, type RecognisedTable } from './layout.ts'
import type { LoadRequest } from './load.ts'
import { whyColumn } from './mended.ts'
import { questionKeys } from './questions.ts'

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

/** What an answer would make of the figures. */
export function effectOfKnown(value: string, { figures }: JudgedImport): string {
  const revenue = money.round(figures.revenue, 2)
  if (value === 'part') return `revenue of up to ${revenue} is added to what is known`
  return value === 'same-shop'
    ? `revenue of these orders becomes ${revenue}`
    : `revenue of ${revenue} is added beside what is known`
}
