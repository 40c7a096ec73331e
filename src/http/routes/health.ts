import { statfs } from 'node:fs/promises'
import { type LiveIntake, leastFree } from '../../ingest/ingest.ts'
import type { Health, Readiness } from '../../model/wire.ts'
import { apiPrefix, type Route } from '../route.ts'
import { answers } from '../schemas.ts'

export const healthRoute: Route = (app, services) => {
  health(app, services)
  ready(app, services)
}

/** For who decides whether requests may come: it asks a real question, and whether records can be accepted. */
const ready: Route = (app, { shops, openIntake, dataFolder }) => {
  app.get(
    `${apiPrefix}/health/ready`,
    {
      schema: {
        tags: ['server'],
        summary: 'Whether figures can be asked and live records accepted; 503 when not',
        response: { 200: answers.readiness, 503: answers.readiness },
      },
    },
    async (_request, reply) => {
      const started = performance.now()
      const { warehouse } = await shops.current()
      const ok = await warehouse
        .query('SELECT count(*) AS runs FROM runs', [], { brief: true })
        .then(
          () => true,
          () => false,
        )
      const tookMs = Math.round(performance.now() - started)
      const live = await liveState(openIntake())
      const disk = diskState(live?.freeBytes ?? (await freeIn(dataFolder)))
      const isReady = ok && disk.ok && (live?.ok ?? true)
      reply.code(isReady ? 200 : 503)
      const status: Readiness['status'] = isReady ? 'ok' : 'failing'
      return { data: { status, warehouse: { ok, tookMs }, disk, live }, meta: {} }
    },
  )
}

async function liveState(opened: Promise<LiveIntake> | null): Promise<Readiness['live']> {
  if (!opened) return null
  const intake = await opened
  const { mostWaiting } = intake
  const { waiting, problem } = intake.state()
  const freeBytes = await intake.free()
  const ok = problem === null && waiting < mostWaiting && freeBytes >= leastFree
  return { ok, waiting, mostWaiting, problem, freeBytes }
}

function diskState(freeBytes: number): Readiness['disk'] {
  return { ok: freeBytes >= leastFree, freeBytes }
}

/** Where the journal will be; 0 where there is no such folder, and nothing could be written. */
async function freeIn(folder: string): Promise<number> {
  return statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  )
}

const health: Route = (app, { shops, version }) => {
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
