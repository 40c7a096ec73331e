import { statSync } from 'node:fs'
import { TakingsError } from '../model/errors.ts'
import type { InputFile } from './input.ts'
import type { Tally } from './judged.ts'
import { PromiseBroken } from './promise.ts'
import type { ProfiledTable } from './settle.ts'

/**
 * Every row that a file holds was counted in the first scan, and every row that was counted came out of
 * cleaning, once. A file is read several times: what its bytes told before may not be true of them later.
 */
export function checkRows(
  understood: { readonly files: readonly InputFile[]; readonly tables: readonly ProfiledTable[] },
  tallies: readonly Tally[],
): void {
  for (const file of understood.files) {
    refuseChanged(file)
    const tables = understood.tables.filter(
      ({ recognised }) => recognised.table.file.number === file.number,
    )
    const expected = tables.reduce((sum, { profile }) => sum + profile.count.rows, 0)
    const found = tallies
      .filter(({ fileNumber }) => fileNumber === file.number)
      .reduce((sum, { rows }) => sum + rows, 0)
    if (expected !== found) {
      // Lines of the file that are no records, or a reader that lost some: the long way tells.
      if (tables.some(({ profile }) => profile.promise)) throw new PromiseBroken()
      throw new TakingsError('rows_do_not_add_up', { path: file.name, in: expected, out: found })
    }
    const short = tables.find(lacksRows)
    if (short) {
      const { recognised, profile } = short
      const read = profile.count.rows + profile.count.malformed.length
      const problem = `only ${read} of its ${recognised.table.statedRows} rows were read`
      throw new TakingsError('damaged_file', { path: file.name, problem })
    }
  }
}

/** Fewer rows were read than the table states. More are no loss: a line of blanks may be a record. */
export function lacksRows({ recognised: { table }, profile: { count } }: ProfiledTable): boolean {
  return table.statedRows !== null && count.rows + count.malformed.length < table.statedRows
}

/** One that is gone was read to its end before: reading what is not there fails. */
function refuseChanged({ name, original: { path, size }, modifiedAt }: InputFile): void {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats || (stats.size === size && stats.mtime.toISOString() === modifiedAt)) return
  throw new TakingsError('damaged_file', { path: name, problem: 'it changed while it was read' })
}
