import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { requiredThreadPool } from '../../src/warehouse/warehouse.ts'
import { temporaryFolder } from './temporary-warehouse.ts'

it('lets eight endless questions stall neither commits, nor files, nor timers', async () => {
  const child = join(import.meta.dirname, 'children/slow-questions.ts')
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', child, await temporaryFolder()],
    {
      env: { ...process.env, UV_THREADPOOL_SIZE: String(requiredThreadPool) },
      timeout: 50_000,
    },
  )
  const round = ['commit', 'file', 'timer']
  expect(JSON.parse(stdout)).toEqual({
    done: [...round, ...round, ...round, ...round, ...round],
    running: 8,
    stopped: 8,
    round: '4',
  })
})
