/**
 * Ways to write a moment that say nothing of their own: "15.01.2024 um 15:05 Uhr", "15h05", "2024年1月15日",
 * "GMT+01:00". Each is rewritten to the one that all families share. The same expressions rewrite shapes
 * (every digit a 9) and, as SQL, the values themselves, so that a shape that was understood is read.
 */
interface Spelling {
  /** Of both RE2 and JavaScript, whatever the case. */
  readonly from: string
  /** Groups as \1. */
  readonly to: string
}

const clock = '[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[ap][.]? ?m[.]?)?'
const words = 'um|à|a las?|às|as|alle ore|alle|ore|om|at|kl[.]?|@|[-–—]'

const spellings = {
  note: { from: ' *(?:[(][^()]*[)]|\\[[^\\[\\]]*\\])$', to: '' },
  characters: {
    from: '^([0-9]{4}) ?(?:年|년) ?([0-9]{1,2}) ?(?:月|월) ?([0-9]{1,2}) ?(?:日|일)',
    to: '\\1-\\2-\\3',
  },
  clockCharacters: { from: ' *([0-9]{1,2})(?:時|시) ?([0-9]{2})(?:分|분)', to: ' \\1:\\2' },
  pointBehind: {
    from: '^([0-9]{4})[.] ?([0-9]{1,2})[.] ?([0-9]{1,2})[.]?( |$)',
    to: '\\1.\\2.\\3\\4',
  },
  compactSeconds: {
    from: '^([0-9]{4})([0-9]{2})([0-9]{2})[T ]?([0-9]{2})([0-9]{2})([0-9]{2})(|Z|[+-][0-9:]+)$',
    to: '\\1-\\2-\\3 \\4:\\5:\\6\\7',
  },
  compactMinutes: {
    from: '^([0-9]{4})([0-9]{2})([0-9]{2})[T ]([0-9]{2}):?([0-9]{2})(|Z|[+-][0-9:]+)$',
    to: '\\1-\\2-\\3 \\4:\\5\\6',
  },
  compactClock: {
    from: `^([0-9]{4})([0-9]{2})([0-9]{2})[T ](${clock})`,
    to: '\\1-\\2-\\3 \\4',
  },
  spaced: {
    from: '^([0-9]{1,2}) ?([-/.]) ?([0-9]{1,2}) ?([-/.]) ?([0-9]{4}|[0-9]{2})( |$)',
    to: '\\1\\2\\3\\4\\5\\6',
  },
  word: { from: `([0-9]),? +(?:${words}) +([0-9])`, to: '\\1 \\2' },
  unit: { from: '([:.h][0-9]{2}) ?(?:uhr|uur|hrs?|hs|h)$', to: '\\1' },
  wholeHour: { from: '([0-9],?[T ][0-9]{1,2}) ?(?:uhr|uur|hrs?|hs|h)$', to: '\\1:00' },
  hour: { from: '([0-9],?[T ][0-9]{1,2}) ?h ?([0-9]{2}) ?(?:m|mn|min)?$', to: '\\1:\\2' },
  points: {
    from: '([0-9]{2},?[T ][0-9]{1,2})[.]([0-9]{2})(?:[.]([0-9]{2}))$',
    to: '\\1:\\2:\\3',
  },
  point: { from: '([0-9]{2},?[T ][0-9]{1,2})[.]([0-9]{2})$', to: '\\1:\\2' },
  wholeHalf: { from: '([0-9],?[T ]+[0-9]{1,2}) ?([ap])[.]? ?m[.]?$', to: '\\1:00 \\2m' },
  hoursFromUtc: { from: ' ?(?:gmt|utc)([+-])([0-9])$', to: '\\10\\2:00' },
  offset: { from: ' ?(?:gmt|utc)([+-][0-9]{2}(?::?[0-9]{2})?)$', to: '\\1' },
  greenwich: { from: `(${clock}) ?gmt$`, to: '\\1 UTC' },
  // The zone of a place stands beside its local time, which counts as written.
  place: { from: `(${clock}) ?(?:[a-z]{1,4}t|mesz|mez|msk)$`, to: '\\1' },
} as const satisfies Record<string, Spelling>

export type SpellingName = keyof typeof spellings | 'spaces'

/** Spaces that no keyboard has: Intl writes "3:05\u202fPM". */
const spaces = /[\u00a0\u2007\u2009\u202f]/g

const rewrites = Object.entries(spellings).map(([name, { from, to }]) => ({
  name: name as SpellingName,
  expression: new RegExp(from, 'iu'),
  // In shapes every digit is a 9.
  to: to.replaceAll('0', '9').replaceAll('\\', '$'),
}))

/** The shape as all families write it, and what had to be rewritten for that. */
export function plainlySpelt(shape: string): {
  readonly text: string
  readonly spellings: readonly SpellingName[]
} {
  const found: SpellingName[] = []
  let text = shape.replace(spaces, ' ').trim()
  if (text !== shape.trim()) found.push('spaces')
  for (const { name, expression, to } of rewrites) {
    const rewritten = text.replace(expression, to)
    if (rewritten !== text) found.push(name)
    text = rewritten
  }
  return { text, spellings: found }
}

/** SQL of the text as all families write it. */
export function spelt(text: string, names: readonly SpellingName[]): string {
  const start = names.includes('spaces')
    ? `trim(translate(${text}, '\u00a0\u2007\u2009\u202f', '    '))`
    : text
  return rewrites
    .filter(({ name }) => names.includes(name))
    .reduce((sql, { name }) => {
      const { from, to } = spellings[name as keyof typeof spellings]
      return `regexp_replace(${sql}, '(?i)${from}', '${to}')`
    }, start)
}
