import { z } from 'zod'
import {
  alertsState,
  alertWish,
  deliverySchema,
  importOutcome,
  incidentSchema,
  madeWebhook,
  ruleSchema,
  snoozeWish,
  webhookWish,
} from '../alert-schemas.ts'
import { type App, apiPrefix, type Route, type Services } from '../route.ts'
import { answer, wireError } from '../schemas.ts'

const root = `${apiPrefix}/alerts`
const tags = ['alerts']
const withId = z.object({ id: z.string().max(64) })
const gone = { 204: z.null(), '4xx': wireError }

/** Alerts of the shop that pages show. Whoever may write here may have this server ask an address. */
export const alertsRoute: Route = (app, services) => {
  addState(app, services)
  addRules(app, services)
  addIncidents(app, services)
  addWebhooks(app, services)
}

function addState(app: App, { alerts, alertWatch }: Services): void {
  app.get(
    root,
    {
      schema: {
        tags,
        summary: 'Alerts, what is open of them, their webhooks and the newest messages',
        response: { 200: answer(alertsState) },
      },
    },
    async () => ({ data: await alerts.state(), meta: {} }),
  )
  app.post(
    `${root}/check`,
    {
      schema: {
        tags,
        summary: 'Look at all alerts now, and tell',
        response: { 200: answer(alertsState), '4xx': wireError },
      },
    },
    async () => {
      await alerts.check()
      alertWatch.soon()
      return { data: await alerts.state(), meta: {} }
    },
  )
  app.post(
    `${root}/imports`,
    {
      schema: {
        tags,
        summary: 'Say what became of files that others import here, such as a watched folder',
        body: importOutcome,
        response: gone,
      },
    },
    async (request, reply) => {
      await alerts.importEnded(request.body)
      alertWatch.soon()
      return reply.code(204).send(null)
    },
  )
}

function addRules(app: App, { alerts, alertWatch }: Services): void {
  app.post(
    `${root}/rules`,
    {
      schema: {
        tags,
        summary: 'Make an alert',
        body: alertWish,
        response: { 201: answer(ruleSchema), '4xx': wireError },
      },
    },
    async (request, reply) => {
      const data = await alerts.saveRule(null, request.body)
      alertWatch.soon()
      return reply.code(201).send({ data, meta: {} })
    },
  )
  app.put(
    `${root}/rules/:id`,
    {
      schema: {
        tags,
        summary: 'Change an alert; what it found is closed where it asks for something else now',
        params: withId,
        body: alertWish,
        response: { 200: answer(ruleSchema), '4xx': wireError },
      },
    },
    async (request) => {
      const data = await alerts.saveRule(request.params.id, request.body)
      alertWatch.soon()
      return { data, meta: {} }
    },
  )
  app.delete(
    `${root}/rules/:id`,
    { schema: { tags, summary: 'Delete an alert', params: withId, response: gone } },
    async (request, reply) => {
      await alerts.deleteRule(request.params.id)
      alertWatch.soon()
      return reply.code(204).send(null)
    },
  )
  app.post(
    `${root}/rules/:id/snooze`,
    {
      schema: {
        tags,
        summary: 'Silence an alert for a while; what still holds then is told again',
        params: withId,
        body: snoozeWish,
        response: gone,
      },
    },
    async (request, reply) => {
      await alerts.snoozeRule({ ...request.params, ...request.body })
      alertWatch.soon()
      return reply.code(204).send(null)
    },
  )
}

function addIncidents(app: App, { alerts, alertWatch }: Services): void {
  app.get(
    `${root}/incidents`,
    {
      schema: {
        tags,
        summary: 'What alerts found, open and over, newest first',
        querystring: z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(50) }),
        response: { 200: answer(z.array(incidentSchema)), '4xx': wireError },
      },
    },
    async (request) => ({ data: await alerts.history(request.query.limit), meta: {} }),
  )
  app.post(
    `${root}/incidents/:id/snooze`,
    {
      schema: {
        tags,
        summary: 'Silence one incident for a while; where it still holds then, it is told again',
        params: withId,
        body: snoozeWish,
        response: gone,
      },
    },
    async (request, reply) => {
      await alerts.snoozeIncident({ ...request.params, ...request.body })
      alertWatch.soon()
      return reply.code(204).send(null)
    },
  )
  app.post(
    `${root}/incidents/:id/dismiss`,
    {
      schema: {
        tags,
        summary: 'Put a failed import aside that nobody will import again',
        params: withId,
        response: gone,
      },
    },
    async (request, reply) => {
      await alerts.dismiss(request.params.id)
      alertWatch.soon()
      return reply.code(204).send(null)
    },
  )
}

function addWebhooks(app: App, { alerts }: Services): void {
  app.post(
    `${root}/webhooks`,
    {
      schema: {
        tags,
        summary: 'Add an address that alerts may be sent to; its secret is shown this once',
        body: webhookWish,
        response: { 201: answer(madeWebhook), '4xx': wireError },
      },
    },
    async (request, reply) => {
      const data = await alerts.addWebhook(request.body)
      return reply.code(201).send({ data, meta: {} })
    },
  )
  app.delete(
    `${root}/webhooks/:id`,
    {
      schema: {
        tags,
        summary: 'Remove a webhook, with what waits for it; alerts go on without it',
        params: withId,
        response: gone,
      },
    },
    async (request, reply) => {
      await alerts.deleteWebhook(request.params.id)
      return reply.code(204).send(null)
    },
  )
  app.post(
    `${root}/webhooks/:id/test`,
    {
      schema: {
        tags,
        summary: 'Send a test to a webhook, and say what came of it',
        params: withId,
        response: { 200: answer(deliverySchema), '4xx': wireError },
      },
    },
    async (request) => ({ data: await alerts.test(request.params.id), meta: {} }),
  )
}
