import { z } from 'zod'
import { listRuns, runReport } from '../../ingest/ingest.ts'
import { apiPrefix, type Route } from '../route.ts'
import { answers, runParameter, wireError } from '../schemas.ts'

export const runsRoute: Route = (app, { shops }) => {
  app.get(
    `${apiPrefix}/runs`,
    {
      schema: {
        tags: ['imports'],
        summary: 'All imports, newest first',
        querystring: z.object({
          limit: z.coerce.number().int().min(1).max(10_000).default(100),
          live: z.stringbool().default(false).describe('batches of live records too'),
        }),
        response: { 200: answers.runs, '4xx': wireError },
      },
    },
    async (request) => {
      const { warehouse } = await shops.current()
      return { data: await listRuns(warehouse, request.query), meta: {} }
    },
  )

  app.get(
    `${apiPrefix}/runs/:run`,
    {
      schema: {
        tags: ['imports'],
        summary: 'The report of one import',
        params: z.object({ run: runParameter }),
        response: { 200: answers.importReport, '4xx': wireError },
      },
    },
    async (request) => {
      const { warehouse } = await shops.current()
      return { data: await runReport(warehouse, request.params.run), meta: {} }
    },
  )
}
