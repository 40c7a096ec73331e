import { withRelation } from './format.ts'
import { words } from './headers.ts'
import type { RecognisedTable } from './layout.ts'
import { readingOf } from './role.ts'
import { sampleTable } from './sample.ts'
import { trimmed } from './survey.ts'
import type { Workbench } from './workbench.ts'

const inUtc = /\b(utc|gmt)\b/
const clock = /\d:\d{2}/
const zone = /(Z|UTC|[+-]\d{2}(:?\d{2})?)$/

/** Where the header says that times are in UTC, and the values do not, the values say so too from here on. */
export async function withUtcTimes(
  bench: Workbench,
  recognised: RecognisedTable,
): Promise<RecognisedTable> {
  const { table, sample, claim } = recognised
  const said = sample.columns.filter(({ sql, name, examples }) => {
    const role = claim.columns.get(sql)?.role
    const isMoment = role !== undefined && readingOf(role) === 'moment'
    const local = examples.every((text) => clock.test(text) && !zone.test(text.trim()))
    return isMoment && inUtc.test(words(name)) && examples.length > 0 && local
  })
  if (said.length === 0) return recognised
  const marked = said.map(({ sql }) => `${trimmed(sql)} || 'Z' AS ${sql}`)
  const utc = withRelation(
    table,
    (from) => `(SELECT * REPLACE (${marked.join(', ')}) FROM ${from})`,
  )
  return { ...recognised, table: utc, sample: await sampleTable(bench.staging, utc) }
}
