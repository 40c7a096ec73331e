import { z } from 'zod'
import { stockPlan } from '../../metrics/metrics.ts'
import { disconnectSignal } from '../disconnect-signal.ts'
import { apiPrefix, type Route } from '../route.ts'
import { answers, wireError } from '../schemas.ts'

export const inventoryRoute: Route = (app, { shops, now }) => {
  app.get(
    `${apiPrefix}/inventory`,
    {
      schema: {
        tags: ['figures'],
        summary:
          'How every product stands, how long it lasts and what to order, the most urgent first',
        description:
          'Products that were ever counted, or sold in the last 90 days. Lead time, service level and the other ' +
          'rules are those of the settings.',
        querystring: z.object({
          day: z.iso.date().optional().describe('as of its end; left out: now'),
        }),
        response: { 200: answers.inventory, '4xx': wireError },
      },
    },
    async (request, reply) => {
      const { warehouse } = await shops.current()
      const { day } = request.query
      const signal = disconnectSignal(reply)
      const data = await stockPlan(warehouse, { now, signal, ...(day ? { day } : {}) })
      return { data, meta: {} }
    },
  )
}
