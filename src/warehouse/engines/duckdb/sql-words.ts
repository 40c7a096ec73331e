import type { SqlWords } from '../../engine.ts'

export const sqlWords: SqlWords = {
  quotient: (dividend, divisor) => `(${dividend} / ${divisor})::DECIMAL(18,4)`,
  anyAlphabet: '',
}
