import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { wrongIn } from './proof.ts'

/** What is done while the disk has next to no room. */
export interface FullDisk {
  readonly step:
    | 'import'
    | 'journal'
    | 'apply'
    | 'checkpoint'
    | 'close'
    | 'open'
    | 'spill'
    | 'compaction'
  /** Bytes that are left. */
  readonly leaves: number
}

export const diskSteps: readonly FullDisk['step'][] = [
  ...(['import', 'journal', 'apply', 'checkpoint'] as const),
  ...(['compaction', 'spill', 'close', 'open'] as const),
]

/** More than what must be free for orders to be accepted. */
const diskSize = '260m'

export interface DiskOutcome {
  /** What failed for want of room, with its code. */
  readonly failed: readonly string[]
  readonly wentOn: boolean
  readonly wrong: readonly string[]
}

/** Why no disk can be made here; null where one can. */
export function whyNoDisk(): string | null {
  const place = mkdtempSync(join(tmpdir(), 'takings-disk-'))
  const { status, stderr, error } = mount(place)
  if (status === 0) spawnSync('umount', [place])
  rmSync(place, { recursive: true, force: true })
  return status === 0 ? null : String(error?.message ?? stderr).trim()
}

const script = join(import.meta.dirname, 'disk-child.ts')

/** Does one after the other on a small disk of its own; what is wrong afterwards, once there is room again. */
export async function onFullDisk(scenario: readonly FullDisk[]): Promise<DiskOutcome> {
  const disk = mkdtempSync(join(tmpdir(), 'takings-disk-'))
  const files = mkdtempSync(join(tmpdir(), 'takings-disk-files-'))
  mount(disk)
  try {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', script, disk, files, JSON.stringify(scenario)],
      { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, UV_THREADPOOL_SIZE: '16' } },
    )
    const ended = once(child, 'exit')
    const lines: string[] = []
    const reader = createInterface({ input: child.stdout })
    reader.on('line', (line) => lines.push(line))
    const read = once(reader, 'close')
    await ended
    await read
    const accepted = lines.filter((line) => /^\d+-/.test(line))
    return {
      failed: lines.filter((line) => line.startsWith('failed ')).map((line) => line.slice(7)),
      wentOn: lines.includes('went on'),
      wrong: await wrongIn({ folder: join(disk, 'data'), address: null }, new Set(accepted)),
    }
  } finally {
    spawnSync('umount', [disk])
    for (const folder of [disk, files]) rmSync(folder, { recursive: true, force: true })
  }
}

function mount(place: string) {
  const words = ['-t', 'tmpfs', '-o', `size=${diskSize}`, 'tmpfs', place]
  return spawnSync('mount', words, { encoding: 'utf8' })
}
