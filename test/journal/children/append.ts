import { createInterface } from 'node:readline'
import { openJournal } from '../../../src/journal/journal.ts'

/**
 * Appends records to the journal of a folder from several writers at once until it is killed, and prints the sequences of
 * each that was said to be on the disk. A line of input ends it in good order instead.
 */
const journal = await openJournal({
  folder: process.argv[2] ?? '',
  now: () => new Date('2026-03-10T12:00:00Z'),
})
let ending = false
createInterface({ input: process.stdin }).once('line', () => {
  ending = true
})
const writers = Array.from({ length: 8 }, async (_, writer) => {
  for (let batch = 0; !ending; batch++) {
    const texts = Array.from({ length: 1 + (batch % 5) }, (_text, index) =>
      `record ${writer} ${batch} ${index} `.padEnd(600, 'x'),
    )
    const { first, last } = await journal.append(texts)
    process.stdout.write(`${first} ${last} ${writer} ${batch}\n`)
  }
})
await Promise.all(writers)
await journal.close()
process.exit(0)
