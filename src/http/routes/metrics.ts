import { catalogue } from '../../metrics/metrics.ts'
import { apiPrefix, type Route } from '../route.ts'
import { answers } from '../schemas.ts'

export const metricsRoute: Route = (app) => {
  app.get(
    `${apiPrefix}/metrics`,
    {
      schema: {
        tags: ['figures'],
        summary: 'What can be asked: metrics with their definitions, and dimensions',
        response: { 200: answers.catalogue },
      },
    },
    async () => ({ data: catalogue(), meta: {} }),
  )
}
