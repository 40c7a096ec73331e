import { base, type Line, line, recordOf, text, type Writing } from './hostile-files.ts'

/** What an import must say of a file; whatever is not named must be nothing. */
export interface Outcome {
  /** Beside that of the base, in cents. */
  readonly revenue?: bigint
  readonly returns?: string
  /** Lines accepted beside those of the base. */
  readonly accepted?: number
  readonly rejected?: Readonly<Record<string, number>>
  readonly ignored?: Readonly<Record<string, number>>
  readonly question?: string
  readonly error?: string
  readonly warns?: string
}

export interface Trap {
  readonly name: string
  /** In which writings it can be set; all where absent. */
  readonly only?: (writing: Writing) => boolean
  readonly content: (writing: Writing) => string
  readonly outcome: Outcome
}

/** One more line, which is not like the others. */
function row(name: string, own: Partial<Line>, outcome: Outcome, only?: Trap['only']): Trap {
  return {
    name,
    content: (writing) => text([...base, line(own)], writing),
    outcome,
    ...(only ? { only } : {}),
  }
}

const sold = (revenue: bigint): Outcome => ({ revenue, accepted: 1 })
const rejected = (reason: string): Outcome => ({ rejected: { [reason]: 1 } })
const isText = ({ extension }: Writing) => extension !== 'ndjson'
const isUnicode = ({ encoding }: Writing) => encoding !== 'cp1252'
const isPoint = ({ number }: Writing) => number('1.5') === '1.5'

const dates: readonly Trap[] = [
  row('no date', { date: '' }, rejected('missing_date')),
  row('a date of zeros', { date: '0000-00-00' }, rejected('unreadable_date')),
  row('31 February', { date: '2024-02-31' }, rejected('unreadable_date')),
  row('29 February of a leap year', { date: '2024-02-29' }, sold(900n)),
  row('29 February of another year', { date: '2023-02-29' }, rejected('unreadable_date')),
  row('month 13', { date: '2024-13-13' }, rejected('unreadable_date'), ({ date }) =>
    date('2024-13-13').startsWith('2024'),
  ),
  row('the day that spreadsheets call 0', { date: '1899-12-30' }, rejected('date_out_of_range')),
  row('a year of four nines', { date: '9999-12-31' }, rejected('date_out_of_range')),
  row('the day after tomorrow', { date: '2026-01-17' }, rejected('date_out_of_range')),
  row('tomorrow, which is today elsewhere', { date: '2026-01-16' }, sold(900n)),
  row('a word for a date', { date: 'yesterday' }, rejected('unreadable_date')),
  row('a stroke for a date', { date: '-' }, rejected('unreadable_date')),
  row('n/a for a date', { date: 'n/a' }, rejected('unreadable_date')),
  row('a month for a date', { date: '2024-01' }, rejected('unreadable_date')),
]

/** Goods come back from an order that is there. */
const known: Partial<Line> = { order: '1001', date: '2024-01-20' }

const quantities: readonly Trap[] = [
  row('no quantity', { quantity: '' }, rejected('missing_quantity')),
  row('a quantity of zero', { quantity: '0' }, rejected('zero_quantity')),
  row('a quantity of minus zero', { quantity: '-0' }, rejected('zero_quantity')),
  row(
    'a negative quantity is a return',
    { ...known, quantity: '-2' },
    { returns: '9.00', accepted: 1 },
  ),
  row(
    'a minus behind the quantity',
    { ...known, quantity: '2-' },
    { returns: '9.00', accepted: 1 },
  ),
  row(
    'a typographic minus',
    { ...known, quantity: '\u22122' },
    { returns: '9.00', accepted: 1 },
    isUnicode,
  ),
  row('half a piece', { quantity: '0.5' }, sold(225n)),
  row('NaN for a quantity', { quantity: 'NaN' }, rejected('unreadable_quantity')),
  row('Infinity for a quantity', { quantity: 'Infinity' }, rejected('unreadable_quantity')),
  row('a stroke for a quantity', { quantity: '-' }, rejected('unreadable_quantity')),
  row('n/a for a quantity', { quantity: 'n/a' }, rejected('unreadable_quantity')),
  row('a word for a quantity', { quantity: 'two' }, rejected('unreadable_quantity')),
  row('less than a quantity', { quantity: '<2' }, rejected('unreadable_quantity')),
  row('a fraction for a quantity', { quantity: '1\u00bd' }, rejected('unreadable_quantity')),
  row('thousands by a letter', { quantity: '2k' }, rejected('unreadable_quantity')),
  row(
    'a quantity with an exponent',
    { quantity: '1e3' },
    { ...sold(450_000n), warns: 'scientific_numbers' },
  ),
  row(
    'a quantity of twenty digits',
    { quantity: '12345678901234567890' },
    rejected('number_too_large'),
  ),
  row('a quantity beyond all stores', { quantity: '999999999999' }, rejected('number_too_large')),
  row(
    'digits of another script',
    { quantity: '\u0663' },
    rejected('unreadable_quantity'),
    isUnicode,
  ),
]

