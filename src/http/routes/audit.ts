import { apiPrefix, type Route } from '../route.ts'
import { answers } from '../schemas.ts'

export const auditRoute: Route = (app, { shops }) => {
  app.get(
    `${apiPrefix}/audit`,
    {
      schema: {
        tags: ['server'],
        summary: 'Rules of the star that the data break; none when all is well',
        response: { 200: answers.audit },
      },
    },
    async () => {
      const { warehouse } = await shops.current()
      return { data: await warehouse.audit(), meta: {} }
    },
  )
}
