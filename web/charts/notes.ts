import type { Note, Result } from '../../src/model/query.ts'

/** True of every figure on the page: said once, under the key figures. */
const ofThePage: readonly Note['code'][] = ['compare_before_data', 'period_running']

/** Said elsewhere: the currency beside the range, emptiness in place of the figures. */
const saidElsewhere: readonly Note['code'][] = ['currency_not_stated', 'no_data', 'no_match']

/** The notes that belong under one chart. */
export function ownNotes(result: Result): Note[] {
  return result.meta.notes.filter(
    ({ code }) => !ofThePage.includes(code) && !saidElsewhere.includes(code),
  )
}

/** The notes that belong under the key figures. */
export function pageNotes(result: Result): Note[] {
  return result.meta.notes.filter(({ code }) => !saidElsewhere.includes(code))
}
