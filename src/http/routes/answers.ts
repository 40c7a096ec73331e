import { z } from 'zod'
import { forgetAnswers, rememberedAnswers } from '../../ingest/ingest.ts'
import { apiPrefix, type Route } from '../route.ts'
import { answers, wireError } from '../schemas.ts'

/** What is remembered of files: answers and corrected columns. Like imports, always those of the real shop. */
export const answersRoute: Route = (app, { shops }) => {
  app.get(
    `${apiPrefix}/answers`,
    {
      schema: {
        tags: ['imports'],
        summary:
          'Answers and corrected columns that hold for later files of the same source and headers',
        response: { 200: answers.remembered },
      },
    },
    async () => ({ data: await rememberedAnswers(await shops.real()), meta: {} }),
  )

  app.delete(
    `${apiPrefix}/answers/:id`,
    {
      schema: {
        tags: ['imports'],
        summary: 'Forget what is remembered of such files; the next of them is asked about',
        description: 'What was imported stays as it is until its files are imported again.',
        params: z.object({ id: z.string() }),
        response: { 204: z.null(), '4xx': wireError },
      },
    },
    async (request, reply) => {
      await forgetAnswers(await shops.real(), request.params.id)
      return reply.code(204).send(null)
    },
  )
}
