import { Argument, type Command as Parser } from 'commander'
import { TakingsError } from '../../model/errors.ts'
import type { SettingsChange, ShopSettings } from '../../model/wire.ts'
import type { Command, CommandContext } from '../command.ts'
import { hasWarehouse } from '../config.ts'
import { exitCodes } from '../exit-codes.ts'
import { findServer, openRealShop } from '../open-shop.ts'
import type { ShopAccess } from '../shop-access.ts'
import { tableText, tabText } from '../table-text.ts'

const changes: Readonly<Record<string, (value: string) => SettingsChange>> = {
  currency: (currency) => ({ currency }),
  name: (shopName) => ({ shopName }),
  'time-zone': (timeZone) => ({ timeZone }),
}

export const settingsCommand: Command = {
  examples: [
    'takings settings',
    'takings settings currency GBP',
    'takings settings name "Northwind Lamps"',
    'takings settings time-zone Europe/London',
  ],
  configure(parser) {
    parser
      .addArgument(new Argument('[setting]', 'what to state').choices(Object.keys(changes)))
      .argument('[value]', 'an ISO 4217 code, a name, or an IANA time zone')
  },
  async run(parser: Parser, context) {
    const [setting, value] = parser.processedArgs as [string?, string?]
    const change = changeOf(setting, value)
    if (change === null) await refuseWithoutShop(context)
    const shop = await openRealShop(context)
    try {
      const settings = change ? await shop.changeSettings(change) : await shop.settings()
      show(settings, context)
      if (change) await noteWithoutSales(shop, context)
      return exitCodes.done
    } finally {
      await shop.close()
    }
  },
}

function changeOf(setting: string | undefined, value: string | undefined): SettingsChange | null {
  if (setting === undefined) return null
  if (value !== undefined) return changes[setting]?.(value) ?? null
  throw new TakingsError('invalid_option', {
    option: setting,
    problem: 'it has no value',
    advice: '`takings settings` shows what is set; takings settings currency GBP sets it.',
  })
}

/** To look makes no shop. */
async function refuseWithoutShop(context: CommandContext): Promise<void> {
  const { dataFolder } = context.config
  if (hasWarehouse(dataFolder) || (await findServer(context))) return
  throw new TakingsError('no_shop', { path: dataFolder })
}

function show(settings: ShopSettings, { terminal, json }: CommandContext) {
  if (json) return terminal.document(settings, {})
  const { shopName, currency, timeZone } = settings
  if (!terminal.isForPeople) {
    const rows = [
      ['name', shopName ?? ''],
      ['currency', currency ?? ''],
      ['time_zone', timeZone ?? ''],
    ]
    return terminal.result(tabText([['setting', 'value'], ...rows]))
  }
  const rows = [
    ['name', shopName ?? 'My shop'],
    ['currency', currency ?? 'not stated'],
    ['time zone', timeZone ?? 'settled by the first import'],
  ]
  terminal.result(tableText([{ head: 'Setting' }, { head: 'Value' }], rows))
  if (currency === null) terminal.note('next: takings settings currency GBP')
}

/** Settings are never those of the demo, which may be what is shown just now. */
async function noteWithoutSales(shop: ShopAccess, { terminal }: CommandContext): Promise<void> {
  const { demo, period } = await shop.shop()
  if (!demo && period !== null) return
  terminal.note(
    'Your own shop has no sales yet: this holds from its first import. The demo shop stays as it is.',
  )
}
