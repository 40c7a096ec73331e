import { z } from 'zod'
import { TakingsError } from '../../model/errors.ts'
import { apiPrefix, type Route } from '../route.ts'

const asked = z.object({
  since: z
    .string()
    .max(100)
    .optional()
    .describe(
      'a livePosition of GET /shop: where something changed after it, that is told at once',
    ),
  figures: z
    .literal('1')
    .optional()
    .describe('what the Live page shows too, worked out once for all who ask for it'),
})

/** Server-sent events; a page that comes back names the last one it heard in `Last-Event-ID`. */
export const liveRoute: Route = (app, { live }) => {
  app.get(
    `${apiPrefix}/live`,
    {
      // Without a body there is nothing to follow.
      exposeHeadRoute: false,
      schema: {
        tags: ['figures'],
        summary:
          'Server-sent events: `hello`, then a `change` after every commit, with the days that it touched, and a `beat` every 15 seconds',
        description:
          'With `figures=1` also `figures` and `ticker`, as `GET /live/replay` answers them: at once, after commits, and as the time goes by; at most four times a second.',
        querystring: asked,
        response: { 200: z.string().describe('text/event-stream, open until either side ends it') },
      },
    },
    (request, reply) => {
      const heard = request.headers['last-event-id']
      const since = typeof heard === 'string' ? heard : (request.query.since ?? null)
      const { raw } = reply
      if (live.isFull())
        throw new TakingsError('busy', { problem: 'too many pages follow already' })
      reply.hijack()
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) raw.setHeader(name, value)
      }
      raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        // Proxies that gather answers would hold events back.
        'x-accel-buffering': 'no',
      })
      raw.once('close', live.follow(raw, since, { figures: request.query.figures === '1' }))
    },
  )
}
