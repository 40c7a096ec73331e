import { z } from 'zod'
import { restatements } from '../../metrics/metrics.ts'
import { apiPrefix, type Route } from '../route.ts'
import { answers, wireError } from '../schemas.ts'

export const restatementsRoute: Route = (app, { shops }) => {
  app.get(
    `${apiPrefix}/restatements`,
    {
      schema: {
        tags: ['figures'],
        summary: 'What later loads changed of days that had been told before, newest first',
        querystring: z.object({
          from: z.iso.date().optional(),
          to: z.iso.date().optional(),
          since: z.iso.datetime({ offset: true }).optional().describe('committed since then'),
          limit: z.coerce.number().int().min(1).max(10_000).default(100).describe('days of runs'),
        }),
        response: { 200: answers.restatements, '4xx': wireError },
      },
    },
    async (request) => {
      const { warehouse } = await shops.current()
      return { data: await restatements(warehouse, request.query), meta: {} }
    },
  )
}
