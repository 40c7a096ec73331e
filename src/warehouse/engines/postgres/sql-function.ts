import { mainSchema } from './names.ts'

/** A function of the database, in its own language. */
export interface SqlFunction {
  readonly name: string
  readonly parameters?: string
  readonly returns: string
  /** Settings that hold while it runs, beside the schema. */
  readonly settings?: readonly string[]
  readonly declare?: string
  readonly body: string
}

/** The statement that makes it. */
export function made({
  name,
  parameters = '',
  returns,
  declare,
  body,
  settings = [],
}: SqlFunction): string {
  const held = [`search_path = ${mainSchema}, pg_temp`, ...settings].map((one) => `SET ${one}`)
  const variables = declare ? `DECLARE\n${declare}\n` : ''
  return `CREATE OR REPLACE FUNCTION ${name}(${parameters}) RETURNS ${returns} LANGUAGE plpgsql ${held.join(' ')} AS $body$
${variables}BEGIN
${body}
END $body$`
}

/**
 * The statement that drops all triggers of ours, whatever they are called, and functions of these names, whatever
 * their parameters were. A person's own triggers call functions of another schema.
 */
export function dropMade(functions: readonly SqlFunction[]): string {
  const names = functions.map(({ name }) => `'${name}'`).join(', ')
  return `DO $body$ DECLARE
  found RECORD;
BEGIN
  FOR found IN SELECT tgname, tgrelid::REGCLASS AS relation FROM pg_trigger
    JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE NOT tgisinternal AND tgparentid = 0 AND relnamespace = '${mainSchema}'::REGNAMESPACE AND pronamespace = relnamespace
  LOOP EXECUTE format('DROP TRIGGER %I ON %s', found.tgname, found.relation); END LOOP;
  FOR found IN SELECT oid::REGPROCEDURE AS signature FROM pg_proc
    WHERE pronamespace = '${mainSchema}'::REGNAMESPACE AND proname IN (${names})
  LOOP EXECUTE format('DROP FUNCTION %s', found.signature); END LOOP;
END $body$`
}