const prices: readonly Trap[] = [
  row('no price', { price: '' }, rejected('missing_price')),
  row('a price of zero is a sale of nothing', { price: '0' }, sold(0n)),
  row('a negative price', { price: '-4.50' }, rejected('negative_price')),
  row('a price in brackets is negative', { price: '(4.50)' }, rejected('negative_price')),
  row('a minus behind the price', { price: '4.50-' }, rejected('negative_price')),
  row('a price without cents', { price: '4.-' }, sold(800n)),
  row('a word for a price', { price: 'free' }, rejected('unreadable_price')),
  row('NaN for a price', { price: 'NaN' }, rejected('unreadable_price')),
  row('n/a for a price', { price: 'n/a' }, rejected('unreadable_price')),
  row('a price of twenty digits', { price: '12345678901234567890' }, rejected('number_too_large')),
  row('an error of a spreadsheet', { price: '#DIV/0!' }, rejected('unreadable_price')),
  row(
    'a price with an exponent',
    { price: '1e3' },
    { ...sold(200_000n), warns: 'scientific_numbers' },
  ),
  row('two points in a price', { price: '1.2.3' }, rejected('unreadable_price')),
]

const others: readonly Trap[] = [
  row('no order number', { order: '' }, rejected('missing_order')),
  row('an order number of zeros in front', { order: '0002001' }, sold(900n)),
  row('no product', { product: '' }, { ...sold(900n), warns: 'missing_product' }),
]

const names: readonly [name: string, product: string, only?: Trap['only']][] = [
  ['a formula', `=HYPERLINK("http://example.com","x")`],
  ['a formula that calls a program', `=cmd|' /C calc'!A0`],
  ['an at sign, a plus and a minus in front', '@+-1'],
  ['SQL', `'; DROP TABLE sales_fact; --`],
  ['a comment of SQL', '*/ /* -- ; \\'],
  ['HTML', '<script>alert(1)</script><img src=x onerror=alert(1)>'],
  ['a template', '{{7*7}} #{7*7} %s %n $(id) `id`'],
  ['a backslash at its end', 'C:\\cups\\'],
  ['the delimiter and quotes', 'Cup, "big"; red | blue\tgreen'],
  ['two lines', 'Cup\nfor two'],
  ['a word that programs take for nothing', 'NULL'],
  ['five thousand letters', 'Cup '.repeat(1250).trim()],
  ['letters from right to left', '\u05db\u05d5\u05e1 \u202ecup\u202c', isUnicode],
  ['characters without width', 'C\u200bu\u200dp\ufeff', isUnicode],
  ['pictures', '\u{1f375} cup \u{1f468}\u200d\u{1f469}\u200d\u{1f467}', isUnicode],
  ['accents in front of letters', 'Cafe\u0301 cup', isUnicode],
]

