import { Argument, type Command as Parser } from 'commander'
import { deliveryText, incidentText } from '../../display/alert-state-text.ts'
import { instantText } from '../../display/day-text.ts'
import { countText } from '../../display/value-text.ts'
import type { AlertIncident, AlertsState } from '../../model/alert.ts'
import { TakingsError } from '../../model/errors.ts'
import type { Command, CommandContext } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { openShop } from '../open-shop.ts'
import { wholeNumber } from '../query-words.ts'
import type { ShopAccess } from '../shop-access.ts'
import { tableText, tabText } from '../table-text.ts'

type Verb = 'ls' | 'check' | 'history' | 'snooze' | 'dismiss' | 'test'

interface Options {
  readonly for: string
  readonly limit: string
}

interface Asked {
  readonly id: string | undefined
  readonly options: Options
  readonly context: CommandContext
}

export const alertsCommand: Command = {
  examples: [
    'takings alerts',
    'takings alerts check',
    'takings alerts snooze ID --for 4h',
    'takings alerts dismiss ID',
    'takings alerts test',
  ],
  configure(parser) {
    parser
      .addArgument(
        new Argument('[what]', 'ls: alerts and what is open; check: look now')
          .choices(Object.keys(verbs))
          .default('ls'),
      )
      .argument(
        '[id]',
        'of an alert or an incident to snooze, of a failed import to dismiss, of a webhook to test',
      )
      .option('--for <time>', 'how long to snooze, such as 30m, 4h or 2d; 0 ends it', '1d')
      .option('--limit <n>', 'at most n incidents of the history', '50')
  },
  async run(parser: Parser, context) {
    const [what, id] = parser.processedArgs as [Verb, string?]
    const shop = await openShop(context)
    try {
      return await verbs[what](shop, { id, options: parser.opts<Options>(), context })
    } finally {
      await shop.close()
    }
  },
}

const verbs: Readonly<Record<Verb, (shop: ShopAccess, asked: Asked) => Promise<number>>> = {
  async ls(shop, { context }) {
    await show(shop, await shop.alerts.state(), context)
    return exitCodes.done
  },
  async check(shop, { context }) {
    const state = await shop.alerts.check()
    await show(shop, state, context)
    return state.counts.loud > 0 ? exitCodes.found : exitCodes.done
  },
  async history(shop, { options, context }) {
    const incidents = await shop.alerts.history(wholeNumber('--limit', options.limit))
    if (context.json) context.terminal.document(incidents, { incidents: incidents.length })
    else if (incidents.length === 0) context.terminal.note('No alert fired yet.')
    else await showIncidents(shop, incidents, context)
    return exitCodes.done
  },
  async snooze(shop, { id, options, context }) {
    if (id === undefined) throw missing('which alert or incident is not said')
    const until = untilOf(options.for, context.now())
    const { rules, open } = await shop.alerts.state()
    const found = [
      ...rules.filter((rule) => rule.id.startsWith(id)).map((rule) => ['rule', rule.id] as const),
      ...open.filter((one) => one.id.startsWith(id)).map((one) => ['incident', one.id] as const),
    ]
    const [first, second] = found
    if (!first || second) throw new TakingsError('alert_not_found', { what: 'single alert', id })
    await shop.alerts.snooze(first[0], first[1], until)
    if (context.json) context.terminal.document({ id: first[1], until }, {})
    else context.terminal.result(until === null ? 'No longer snoozed.' : `Snoozed until ${until}.`)
    return exitCodes.done
  },
  async dismiss(shop, { id, context }) {
    if (id === undefined) throw missing('which failed import is not said')
    const { open } = await shop.alerts.state()
    const [first, second] = open.filter((one) => one.id.startsWith(id))
    if (!first || second) throw new TakingsError('alert_not_found', { what: 'single incident', id })
    await shop.alerts.dismiss(first.id)
    if (context.json) context.terminal.document({ id: first.id }, {})
    else context.terminal.result(`Put aside: ${first.subject.name}.`)
    return exitCodes.done
  },
  async test(shop, { id, context }) {
    const { webhooks } = await shop.alerts.state()
    const tested = webhooks.filter((webhook) => id === undefined || webhook.id.startsWith(id))
    if (tested.length === 0)
      throw new TakingsError('alert_not_found', { what: 'webhook', id: id ?? '(none is set)' })
    const { timeZone } = await shop.shop()
    const deliveries = []
    for (const webhook of tested) {
      const delivery = await shop.alerts.test(webhook.id)
      deliveries.push(delivery)
      if (!context.json)
        context.terminal.result(`${webhook.name}: ${deliveryText(delivery, timeZone)}`)
    }
    if (context.json) context.terminal.document(deliveries, { webhooks: deliveries.length })
    const isWell = deliveries.every(({ state }) => state === 'delivered')
    return isWell ? exitCodes.done : exitCodes.found
  },
}

