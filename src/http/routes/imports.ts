import { z } from 'zod'
import { roleList } from '../../ingest/ingest.ts'
import { fileCorrections, sourceName } from '../corrections.ts'
import { carriesToken } from '../guard.ts'
import { receiveUpload } from '../receive-upload.ts'
import { apiPrefix, type Route } from '../route.ts'
import { answers, wireError } from '../schemas.ts'

const params = z.object({ id: z.string() })
const response = { 202: answers.importSession, '4xx': wireError }

/** An upload on its way: sent, followed, answered, committed or given up. */
export const importsRoute: Route = (app, services) => {
  for (const add of [roles, upload, progress, answer, commit, remove]) add(app, services)
}

const roles: Route = (app) => {
  app.get(
    `${apiPrefix}/roles`,
    {
      schema: {
        tags: ['imports'],
        summary: 'What a column can be, for those who correct one',
        response: { 200: answers.roles },
      },
    },
    async () => ({ data: roleList(), meta: {} }),
  )
}

const upload: Route = (app, { sessions, uploadFolder, ownerToken }) => {
  app.post(
    `${apiPrefix}/imports`,
    {
      schema: {
        tags: ['imports'],
        summary: 'Upload files; answers at once while the preview is being made',
        description:
          'multipart/form-data: `files` (repeated), and optionally `source`, `answers` and `columns` (JSON), ' +
          '`askAgain` (true: leave aside what is remembered), `maxRejects` (0 to 1), `commit` (true: load without ' +
          'a preview) and the file `map`. At most 500 files and 2 GB.',
        consumes: ['multipart/form-data'],
        response,
      },
    },
    async (request, reply) => {
      const unlimited = carriesToken(request, ownerToken)
      const received = await receiveUpload(request, { uploadFolder, unlimited })
      reply.code(202)
      return { data: sessions.begin(received), meta: {} }
    },
  )
}

const progress: Route = (app, { sessions }) => {
  app.get(
    `${apiPrefix}/imports/:id`,
    {
      schema: {
        tags: ['imports'],
        summary: 'How far an upload is',
        params,
        response: { 200: answers.importSession, '4xx': wireError },
      },
    },
    async (request) => ({ data: sessions.find(request.params.id), meta: {} }),
  )
}

const answer: Route = (app, { sessions }) => {
  app.post(
    `${apiPrefix}/imports/:id/answers`,
    {
      schema: {
        tags: ['imports'],
        summary: 'Answer questions and correct columns; the preview is made again',
        description:
          '`answers` go by the keys of the questions, `files` by the names of files: what their columns are ' +
          '(`GET /roles`), and what they hold. `askAgain` leaves aside what is remembered of such files; ' +
          '`source` names another shop.',
        params,
        body: z.strictObject({
          answers: z.record(z.string(), z.string()).optional(),
          files: fileCorrections.optional(),
          askAgain: z.boolean().optional(),
          source: sourceName.optional(),
        }),
        response,
      },
    },
    async (request, reply) => {
      reply.code(202)
      return { data: sessions.answer(request.params.id, request.body), meta: {} }
    },
  )
}

const commit: Route = (app, { sessions }) => {
  app.post(
    `${apiPrefix}/imports/:id/commit`,
    { schema: { tags: ['imports'], summary: 'Load what the preview showed', params, response } },
    async (request, reply) => {
      reply.code(202)
      return { data: sessions.commit(request.params.id), meta: {} }
    },
  )
}

const remove: Route = (app, { sessions }) => {
  app.delete(
    `${apiPrefix}/imports/:id`,
    {
      schema: {
        tags: ['imports'],
        summary: 'Stop an import and forget its files',
        params,
        response: { 204: z.null(), '4xx': wireError },
      },
    },
    async (request, reply) => {
      await sessions.remove(request.params.id)
      return reply.code(204).send(null)
    },
  )
}
