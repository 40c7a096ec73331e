import { z } from 'zod'
import { changeSettings, readSettings } from '../../warehouse/warehouse.ts'
import { stockRules } from '../inventory-schemas.ts'
import { apiPrefix, type Route } from '../route.ts'
import { answers, wireError } from '../schemas.ts'

/** Like imports, settings are those of the real shop, also while the demo is shown. */
export const settingsRoute: Route = (app, { shops }) => {
  app.get(
    `${apiPrefix}/settings`,
    {
      schema: {
        tags: ['server'],
        summary:
          'Currency, name, time zone and rules of stock of the real shop, also while the demo is shown',
        response: { 200: answers.settings },
      },
    },
    async () => ({ data: await readSettings(await shops.real()), meta: {} }),
  )

  app.put(
    `${apiPrefix}/settings`,
    {
      schema: {
        tags: ['server'],
        summary:
          'State the currency, the name, the time zone or the rules of stock of the real shop',
        description:
          'What is absent stays as it is. `currency` is an ISO 4217 code; one that contradicts imported ' +
          'sales is refused as `currency_stated`. `timeZone` is an IANA name, and settled by the first import.',
        body: z.strictObject({
          shopName: z.string().optional(),
          currency: z.string().optional(),
          timeZone: z.string().optional(),
          stock: stockRules.partial().strict().optional(),
        }),
        response: { 200: answers.settings, '4xx': wireError },
      },
    },
    async (request) => ({
      data: await changeSettings(await shops.real(), request.body),
      meta: {},
    }),
  )
}
