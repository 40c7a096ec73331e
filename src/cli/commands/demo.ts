import { Option, type Command as Parser } from 'commander'
import { type DemoFormat, type DemoSummary, demoFormats, writeDemo } from '../../demo/demo.ts'
import { bytesText, countText, wholeText } from '../../display/value-text.ts'
import { TakingsError } from '../../model/errors.ts'
import { openWarehouse, readLock } from '../../warehouse/warehouse.ts'
import type { Command, CommandContext } from '../command.ts'
import { hasRealWarehouse } from '../config.ts'
import { type DemoWish, lastFullDay, makeDemoShop, standardDemo } from '../demo-shop.ts'
import { exitCodes } from '../exit-codes.ts'
import { isEmpty } from '../open-shop.ts'
import { wholeNumber } from '../query-words.ts'

interface Options {
  readonly orders: string
  readonly years: string
  readonly seed: string
  readonly out?: string
  readonly format: DemoFormat
  readonly until?: string
  readonly dirty?: boolean
  readonly preset?: 'shop' | 'brief'
}

export const demoCommand: Command = {
  examples: [
    'takings demo',
    'takings demo --orders 1000000 --years 3 --seed 7 --out demo/ --format parquet',
    'takings demo --dirty --out dirty/',
    'takings demo --preset brief --out brief/',
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
  },
  async run(parser: Parser, context) {
    const options = parser.opts<Options>()
    if (options.out === undefined) await makeShop(wishOf(options), context)
    else await writeFiles(options, options.out, context)
    return exitCodes.done
  },
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
