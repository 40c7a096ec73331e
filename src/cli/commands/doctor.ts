import { countText } from '../../display/value-text.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { openShop } from '../open-shop.ts'

export const doctorCommand: Command = {
  examples: ['takings doctor', 'takings doctor --json'],
  configure: () => undefined,
  async run(_parser, context) {
    const { terminal, json } = context
    const shop = await openShop(context)
    try {
      const findings = await shop.audit()
      if (json) terminal.document(findings, {})
      else if (findings.length === 0) terminal.result('All is well: every rule of the star holds.')
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
