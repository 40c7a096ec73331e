import { TakingsError } from '../../model/errors.ts'
import { StagingFault } from '../../staging/staging.ts'
import { type Format, type OpenRequest, quote, type StagedTable } from '../format.ts'

/** Apache Parquet. Its types are written as text and read again like everybody's: one way for all. */
export const parquet: Format = {
  name: 'parquet',
  claims: (file) => file.encoding === 'binary' && file.sheet === null,
  open,
}

async function open({ file, staging }: OpenRequest): Promise<readonly StagedTable[]> {
  const reader = `read_parquet(${quote(file.path)}, file_row_number = true)`
  const described = await describe()
  const columns = described.map(({ name }, index) => ({ name, sql: `c${index + 1}` }))
  const values = described.map(({ name, type }, index) => `${asText(name, type)} AS c${index + 1}`)
  const rows = `(SELECT file_row_number + 1 AS record_number, ${values.join(', ')} FROM ${reader})`
  const table: StagedTable = {
    file,
    format: 'parquet',
    part: '',
    columns,
    relation: rows,
    unnumbered: rows,
    statedRows: null,
    headerStated: true,
    notation: '',
    malformed: async () => [],
  }
  return [table]

  async function describe(): Promise<{ name: string; type: string }[]> {
    try {
      const rows = await staging.rows(`DESCRIBE SELECT * FROM ${reader}`)
      return rows
        .map((row) => ({ name: String(row.column_name), type: String(row.column_type) }))
        .filter(({ name }) => name !== 'file_row_number')
    } catch (error) {
      if (!(error instanceof StagingFault)) throw error
      const problem = error.message.split('\n')[0] ?? 'its footer is not readable'
      throw new TakingsError('damaged_file', { path: file.name, problem }, { cause: error })
    }
  }
}

function asText(name: string, type: string): string {
  const column = `"${name.replaceAll('"', '""')}"`
  if (type === 'BLOB') return `try_cast(${column} AS VARCHAR)`
  // An instant is written in UTC with its mark, so that it is not taken for a local time.
  if (type === 'TIMESTAMP WITH TIME ZONE') return `strftime(${column}, '%Y-%m-%dT%H:%M:%SZ')`
  // Identifiers stored as floats (a column with gaps, written by pandas) are whole numbers all the same.
  if (type === 'DOUBLE' || type === 'FLOAT') {
    return `CASE WHEN ${column} = floor(${column}) AND abs(${column}) < 1e15
      THEN ${column}::BIGINT::VARCHAR ELSE ${column}::VARCHAR END`
  }
  return `${column}::VARCHAR`
}
