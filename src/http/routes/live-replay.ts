import { z } from 'zod'
import { livePage } from '../../metrics/metrics.ts'
import { disconnectSignal } from '../disconnect-signal.ts'
import { apiPrefix, type Route } from '../route.ts'
import { answers, wireError } from '../schemas.ts'

const asked = z.object({
  day: z.iso.date().describe('a day of the shop'),
  at: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('a moment of it; left out: the end of the day, or now while it runs'),
})

/** The Live page as it was; facts that came later do not count. */
export const liveReplayRoute: Route = (app, { shops, now }) => {
  app.get(
    `${apiPrefix}/live/replay`,
    {
      schema: {
        tags: ['figures'],
        summary: 'What the Live page showed at a moment of a past day',
        querystring: asked,
        response: { 200: answers.livePage, '4xx': wireError },
      },
    },
    async (request, reply) => {
      const { day, at } = request.query
      const { warehouse } = await shops.current()
      const replay = { day, at: at === undefined ? undefined : new Date(at) }
      const signal = disconnectSignal(reply)
      return { data: await livePage(warehouse, { now, signal, replay }), meta: {} }
    },
  )
}
