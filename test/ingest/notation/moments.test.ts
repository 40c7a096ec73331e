import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  hasDayOrder,
  type PartEvidence,
  settleOrders,
} from '../../../src/ingest/notation/day-order.ts'
import {
  type DayOrder,
  familiesOf,
  familyOf,
  type MomentFamily,
} from '../../../src/ingest/notation/moment-families.ts'
import {
  describeMoments,
  type MomentNotation,
  readInstant,
  readMoment,
  sortableText,
  toMicroseconds,
} from '../../../src/ingest/notation/moments.ts'
import { openReader, type ValueReader } from './staged-values.ts'

let reader: ValueReader
beforeAll(async () => {
  reader = await openReader()
})
afterAll(() => reader.close())

/** What the values of a family prove, counted here: the import has the engine count. */
function partsOf(family: MomentFamily, values: readonly string[]): PartEvidence {
  const own = values.filter((value) => familyOf(value.replace(/\d/g, '9'))?.key === family.key)
  const places = [0, 1, 2].map((place) =>
    own.map((value) => Number.parseInt(value.split(family.separator)[place] ?? '', 10)),
  )
  const [first = [], second = [], third = []] = places
  return {
    key: family.key,
    firstMost: Math.max(...first),
    secondMost: Math.max(...second),
    thirdMost: Math.max(...third),
    firstOver12: first.filter((number) => number > 12).length,
    secondOver12: second.filter((number) => number > 12).length,
    firstKinds: new Set(first).size,
    secondKinds: new Set(second).size,
    thirdKinds: new Set(third).size,
  }
}

function evidenceOf(values: readonly string[]) {
  const { families, unreadable } = familiesOf(reader.shapes(values))
  const numeric = families.filter(hasDayOrder)
  const orders = settleOrders(
    families,
    numeric.map((family) => partsOf(family, values)),
  )
  return { families, unreadable, orders }
}

function notationOf(values: readonly string[], answer: DayOrder = 'dmy'): MomentNotation {
  const { families, orders } = evidenceOf(values)
  const settled = Object.entries(orders).map(([key, order]): [string, DayOrder] => [
    key,
    order === 'open' || order === 'contradictory' ? answer : order,
  ])
  return {
    families,
    orders: Object.fromEntries(settled),
    hasTime: families.some(({ times }) => times.some((time) => time !== '')),
    inUtc: families.some(({ zones }) => zones.includes('Z')),
  }
}

/** A column read by the notation that its own values prove. */
function read(values: readonly string[], timeZone = 'UTC', answer?: DayOrder) {
  return reader.read(values, readMoment('text', notationOf(values, answer), timeZone))
}

/** The instants as UTC text. */
function instants(values: readonly string[]) {
  return reader.read(values, `timezone('UTC', ${readInstant('text', notationOf(values))})`)
}

