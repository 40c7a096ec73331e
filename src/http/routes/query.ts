import { parseQuery, runQuery } from '../../metrics/metrics.ts'
import { disconnectSignal } from '../disconnect-signal.ts'
import { apiPrefix, type Route } from '../route.ts'
import { queryBody, resultAnswer, wireError } from '../schemas.ts'

export const queryRoute: Route = (app, { shops, now }) => {
  app.post(
    `${apiPrefix}/query`,
    {
      schema: {
        tags: ['figures'],
        summary: 'Ask for metrics',
        description:
          'Ranges are shop days, both ends included. Money and quantities are decimal text.',
        body: queryBody,
        response: { 200: resultAnswer, '4xx': wireError },
      },
      // The check of a query is in one place, for the command line, the pages and this route alike.
      validatorCompiler: () => (value) => ({ value }),
    },
    async (request, reply) => {
      const query = parseQuery(request.body)
      const { warehouse } = await shops.current()
      return runQuery(warehouse, query, { now, signal: disconnectSignal(reply) })
    },
  )
}
