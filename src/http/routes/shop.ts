import { shopState } from '../../metrics/metrics.ts'
import { apiPrefix, type Route } from '../route.ts'
import { answers } from '../schemas.ts'

export const shopRoute: Route = (app, { shops, live, now, dataFolder, version }) => {
  app.get(
    `${apiPrefix}/shop`,
    {
      schema: {
        tags: ['figures'],
        summary: 'What a page needs before its first query',
        response: { 200: answers.shop },
      },
    },
    async () => {
      const livePosition = live.position()
      const { warehouse, demo } = await shops.current()
      const state = await shopState(warehouse, { now })
      const name = demo ? 'Demo shop' : state.name
      return { data: { ...state, name, demo, livePosition, dataFolder, version }, meta: {} }
    },
  )
}
