import type { Warning } from '../model/import.ts'
import type { Staging } from '../staging/staging.ts'
import { chargeMeaning, orderAmountMeaning } from './charge-headers.ts'
import { shortDecimal } from './exact-decimal.ts'
import { quote, type SourceColumn, type StagedTable, withRelation } from './format.ts'
import { inMajorUnits, minorUnits, surelyMeans, words } from './headers.ts'
import { sampleTable, type TableSample, valuesOf } from './sample.ts'
import { trimmed } from './survey.ts'

/** A table whose amounts are all in dollars, and what a person should know of those that were in cents. */
export interface InMajorUnits {
  readonly table: StagedTable
  readonly notes: readonly Warning[]
}

/** A column of minor units, and SQL of how many decimal places its amounts have. */
interface Minor {
  readonly column: SourceColumn
  readonly places: string
  /** Only its name and the currency beside it tell: it is whole in all such columns, or none is divided. */
  readonly money?: true
}

/**
 * Some systems state amounts in the smallest unit of their currency, and say so: by a divisor beside the amount, by an
 * object of money whose amounts are whole, or in the header. They are divided before anything is made of them.
 */
export async function withMajorUnits(staging: Staging, table: StagedTable): Promise<InMajorUnits> {
  const told = table.columns.flatMap((column) => minorColumn(table, column) ?? [])
  if (told.length === 0) return { table, notes: [] }
  const sample = await sampleTable(staging, table)
  const hasParts = ({ column }: Minor) => !isWhole(sample, column.sql)
  const dollars = told.some((one) => one.money && hasParts(one))
  const isFine = (one: Minor) => hasParts(one) || (dollars && one.money === true)
  const fine = told.filter(isFine)
  const divided = told.filter((one) => !isFine(one))
  const names = (list: readonly Minor[]) => list.map(({ column }) => `"${column.name}"`).join(', ')
  // What calls itself money may be dollars or cents; what has cents of its own is dollars, and nothing need be said.
  const doubtful = fine.filter(({ column }) => headerSays(column.name))
  const notes = [
    ...(divided.length > 0
      ? [
          `${table.file.name} states amounts in cents or the like, which were divided: ${names(divided)}.`,
        ]
      : []),
    ...(doubtful.length > 0
      ? [
          `${table.file.name} says that ${names(doubtful)} is in cents or the like, and states no whole numbers there: counted as they stand.`,
        ]
      : []),
  ].map((text) => ({ code: 'amounts_in_minor_units' as const, text }))
  return { table: divided.length > 0 ? dividedTable(table, divided) : table, notes }
}

function minorColumn(table: StagedTable, column: SourceColumn): Minor | null {
  const { name, made } = column
  if (made) return null
  const beside = (wanted: RegExp) =>
    table.columns.find((other) => {
      const [own, theirs] = [name, other.name].map((path) =>
        path.slice(0, path.lastIndexOf('.') + 1),
      )
      return own !== '' && own === theirs && wanted.test(words(other.name.slice(own?.length)))
    })
  const own = words(name.slice(name.lastIndexOf('.') + 1))
  if (/^(amount|value|cent amount)$/.test(own)) {
    const divisor = beside(/^divisor$/)
    if (divisor) return { column, places: `length(${trimmed(divisor.sql)}) - 1` }
    const digits = beside(/^fraction digits$/)
    if (digits) return { column, places: `TRY_CAST(${trimmed(digits.sql)} AS INTEGER)` }
    const currency = beside(/^(currency|currency code)$/)
    if (currency && own === 'cent amount') return { column, places: placesOf(currency.sql) }
    if (currency && isMoney(name)) return { column, places: placesOf(currency.sql), money: true }
  }
  return headerSays(name) ? { column, places: '2' } : null
}

/** `base_price_money.amount`; Shopify's shop_money and presentment_money hold what people write. */
function isMoney(path: string): boolean {
  const parent = words(path.split('.').at(-2) ?? '')
  return / money$/.test(parent) && !/^(shop|presentment) money$/.test(parent)
}

/** "Price in cents" is a price, and "discount per cent" no amount. */
function headerSays(name: string): boolean {
  const own = name.slice(name.lastIndexOf('.') + 1)
  const what = words(own).replace(minorUnits, '')
  if (what === words(own) || /\bper$/.test(what)) return false
  const isAmount = surelyMeans(
    what,
    'unit_price',
    'line_total',
    'discount',
    'unit_cost',
    'return_amount',
  )
  return isAmount || chargeMeaning(what) !== null || orderAmountMeaning(what) !== null
}

/** Currencies that have no smaller unit, and those with a thousand of them. */
const noPlaces = [
  'BIF',
  'CLP',
  'DJF',
  'GNF',
  'ISK',
  'JPY',
  'KMF',
  'KRW',
  'PYG',
  'RWF',
  'UGX',
  'VND',
  'VUV',
  'XAF',
  'XOF',
  'XPF',
]
const threePlaces = ['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND']

function placesOf(currency: string): string {
  const code = `upper(${trimmed(currency)})`
  const among = (codes: readonly string[]) => `${code} IN (${codes.map(quote).join(', ')})`
  return `CASE WHEN ${among(noPlaces)} THEN 0 WHEN ${among(threePlaces)} THEN 3 ELSE 2 END`
}

function isWhole(sample: TableSample, sql: string): boolean {
  return valuesOf(sample, sql).every((value) => /^[+-]?\d+(\.0+)?$/.test(value))
}

const factors = ['1', '0.1', '0.01', '0.001', '0.0001']

function dividedTable(table: StagedTable, divided: readonly Minor[]): StagedTable {
  const isDivided = (sql: string) => divided.some(({ column }) => column.sql === sql)
  const columns = table.columns.map((column) =>
    isDivided(column.sql) ? { ...column, name: `${column.name}${inMajorUnits}` } : column,
  )
  const values = divided.map(({ column: { sql }, places }) => {
    const number = `TRY_CAST(${trimmed(sql)} AS DECIMAL(20,4))`
    const each = factors.map((factor, index) => {
      const product = `${number} * ${factor}::DECIMAL(6,4)`
      return `WHEN ${index} THEN ${shortDecimal(`(${product})`)}`
    })
    // What cannot be divided must not count as it stands.
    const unread = `CASE WHEN regexp_matches(${sql}, '\\d') THEN ${sql} || ' / ?' ELSE ${sql} END`
    return `coalesce(CASE ${places} ${each.join(' ')} END, ${unread}) AS ${sql}`
  })
  return withRelation(table, (from) => `(SELECT * REPLACE (${values.join(', ')}) FROM ${from})`, {
    columns,
  })
}