/** People tell ids apart by their first digits. */
const shortId = (id: string) => id.slice(0, 8)

async function show(shop: ShopAccess, state: AlertsState, context: CommandContext): Promise<void> {
  const { terminal, json } = context
  const { rules, open, counts } = state
  if (json) return terminal.document(state, { ...counts })
  if (!terminal.isForPeople) {
    const rows = rules.map((rule) => [
      rule.id,
      rule.condition.kind,
      rule.isOn ? 'on' : 'off',
      String(rule.open),
      rule.lastFiredAt ?? '',
      rule.sentence,
    ])
    return terminal.result(
      tabText([['id', 'kind', 'state', 'open', 'last_fired_at', 'alert'], ...rows]),
    )
  }
  if (rules.length === 0)
    return terminal.note('No alerts yet. next: the page Alerts of `takings start` makes some.')
  const { timeZone } = await shop.shop()
  terminal.result(
    tableText(
      [
        { head: 'Id' },
        { head: 'Alert' },
        { head: 'State' },
        { head: 'Open', align: 'right' },
        { head: 'Last fired' },
      ],
      rules.map((rule) => [
        shortId(rule.id),
        rule.sentence,
        rule.isOn ? 'on' : 'off',
        String(rule.open),
        rule.lastFiredAt === null ? '' : instantText(rule.lastFiredAt, timeZone),
      ]),
    ),
  )
  if (open.length === 0) return terminal.note('Nothing is open.')
  await showIncidents(shop, open, context)
  const silenced = counts.open - counts.loud
  if (silenced > 0) terminal.note(`${countText(silenced, 'of them is', 'of them are')} snoozed.`)
}

async function showIncidents(
  shop: ShopAccess,
  incidents: readonly AlertIncident[],
  { terminal, now }: CommandContext,
): Promise<void> {
  const { timeZone } = await shop.shop()
  const rows = incidents.map((incident) => {
    const { text, state, at } = incidentText(incident, { timeZone, now: now().toISOString() })
    return terminal.isForPeople
      ? [shortId(incident.id), text, state, at]
      : [incident.id, incident.text, incident.resolution ?? 'open', incident.openedAt]
  })
  if (!terminal.isForPeople)
    return terminal.result(tabText([['id', 'what', 'state', 'since'], ...rows]))
  terminal.result(
    tableText([{ head: 'Id' }, { head: 'What' }, { head: 'State' }, { head: 'Since' }], rows),
  )
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

function untilOf(text: string, now: Date): string | null {
  if (text === '0') return null
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(text) ?? []
  const length = units[unit ?? '']
  if (length !== undefined) return new Date(now.getTime() + Number(count) * length).toISOString()
  throw new TakingsError('invalid_option', {
    option: '--for',
    problem: `${text} is no time`,
    advice: 'Write 30m, 4h or 2d.',
  })
}

function missing(problem: string): TakingsError {
  return new TakingsError('invalid_option', {
    option: 'ID',
    problem,
    advice: '`takings alerts` shows the ids of all; the first digits will do.',
  })
}