describe('the order of day and month', () => {
  const settled: [name: string, values: string[], orders: string[]][] = [
    ['a first number over 12 is a day', ['01/02/2024', '13/02/2024'], ['dmy']],
    ['a second number over 12 is a day', ['01/02/2024', '02/13/2024'], ['mdy']],
    ['nothing over 12 is open', ['01/02/2024', '12/12/2024'], ['open']],
    ['both over 12 contradict each other', ['13/02/2024', '02/13/2024'], ['contradictory']],
    ['points stand between day, month and year', ['01.02.2024', '03.04.2024'], ['dmy']],
    ['points with the month first, where they prove it', ['01.13.2024'], ['mdy']],
    ['one notation proves for another in its column', ['01-02-24', '12/31/2023'], ['mdy', 'mdy']],
    [
      'two notations may prove different orders',
      ['30-01-24', '31-01-24', '12/31/2023'],
      ['dmy', 'mdy'],
    ],
    ['one date alone may have its year first or last', ['15-01-24'], ['open']],
    ['so may a month by name', ['24-Feb-03'], ['open']],
    ['a month by name, years behind', ['24-Feb-03', '25-Feb-03'], ['dmy']],
    ['a month by name, years in front', ['24-Feb-03', '24-Feb-04', '24-Mar-31'], ['ymd']],
    ['years of two digits in front', ['24-01-15', '24-01-28', '24-02-03', '24-03-30'], ['ymd']],
    ['years of two digits in front, from the nineties', ['98-01-15', '24-01-28'], ['ymd']],
    ['years of two digits behind', ['15-01-24', '28-01-24', '03-02-24', '30-03-24'], ['dmy']],
  ]
  it.each(settled)('%s', (_, values, orders) => {
    expect(Object.values(evidenceOf(values).orders)).toEqual(orders)
  })

  it('decides how the column is read', async () => {
    expect(await read(['01/02/2024', '13/02/2024'])).toEqual([
      '2024-02-01 00:00:00',
      '2024-02-13 00:00:00',
    ])
    expect(await read(['1/2/2024 7:05', '2/13/2024 19:05'])).toEqual([
      '2024-01-02 07:05:00',
      '2024-02-13 19:05:00',
    ])
    expect(await read(['24-01-15', '24-01-28', '24-02-03', '24-03-30'])).toEqual([
      '2024-01-15 00:00:00',
      '2024-01-28 00:00:00',
      '2024-02-03 00:00:00',
      '2024-03-30 00:00:00',
    ])
  })

  it('once answered leaves out the days that do not exist in it', async () => {
    const values = ['13/02/2024', '02/13/2024', '03/04/2024']
    expect(await read(values, 'UTC', 'dmy')).toEqual([
      '2024-02-13 00:00:00',
      null,
      '2024-04-03 00:00:00',
    ])
    expect(await read(values, 'UTC', 'mdy')).toEqual([
      null,
      '2024-02-13 00:00:00',
      '2024-03-04 00:00:00',
    ])
  })

  it('is told to people', () => {
    expect(describeMoments(notationOf(['13/02/2024']))).toBe('day before month')
    expect(describeMoments(notationOf(['02/13/2024']))).toBe('month before day')
    expect(describeMoments(notationOf(['2024-02-13']))).toBe('dates year first')
  })
})

describe('times and zones', () => {
  it('keep the day and hour as written; only UTC is moved to the shop', async () => {
    const values = [
      '2024-01-15T23:30:00Z',
      '2024-01-15T23:30:00+02:00',
      '2024-01-15 23:30:00 -0500',
      '2024-01-15 23:30 UTC',
      '2024-01-15 23:30',
      '2024-07-15T23:30:00.123Z',
    ]
    expect(await read(values, 'Europe/Berlin')).toEqual([
      '2024-01-16 00:30:00',
      '2024-01-15 23:30:00',
      '2024-01-15 23:30:00',
      '2024-01-16 00:30:00',
      '2024-01-15 23:30:00',
      '2024-07-16 01:30:00',
    ])
    expect(await read(values, 'UTC')).toEqual([
      '2024-01-15 23:30:00',
      '2024-01-15 23:30:00',
      '2024-01-15 23:30:00',
      '2024-01-15 23:30:00',
      '2024-01-15 23:30:00',
      '2024-07-15 23:30:00',
    ])
    expect(await instants(values)).toEqual([
      '2024-01-15 23:30:00',
      '2024-01-15 21:30:00',
      '2024-01-16 04:30:00',
      '2024-01-15 23:30:00',
      null,
      '2024-07-15 23:30:00',
    ])
  })

  it('stand behind days in other notations too', async () => {
    const values = ['31/01/2024 23:30:00Z', '31/01/2024 23:30:00 +0530', '01/02/2024 9:05 PM']
    expect(await read(values, 'America/New_York')).toEqual([
      '2024-01-31 18:30:00',
      '2024-01-31 23:30:00',
      '2024-02-01 21:05:00',
    ])
    expect(await instants(values)).toEqual(['2024-01-31 23:30:00', '2024-01-31 18:00:00', null])
  })

  it('read halves of the day in every spelling', async () => {
    const values = ['1/13/2024 12:05 AM', '1/13/2024 12:05pm', '1/13/2024 7:05:09 p.m.']
    expect(await read(values)).toEqual([
      '2024-01-13 00:05:00',
      '2024-01-13 12:05:00',
      '2024-01-13 19:05:09',
    ])
    expect(await read(['2024-01-13 07:05 PM'])).toEqual(['2024-01-13 19:05:00'])
  })

  it('are read with the parts of their seconds where these are wanted', async () => {
    const parts = async (values: readonly string[]) => {
      const notation = toMicroseconds(notationOf(values))
      return reader.read(values, sortableText(readMoment('text', notation, 'UTC')))
    }
    expect(
      await parts([
        '2024-07-15T23:30:00.123456789Z',
        '2024-07-15T23:30:00,5+02:00',
        '2024-07-15T23:30:10.000Z',
        '2024-07-15T23:30:10Z',
        '2024-07-15 24:00:00',
      ]),
    ).toEqual([
      '2024-07-15T23:30:00.123456',
      '2024-07-15T23:30:00.5',
      '2024-07-15T23:30:10',
      '2024-07-15T23:30:10',
      '2024-07-16T00:00:00',
    ])
    expect(
      await parts(['31.12.2023 10:05:09.25', '31.12.2023 10:05', '31.12.2023 24:00:00.000']),
    ).toEqual(['2023-12-31T10:05:09.25', '2023-12-31T10:05:00', '2024-01-01T00:00:00'])
  })

  it('read gaps and fractions in every spelling', async () => {
    const values = [
      '31.12.2023, 10:05',
      '31.12.2023 10:05:09,25',
      '31.12.2023T10:05:09.123456',
      '31.12.2023  10:05',
    ]
    expect(await read(values)).toEqual([
      '2023-12-31 10:05:00',
      '2023-12-31 10:05:09',
      '2023-12-31 10:05:09',
      '2023-12-31 10:05:00',
    ])
  })
})

