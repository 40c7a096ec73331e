import { openJournal } from '../../../src/journal/journal.ts'

/**
 * Appends records to the journal of a folder until that fails, and some more times: no file may grow beyond what the shell
 * allowed. Prints the last sequence that is on the disk, and each failure.
 */
const journal = await openJournal({
  folder: process.argv[2] ?? '',
  now: () => new Date('2026-03-10T12:00:00Z'),
})
let failures = 0
while (failures < 3) {
  try {
    const { last } = await journal.append(['a', 'b', 'c'].map((text) => text.repeat(1_500)))
    process.stdout.write(`${last}\n`)
  } catch (error) {
    failures += 1
    process.stdout.write(`${(error as { code?: string }).code}\n`)
  }
}
await journal.close()
process.exit(0)
