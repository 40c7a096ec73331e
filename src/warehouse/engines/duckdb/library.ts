import { createRequire } from 'node:module'

/**
 * The library of the engine. An `import` would first read all its files for the names that they export, which
 * takes twice as long as running them.
 */
export const library: typeof import('@duckdb/node-api') = createRequire(import.meta.url)(
  '@duckdb/node-api',
)
