import type { Staging } from '../staging/staging.ts'
import type { StagedTable } from './format.ts'
import { hasDayOrder, type PartEvidence, type Steps, settleOrders } from './notation/day-order.ts'
import { familiesOf, type MomentFamily, type MomentShape } from './notation/moment-families.ts'
import type { MomentEvidence } from './notation/moments.ts'
import { shapeOf } from './notation/numbers.ts'
import { spelt } from './notation/spellings.ts'
import { mostShapes, trimmed } from './survey.ts'

/** What all the values of a column of dates say of their notation, counted by the engine. */
export async function momentEvidence(
  staging: Staging,
  table: StagedTable,
  sql: string,
): Promise<MomentEvidence> {
  const text = trimmed(sql)
  const rows = await staging.rows(
    `SELECT ${shapeOf(text)} AS shape, count(*)::INTEGER AS count, min(${text}) AS example
     FROM ${table.unnumbered} WHERE ${text} IS NOT NULL GROUP BY shape ORDER BY count DESC LIMIT ${mostShapes}`,
  )
  const shapes = rows.map(
    (row): MomentShape => ({
      shape: String(row.shape),
      count: Number(row.count),
      example: String(row.example),
    }),
  )
  const { families, unreadable } = familiesOf(shapes)
  const parts: PartEvidence[] = []
  for (const family of families.filter(hasDayOrder))
    parts.push(await partEvidence(staging, table.unnumbered, placesOf(text, family)))
  const orders = settleOrders(families, parts)
  const stepped: PartEvidence[] = []
  for (const part of parts) {
    const family = families.find(({ key }) => key === part.key)
    const open = orders[part.key] === 'open' && family?.kind === 'numeric'
    stepped.push(
      open
        ? { ...part, steps: await stepsOf(staging, table.relation, placesOf(text, family)) }
        : part,
    )
  }
  const swapped = (await isSwapped(staging, { table, text, families, parts }))
    ? { swapped: true as const }
    : {}
  return { families, orders, parts: stepped, unreadable, ...swapped }
}

/** Of so many days in a month one or another is beyond the twelfth. */
const manyDays = 8
const someTexts = 3

/**
 * No date that a spreadsheet read has a day beyond the twelfth, and all that it left as texts have: it could not take
 * their first number for a month. Of the dates that it read it took it for one.
 */
async function isSwapped(
  staging: Staging,
  {
    table,
    text,
    families,
    parts,
  }: Pick<MomentEvidence, 'families' | 'parts'> & {
    readonly table: StagedTable
    readonly text: string
  },
): Promise<boolean> {
  const [read, written] = [
    families.find(({ kind, key }) => kind === 'iso' && key === 'iso-'),
    families.find(({ kind }) => kind === 'numeric'),
  ]
  if (families.length !== 2 || !read || !written) return false
  const over = parts.find(({ key }) => key === written.key)?.firstOver12
  if (read.count < manyDays || written.count < someTexts || over !== written.count) return false
  const day = `TRY_CAST(regexp_extract(${text}, '^[0-9]{4}-[0-9]{1,2}-([0-9]{1,2})', 1) AS INTEGER)`
  const [row = {}] = await staging.rows(`SELECT max(${day}) AS last FROM ${table.unnumbered}`)
  return Number(row.last) <= 12
}

/** SQL of the numbers that stand in the three places of a family's dates, INTEGER. */
interface Places {
  readonly key: string
  readonly first: string
  /** Null where the month stands there by name. */
  readonly second: string
  readonly third: string
  /** The date as written. */
  readonly text: string
  /** Condition: the value is of the family. */
  readonly isOf: string
}

function placesOf(
  column: string,
  { key, kind, separator, yearDigits, spellings }: MomentFamily,
): Places {
  const own = spelt(column, spellings)
  const expression =
    kind === 'named'
      ? `^[^0-9]*([0-9]{1,2})[^0-9]+()[^0-9]*([0-9]{${yearDigits}})(?:[^0-9]|$)`
      : `^([0-9]{1,2})[${separator}]([0-9]{1,2})[${separator}]([0-9]{${yearDigits}})(?:[^0-9]|$)`
  const place = (group: number) =>
    `TRY_CAST(regexp_extract(${own}, '${expression}', ${group}) AS INTEGER)`
  return {
    key,
    first: place(1),
    second: place(2),
    third: place(3),
    text: `regexp_extract(${own}, '${expression}')`,
    isOf: `regexp_matches(${own}, '${expression}')`,
  }
}

async function partEvidence(
  staging: Staging,
  relation: string,
  { key, first, second, third, isOf }: Places,
): Promise<PartEvidence> {
  const [row = {}] = await staging.rows(
    `SELECT max(first) AS first_most, max(second) AS second_most, max(third) AS third_most,
       (count(*) FILTER (first > 12))::INTEGER AS first_over, (count(*) FILTER (second > 12))::INTEGER AS second_over,
       count(DISTINCT first)::INTEGER AS first_kinds, count(DISTINCT second)::INTEGER AS second_kinds,
       count(DISTINCT third)::INTEGER AS third_kinds
     FROM (SELECT ${first} AS first, ${second} AS second, ${third} AS third FROM ${relation} WHERE ${isOf})`,
  )
  const at = (name: string) => Number(row[name] ?? 0)
  return {
    key,
    firstMost: at('first_most'),
    secondMost: at('second_most'),
    firstOver12: at('first_over'),
    secondOver12: at('second_over'),
    thirdMost: at('third_most'),
    firstKinds: at('first_kinds'),
    secondKinds: at('second_kinds'),
    thirdKinds: at('third_kinds'),
  }
}

/** How the rows go in time where the first number is the day, and where it is the month. */
async function stepsOf(staging: Staging, relation: string, places: Places): Promise<Steps> {
  const { first, second, third, text, isOf } = places
  const previous = (name: string) => `lag(${name}) OVER (ORDER BY record_number)`
  const counts = ['day', 'month', 'written'].flatMap((name) => [
    `(count(*) FILTER (${name} > ${name}_before))::INTEGER AS ${name}_on`,
    `(count(*) FILTER (${name} < ${name}_before))::INTEGER AS ${name}_back`,
  ])
  const [row = {}] = await staging.rows(
    `SELECT ${counts.join(', ')} FROM (
       SELECT *, ${['day', 'month', 'written'].map((name) => `${previous(name)} AS ${name}_before`).join(', ')}
       FROM (SELECT record_number, third * 10000 + second * 100 + first AS day, third * 10000 + first * 100 + second AS month, written
         FROM (SELECT record_number, ${first} AS first, ${second} AS second, ${third} AS third, ${text} AS written
           FROM ${relation} WHERE ${isOf})))`,
  )
  const way = (name: string) => ({
    on: Number(row[`${name}_on`] ?? 0),
    back: Number(row[`${name}_back`] ?? 0),
  })
  return { dayFirst: way('day'), monthFirst: way('month'), text: way('written') }
}
