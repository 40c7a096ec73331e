import type { SqlWords } from '../../engine.ts'

export const sqlWords: SqlWords = {
  quotient: (dividend, divisor) => `round((${dividend}) / (${divisor}), 4)::NUMERIC(18,4)`,
  // The order of bytes, in which our texts are kept, knows no capital letters but those of English.
  anyAlphabet: ' COLLATE "und-x-icu"',
}
