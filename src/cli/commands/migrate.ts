import { makeRoles, migrationStatements, openWarehouse } from '../../warehouse/warehouse.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'

export const migrateCommand: Command = {
  examples: ['takings migrate --print', 'takings migrate'],
  configure(parser) {
    parser
      .option('--print', 'print the SQL and change nothing')
      .option('--roles', 'make roles for servers and for readers, for you to grant')
  },
  async run(parser, { config, terminal, now, json }) {
    if (parser.opts<{ print?: boolean }>().print) {
      const statements = migrationStatements(config.address ?? config.dataFolder)
      const text = statements.map((statement) => `${statement.replace(/;\s*$/, '')};`).join('\n\n')
      if (json) terminal.document(statements, {})
      else terminal.result(text)
      return exitCodes.done
    }
    // Opening brings the schema up to date.
    const { dataFolder, address, warehouseMemory } = config
    const warehouse = await openWarehouse({
      folder: dataFolder,
      address,
      now,
      memoryLimit: warehouseMemory,
    })
    const { location } = warehouse
    await warehouse.close()
    const wanted = parser.opts<{ roles?: boolean }>().roles === true
    const roles = wanted ? await makeRoles(address) : []
    const made = wanted ? ` Roles to grant: ${roles.join(', ')}.` : ''
    const text = `${location} is up to date.${made}`
    if (json) terminal.document({ location, roles }, {})
    else terminal.result(text)
    return exitCodes.done
  },
}
