import { z } from 'zod'
import { exportRejects, mendedFiles, rejectedRows, rejectGroups } from '../../ingest/ingest.ts'
import { TakingsError } from '../../model/errors.ts'
import { apiPrefix, type Route } from '../route.ts'
import { answers, outcomeParameter, runParameter, wireError } from '../schemas.ts'
import { writeUpload } from '../write-upload.ts'
import { zipArchive } from '../zip-archive.ts'

const run = runParameter.optional()
const outcome = outcomeParameter.optional()
const reason = z.string().min(1).optional().describe('code of the reason')

/** Rows that were not loaded: counted, whole, and as files to be fixed. */
export const rejectsRoute: Route = (app, services) => {
  for (const add of [groups, rows, files, download, mend]) add(app, services)
}

const groups: Route = (app, { shops }) => {
  app.get(
    `${apiPrefix}/rejects`,
    {
      schema: {
        tags: ['imports'],
        summary: 'Rows that were not loaded, counted by run and reason',
        querystring: z.object({ run, outcome }),
        response: { 200: answers.rejectGroups, '4xx': wireError },
      },
    },
    async (request) => {
      const { warehouse } = await shops.current()
      return { data: await rejectGroups(warehouse, filters(request.query)), meta: {} }
    },
  )
}

const rows: Route = (app, { shops }) => {
  app.get(
    `${apiPrefix}/rejects/rows`,
    {
      schema: {
        tags: ['imports'],
        summary: 'Rows that were not loaded, whole',
        querystring: z.object({
          run,
          outcome,
          reason,
          limit: z.coerce.number().int().min(1).max(10_000).default(100),
          offset: z.coerce.number().int().min(0).default(0),
        }),
        response: { 200: answers.rejectedRows, '4xx': wireError },
      },
    },
    async (request) => {
      const { warehouse } = await shops.current()
      const { limit, offset } = request.query
      const options = { ...filters(request.query), limit, offset }
      return { data: await rejectedRows(warehouse, options), meta: { limit, offset } }
    },
  )
}

const files: Route = (app, { shops }) => {
  app.get(
    `${apiPrefix}/rejects/files`,
    {
      schema: {
        tags: ['imports'],
        summary: 'Rejected rows as CSV text per source file, with their own headers',
        querystring: z.object({ run, reason }),
        response: { 200: answers.rejectFiles, '4xx': wireError },
      },
    },
    async (request) => {
      const { warehouse } = await shops.current()
      return { data: await exportRejects(warehouse, filters(request.query)), meta: {} }
    },
  )
}

const download: Route = (app, { shops }) => {
  app.get(
    `${apiPrefix}/rejects/export`,
    {
      schema: {
        tags: ['imports'],
        summary: 'Rejected rows as CSV with their own headers, to be fixed and imported again',
        description: 'One CSV per source file; several come as a ZIP archive.',
        querystring: z.object({ run, reason }),
        response: { 200: z.string(), '4xx': wireError },
      },
    },
    async (request, reply) => {
      const { warehouse } = await shops.current()
      const files = await exportRejects(warehouse, filters(request.query))
      const [first] = files
      if (!first) {
        throw new TakingsError('invalid_request', { problem: 'there are no such rejected rows' })
      }
      const archive = files.length > 1
      const name = archive ? 'rejected-rows.zip' : first.fileName
      const content = archive
        ? zipArchive(files.map((file) => ({ name: file.fileName, text: file.text })))
        : Buffer.from(first.text)
      const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(name)}`
      reply.header('content-disposition', disposition)
      reply.type(archive ? 'application/zip' : 'text/csv; charset=utf-8')
      // Bytes are sent as they are; the schema only tells the documentation what they hold.
      return reply.send(content as unknown as string)
    },
  )
}

/** Rows of one page of a list; more go through the exported file. */
const mostMended = 500

const mend: Route = (app, { shops, sessions, uploadFolder }) => {
  app.post(
    `${apiPrefix}/rejects/mend`,
    {
      schema: {
        tags: ['imports'],
        summary: 'Import rejected rows again as they were mended',
        description:
          'Each row by its `origin`, with the columns that were changed. They go the way of the exported file: ' +
          'added to their orders, once; what is wrong still is rejected once more. Answers like an upload.',
        body: z.strictObject({
          rows: z
            .array(
              z.strictObject({
                origin: z.string().min(1),
                row: z.record(z.string(), z.string().nullable()),
              }),
            )
            .min(1)
            .max(mostMended),
        }),
        response: { 202: answers.importSession, '4xx': wireError },
      },
    },
    async (request, reply) => {
      const { warehouse, demo } = await shops.current()
      if (demo) {
        const problem = 'rows of the demo shop cannot be mended: imports go to your own shop'
        throw new TakingsError('invalid_request', { problem })
      }
      const upload = await writeUpload(
        await mendedFiles(warehouse, request.body.rows),
        uploadFolder,
      )
      reply.code(202)
      return { data: sessions.begin(upload), meta: {} }
    },
  )
}

interface Filters {
  readonly runId?: number
  readonly outcome?: 'rejected' | 'ignored' | 'duplicate'
  readonly reason?: string
}

/** Leaves out what was not asked: the entry files know absent filters only. */
function filters(query: {
  run?: number | undefined
  outcome?: Filters['outcome'] | undefined
  reason?: string | undefined
}): Filters {
  return {
    ...(query.run === undefined ? {} : { runId: query.run }),
    ...(query.outcome === undefined ? {} : { outcome: query.outcome }),
    ...(query.reason === undefined ? {} : { reason: query.reason }),
  }
}
