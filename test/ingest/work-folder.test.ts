import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openWorkFolder } from '../../src/ingest/work-folder.ts'

let parent: string
beforeEach(() => {
  parent = join(mkdtempSync(join(tmpdir(), 'takings-work-')), 'work')
})
afterEach(() => rmSync(join(parent, '..'), { recursive: true, force: true }))

it('removes what killed imports left behind, and nothing that somebody still works in', () => {
  const { pid: gone } = spawnSync(process.execPath, ['-e', ''])
  const left = join(parent, `import-${gone}-a`)
  mkdirSync(left, { recursive: true })
  writeFileSync(join(left, 'customers.parquet'), 'rows of a shop')
  // A killed process of a container had the number that this one has.
  const namesake = join(parent, `import-${process.pid}-a`)
  mkdirSync(namesake)
  const own = openWorkFolder(parent, 'b')
  const others = [join(parent, `import-${process.ppid}-c`), join(parent, 'uploads')]
  for (const other of others) mkdirSync(other)
  expect([left, namesake].filter((folder) => existsSync(folder))).toEqual([])
  const next = openWorkFolder(parent, 'd')
  expect(
    readdirSync(parent)
      .map((name) => join(parent, name))
      .sort(),
  ).toEqual([own, next, ...others].sort())
})
