import type { Format } from '../format.ts'
import { csv } from './csv.ts'
import { json } from './json.ts'
import { ndjson } from './ndjson.ts'
import { parquet } from './parquet.ts'
import { workbook } from './workbook.ts'

/** Every format, in the order in which they are asked; the first that claims a file reads it. */
export const formats: readonly Format[] = [workbook, parquet, ndjson, json, csv]
