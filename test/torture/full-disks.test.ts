import { expect, it } from 'vitest'
import { diskSteps, onFullDisk, whyNoDisk } from './full-disks.ts'

/**
 * A disk that is full at one step after another: what was acknowledged stays, what could not be done is said, and all goes
 * on once there is room again, without a restart.
 */

const noDisk = whyNoDisk()

it.skipIf(noDisk !== null)(
  `loses nothing and promises nothing false on a full disk${noDisk === null ? '' : ` (skipped: ${noDisk})`}`,
  { timeout: 300_000 },
  async () => {
    const outcome = await onFullDisk(diskSteps.map((step) => ({ step, leaves: 0 })))
    expect(outcome).toEqual({
      failed: [
        'import: disk_full',
        'journal: disk_full',
        'apply: The disk is full: cleaning live records. Nothing was loaded or written.',
        // What the log holds stays there, and the server tries again later.
        'checkpoint: the database was closed because it invalidated itself',
        // No run tells of it, so nobody can look up whether it was committed; it is the same before and after.
        'compaction: commit_unknown',
        'spill: disk_full',
        'open: disk_full',
      ],
      wentOn: true,
      wrong: [],
    })
  },
)