const structures: readonly Trap[] = [
  { name: 'nothing is wrong', content: (writing) => text(base, writing), outcome: {} },
  {
    name: 'a header only',
    only: isText,
    content: (writing) => text([], writing),
    outcome: { error: 'empty_file' },
  },
  {
    name: 'no newline at the end',
    content: (writing) => text(base, writing).trimEnd(),
    outcome: {},
  },
  {
    name: 'blank lines between',
    content: (writing) =>
      text(base, writing).replaceAll(writing.newline, writing.newline.repeat(2)),
    outcome: {},
  },
  {
    name: 'a total at the end',
    only: isText,
    content: (writing) => {
      const { delimiter, newline } = writing
      return `${text(base, writing)}${['Total', '', '', '60', '99.99'].map(writing.number).join(delimiter)}${newline}`
    },
    outcome: { ignored: { total_row: 1 } },
  },
  {
    name: 'the header again',
    only: isText,
    content: (writing) => {
      const all = text(base, writing)
      return `${all}${all.slice(0, all.indexOf(writing.newline))}${writing.newline}${again(writing)}`
    },
    outcome: { ...sold(900n), ignored: { repeated_header: 1 } },
  },
  {
    name: 'a row of delimiters only',
    only: isText,
    content: (writing) =>
      `${text(base, writing)}${writing.delimiter.repeat(4)}${writing.newline}${again(writing)}`,
    outcome: { ...sold(900n), ignored: { blank_row: 1 } },
  },
  {
    name: 'a row too short',
    only: isText,
    content: (writing) =>
      `${text(base, writing)}2001${writing.delimiter}Cup${writing.newline}${again(writing)}`,
    outcome: { ...sold(900n), rejected: { malformed_row: 1 } },
  },
  {
    name: 'a row too long',
    only: isText,
    content: (writing) =>
      `${text(base, writing)}${[...recordOf(line({ order: '2002' }), writing), 'x', 'y'].join(writing.delimiter)}${writing.newline}${again(writing)}`,
    outcome: { ...sold(900n), rejected: { malformed_row: 1 } },
  },
  {
    name: 'headers in capitals, with spaces around them',
    only: isText,
    content: (writing) => {
      const all = text(base, writing)
      const header = all.slice(0, all.indexOf(writing.newline))
      const loud = header.split(writing.delimiter).map((name) => ` ${name.toUpperCase()} `)
      return loud.join(writing.delimiter) + all.slice(header.length)
    },
    outcome: {},
  },
  {
    name: 'a column without a name',
    only: isText,
    content: (writing) => withColumn(writing, '', 'x'),
    outcome: {},
  },
  {
    name: 'a delimiter behind every row',
    only: isText,
    content: (writing) => withColumn(writing, '', ''),
    outcome: {},
  },
  {
    name: 'a column twice by name',
    only: isText,
    content: (writing) => withColumn(writing, writing.headers.product, 'Cup'),
    outcome: {},
  },
  {
    name: 'a column that nobody knows',
    content: (writing) =>
      text(
        base.map((one) => ({ ...one, more: { 'Zorbl Qux': '7.77' } })),
        writing,
      ),
    outcome: {},
  },
  {
    name: 'every name in quotes',
    only: isText,
    content: (writing) => {
      const records = [Object.values(writing.headers), ...base.map((one) => recordOf(one, writing))]
      return records
        .map(
          (record) => record.map((value) => `"${value}"`).join(writing.delimiter) + writing.newline,
        )
        .join('')
    },
    outcome: {},
  },
  {
    name: 'old newlines of a single sign',
    only: isText,
    content: (writing) => text(base, writing).replaceAll(writing.newline, '\r'),
    outcome: {},
  },
  {
    name: 'one order in two lines that are alike',
    content: (writing) => text([...base, line({}), line({})], writing),
    outcome: { revenue: 1800n, accepted: 2, warns: 'identical_lines' },
  },
  {
    name: 'percents of discount',
    content: (writing) =>
      text(
        [...base, line({})].map((one) => ({
          ...one,
          more: { Discount: one.order === '2001' ? '10%' : '0%' },
        })),
        writing,
      ),
    outcome: sold(810n),
  },
  {
    name: 'numbers of three decimals that nothing proves',
    content: (writing) =>
      text(
        base.map((one) => ({ ...one, price: `${one.price.slice(0, 2)}.125` })),
        writing,
      ),
    outcome: { question: 'decimal-sign' },
  },
  {
    name: 'days that nothing proves',
    only: ({ date }) => date('2024-01-02').includes('/'),
    content: (writing) =>
      text(
        base.map((one, at) => ({ ...one, date: `2024-0${1 + (at % 7)}-0${1 + ((at * 5) % 9)}` })),
        writing,
      ),
    outcome: { question: 'day-order' },
  },
  {
    name: 'two currencies',
    content: (writing) =>
      text(
        base.map((one, at) => ({ ...one, more: { Currency: at % 2 === 0 ? 'EUR' : 'USD' } })),
        writing,
      ),
    outcome: { question: 'currency' },
  },
  {
    name: 'two currencies by their signs',
    only: isPoint,
    content: (writing) =>
      text(
        base.map((one, at) => ({ ...one, price: `${at % 2 === 0 ? 'US$' : 'EUR '}${one.price}` })),
        writing,
      ),
    outcome: { question: 'currency' },
  },
  {
    name: 'one column',
    only: isText,
    content: (writing) =>
      `${['Order Number', ...base.map(({ order }) => order)].join(writing.newline)}${writing.newline}`,
    outcome: { error: 'not_recognised' },
  },
]

/** One good line more, so that what stands before it costs no other. */
function again(writing: Writing): string {
  return `${recordOf(line({}), writing).join(writing.delimiter)}${writing.newline}`
}

function withColumn(writing: Writing, header: string, value: string): string {
  const [first = '', ...rest] = text(base, writing).trimEnd().split(writing.newline)
  const rows = rest.map((one) => `${one}${writing.delimiter}${value}`)
  return [`${first}${writing.delimiter}${header}`, ...rows, ''].join(writing.newline)
}

export const traps: readonly Trap[] = [
  ...structures,
  ...dates,
  ...quantities,
  ...prices,
  ...others,
  ...names.map(([name, product, only]) =>
    row(`a product's name: ${name}`, { product }, sold(900n), only),
  ),
]