describe('ways of writing that say nothing of their own', () => {
  const half = '2024-01-15 15:05:00'
  it.each([
    ['15.01.2024 15:05 Uhr', half],
    ['15.01.2024 um 15:05 Uhr', half],
    ['15.01.2024, 15.05', half],
    ['15.01.2024 15.05.09', '2024-01-15 15:05:09'],
    ['15.01.2024 - 15:05', half],
    ['15/01/2024 15h05', half],
    ['15/01/2024 15h05min', half],
    ['15/01/2024 15 h', '2024-01-15 15:00:00'],
    ['15/01/2024 à 15:05', half],
    ['15/01/2024 às 15:05', half],
    ['15 janv. 2024 à 15h05', half],
    ['15 gennaio 2024 alle ore 15:05', half],
    ['15 januari 2024 om 15:05 uur', half],
    ['15. 1. 2024', '2024-01-15 00:00:00'],
    ['15 / 01 / 2024', '2024-01-15 00:00:00'],
    ['1/15/2024 3:05\u202fPM', half],
    ['1/15/2024, 3 PM', '2024-01-15 15:00:00'],
    ['15/1/2024 3:05 p. m.', half],
    ['1/15/2024 0:05 AM', '2024-01-15 00:05:00'],
    ['2024年1月15日', '2024-01-15 00:00:00'],
    ['2024年1月15日 15時05分', half],
    ['2024. 1. 15.', '2024-01-15 00:00:00'],
    ['2024.01.15. 15:05', half],
    ['20240115150500', half],
    ['20240115T1505', half],
    ['20240115 15:05', half],
    ['2024-01-15T15:05:00+01:00[Europe/Berlin]', half],
    ['Mon Jan 15 2024 15:05:00 GMT+0100 (Central European Standard Time)', half],
    ['Mon, 15 Jan 2024 15:05:00 GMT', half],
    ['Jan 15, 2024 3:05:00 PM PST', half],
    ['2024-01-15 15:05:00 CEST', half],
    ['2024-01-15 24:00', '2024-01-16 00:00:00'],
    ['31.12.2024 24:00', '2025-01-01 00:00:00'],
  ])('%s', async (text, expected) => {
    expect(await read([text], 'UTC', text.startsWith('1/') ? 'mdy' : 'dmy')).toEqual([expected])
  })

  it('of zones give the instant where they state it', async () => {
    const values = [
      '2024-01-15 15:05:00 GMT+1',
      '2024-01-15 15:05:00 UTC-03:30',
      '2024-01-15 15:05:00 GMT',
      '20240115T150500Z',
      '2024-01-15 15:05:00 EST',
    ]
    expect(await instants(values)).toEqual([
      '2024-01-15 14:05:00',
      '2024-01-15 18:35:00',
      '2024-01-15 15:05:00',
      '2024-01-15 15:05:00',
      null,
    ])
  })

  it('do not make dates of what is none', async () => {
    for (const shape of ['99 Uhr', '9999.99', '99 999,99', '99.99', '99h99', '999999', '9.999.999'])
      expect([shape, familyOf(shape)?.kind]).toEqual([shape, undefined])
  })
})

