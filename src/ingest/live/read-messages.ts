import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { quote } from '../format.ts'
import type { Workbench } from '../workbench.ts'
import { type DocumentHead, kinds, type NamedRefund, type StockItem } from './document-heads.ts'
import type { Platform } from './platforms/platform.ts'
import type { ReceivedDocument } from './stage-batch.ts'
import { standingOf } from './standing.ts'

/** The documents of one shop system that are staged together, by their places. */
export interface Messages {
  readonly bench: Workbench
  readonly documents: readonly ReceivedDocument[]
  readonly platform: Platform
}

/** What all of them say of themselves. */
export interface MessageHeads {
  readonly heads: readonly DocumentHead[]
  /** Items of stock that their products list. */
  readonly items: readonly StockItem[]
  /** Refunds that their orders name and do not hold. */
  readonly refunds: readonly NamedRefund[]
  /** The first currency that is stated. */
  readonly currency: string | null
}

/** Documents as they came: place, subject, received_at, document. */
export const messages = 'live_messages'

/** Leaves the table `messages`. Documents are read by the engine alone, so that no digit of theirs is lost. */
export async function readMessages(own: Messages): Promise<MessageHeads> {
  await writeMessages(own)
  const { heads, currency } = await readHeads(own)
  return { heads, items: await readItems(own), refunds: await readRefunds(own), currency }
}

async function writeMessages({ bench, documents, platform }: Messages): Promise<void> {
  const path = join(bench.folder, 'messages.ndjson')
  const lines = documents.map(({ topic, text, receivedAt }, place) =>
    JSON.stringify([String(place), platform.subjectOf(topic) ?? '', receivedAt, text]),
  )
  writeFileSync(path, `${lines.join('\n')}\n`)
  await bench.staging.run(
    `CREATE OR REPLACE TEMP TABLE ${messages} AS
     SELECT line[1]::BIGINT AS place, line[2] AS subject, line[3] AS received_at, line[4]::JSON AS document
     FROM read_json(${quote(path)}, format = 'newline_delimited', records = false, maximum_object_size = 67108864,
       columns = {line: 'VARCHAR[]'})`,
  )
}

async function readHeads({
  bench,
  platform,
  documents,
}: Messages): Promise<Pick<MessageHeads, 'heads' | 'currency'>> {
  const { members, stock } = platform
  const changed = members.changed.map((member) => textIn(member)).join(', ')
  const item = stock.told === 'by_level' ? textIn(stock.item) : nothing
  const quantity = stock.told === 'by_product' ? textIn(stock.quantity) : nothing
  const rows = await bench.rows(
    `SELECT place, subject, received_at, ${textIn(members.id)} AS id, coalesce(${changed}) AS changed,
       ${textIn(members.number)} AS number, ${textIn(members.created)} AS created, ${item} AS item, ${quantity} AS stock,
       ${textIn('currency')} AS currency, ${textIn(members.status)} AS status, greatest(coalesce(json_array_length(document, '$.line_items'), 1), 1) AS rows
     FROM ${messages} WHERE subject <> '' ORDER BY place`,
  )
  const heads = rows.map((row): DocumentHead => {
    const written = stated(row.changed)
    const place = Number(row.place)
    const subject = String(row.subject) as DocumentHead['subject']
    const { topic = '', text = '' } = documents[place] ?? {}
    const status = kinds[subject] === 'order' ? stated(row.status) : null
    return {
      place,
      subject,
      standing: standingOf(platform, { subject, topic, status, text }),
      id: stated(row.id),
      version: written === null ? null : platform.versionOf(written),
      number: stated(row.number),
      created: stated(row.created),
      item: stated(row.item),
      stock: stated(row.stock),
      rows: Number(row.rows),
      receivedAt: String(row.received_at),
    }
  })
  return { heads, currency: rows.map(({ currency }) => stated(currency)).find(Boolean) ?? null }
}

async function readItems({ bench, platform: { stock } }: Messages): Promise<StockItem[]> {
  if (stock.told !== 'by_level') return []
  const said = [
    ...stock.saysOfItem.map((member) => `${quote(member)}, ${textIn(member, 'item')}`),
    ...Object.entries(stock.saysOfProduct).map(
      ([name, member]) => `${quote(name)}, ${textIn(member)}`,
    ),
  ]
  const rows = await bench.rows(
    `SELECT place, ${textIn(stock.item, 'item')} AS id, json_object(${said.join(', ')})::VARCHAR AS said
     FROM (SELECT place, document, unnest(document -> ${quote(`$.${stock.items}[*]`)}) AS item
       FROM ${messages} WHERE subject = 'product') ORDER BY place`,
  )
  return rows.flatMap((row) => {
    const id = stated(row.id)
    return id === null
      ? []
      : [{ place: Number(row.place), id, said: JSON.parse(String(row.said)) as StockItem['said'] }]
  })
}

async function readRefunds({
  bench,
  platform: { refundsApart },
}: Messages): Promise<NamedRefund[]> {
  if (refundsApart === null) return []
  const { list, amount } = refundsApart
  const rows = await bench.rows(
    `SELECT place, ${textIn('id', 'refund')} AS id, ${textIn(amount, 'refund')} AS amount
     FROM (SELECT place, unnest(document -> ${quote(`$.${list}[*]`)}) AS refund FROM ${messages}) ORDER BY place`,
  )
  return rows.flatMap((row) => {
    const id = stated(row.id)
    return id === null ? [] : [{ place: Number(row.place), id, amount: stated(row.amount) ?? '?' }]
  })
}

const nothing = 'NULL::VARCHAR'

/** SQL of a member's text. */
function textIn(member: string, of = 'document'): string {
  return `(${of} ->> ${quote(`$.${member}`)})`
}

function stated(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
