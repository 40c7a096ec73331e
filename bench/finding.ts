/** What a part of the benchmark found: one figure, and what it should be. */
export interface Finding {
  readonly part: PartName
  /** Lines of the shop it was measured on: `1m`, `10m`. */
  readonly size: string
  readonly what: string
  readonly value: number
  readonly unit: Unit
  /** Null where nothing was promised and the figure only explains others. */
  readonly target: Target | null
  /** Single rounds and what else a reader needs to judge the figure. */
  readonly detail: string
}

export const partNames = [
  'load',
  'query',
  'live',
  'orders',
  'serve',
  'pages',
  'demo',
  'shared',
  'soak',
] as const
export type PartName = (typeof partNames)[number]

/** seconds, milliseconds, times as long, megabytes (10^6), lines per second, what rises in an hour, or a bare number. */
export type Unit = 's' | 'ms' | 'x' | 'MB' | 'lines/s' | 'MB/h' | 'ms/h' | '/h' | ''

export interface Target {
  readonly bound: 'at most' | 'at least'
  readonly value: number
}

export function atMost(value: number): Target {
  return { bound: 'at most', value }
}

export function atLeast(value: number): Target {
  return { bound: 'at least', value }
}

export function isMet(value: number, { bound, value: limit }: Target): boolean {
  return bound === 'at most' ? value <= limit : value >= limit
}

/** A table under the findings, for those who want to know where a figure came from. */
export interface Detail {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export interface Outcome {
  readonly findings: readonly Finding[]
  readonly details: readonly Detail[]
}
