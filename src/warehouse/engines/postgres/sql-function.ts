import { mainSchema } from './names.ts'

/** A function of the database, in its own language. */
export interface SqlFunction {
  readonly name: string
  readonly parameters?: string
  readonly returns: string
  readonly declare?: string
  readonly body: string
}

/** The statement that makes it. */
export function made({ name, parameters = '', returns, declare, body }: SqlFunction): string {
  const variables = declare ? `DECLARE\n${declare}\n` : ''
  return `CREATE FUNCTION ${name}(${parameters}) RETURNS ${returns} LANGUAGE plpgsql SET search_path = ${mainSchema}, pg_temp AS $body$
${variables}BEGIN
${body}
END $body$`
}