describe('bare numbers', () => {
  it('are days of a spreadsheet, to the second', async () => {
    // 1 is the last day of 1899, 45292 the first of 2024; .5 is noon.
    const values = ['45292', '45306.5', '45306,628472222', '32874', '45306.999999']
    expect(await read(values)).toEqual([
      '2024-01-01 00:00:00',
      '2024-01-15 12:00:00',
      '2024-01-15 15:05:00',
      '1990-01-01 00:00:00',
      '2024-01-16 00:00:00',
    ])
  })

  it('are seconds since 1970 or parts of them, moved to the shop', async () => {
    const values = ['1705331100', '1705331100.5', '1705331100000', '1705331100000000']
    expect(await read(values)).toEqual([
      '2024-01-15 15:05:00',
      '2024-01-15 15:05:00.5',
      '2024-01-15 15:05:00',
      '2024-01-15 15:05:00',
    ])
    expect((await read(values, 'Asia/Tokyo'))[0]).toBe('2024-01-16 00:05:00')
    expect((await instants(values))[0]).toBe('2024-01-15 15:05:00')
  })
})

describe('what is no date', () => {
  it.each([
    '',
    'yesterday',
    '2024',
    '12:30',
    '1/2',
    '2024-W05',
    '1.2',
    '12345678901',
    '15 Jam 2024',
  ])('%j is of no family', (text) => {
    expect(familyOf(text.replace(/\d/g, '9'))).toBeNull()
  })

  it('is not read: days that do not exist, and numbers out of place', async () => {
    const values = ['2024-02-30', '2023-02-29', '2024-13-01', '2024-00-10', '2024-01-15 25:00']
    expect(await read(values)).toEqual(values.map(() => null))
    const numeric = ['31/04/2024', '00/01/2024', '29/02/2023', '13/13/2024']
    expect(await read(numeric, 'UTC', 'dmy')).toEqual(numeric.map(() => null))
    expect(await read(['20240230', '20241301', '20240229'])).toEqual([
      null,
      null,
      '2024-02-29 00:00:00',
    ])
  })
})

interface Style {
  readonly kind: 'iso' | 'compact' | DayOrder
  readonly separator: string
  readonly padded: boolean
  readonly shortYear: boolean
  readonly clock: 'none' | 'minutes' | 'seconds' | 'halves' | 'letter' | 'unit'
  readonly gap: string
  readonly zone: '' | 'Z' | '+02:00' | '-0500'
}

const style: fc.Arbitrary<Style> = fc.record({
  kind: fc.constantFrom('iso', 'compact', 'dmy', 'mdy'),
  separator: fc.constantFrom('-', '/', '.'),
  padded: fc.boolean(),
  shortYear: fc.boolean(),
  clock: fc.constantFrom('none', 'minutes', 'seconds', 'halves', 'letter', 'unit'),
  gap: fc.constantFrom(' ', 'T', ', ', '\u00a0'),
  zone: fc.constantFrom('', '', 'Z', '+02:00', '-0500'),
})

const moment = fc.record({
  day: fc.date({
    min: new Date('1990-01-01T00:00:00Z'),
    max: new Date('2049-12-31T00:00:00Z'),
    noInvalidDate: true,
  }),
  seconds: fc.nat({ max: 86_399 }),
})
type Moment = typeof moment extends fc.Arbitrary<infer T> ? T : never

function written({ day, seconds }: Moment, by: Style): string {
  const [year = '', month = '', date = ''] = day.toISOString().slice(0, 10).split('-')
  if (by.kind === 'compact') return `${year}${month}${date}`
  const number = (text: string) => (by.padded ? text : String(Number(text)))
  const years = by.shortYear && by.kind !== 'iso' ? year.slice(2) : year
  const parts = { iso: [year, month, date], dmy: [date, month], mdy: [month, date], ymd: [] }
  const own = parts[by.kind].map(number)
  const text = (by.kind === 'iso' ? own : [...own, years]).join(by.separator)
  const clock = clockOf(seconds, by)
  const zone = by.clock === 'letter' || by.clock === 'unit' ? '' : by.zone
  return clock === '' ? text : `${text}${by.gap}${clock}${zone}`
}

