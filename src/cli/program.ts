import { Command as Parser } from 'commander'
import type { Command } from './command.ts'
import { type CommandEntry, commands } from './commands/commands.ts'
import { warehouseMeaning } from './config.ts'

/** Options of every command. */
export interface CommonOptions {
  readonly data?: string
  readonly warehouse?: string
  readonly port?: string
  readonly host?: string
  readonly tokenFile?: string
  readonly hooksPort?: string
  readonly hooksHost?: string
  readonly json?: boolean
  readonly input: boolean
  readonly color: boolean
  readonly debug?: boolean
}

const overviewExamples = [
  'takings start orders.csv            see your own sales',
  'takings start                       see a demo shop',
  'takings import exports/ --dry-run   see what would be loaded',
  'takings query net_sales --by month  ask for figures',
]

/** What `takings` alone prints. */
export const shortHelp = [
  'Takings: sales analytics from your shop’s own files, on this machine.',
  '',
  ...overviewExamples.map((example) => `  ${example}`),
  '',
  '  takings help                        all commands, each with examples',
].join('\n')

const exitCodeHelp = `
Exit codes:
  0 done · 1 a fault of Takings · 2 wrong words · 3 not found · 4 bad input or an open question
  5 warehouse, server or port not available · 6 a check found something · 130 interrupted`

/** Which commands the words may be about: the first word, or the one after `help`. */
export function commandsIn(words: readonly string[]): readonly CommandEntry[] {
  const names = words.filter((word) => !word.startsWith('-')).slice(0, 2)
  const [name] = names[0] === 'help' ? names.slice(1) : names
  return commands.filter((entry) => entry.name === name)
}

/**
 * The command line as a value: `run` is told which command was chosen. Only the commands of `loaded` know
 * their options; of the others the help shows the line.
 */
export async function buildProgram(
  version: string,
  loaded: readonly CommandEntry[],
  run: (command: Command, parser: Parser) => Promise<void>,
): Promise<Parser> {
  const program = new Parser('takings')
    .description('Sales analytics from your shop’s own files, on this machine.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText('before', examplesText(overviewExamples))
    .addHelpText('after', exitCodeHelp)
    .showSuggestionAfterError(true)
    .exitOverride()
  for (const entry of commands) {
    const parser = program
      .command(entry.name)
      .summary(entry.summary)
      .description(sentence(entry.summary))
      .showSuggestionAfterError(true)
      .exitOverride()
    if (!loaded.includes(entry)) continue
    const command = await entry.load()
    parser.addHelpText('before', examplesText(command.examples))
    command.configure(parser)
    addCommonOptions(parser)
    parser.action(() => run(command, parser))
  }
  return program
}

function addCommonOptions(parser: Parser): void {
  parser
    .option('--data <folder>', 'the data folder (default: ./takings-data)')
    .option('--warehouse <address>', warehouseMeaning)
    .option('--json', 'one JSON document {data, meta} on stdout')
    .option('--no-input', 'never ask')
    .option('--no-color', 'no colours')
    .option('--debug', 'show where an error came from')
}

function examplesText(examples: readonly string[]): string {
  return `Examples:\n${examples.map((example) => `  ${example}`).join('\n')}\n`
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.*$/, '')}.`
}
