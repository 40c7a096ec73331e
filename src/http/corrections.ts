import { z } from 'zod'
import { type ImportRequest, roleList } from '../ingest/ingest.ts'
import { correctableHolds } from '../model/held.ts'

/** What people say of columns, as it comes over the wire: headers to roles, null for one that is not used. */

/** The system or shop that issued the order numbers. */
export const sourceName = z.string().trim().min(1).max(100)

const role = z.enum(roleList().map((entry) => entry.role))

export const columnRoles = z.record(z.string(), role.nullable()) as unknown as z.ZodType<
  NonNullable<ImportRequest['columns']>
>

export const fileCorrections = z
  .record(
    z.string(),
    z.strictObject({
      columns: columnRoles.optional(),
      holds: z.enum(correctableHolds as readonly string[]).optional(),
    }),
  )
  .describe('by file name') as unknown as z.ZodType<NonNullable<ImportRequest['files']>>
