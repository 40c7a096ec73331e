import { countText } from '../../display/value-text.ts'
import { type AuditFinding, openWarehouse } from '../../warehouse/warehouse.ts'
import type { Command, CommandContext } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { findServer, openShop } from '../open-shop.ts'
import type { ShopAccess } from '../shop-access.ts'

interface Wishes {
  readonly rollups?: boolean
  readonly rebuild?: boolean
  readonly acceptMissing?: boolean
}

export const doctorCommand: Command = {
  examples: ['takings doctor', 'takings doctor --rollups', 'takings doctor --json'],
  configure(parser) {
    parser
      .option('--rollups', 'compare the sums kept for fast answers with a recount of all facts')
      .option('--rebuild', 'make these sums anew first')
      .option('--accept-missing', 'go on without imports that were committed and are gone')
  },
  async run(parser, context) {
    const { terminal, json } = context
    const wishes = parser.opts<Wishes>()
    if (wishes.acceptMissing) await acceptMissing(context)
    const shop = await openShop(context)
    try {
      const findings = await examined(shop, wishes)
      if (json) terminal.document(findings, {})
      else if (findings.length === 0) terminal.result(wellText(wishes))
      else {
        for (const { table, rule, rows, text } of findings) {
          terminal.result(`${table}: ${text} (${rule}, ${countText(rows, 'row')})`)
        }
      }
      return findings.length === 0 ? exitCodes.done : exitCodes.found
    } finally {
      await shop.close()
    }
  },
}

/** A server has its warehouse open, so nothing is missing there. */
async function acceptMissing(context: CommandContext): Promise<void> {
  if (await findServer(context)) return
  const { dataFolder: folder, address } = context.config
  const { now } = context
  const warehouse = await openWarehouse({ folder, address, now, readers: 1, restore: 'accept' })
  await warehouse.close()
}

async function examined(
  shop: ShopAccess,
  { rollups, rebuild }: Wishes,
): Promise<readonly AuditFinding[]> {
  if (rebuild) await shop.rebuildRollups()
  return rollups || rebuild ? shop.auditRollups() : shop.audit()
}

function wellText({ rollups, rebuild }: Wishes): string {
  return rollups || rebuild
    ? 'All is well: every rollup holds what a recount of all facts gives.'
    : 'All is well: every rule of the star holds.'
}
