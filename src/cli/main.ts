#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { CommanderError, type Command as Parser } from 'commander'
import { TakingsError, type WireError } from '../model/errors.ts'
import type { Command, CommandContext } from './command.ts'
import { readConfig } from './config.ts'
import { exitCodes } from './exit-codes.ts'
import { Interruption, interruptionSignal } from './interruption.ts'
import { buildProgram, type CommonOptions, commandsIn, shortHelp } from './program.ts'
import { openTerminal, type Terminal } from './terminal.ts'

/** The command line as typed: reads the words, runs one command, words what went wrong. */
async function main(words: readonly string[]): Promise<number> {
  const signal = interruptionSignal()
  const version = readVersion()
  let exitCode: number = exitCodes.done
  const program = await buildProgram(version, commandsIn(words), async (command, parser) => {
    exitCode = await runCommand(command, parser, { signal, version })
  })
  // Wrong words are worded below, as the JSON document where one was asked for.
  const silence = { outputError: () => undefined }
  for (const parser of [program, ...program.commands]) parser.configureOutput(silence)
  if (words.length === 0) {
    openTerminal(null).result(shortHelp)
    return exitCodes.done
  }
  try {
    await program.parseAsync(words, { from: 'user' })
    return exitCode
  } catch (error) {
    return reportFailure(error, signal, words)
  }
}

async function runCommand(
  command: Command,
  parser: Parser,
  outside: Pick<CommandContext, 'signal' | 'version'>,
): Promise<number> {
  const options = parser.opts<CommonOptions>()
  const config = readConfig(options)
  const exitCode = await command.run(parser, {
    ...outside,
    config,
    terminal: openTerminal(config.color),
    now: () => new Date(),
    json: options.json === true,
    noInput: !options.input,
  })
  const { reason } = outside.signal
  return reason instanceof Interruption ? reason.exitCode : exitCode
}

/** Errors are text on stderr; with `--json` the error document on stdout as well. */
function reportFailure(error: unknown, signal: AbortSignal, words: readonly string[]): number {
  const terminal = openTerminal(null)
  if (error instanceof CommanderError) return reportWrongWords(error, terminal, words)
  const interruption = error instanceof Interruption ? error : signal.reason
  if (interruption instanceof Interruption) {
    terminal.note(interruption.message)
    // Whoever asked for it, and however orderly it ended: what was asked for was not done.
    return exitCodes.interrupted
  }
  const { wire, exitCode } = describe(error)
  if (words.includes('--json')) terminal.result(JSON.stringify(wire))
  terminal.note(errorText(wire, terminal))
  if (words.includes('--debug') && error instanceof Error) terminal.note(error.stack ?? '')
  return exitCode
}

function reportWrongWords(
  error: CommanderError,
  terminal: Terminal,
  words: readonly string[],
): number {
  // Help and version end the parser the same way, but are what was asked for.
  if (error.exitCode === 0 || error.code === 'commander.help') return exitCodes.done
  const [problem = '', ...suggestion] = error.message.replace(/^error: /, '').split('\n')
  const hint = suggestion.join(' ').replace(/^\((.*)\)$/, '$1') || helpFor(words)
  const message = `${problem.charAt(0).toUpperCase()}${problem.slice(1).replace(/\.$/, '')}.`
  const wire: WireError = { error: { code: 'invalid_option', message, hint, details: {} } }
  if (words.includes('--json')) terminal.result(JSON.stringify(wire))
  terminal.note(errorText(wire, terminal))
  return exitCodes.usage
}

function helpFor(words: readonly string[]): string {
  const [known] = commandsIn(words)
  if (known) return `\`takings help ${known.name}\` shows its options.`
  return '`takings help` shows all commands.'
}

function describe(error: unknown): { readonly wire: WireError; readonly exitCode: number } {
  if (error instanceof TakingsError) return { wire: error.toWire(), exitCode: error.exitCode }
  const cause = error instanceof Error ? error.message : String(error)
  const message = `Takings met a fault of its own: ${cause}`
  const hint = 'The same command with --debug shows where. Please report it.'
  const wire = { error: { code: 'internal', message, hint, details: {} } }
  return { wire, exitCode: exitCodes.bug }
}

function errorText({ error }: WireError, { noteColors }: Terminal): string {
  return `${noteColors.red('error:')} ${error.message}\n${error.hint}`
}

/** The same place from `src/cli` and from `dist/cli`. */
function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** `takings query ... | head` closes the pipe early: nobody is left to write to. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.done)
  throw error
})

process.exitCode = await main(process.argv.slice(2))
