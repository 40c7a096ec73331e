import { z } from 'zod'
import { type PlatformName, platformNames } from '../../model/live.ts'
import { sourceName } from '../corrections.ts'
import type { Hooks } from '../hooks.ts'
import { bodyLimits } from '../live-door.ts'
import { type App, apiPrefix, type Route, type Services } from '../route.ts'
import { answers, wireError } from '../schemas.ts'

/** Messages of shop systems, unless they have a listener of their own; and what came of them. */
export const hooksRoute: Route = (app, { hooks, hooksApart, intake }) => {
  if (!hooks) return
  if (!hooksApart) app.register(async (scope: App) => takeHooks(scope, { hooks, intake }))
  app.get(
    `${apiPrefix}/hooks`,
    {
      schema: {
        tags: ['live'],
        summary: 'What came from the webhooks of each shop system since the server started',
        response: { 200: answers.hooks },
      },
    },
    async () => ({ data: hooks.state(), meta: {} }),
  )
}

/** In a scope of their own, because the signature is of the bytes of a body, whatever its type. */
export function takeHooks(
  app: App,
  services: { readonly hooks: Hooks; readonly intake: Services['intake'] },
): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  for (const platform of platformNames) addHook(app, { ...services, platform })
}

function addHook(
  app: App,
  {
    platform,
    hooks,
    intake,
  }: {
    readonly platform: PlatformName
    readonly hooks: Hooks
    readonly intake: Services['intake']
  },
): void {
  app.post(
    `/hooks/${platform}`,
    {
      bodyLimit: bodyLimits.whole,
      // Whoever signs the body may ask under any name, through any tunnel.
      config: { signed: true },
      schema: {
        tags: ['live'],
        summary: `Take messages of the webhooks of ${platform}`,
        description:
          'The body is signed by the shop system; no access token is needed. 200: it is on the disk and will be applied, or there is ' +
          'nothing to do about it. What cannot be loaded is kept among the rejected rows. See docs/webhooks.md.',
        querystring: z.object({
          source: sourceName
            .default(platform)
            .describe('a second shop of the same system needs a name of its own'),
        }),
        response: { 200: answers.takenHook, '4xx': wireError, '5xx': wireError },
      },
    },
    async ({ query: { source }, headers, body }) => {
      const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
      const taken = await hooks.take({ platform, source, headers, body: bytes }, intake)
      return { data: taken, meta: {} }
    },
  )
}
