import type { Health } from '../../model/wire.ts'
import { apiPrefix, type Route } from '../route.ts'
import { answers } from '../schemas.ts'

export const healthRoute: Route = (app, { shops, version }) => {
  app.get(
    `${apiPrefix}/health`,
    {
      schema: {
        tags: ['server'],
        summary: 'Whether the warehouse answers; 503 when it does not',
        response: { 200: answers.health, 503: answers.health },
      },
    },
    async (request, reply) => {
      const { warehouse } = await shops.current()
      const started = performance.now()
      const ok = await warehouse.query('select 1 as one', [], { brief: true }).then(
        () => true,
        (error: unknown) => {
          request.log.error({ err: error }, 'the warehouse does not answer')
          return false
        },
      )
      const tookMs = Math.round(performance.now() - started)
      const status: Health['status'] = ok ? 'ok' : 'failing'
      reply.code(ok ? 200 : 503)
      const { name: engine, location } = warehouse
      return { data: { status, warehouse: { engine, location, tookMs }, version }, meta: {} }
    },
  )
}
