import type { Command } from '../command.ts'
import { serverEnvironment } from '../config.ts'
import { restartWith } from '../restart.ts'

export const startCommand: Command = {
  examples: ['takings start', 'takings start orders.csv products.csv', 'takings start --port 8080'],
  configure(parser) {
    parser
      .argument('[file...]', 'files, folders or patterns to import first')
      .option('--port <number>', 'where to listen (default: 4160, or the next free one)')
      .option('--host <address>', 'other than 127.0.0.1: needs the access token')
      .option('--hooks-port <number>', 'a port of their own for webhooks, and nothing else there')
      .option('--hooks-host <address>', 'where that port is (default: 127.0.0.1)')
  },
  async run(parser, context) {
    // Before anything of the server is loaded: the process that waits for another stays small.
    const environment = serverEnvironment()
    if (environment) return restartWith(environment)
    const { runStart } = await import('../run-start.ts')
    return runStart(parser.args, context)
  },
}
