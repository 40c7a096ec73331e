import pg from 'pg'
import { cellTypes } from './cells.ts'
import { mainSchema } from './names.ts'

/** How many connections are kept, and how each of them begins. */
export interface PoolOptions {
  readonly address: string
  readonly most: number
  readonly readOnly: boolean
}

/** For whoever looks at `pg_stat_activity`. */
const applicationName = 'takings'

/** How long a server may take to answer the first word, ms. */
const patienceMs = 10_000

/**
 * A pool whose sessions all mean the same by what they are asked: days in UTC, ISO dates, our schema first. Compiled
 * expressions cost small questions more than they save.
 */
export function openPool({ address, most, readOnly }: PoolOptions): pg.Pool {
  const settings = [
    `search_path=${mainSchema}`,
    'timezone=UTC',
    'datestyle=ISO',
    'intervalstyle=postgres',
    'jit=off',
    'client_min_messages=warning',
    ...(readOnly ? ['default_transaction_read_only=on'] : []),
  ]
  const pool = new pg.Pool({
    connectionString: address,
    max: most,
    application_name: applicationName,
    connectionTimeoutMillis: patienceMs,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    options: settings.map((setting) => `-c ${setting}`).join(' '),
    types: cellTypes,
  })
  // A connection that drops must not end the process, whoever has it just then: what is asked of it is rejected by
  // itself, and the next question opens another.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/** Runs `work` on a connection of its own; one that fell ill is not used again. */
export async function withConnection<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  let failure: unknown
  const onError = (error: Error) => {
    failure = error
  }
  client.on('error', onError)
  try {
    return await work(client)
  } finally {
    client.off('error', onError)
    client.release(failure instanceof Error ? failure : undefined)
  }
}