function clockOf(seconds: number, { clock, padded }: Style): string {
  const [hour, minute, second] = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(Math.floor)
  const two = (value = 0) => String(value).padStart(2, '0')
  const hours = (value: number) => (padded ? two(value) : String(value))
  if (clock === 'none') return ''
  if (clock === 'letter') return `${hours(hour ?? 0)}h${two(minute)}`
  if (clock === 'unit') return `${hours(hour ?? 0)}:${two(minute)} Uhr`
  if (clock === 'minutes') return `${hours(hour ?? 0)}:${two(minute)}`
  if (clock === 'seconds') return `${hours(hour ?? 0)}:${two(minute)}:${two(second)}`
  return `${hours((hour ?? 0) % 12 || 12)}:${two(minute)} ${(hour ?? 0) < 12 ? 'AM' : 'PM'}`
}

function expected({ day, seconds }: Moment, by: Style): string {
  const length = { none: 0, minutes: 5, halves: 5, letter: 5, unit: 5, seconds: 8 }[
    by.kind === 'compact' ? 'none' : by.clock
  ]
  const clock = new Date(seconds * 1000).toISOString().slice(11, 11 + length)
  return `${day.toISOString().slice(0, 10)} ${clock}${'00:00:00'.slice(length)}`
}

describe('moments in any notation', () => {
  it('read back exactly, whole columns of them', async () => {
    await fc.assert(
      fc.asyncProperty(
        style,
        fc.array(moment, { minLength: 1, maxLength: 30 }),
        async (by, moments) => {
          // Days that prove the order, as every longer column has.
          const telling = ['2024-05-28', '2023-11-17', '2022-06-25', '2021-01-30'].map((day) => ({
            day: new Date(`${day}T00:00:00Z`),
            seconds: 50_000,
          }))
          const all = [...moments, ...telling]
          const values = all.map((one) => written(one, by))
          expect(evidenceOf(values).unreadable).toBe(0)
          expect(await read(values)).toEqual(all.map((one) => expected(one, by)))
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('months by name', () => {
  const day = '2024-05-26 00:00:00'
  it.each([
    ['26-May-24', day],
    ['26-May-2024', day],
    ['26 May 2024', day],
    ['26. Mai 2024', day],
    ['May 26, 2024', day],
    ['May-26-24', day],
    ['Sunday, 26 May 2024', day],
    ['Sun May 26 2024', day],
    ['May 26th, 2024', day],
    ['26 de mayo de 2024', day],
    ['26 maggio 2024', day],
    ['26 mei 2024', day],
    ['2024-May-26', day],
    ["26 May '24", day],
    ['26MAY2024', day],
    ['5 févr. 2024', '2024-02-05 00:00:00'],
    ['5. März 2024', '2024-03-05 00:00:00'],
    ['1er août 2024', '2024-08-01 00:00:00'],
    ['5 Out 2024', '2024-10-05 00:00:00'],
    ['26 May 2024 10:05', '2024-05-26 10:05:00'],
    ['May 26, 2024 10:05:07 PM', '2024-05-26 22:05:07'],
    ['26-May-2024, 9:05 a.m.', '2024-05-26 09:05:00'],
  ])('reads %s', async (text, expected) => {
    expect(await read([text])).toEqual([expected])
  })

  it('reads every month of every language in one column', async () => {
    const values = [
      '1 Jan 2024',
      '2 Februar 2024',
      '3 mars 2024',
      '4 abril 2024',
      '5 maio 2024',
      '6 giugno 2024',
      '7 juli 2024',
      '8 Aug 2024',
      '9 septembre 2024',
      '10 octubre 2024',
      '11 novembro 2024',
      '12 dicembre 2024',
    ]
    const months = values.map((_, index) => {
      const two = String(index + 1).padStart(2, '0')
      return `2024-${two}-${two} 00:00:00`
    })
    expect(await read(values)).toEqual(months)
    expect(describeMoments(notationOf(values))).toBe('months by name')
  })

  it('reads no day that is none, and no word that is no month', async () => {
    expect(await read(['26 May 2024', '31 Feb 2024', '5 Foo 2024', '99 May 2024'])).toEqual([
      day,
      null,
      null,
      null,
    ])
    for (const shape of ['99 Foo 9999', 'Lamp 99 9999', 'May', 'May 99', 'Mug 9 9999'])
      expect(familyOf(shape)).toBeNull()
  })

  it('moves instants in UTC to the zone of the shop', async () => {
    expect(await read(['26 May 2024 22:30 UTC'], 'Europe/Berlin')).toEqual(['2024-05-27 00:30:00'])
    expect(await instants(['26 May 2024 22:30 +0200'])).toEqual(['2024-05-26 20:30:00'])
  })
})
