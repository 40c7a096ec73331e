import { parseQuery } from '../../metrics/metrics.ts'
import { collect } from '../collect.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { openShop } from '../open-shop.ts'
import { type QueryWords, queryFromWords } from '../query-words.ts'
import { resultText } from '../result-text.ts'

export const queryCommand: Command = {
  examples: [
    'takings query net_sales,orders --by month --from 2011-01-01 --to 2011-12-31',
    'takings query revenue --by product --top 10 --where country=Germany',
    'takings query net_sales --compare previous_year --json',
  ],
  configure(parser) {
    parser
      .argument('<metrics>', 'one or several, parted by commas: net_sales,orders')
      .option('--by <dimensions>', 'split by month, product, country, ...; parted by commas')
      .option('--from <day>', 'first day, yyyy-mm-dd (default: the first day of the data)')
      .option('--to <day>', 'last day, inclusive (default: the last day of the data)')
      .option('--where <condition>', 'country=Germany, country!=Germany or product~lamp', collect)
      .option('--compare <range>', 'previous, previous_year or 2010-01-01..2010-12-31')
      .option('--match-weekday', 'compare whole weeks, so that weekdays meet')
      .option('--top <n>', 'only the largest n by the first metric')
      .option('--other', 'with --top: one row for all the rest')
      .option('--order <column>', 'revenue:desc, month:asc, ...')
      .option('--limit <n>', 'at most n rows')
      .option('--include-unknown', 'rank fees and unknown members too')
      .option('--csv', 'CSV instead of tabs or a table')
  },
  async run(parser, context) {
    const words = parser.opts<QueryWords & { csv?: boolean }>()
    const query = parseQuery(queryFromWords(parser.args[0] ?? '', words))
    const shop = await openShop(context)
    try {
      const result = await shop.query(query)
      const { terminal, json } = context
      if (json) {
        terminal.result(JSON.stringify(result))
      } else {
        const plainForm = terminal.isForPeople ? 'table' : 'tabs'
        terminal.result(resultText(result, words.csv ? 'csv' : plainForm))
        for (const { text } of result.meta.notes) terminal.note(`note: ${text}`)
      }
      return exitCodes.done
    } finally {
      await shop.close()
    }
  },
}
