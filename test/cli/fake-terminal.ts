import pc from 'picocolors'
import type { CommandContext } from '../../src/cli/command.ts'
import type { Terminal } from '../../src/cli/terminal.ts'

export interface FakeTerminal extends Terminal {
  readonly notes: string[]
  readonly results: string[]
  readonly overwritten: string[]
}

/** A terminal that remembers what was written and answers questions with the given lines. */
export function fakeTerminal(
  options: { readonly person?: boolean; readonly lines?: readonly string[] } = {},
): FakeTerminal {
  const { person = true, lines = [] } = options
  const left = [...lines]
  const notes: string[] = []
  const results: string[] = []
  const overwritten: string[] = []
  return {
    notes,
    results,
    overwritten,
    isForPeople: person,
    canAsk: person,
    canOverwrite: person,
    width: 80,
    colors: pc.createColors(false),
    noteColors: pc.createColors(false),
    result: (text) => void results.push(text),
    document: (data, meta) => void results.push(JSON.stringify({ data, meta })),
    note: (text) => void notes.push(text),
    overwrite: (text) => void overwritten.push(text),
    ask: async () => {
      const line = left.shift()
      if (line === undefined) throw new Error('nothing more to answer')
      return line
    },
  }
}

export function fakeContext(
  terminal: Terminal,
  changes: Partial<CommandContext> = {},
): CommandContext {
  return {
    config: {
      address: null,
      dataFolder: '/data',
      demoFolder: '/data/demo',
      workFolder: '/data/work',
      host: '127.0.0.1',
      port: 4160,
      portIsGiven: false,
      tokenFile: null,
      hookSecrets: {
        shopify: { secrets: [], variable: 'TAKINGS_SHOPIFY_SECRET' },
        woocommerce: { secrets: [], variable: 'TAKINGS_WOOCOMMERCE_SECRET' },
      },
      hooksAt: null,
      timeZone: 'UTC',
      stagingMemory: '1GB',
      warehouseMemory: '1GB',
      logLevel: 'silent',
      color: false,
    },
    terminal,
    now: () => new Date('2026-03-10T12:00:00Z'),
    signal: new AbortController().signal,
    json: false,
    noInput: false,
    version: '1.2.3',
    ...changes,
  }
}
