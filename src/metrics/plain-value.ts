import { type RawBuilder, sql } from 'kysely'

/**
 * Days, numbers and ids are written into the statement, because an engine plans a statement with
 * parameters twice: before it knows them and after, which costs small statements a good part of their
 * time. Nothing made of digits and dashes can end a quotation; everything else stays a parameter.
 */
export function plainValue(value: string): RawBuilder<unknown> {
  return /^#?[\d-]+$/.test(value) ? sql.lit(value) : sql`${value}`
}
