import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { z } from 'zod'
import { exportFormats } from '../../model/export.ts'
import { apiPrefix, type Route } from '../route.ts'
import { answers, wireError } from '../schemas.ts'

const session = z.object({ id: z.string() })

/** The reporting tables as files: asked for, waited for, fetched one by one. */
export const exportsRoute: Route = (app, services) => {
  for (const add of [begin, find, fetchFile, remove]) add(app, services)
}

const begin: Route = (app, { exports }) => {
  app.post(
    `${apiPrefix}/exports`,
    {
      schema: {
        tags: ['figures'],
        summary: 'Writes the reporting tables as files, all of one moment',
        description:
          'Answers at once; ask for the export until its state is `done`, then fetch each file that its manifest lists. ' +
          'It is kept for an hour after it was last asked for.',
        body: z.strictObject({ format: z.enum(exportFormats) }),
        response: { 202: answers.exportSession, '4xx': wireError },
      },
    },
    async (request, reply) => {
      reply.code(202)
      return { data: await exports.begin(request.body.format), meta: {} }
    },
  )
}

const find: Route = (app, { exports }) => {
  app.get(
    `${apiPrefix}/exports/:id`,
    {
      schema: {
        tags: ['figures'],
        summary: 'How far an export is, and what it wrote',
        params: session,
        response: { 200: answers.exportSession, '4xx': wireError },
      },
    },
    async (request) => ({ data: exports.find(request.params.id), meta: {} }),
  )
}

const types: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  parquet: 'application/vnd.apache.parquet',
}

const fetchFile: Route = (app, { exports }) => {
  app.get(
    `${apiPrefix}/exports/:id/files/:name`,
    {
      schema: {
        tags: ['figures'],
        summary: 'A file of an export that is done',
        params: session.extend({ name: z.string() }),
        response: { 200: z.string(), '4xx': wireError },
      },
    },
    async (request, reply) => {
      const { id, name } = request.params
      const path = exports.fileOf(id, name)
      // Opened before the answer begins, so that one who removes the export meanwhile cannot cut it short.
      const file = await open(path)
      const { size } = await file.stat()
      reply.header('content-disposition', `attachment; filename="${name}"`)
      reply.header('content-length', size)
      reply.type(types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream')
      // Bytes are sent as they are; the schema only tells the documentation what they hold.
      return reply.send(createReadStream(path, { fd: file }) as unknown as string)
    },
  )
}

const remove: Route = (app, { exports }) => {
  app.delete(
    `${apiPrefix}/exports/:id`,
    {
      schema: {
        tags: ['figures'],
        summary: 'Stops an export, or removes its files',
        params: session,
        response: { 204: z.null(), '4xx': wireError },
      },
    },
    async (request, reply) => {
      await exports.remove(request.params.id)
      return reply.code(204).send(null)
    },
  )
}
