import type { ChildJob, Children } from './child-process.ts'
import type { EngineName, Moment } from './moments.ts'
import { type Place, wrongIn } from './proof.ts'

export interface KillsOfPlace extends Place {
  readonly engine: EngineName
  readonly moments: readonly Moment[]
  /** Number of the first kill: the same number dies in the same way. */
  readonly first: number
  readonly onKill?: (moment: Moment) => void
}

/** Kills a process at one moment after another, over the same data; gives the orders that were accepted. */
export async function killAtEach(
  children: Children,
  { engine, folder, address, moments, first, onKill }: KillsOfPlace,
): Promise<Set<string>> {
  const accepted = new Set<string>()
  for (const [index, moment] of moments.entries()) {
    const number = first + index
    const job = jobOf(moment, { engine, folder, address, number })
    const ended = await children.run(job, moment.afterMs?.(number) ?? null)
    if (ended.signal !== 'SIGKILL')
      throw new Error(`the process ended with ${ended.code} before "${moment.name}"`)
    for (const one of ended.accepted) accepted.add(one)
    onKill?.(moment)
  }
  return accepted
}

/** What is wrong once what waits was applied. */
export async function wrongAtLast(
  children: Children,
  place: Place & { readonly engine: EngineName },
  accepted: ReadonlySet<string>,
): Promise<string[]> {
  const { engine, folder, address } = place
  const ended = await children.run({ engine, folder, address, number: 0, moment: null })
  if (ended.code !== 0) return [`what waited could not be applied: ${ended.code}`]
  return wrongIn({ folder, address }, accepted)
}

function jobOf(moment: Moment, place: Omit<ChildJob, 'moment'>): ChildJob {
  const { name, statement, imports = false, hurries = false, older = false, last } = moment
  const own = { name, imports, hurries, older, last: last?.(place.number) ?? 1 }
  return { ...place, moment: statement ? { ...own, statement } : own }
}
