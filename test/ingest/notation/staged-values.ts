import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStaging, type Staging } from '../../../src/staging/staging.ts'

/** A staging process that reads columns of text, as cleaning does. */
export interface ValueReader {
  /** The values under an expression over the column `text`, as text; null where it gives none. */
  read(values: readonly string[], expression: string): Promise<(string | null)[]>
  /** The shapes of the values: every digit written as 9. */
  shapes(
    values: readonly string[],
  ): { shape: string; count: number; leadingZero: number; example: string }[]
  close(): Promise<void>
}

export async function openReader(): Promise<ValueReader> {
  const folder = mkdtempSync(join(tmpdir(), 'takings-notation-'))
  const staging: Staging = await openStaging({
    folder: join(folder, 'engine'),
    memoryLimit: '256MB',
  })
  return {
    async read(values, expression) {
      const rows = values.map((value, index) => `(${index}, '${value.replaceAll("'", "''")}')`)
      const found = await staging.rows(
        `SELECT (${expression})::VARCHAR AS value FROM (VALUES ${rows.join(', ')}) AS given(place, text) ORDER BY place`,
      )
      return found.map(({ value }) => (typeof value === 'string' ? value : null))
    },
    shapes(values) {
      const shapes = new Map<string, { count: number; leadingZero: number; example: string }>()
      for (const value of values) {
        const shape = value.replace(/\d/g, '9')
        const known = shapes.get(shape) ?? { count: 0, leadingZero: 0, example: value }
        known.count += 1
        if (/^[^0-9]*0[.,]/.test(value)) known.leadingZero += 1
        shapes.set(shape, known)
      }
      return [...shapes].map(([shape, counts]) => ({ shape, ...counts }))
    },
    async close() {
      await staging.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
