import { basename } from 'node:path'
import { whyColumn } from './mended.ts'
import type { ProfiledTable } from './settle.ts'
import { reading, type Workbench } from './workbench.ts'

interface JudgedFile {
  readonly table: ProfiledTable
  readonly file: string
}

/**
 * Sets aside all corrections of a rejected row but the first, in whatever files of the import they stand: two
 * exports that were mended differently would count the row twice.
 */
export async function withoutSecondMends<Table extends JudgedFile>(
  bench: Workbench,
  tables: readonly Table[],
): Promise<Table[]> {
  const mended = tables.filter(({ table }) => whyColumn(table.recognised.table))
  if (mended.length === 0) return [...tables]
  const origins = mended.map(
    ({ file }) => `SELECT origin, file_number, record_number FROM ${reading([file])}
      WHERE origin IS NOT NULL AND outcome IN ('line', 'return', 'refunded', 'accepted')`,
  )
  await bench.staging.run(
    `CREATE OR REPLACE TEMP TABLE mended_twice AS SELECT file_number, record_number FROM (${origins.join(' UNION ALL ')})
     QUALIFY row_number() OVER (PARTITION BY origin ORDER BY file_number, record_number) > 1`,
  )
  const found = await bench.rows('SELECT DISTINCT file_number FROM mended_twice')
  const numbers = new Set(found.map((row) => Number(row.file_number)))
  return Promise.all(
    tables.map(async (judged) =>
      mended.includes(judged) && numbers.has(judged.table.recognised.table.file.number)
        ? { ...judged, file: await writeFirst(bench, judged.file) }
        : judged,
    ),
  )
}

function writeFirst(bench: Workbench, file: string): Promise<string> {
  return bench.write(
    `${basename(file, '.parquet')}-once`,
    `SELECT rows.* REPLACE (CASE WHEN twice.record_number IS NULL THEN rows.outcome ELSE 'duplicate' END AS outcome,
         CASE WHEN twice.record_number IS NULL THEN rows.reason ELSE 'mended_twice' END AS reason)
     FROM ${reading([file])} AS rows LEFT JOIN mended_twice AS twice
       ON twice.file_number = rows.file_number AND twice.record_number = rows.record_number`,
  )
}
