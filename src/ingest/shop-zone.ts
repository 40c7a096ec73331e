import type { Warning } from '../model/import.ts'
import { offsetAt } from '../model/moment.ts'
import { columnOf, type RecognisedTable } from './layout.ts'
import { type MomentNotation, readInstant, readMoment } from './notation/moments.ts'
import type { TableNotation } from './notation.ts'
import { trimmed } from './survey.ts'
import type { Workbench } from './workbench.ts'

/** The time zone of a shop (IANA) and why it is taken for it. */
export interface ShopZone {
  readonly timeZone: string
  readonly because: 'known' | 'offsets' | 'given'
}

/** An offset that a file states, and the first and last instants of a month at which it does. */
export interface StatedOffset {
  readonly minutes: number
  /** Milliseconds since 1970. */
  readonly first: number
  readonly last: number
}

type Notations = ReadonlyMap<RecognisedTable, TableNotation>

export interface ZoneRequest {
  readonly tables: readonly RecognisedTable[]
  readonly notations: Notations
  /** What the shop has settled; null before its first import. */
  readonly known: string | null
  /** Of the machine, or as a caller has it; it counts where the files do not speak against it. */
  readonly given: string
}

/**
 * The shop's time zone: the one that is settled; at its first import the one that explains the offsets of its orders
 * (2024-07-01T10:00+02:00), else the one that is given.
 */
export async function findShopZone(
  bench: Workbench,
  { tables, notations, known, given }: ZoneRequest,
): Promise<ShopZone> {
  if (known !== null) return { timeZone: known, because: 'known' }
  const stated = (
    await Promise.all(tables.map((table) => statedOffsets(bench, table, notations.get(table))))
  ).flat()
  const explaining = explainingZone(stated, given)
  return explaining === null
    ? { timeZone: given, because: 'given' }
    : { timeZone: explaining, because: 'offsets' }
}

/** Zones in which most shops are: the first that explains what is stated stands for all that do as well. */
const wellKnown = [
  'UTC',
  'Europe/Berlin',
  'Europe/London',
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Los_Angeles',
  'America/Sao_Paulo',
  'Asia/Shanghai',
  'Asia/Tokyo',
  'Asia/Dubai',
  'Australia/Sydney',
  'Europe/Athens',
  'Africa/Johannesburg',
]

/** The zone whose clocks show these offsets, the given one where it does; null where none does, or nothing is stated. */
export function explainingZone(stated: readonly StatedOffset[], given: string): string | null {
  if (stated.length === 0) return null
  const explains = (zone: string) =>
    stated.every(({ minutes, first, last }) =>
      [first, last].every((at) => offsetAt(zone, at) === minutes * 60_000),
    )
  const zones = [given, ...wellKnown, ...Intl.supportedValuesOf('timeZone')]
  return zones.find(explains) ?? null
}

async function statedOffsets(
  bench: Workbench,
  { claim, table }: RecognisedTable,
  notation: TableNotation | undefined,
): Promise<StatedOffset[]> {
  const column = columnOf(claim, 'order_date')
  const moment = column ? withOffsets(notation?.moments.get(column)) : null
  if (!column || !moment) return []
  const written = readMoment('text', moment, 'UTC')
  const rows = await bench.rows(
    `SELECT minutes, min(told) AS first, max(told) AS last
     FROM (SELECT epoch_ms(instant) AS told, date_diff('minute', timezone('UTC', instant), written) AS minutes,
         date_trunc('month', written) AS month
       FROM (SELECT ${written} AS written, ${readInstant('text', moment)} AS instant
         FROM (SELECT ${trimmed(column)} AS text FROM ${table.unnumbered})
         WHERE NOT regexp_matches(text, '(Z|UTC)$'))
       WHERE instant IS NOT NULL AND written IS NOT NULL)
     GROUP BY minutes, month ORDER BY minutes, first`,
  )
  return rows.map(({ minutes, first, last }) => ({
    minutes: Number(minutes),
    first: Number(first),
    last: Number(last),
  }))
}

function withOffsets(moment: MomentNotation | undefined): MomentNotation | null {
  const families = moment?.families.filter(({ zones }) => zones.includes('offset')) ?? []
  return moment && families.length > 0 ? { ...moment, families } : null
}

const statedBefore =
  'If the shop is elsewhere, state it in a new data folder before the first import: takings settings time-zone Europe/London.'

/** What a person should know of a zone that no person stated. */
export function zoneWarnings({ timeZone, because }: ShopZone, notations: Notations): Warning[] {
  const inUtc = [...notations.values()].some(({ moments }) =>
    [...moments.values()].some((moment) => moment.inUtc),
  )
  if (because === 'offsets') {
    const text = `The offsets that the times state are those of ${timeZone} and of zones like it: that is the shop's time zone from here on, by which its days begin. ${statedBefore}`
    return [{ code: 'time_zone_assumed', text }]
  }
  if (!inUtc || timeZone === 'UTC') return []
  const moved = `Times in UTC were taken to the shop's time zone, ${timeZone}`
  const text =
    because === 'known'
      ? `${moved}.`
      : `${moved}, which is this machine's: its days begin and end there. ${statedBefore}`
  return [{ code: 'time_zone_assumed', text }]
}
