import { mainSchema } from './names.ts'

/**
 * Two roles without login, for an owner to grant to users: `takings_server` runs servers and imports and changes no
 * table's definition; `takings_reader` reads the views of `reporting` and nothing else, for BI tools. Saying it twice
 * changes nothing.
 */
export const roles = { server: 'takings_server', reader: 'takings_reader' } as const

function createRole(name: string): string {
  return `DO $body$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '${name}') THEN CREATE ROLE ${name} NOLOGIN; END IF;
END $body$`
}

const rows = 'SELECT, INSERT, UPDATE, DELETE'

export const roleStatements: readonly string[] = [
  createRole(roles.server),
  createRole(roles.reader),
  `GRANT USAGE ON SCHEMA ${mainSchema} TO ${roles.server}`,
  `GRANT ${rows} ON ALL TABLES IN SCHEMA ${mainSchema} TO ${roles.server}`,
  `GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${mainSchema} TO ${roles.server}`,
  // Partitions of later months are tables too.
  `ALTER DEFAULT PRIVILEGES IN SCHEMA ${mainSchema} GRANT ${rows} ON TABLES TO ${roles.server}`,
  `GRANT USAGE ON SCHEMA reporting TO ${roles.server}, ${roles.reader}`,
  `GRANT SELECT ON ALL TABLES IN SCHEMA reporting TO ${roles.server}, ${roles.reader}`,
]
