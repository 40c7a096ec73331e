import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { IntakeState, LiveIntake } from '../../src/ingest/ingest.ts'
import { openTestApp, type TestApp, type TestAppOptions } from './open-test-app.ts'

/** Whether a server says that it is ready, by the state of its intake and its disk. */

const disk = vi.hoisted(() => ({ freeBytes: 40_960_000_000 }))

vi.mock('node:fs/promises', async (importOriginal) => ({
  ...(await importOriginal<typeof import('node:fs/promises')>()),
  statfs: async (path: string) => {
    if (path.includes('gone')) throw new Error('there is no such folder')
    return { bavail: disk.freeBytes / 4096, bsize: 4096 }
  },
}))

let test: TestApp | null = null

afterEach(async () => {
  await test?.close()
  test = null
  disk.freeBytes = 40_960_000_000
})

async function ready(options: TestAppOptions = {}) {
  test = await openTestApp(options)
  const response = await test.app.inject({ url: '/api/v1/health/ready' })
  return { status: response.statusCode, data: response.json().data }
}

function intakeIn(state: Partial<IntakeState>): TestAppOptions {
  const intake = {
    mostWaiting: 100,
    state: () => ({ accepted: 0, applied: 0, waiting: 0, problem: null, ...state }),
    free: async () => disk.freeBytes,
  } as Partial<LiveIntake> as LiveIntake
  return { intake: { open: async () => intake, opened: () => Promise.resolve(intake) } }
}

describe('GET /api/v1/health/ready', () => {
  it('is not ready while no more records can wait', async () => {
    const almost = await ready(intakeIn({ waiting: 99 }))
    expect(almost).toMatchObject({ status: 200, data: { live: { ok: true, mostWaiting: 100 } } })
    await test?.close()
    const full = await ready(intakeIn({ waiting: 100 }))
    expect(full).toMatchObject({
      status: 503,
      data: { status: 'failing', warehouse: { ok: true }, live: { ok: false, waiting: 100 } },
    })
  })

  it('is not ready while nothing is applied', async () => {
    expect(await ready(intakeIn({ problem: 'the line was cut' }))).toMatchObject({
      status: 503,
      data: { live: { ok: false, problem: 'the line was cut' } },
    })
  })

  it('looks at the disk before the first record came', async () => {
    const roomy = await ready()
    expect(roomy).toMatchObject({
      status: 200,
      data: { live: null, disk: { ok: true, freeBytes: 40_960_000_000 } },
    })
    disk.freeBytes = 40_960_000
    await test?.close()
    expect(await ready()).toMatchObject({
      status: 503,
      data: { status: 'failing', live: null, disk: { ok: false, freeBytes: 40_960_000 } },
    })
    await test?.close()
    expect(await ready({ dataFolder: join('nowhere', 'gone') })).toMatchObject({
      status: 503,
      data: { disk: { ok: false, freeBytes: 0 } },
    })
  })
})
