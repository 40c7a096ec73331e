import { countText } from '../../display/value-text.ts'
import type { AuditFinding } from '../../warehouse/warehouse.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { openShop } from '../open-shop.ts'
import type { ShopAccess } from '../shop-access.ts'

interface Wishes {
  readonly rollups?: boolean
  readonly rebuild?: boolean
}

export const doctorCommand: Command = {
  examples: ['takings doctor', 'takings doctor --rollups', 'takings doctor --json'],
  configure(parser) {
    parser
      .option('--rollups', 'compare the sums kept for fast answers with a recount of all facts')
      .option('--rebuild', 'make these sums anew first')
  },
  async run(parser, context) {
    const { terminal, json } = context
    const wishes = parser.opts<Wishes>()
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
