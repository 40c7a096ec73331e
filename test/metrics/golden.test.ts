import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseQuery, runQuery } from '../../src/metrics/metrics.ts'
import type { Row } from '../../src/model/query.ts'
import { type TableName, table } from '../../src/model/star.ts'
import { insert } from '../warehouse/star-rows.ts'
import { emptyShop, write } from './shop-warehouse.ts'

/** A case that can be checked by hand: the rows of a shop, a question, and what it answers. */
interface GoldenCase {
  readonly about: string
  /** The shop's day on which it is asked. */
  readonly today: string
  readonly tables: Readonly<
    Partial<Record<TableName, readonly Readonly<Record<string, unknown>>[]>>
  >
  readonly query: unknown
  readonly rows: readonly Row[]
  /** All notes but the one on the currency, which no case states. */
  readonly notes: readonly string[]
}

const folder = new URL('../golden/metrics/', import.meta.url)
const facts: readonly string[] = ['sales_fact', 'returns_fact', 'stock_fact']

describe('golden cases', () => {
  for (const file of readdirSync(folder)) {
    const golden = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as GoldenCase
    it(`${file}: ${golden.about}`, async () => {
      const clock = () => new Date(`${golden.today}T12:00:00Z`)
      const shop = await emptyShop({ clock })
      try {
        await write(shop.warehouse, statementsOf(golden))
        const query = parseQuery(golden.query)
        const { data, meta } = await runQuery(shop.warehouse, query, { now: clock })
        expect(data.rows).toEqual(golden.rows)
        const notes = meta.notes.filter(({ code }) => code !== 'currency_not_stated')
        expect(notes.map(({ text }) => text)).toEqual(golden.notes)
      } finally {
        await shop.close()
      }
    })
  }
})

function statementsOf({ tables }: GoldenCase): string[] {
  return Object.entries(tables).flatMap(([name, rows]) =>
    rows.map((row) => {
      const given = Object.entries(row).map(([column, value]) => [column, literal(value)])
      return insert(name as TableName, { ...unknownMembers(name), ...Object.fromEntries(given) })
    }),
  )
}

/** A fact that does not say whom or what it concerns points to the Unknown members. */
function unknownMembers(name: string): Record<string, string> {
  if (!facts.includes(name)) return {}
  const columns = table(name as TableName).columns.map((column) => column.name)
  const members = columns.filter((column) => /^(customer|product|region)_id$/.test(column))
  return Object.fromEntries(members.map((column) => [column, '0']))
}

function literal(value: unknown): string {
  if (value === null) return 'null'
  return typeof value === 'string' ? `'${value}'` : String(value)
}
