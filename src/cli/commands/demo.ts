import { Option, type Command as Parser } from 'commander'
import { type DemoFormat, type DemoSummary, demoFormats, writeDemo } from '../../demo/demo.ts'
import { bytesText, countText, wholeText } from '../../display/value-text.ts'
import { TakingsError } from '../../model/errors.ts'
import { openWarehouse, readLock } from '../../warehouse/warehouse.ts'
import type { Command, CommandContext } from '../command.ts'
import { hasRealWarehouse, serverEnvironment } from '../config.ts'
import { type DemoWish, lastFullDay, makeDemoShop, standardDemo } from '../demo-shop.ts'
import { exitCodes } from '../exit-codes.ts'
import { isEmpty } from '../open-shop.ts'
import { rateFrom } from '../pace.ts'
import { wholeNumber } from '../query-words.ts'
import { restartWith } from '../restart.ts'

interface Options {
  readonly orders: string
  readonly years: string
  readonly seed: string
  readonly out?: string
  readonly format: DemoFormat
  readonly until?: string
  readonly dirty?: boolean
  readonly preset?: 'shop' | 'brief'
  readonly live?: boolean
  readonly rate?: string
  readonly port?: string
  readonly host?: string
}

export const demoCommand: Command = {
  examples: [
    'takings demo',
    'takings demo --orders 1000000 --years 3 --seed 7 --out demo/ --format parquet',
    'takings demo --dirty --out dirty/',
    'takings demo --preset brief --out brief/',
    'takings demo --live',
    'takings demo --live --rate 2',
  ],
  configure(parser) {
    parser
      .option('--orders <n>', 'how many orders', String(standardDemo.orders))
      .option('--years <n>', 'how many years they span', String(standardDemo.years))
      .option('--seed <n>', 'the same seed gives the same shop', String(standardDemo.seed))
      .option('--until <day>', 'last day (default: yesterday)')
      .option('--out <folder>', 'write files there instead of a warehouse')
      .addOption(
        new Option('--format <format>', 'of the files').choices(demoFormats).default('csv'),
      )
      .option('--dirty', 'plant known faults and list them in faults.json')
      .addOption(
        new Option(
          '--preset <name>',
          'brief: 50 products, 100 customers, 500 sales of 2023',
        ).choices(['shop', 'brief']),
      )
      .addOption(
        new Option(
          '--live',
          'keep a shop alive, with a server and a data folder of its own, until Ctrl-C',
        ).conflicts(['out', 'format', 'until', 'dirty', 'preset']),
      )
      .option(
        '--rate <n>',
        `with --live: orders a second on an average day (default: ${standardRate}, one every ten seconds)`,
      )
      .option('--port <number>', 'with --live: where to listen (default: 4160, or the next free)')
      .option('--host <address>', 'with --live: other than 127.0.0.1: needs the access token')
  },
  async run(parser: Parser, context) {
    const options = parser.opts<Options>()
    if (options.live) return keepAlive(parser, options, context)
    refuseWithoutLive(options)
    if (options.out === undefined) await makeShop(wishOf(options), context)
    else await writeFiles(options, options.out, context)
    return exitCodes.done
  },
}

/** Orders a second: something happens while a person looks, and a shop of that size is nothing unheard of. */
const standardRate = 0.1

async function keepAlive(
  parser: Parser,
  options: Options,
  context: CommandContext,
): Promise<number> {
  const isGiven = (name: string) => parser.getOptionValueSource(name) !== 'default'
  const { orders, years, seed } = wishOf(options)
  const wish = {
    rate: options.rate === undefined ? standardRate : rateFrom(options.rate),
    ...(isGiven('orders') ? { orders } : {}),
    ...(isGiven('years') ? { years } : {}),
    ...(isGiven('seed') ? { seed } : {}),
  }
  // Before anything of the server is loaded: the process that waits for another stays small.
  const environment = serverEnvironment()
  if (environment) return restartWith(environment)
  const { runLiving } = await import('../run-living.ts')
  return runLiving(wish, context)
}

function refuseWithoutLive(options: Options): void {
  for (const name of ['rate', 'port', 'host'] as const) {
    if (options[name] === undefined) continue
    throw new TakingsError('invalid_option', {
      option: `--${name}`,
      problem: 'it is for a living shop only',
      advice: 'Add --live, or leave it out.',
    })
  }
}

async function makeShop(wish: DemoWish, context: CommandContext): Promise<void> {
  const { config, terminal, json } = context
  await refuseBesideRealData(context)
  const owner = await readLock(config.demoFolder)
  if (owner) throw new TakingsError('warehouse_locked', { path: config.demoFolder, pid: owner.pid })
  await makeDemoShop(wish, context)
  if (json) terminal.document({ folder: config.demoFolder }, {})
  else terminal.result(`The demo shop lies in ${config.demoFolder}.`)
  terminal.note('next: takings start')
}

/** The demo would never be seen: commands and pages show the real shop as soon as there is one. */
async function refuseBesideRealData({ config, now }: CommandContext): Promise<void> {
  if (!hasRealWarehouse(config)) return
  const { dataFolder: folder, address } = config
  const real = await openWarehouse({ folder, address, now, readers: 1 })
  const hasData = !(await isEmpty(real))
  await real.close()
  if (hasData) throw new TakingsError('demo_over_real_data', { path: config.dataFolder })
}

async function writeFiles(
  options: Options,
  folder: string,
  context: CommandContext,
): Promise<void> {
  const { config, terminal, signal, json } = context
  const started = performance.now()
  const summary = await writeDemo({
    ...wishOf(options),
    folder,
    format: options.format,
    until: options.until ?? lastFullDay(context.now()),
    memoryLimit: config.stagingMemory,
    signal,
  })
  const tookMs = Math.round(performance.now() - started)
  if (json) return terminal.document(summary, { tookMs })
  terminal.result(summaryText(summary))
  terminal.note(`next: takings import ${folder}`)
}

function summaryText(summary: DemoSummary): string {
  const files = summary.files.map(
    ({ path, rows, bytes }) => `${path}  ${countText(rows, 'row')}, ${bytesText(bytes)}`,
  )
  if (summary.faultList === null) return files.join('\n')
  return [...files, `${summary.faultList}  ${wholeText(summary.faults)} planted faults`].join('\n')
}

function wishOf(options: Options): DemoWish {
  const years = Number(options.years)
  if (!(years > 0)) {
    throw new TakingsError('invalid_option', {
      option: '--years',
      problem: `${options.years} is no number of years`,
      advice: 'Write a number such as 2 or 0.5.',
    })
  }
  return {
    orders: wholeNumber('--orders', options.orders),
    years,
    seed: seedFrom(options.seed),
    ...(options.dirty ? { dirty: true } : {}),
    ...(options.preset === undefined ? {} : { preset: options.preset }),
  }
}

function seedFrom(text: string): number {
  return text === '0' ? 0 : wholeNumber('--seed', text)
}
