import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const builtWorker = fileURLToPath(new URL('test/fork-built-worker.ts', import.meta.url))

export default defineConfig({
  resolve: {
    alias:
      process.env.TAKINGS_BUILT === '1'
        ? [{ find: /^\.\/fork-worker\.ts$/, replacement: builtWorker }]
        : [],
  },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    env: { UV_THREADPOOL_SIZE: '16', TZ: 'UTC' },
  },
})
