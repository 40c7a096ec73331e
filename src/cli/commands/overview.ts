import { catalogue } from '../../metrics/metrics.ts'
import type { DayRange } from '../../model/day.ts'
import { TakingsError } from '../../model/errors.ts'
import { compareFromText } from '../../model/query-text.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { openShop } from '../open-shop.ts'
import { askOverview, lastDays, overviewText } from '../overview.ts'
import type { ShopAccess } from '../shop-access.ts'

interface Options {
  readonly from?: string
  readonly to?: string
  readonly last?: string
  readonly compare: string
}

export const overviewCommand: Command = {
  examples: [
    'takings overview',
    'takings overview --last 28d',
    'takings overview --from 2011-11-01 --to 2011-11-30',
  ],
  configure(parser) {
    parser
      .option('--from <day>', 'first day, yyyy-mm-dd')
      .option('--to <day>', 'last day, inclusive')
      .option('--last <days>', 'the last days of the data: 28d')
      .option(
        '--compare <range>',
        'none, previous, previous_year or 2010-01-01..2010-12-31',
        'previous',
      )
  },
  async run(parser, context) {
    const options = parser.opts<Options>()
    const { terminal, json } = context
    const shop = await openShop(context)
    try {
      const range = await rangeOf(options, shop)
      const compare = compareFromText(options.compare)
      const overview = await askOverview(shop, { compare, ...(range ? { range } : {}) })
      if (json) {
        const { figures, series, products, customers } = overview
        const data = {
          figures: figures.data,
          series: series.data,
          products: products.data,
          customers: customers.data,
        }
        terminal.document(data, { shop: overview.shop, ...figures.meta })
      } else {
        terminal.result(overviewText(overview, catalogue(), terminal))
        terminal.note('next: takings query revenue --by product --top 10')
      }
      return exitCodes.done
    } finally {
      await shop.close()
    }
  },
}

async function rangeOf(options: Options, shop: ShopAccess): Promise<DayRange | undefined> {
  const { from, to, last } = options
  if (last !== undefined) return lastDays(last, await shop.shop())
  if (from === undefined && to === undefined) return undefined
  if (from !== undefined && to !== undefined) return { from, to }
  throw new TakingsError('invalid_option', {
    option: '--from',
    problem: '--from and --to belong together',
    advice: 'Give both, or --last 28d.',
  })
}
