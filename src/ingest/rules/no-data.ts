import { quote } from '../format.ts'
import type { Holds } from '../layout.ts'
import type { Rule } from '../rule.ts'

const all: readonly Holds[] = [
  'order_lines',
  'returns',
  'customers',
  'products',
  'regions',
  'stock',
  'rates',
]

export const blankRow: Rule = {
  name: 'blank row',
  outcome: 'ignored',
  reason: 'blank_row',
  holds: all,
  role: null,
  // The first column decides nearly always, so that rows with data cost one comparison.
  when: ({ raw }) =>
    `coalesce(trim(${raw[0]?.sql}), '') = '' AND concat(${raw.map(({ sql }) => `trim(${sql})`).join(', ')}) = ''`,
}

export const repeatedHeader: Rule = {
  name: 'repeated header',
  outcome: 'ignored',
  reason: 'repeated_header',
  holds: all,
  role: null,
  when: ({ raw }) =>
    raw.length < 2
      ? null
      : raw
          .slice(0, 3)
          .map(({ sql, header }) => `${sql} = ${quote(header)}`)
          .join(' AND '),
}

const totalWords =
  '^(grand |sub ?)?(total|totals|sum|gesamt|gesamtsumme|summe|zwischensumme|somme|total general|totale|totaal|suma)\\b'

/** A row that sums up the others of its order: told by the numbers of the table's first rows. */
export const orderSum: Rule = {
  name: 'sum of an order',
  outcome: 'ignored',
  reason: 'total_row',
  holds: ['order_lines'],
  role: null,
  when: ({ sumsUp }) => sumsUp,
}

/** Transfers, fees and conversions that stand among payments, and refunds of what is no sale. */
export const noSale: Rule = {
  name: 'no sale',
  outcome: 'ignored',
  reason: 'no_sale',
  holds: ['order_lines', 'returns'],
  role: null,
  when: ({ sales }) => (sales ? `NOT coalesce(${sales}, false)` : null),
}

/** A row that sums up others: it says so where the order number or the date would stand. */
export const totalRow: Rule = {
  name: 'total row',
  outcome: 'ignored',
  reason: 'total_row',
  holds: ['order_lines', 'returns'],
  role: null,
  when: ({ has, text, raw }) => {
    const first = raw[0]
    const texts = [
      first ? `trim(${first.sql})` : '',
      has('order_number') ? text('order_number') : '',
    ]
    const said = texts
      .filter(Boolean)
      .map((text) => `regexp_matches(lower(${text}), '${totalWords}')`)
    return `moment IS NULL AND (${said.join(' OR ')} OR regexp_matches(lower(${text('order_date')}), '${totalWords}'))`
  },
}
