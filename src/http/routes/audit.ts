import { z } from 'zod'
import { apiPrefix, type Route } from '../route.ts'
import { answers, wireError } from '../schemas.ts'

export const auditRoute: Route = (app, { shops }) => {
  app.get(
    `${apiPrefix}/audit`,
    {
      schema: {
        tags: ['server'],
        summary: 'Rules of the star that the data break; none when all is well',
        description:
          'With `rollups`, sums kept for fast answers are compared with a recount of all facts instead.',
        querystring: z.strictObject({ rollups: z.enum(['true', 'false']).optional() }),
        response: { 200: answers.audit, '4xx': wireError },
      },
    },
    async (request) => {
      const { warehouse } = await shops.current()
      const rollups = request.query.rollups === 'true'
      const data = rollups
        ? await warehouse.auditRollups()
        : [...(await warehouse.audit()), ...(await warehouse.warnings())]
      return { data, meta: {} }
    },
  )

  app.post(
    `${apiPrefix}/rollups/rebuild`,
    {
      schema: {
        tags: ['server'],
        summary: 'Makes the sums that are kept for fast answers anew, from all facts',
        response: { 200: answers.rebuilt, '4xx': wireError },
      },
    },
    async () => {
      const { warehouse } = await shops.current()
      await warehouse.rebuildRollups()
      return { data: { rebuilt: true as const }, meta: {} }
    },
  )
}
