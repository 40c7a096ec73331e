import { Argument, type Command as Parser } from 'commander'
import { dayText } from '../../display/day-text.ts'
import { countText } from '../../display/value-text.ts'
import { TakingsError } from '../../model/errors.ts'
import type { RememberedAnswers } from '../../model/import.ts'
import type { Command, CommandContext } from '../command.ts'
import { hasWarehouse } from '../config.ts'
import { exitCodes } from '../exit-codes.ts'
import { findServer, openRealShop } from '../open-shop.ts'
import type { ShopAccess } from '../shop-access.ts'
import { tabText } from '../table-text.ts'

export const answersCommand: Command = {
  examples: ['takings answers', 'takings answers forget 3f9c2a', 'takings answers forget --all'],
  configure(parser) {
    parser
      .addArgument(
        new Argument('[action]', 'what to do').choices(['list', 'forget']).default('list'),
      )
      .argument('[id]', 'whose answers, as the list names them; its beginning is enough')
      .option('--all', 'forget everything')
  },
  async run(parser: Parser, context) {
    const [action, id] = parser.processedArgs as [string, string?]
    const all = parser.opts<{ readonly all?: boolean }>().all === true
    await refuseWithoutShop(context)
    const shop = await openRealShop(context)
    try {
      const known = await shop.rememberedAnswers()
      if (action === 'list') show(known, context)
      else await forget(shop, all ? known : [one(known, id)], context)
      return exitCodes.done
    } finally {
      await shop.close()
    }
  },
}

/** To look makes no shop. */
async function refuseWithoutShop(context: CommandContext): Promise<void> {
  const { dataFolder } = context.config
  if (hasWarehouse(dataFolder) || (await findServer(context))) return
  throw new TakingsError('no_shop', { path: dataFolder })
}

function show(known: readonly RememberedAnswers[], { terminal, json }: CommandContext) {
  if (json) return terminal.document(known, {})
  if (known.length === 0) return terminal.note('Nothing was answered or corrected yet.')
  if (!terminal.isForPeople) return terminal.result(tabText([head, ...known.flatMap(plainRows)]))
  terminal.result(known.map(textOf).join('\n\n'))
  terminal.note(
    'These hold for the next files of the same source and headers. Change one by importing a file again with\n' +
      '--answer KEY=VALUE or --column "HEADER=ROLE"; what was imported stays as it is until its files are imported again.\n' +
      'next: takings answers forget ID',
  )
}

function textOf({ id, source, file, headers, said }: RememberedAnswers): string {
  return [
    `${shortId(id)}  files like ${file} (source ${source}, ${countText(headers.length, 'column')})`,
    ...said.map(({ kind, name, value, text, saidAt }) => {
      const day = dayText(saidAt.slice(0, 10))
      if (kind === 'answer') return `  ${name}=${value}: ${text}, answered on ${day}`
      return `  ${kind === 'column' ? `"${name}"` : 'the file'}: ${text}, said on ${day}`
    }),
  ].join('\n')
}

const head = ['id', 'source', 'file', 'kind', 'name', 'value', 'said_at']

function plainRows({ id, source, file, said }: RememberedAnswers): string[][] {
  return said.map(({ kind, name, value, saidAt }) => {
    return [id, source, file, kind, name, value ?? '', saidAt]
  })
}

function shortId(id: string): string {
  return id.slice(0, 6)
}

function one(known: readonly RememberedAnswers[], id: string | undefined): RememberedAnswers {
  if (id === undefined) {
    throw new TakingsError('invalid_option', {
      option: 'forget',
      problem: 'it has no id',
      advice: '`takings answers` lists ids; takings answers forget --all forgets everything.',
    })
  }
  const [found, ...others] = known.filter((each) => each.id.startsWith(id))
  if (found && others.length === 0) return found
  throw new TakingsError('answers_not_found', { id })
}

async function forget(
  shop: ShopAccess,
  gone: readonly RememberedAnswers[],
  { terminal, json }: CommandContext,
): Promise<void> {
  for (const { id } of gone) await shop.forgetAnswers(id)
  if (json) return terminal.document(gone, {})
  terminal.note(
    `Forgotten: what was said of ${gone.map(({ file }) => file).join(', ') || 'nothing'}. The next import of such a file asks again.`,
  )
}
