import type { Command as Parser } from 'commander'
import type { Config } from './config.ts'
import type { Terminal } from './terminal.ts'

/** What the outside is for a command. */
export interface CommandContext {
  readonly config: Config
  readonly terminal: Terminal
  readonly now: () => Date
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  /** One JSON document instead of text. */
  readonly json: boolean
  /** Never asks, even in a terminal. */
  readonly noInput: boolean
  readonly version: string
}

/** What one word after `takings` does; its name and summary stand in the list. */
export interface Command {
  /** What people type, shown first in the help. */
  readonly examples: readonly string[]
  /** Adds arguments and options beside those that every command has. */
  configure(parser: Parser): void
  /** Gives the exit code: 0, or what it found. Throws `TakingsError` for all that a person can act on. */
  run(parser: Parser, context: CommandContext): Promise<number>
}
