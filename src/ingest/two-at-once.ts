import type { Workbench } from './workbench.ts'

interface Work<Item, Result> {
  /** False where an item needs the first connection, because of its size or of what it leaves there. */
  readonly mayBeBeside: (item: Item) => boolean
  readonly run: (item: Item, bench: Workbench) => Promise<Result>
}

/**
 * Works on items, two at once at most, of which one may be beside: what keeps one core busy leaves another idle.
 * Gives the results in the order of the items. Once one fails none is begun any more, and those under way end first:
 * whoever tries again writes the same files.
 */
export async function twoAtOnce<Item, Result>(
  bench: Workbench,
  items: readonly Item[],
  { mayBeBeside, run }: Work<Item, Result>,
): Promise<Result[]> {
  const entries = items.map((item, index) => ({ item, index, beside: mayBeBeside(item) }))
  const alone = entries.filter(({ beside }) => !beside)
  const others = entries.filter(({ beside }) => beside)
  const results: Result[] = []
  const failures: unknown[] = []
  const work = async (own: Workbench, next: () => (typeof entries)[number] | undefined) => {
    for (let entry = next(); entry && failures.length === 0; entry = next()) {
      try {
        results[entry.index] = await run(entry.item, own)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  const first = work(bench, () => alone.shift() ?? others.shift())
  if (others.length > 0) await work(bench.beside, () => others.shift())
  await first
  if (failures.length > 0) throw failures[0]
  return results
}
