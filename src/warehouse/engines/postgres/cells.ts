import pg from 'pg'
import type { SqlCell, SqlRow } from '../../engine.ts'

/** How values come back over the wire: as the contract of `SqlCell` says, the same as from every engine. */

type Parser = (text: string) => SqlCell
type ArrayParser = (text: string) => (string | null)[]

/** Object identifiers of PostgreSQL's own types; source: its catalogue `pg_type`, where they never change. */
const numbers = [21, 23, 26, 700, 701]
const boolean = 16
const instants = [1114, 1184]
const arrays: Readonly<Record<number, Parser>> = {
  1000: (text) => text === 't',
  1005: Number,
  1007: Number,
  1021: Number,
  1022: Number,
  1115: instantText,
  1185: instantText,
}
const textArray = 1009
const otherArrays = new Set([1002, 1009, 1015, 1016, 1182, 1231])

const parsers = new Map<number, Parser>([
  ...numbers.map((type): [number, Parser] => [type, Number]),
  [boolean, (text) => text === 't'],
  ...instants.map((type): [number, Parser] => [type, instantText]),
])

/** For `pg`: BIGINT, NUMERIC and DATE stay the text that they come as. */
export const cellTypes: pg.CustomTypesConfig = {
  getTypeParser: (type: number) => {
    const item = arrays[type] ?? (otherArrays.has(type) ? (text: string) => text : null)
    return item ? arrayParser(item) : (parsers.get(type) ?? ((text: string) => text))
  },
}

/** The arrays of one dimension that our statements ask for. */
function arrayParser(item: Parser): (text: string) => SqlCell[] {
  const parse = (pg.types.getTypeParser as (type: number) => ArrayParser)(textArray)
  return (text) => parse(text).map((cell) => (cell === null ? null : item(cell)))
}

/** `2024-06-01 10:00:00.5+00`, as a session in UTC writes it, to ISO 8601 with three decimals, or six where they say more. */
function instantText(text: string): string {
  const [, day = '', time = '', fraction = ''] =
    /^(\S+) ([\d:]+)(?:\.(\d+))?(?:\+00)?$/.exec(text) ?? []
  if (day === '') return text
  const micros = fraction.padEnd(6, '0')
  const decimals = micros.endsWith('000') ? micros.slice(0, 3) : micros
  return `${day}T${time}.${decimals}Z`
}

export function rowsOf(result: pg.QueryResult): SqlRow[] {
  return result.rows as SqlRow[]
}
