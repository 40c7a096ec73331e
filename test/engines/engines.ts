import { afterAll, beforeAll } from 'vitest'
import { type PostgresServer, startPostgres } from './postgres-server.ts'

/** An engine that a test runs on. */
export interface TestedEngine {
  readonly name: string
  /** The address of a new, empty database; null where the data folder holds the warehouse. */
  newAddress(): Promise<string | null>
}

/**
 * Every engine, for `describe.each`; a new one is a line here, and all tests of this folder run on it. Servers start
 * before the first test of the file that calls this, and are gone after the last.
 */
export function everyEngine(): readonly TestedEngine[] {
  let server: PostgresServer | undefined
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())
  return [
    { name: 'duckdb', newAddress: async () => null },
    {
      name: 'postgres',
      newAddress: async () => {
        if (!server) throw new Error('the server did not start')
        return server.newDatabase()
      },
    },
  ]
}
