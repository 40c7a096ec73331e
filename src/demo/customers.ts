import type { Faker } from '@faker-js/faker'
import type { Chance } from './chance.ts'
import { type NameLocale, nameLocales, regionSlots, regions } from './market.ts'
import { loadTable, type Workshop } from './workshop.ts'

/**
 * Customers are numbered in the order in which they first buy, from 1; all that is known of one follows
 * from the number. `CustomerID` is that number above `customerIdBase`.
 */

export const customerIdBase = 10_000
/** Names of either kind per locale. */
const poolSize = 256
const mailboxes = ['example.com', 'example.org', 'example.net']

/** Customers that a shop with so many orders has: most orders come from those who buy again. */
export function customerCount(orders: number): number {
  return Math.max(1, Math.round(orders * 0.3))
}

/** SQL for the place in the pick list of regions that decides where customer `number` lives. */
export function homeSlot(chance: Chance, number: string, customers: number): string {
  const isLate = `${chance.share('home kind', number)} < (${number})::DOUBLE / ${customers}`
  return `(CASE WHEN ${isLate} THEN ${regionSlots} ELSE 0 END + ${chance.pick('home', number, regionSlots)})`
}

/** Tables `first_names`, `last_names` (place, name, mail) and `region_names` (region_id, pool). */
export async function loadNames(workshop: Workshop, seed: number): Promise<void> {
  const first: object[] = []
  const last: object[] = []
  for (const [pool, locale] of nameLocales.entries()) {
    const faker = await nameFaker(locale, seed)
    first.push(...namePool(pool, () => faker.person.firstName()))
    last.push(...namePool(pool, () => faker.person.lastName()))
  }
  const columns = { place: 'BIGINT', name: 'VARCHAR', mail: 'VARCHAR' }
  await loadTable(workshop, 'first_names', { columns, rows: first })
  await loadTable(workshop, 'last_names', { columns, rows: last })
  await loadTable(workshop, 'region_names', {
    columns: { region_id: 'INTEGER', pool: 'INTEGER' },
    rows: regions.map(({ id, names }) => ({ region_id: id, pool: nameLocales.indexOf(names) })),
  })
}

/** SELECT of customers by number; `numbers` is a relation with the one column `number`. */
export function customersSelect(
  chance: Chance,
  { numbers, customers }: { readonly numbers: string; readonly customers: number },
): string {
  const place = (purpose: 'first name' | 'last name') =>
    `pool * ${poolSize} + ${chance.pick(purpose, 'number', poolSize)}`
  const age = `18 + (${chance.pick('age', 'number', 55)} + ${chance.pick('second age', 'number', 45)}) * 62 // 98`
  const mailbox = `[${mailboxes.map((name) => `'${name}'`).join(', ')}][1 + ${chance.pick('mailbox', 'number', mailboxes.length)}]`
  return `
    SELECT ${customerIdBase} + number AS CustomerID,
      f.name || ' ' || l.name AS Name,
      f.mail || '.' || l.mail || '.' || number || '@' || ${mailbox} AS Email,
      (${age})::INTEGER AS Age,
      region_id AS RegionID
    FROM (
      SELECT number, region_id, pool
      FROM (
        SELECT number, ${homeSlot(chance, 'number', customers)} AS home
        FROM ${numbers}
      )
      JOIN region_slots ON slot = home
      JOIN region_names USING (region_id)
    )
    JOIN first_names AS f ON f.place = ${place('first name')}
    JOIN last_names AS l ON l.place = ${place('last name')}
    ORDER BY number`
}

/** Loaded only when names are made: the packs of names are large. */
export async function nameFaker(locale: NameLocale, seed: number): Promise<Faker> {
  const { faker }: { faker: Faker } = await import(`@faker-js/faker/locale/${locale}`)
  faker.seed(seed)
  return faker
}

/** Common names come more than once, as in life. */
function namePool(pool: number, name: () => string): object[] {
  return Array.from({ length: poolSize }, (_, index) => {
    const drawn = name()
    return { place: pool * poolSize + index, name: drawn, mail: mailName(drawn) }
  })
}

/** Letters that carry no accent to take off. */
const spelledOut: Readonly<Record<string, string>> = { ß: 'ss', ł: 'l', ø: 'o', æ: 'ae', đ: 'd' }

/** What stands for a name before the @: letters a to z only. */
export function mailName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[ßłøæđ]/g, (letter) => spelledOut[letter] ?? '')
    .normalize('NFD')
    .replace(/[^a-z]/g, '')
  return plain === '' ? 'x' : plain
}
