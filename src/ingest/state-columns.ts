import { type HeaderMatch, words } from './headers.ts'
import type { ColumnSample } from './sample.ts'
import { knownState } from './statuses.ts'

const province = /^(ship |shipping |billing |customer )?(state|estado|etat|stato)$/
const eitherWord = /\b(state|estado|etat|stato)\b/

/** More different words than orders have states. */
const mostStates = 25

/**
 * A "State" is that of an order or a part of its country, whatever its header would rather mean: the words in it tell.
 * Taken for a place, it would let cancelled orders count.
 */
export function withStateTold(
  column: ColumnSample,
  found: readonly HeaderMatch[],
): readonly HeaderMatch[] {
  const own = words(column.name)
  if (!eitherWord.test(own) || column.filled === 0) return found
  const stated = found.find(({ role }) => role === 'status' || role === 'subdivision')
  if (!stated) return found
  const others = found.filter(({ role }) => role !== 'status' && role !== 'subdivision')
  const known = column.examples.filter((text) => knownState(text) !== null).length
  if (known >= column.examples.length / 2)
    return [{ role: 'status', score: stated.score * 0.95 }, ...others]
  if (known > 0 || !holdsPlaces(column)) return found
  return province.test(own) ? [{ role: 'subdivision', score: stated.score }, ...others] : others
}

/** Codes such as "NSW", addresses, or many different names. */
function holdsPlaces({ examples, distinct }: ColumnSample): boolean {
  const codes = examples.every((text) => /^\p{Lu}{2,3}$/u.test(text))
  return (
    codes || distinct > mostStates || examples.every((text) => /\d.*[\s,]|[\s,].*\d|,/.test(text))
  )
}
