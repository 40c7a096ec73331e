import { cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TakingsError } from '../../src/model/errors.ts'
import type { Children, Ended } from './child-process.ts'
import { wrongIn } from './proof.ts'

/** What becomes of a file while nobody has it open. */
export interface Damage {
  readonly target: keyof typeof targets
  readonly how: (typeof damageWays)[number]
  /** Where in the file, 0 to 1. */
  readonly share: number
}

export const targets = {
  log: 'takings.duckdb.wal',
  journal: 'journal/data.mdb',
  file: 'takings.duckdb',
  notes: 'committed-runs.json',
} as const

export const damageWays = [
  'cut',
  'zeroed to its end',
  'a block zeroed',
  'a bit flipped',
  'a block written over another',
  'removed',
] as const

const block = 4096

/** Gives whether there was anything to damage. */
export function damage(folder: string, { target, how, share }: Damage): boolean {
  const path = join(folder, targets[target])
  if (!existsSync(path)) return false
  const bytes = readFileSync(path)
  const at = Math.floor(bytes.length * share)
  const from = at - (at % block)
  if (how === 'removed') rmSync(path)
  else if (how === 'cut') truncateSync(path, at)
  else {
    if (how === 'zeroed to its end') bytes.fill(0, at)
    if (how === 'a block zeroed') bytes.fill(0, from, Math.min(from + block, bytes.length))
    if (how === 'a bit flipped') bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8))
    if (how === 'a block written over another') {
      const other = Math.floor(bytes.length * (1 - share))
      bytes.copy(bytes, from, other - (other % block), other - (other % block) + block)
    }
    writeFileSync(path, bytes)
  }
  return true
}

export type DamageOutcome = {
  /** Code of the refusal; null where all is there. */
  readonly refused: string | null
  readonly wrong: readonly string[]
}

/**
 * What a server makes of a damaged folder: either all that was accepted is there exactly once, and more is taken in, or it
 * refuses, says what to do, and has given nothing up: with the file as it was all is there.
 */
export async function openDamaged(
  children: Children,
  folder: string,
  { accepted, whole }: { readonly accepted: ReadonlySet<string>; readonly whole: string },
): Promise<DamageOutcome> {
  const first = await reopen(children, folder)
  if (first.code === 0) {
    const all = new Set([...accepted, ...first.accepted])
    // A second time, on what the first one left.
    const second = await reopen(children, folder)
    if (second.code !== 0) return { refused: null, wrong: [`then refused: ${saidBy(second)}`] }
    for (const one of second.accepted) all.add(one)
    try {
      return { refused: null, wrong: await wrongIn({ folder, address: null }, all) }
    } catch (error) {
      // What is damaged in its midst shows when it is asked.
      if (error instanceof TakingsError) return { refused: error.code, wrong: [] }
      throw error
    }
  }
  const said = saidBy(first)
  const { code, hint } = refusalOf(first)
  if (!code || !hint) return { refused: 'no word', wrong: [`it ended without a word: ${said}`] }
  const restored = `${folder}-as-it-was`
  cpSync(folder, restored, { recursive: true })
  putBack(whole, restored)
  const healed = await reopen(children, restored)
  const wrong =
    healed.code === 0
      ? await wrongIn(
          { folder: restored, address: null },
          new Set([...accepted, ...healed.accepted]),
        )
      : [`with the files as they were: ${saidBy(healed)}`]
  rmSync(restored, { recursive: true, force: true })
  return { refused: code, wrong }
}

/** The damaged file as it was; what was written since stays. */
function putBack(whole: string, folder: string): void {
  for (const name of Object.values(targets)) {
    const from = join(whole, name)
    const to = join(folder, name)
    rmSync(to, { force: true })
    if (existsSync(from)) cpSync(from, to)
  }
}

function reopen(children: Children, folder: string): Promise<Ended> {
  rmSync(join(folder, 'takings.lock'), { force: true })
  return children.run({ engine: 'duckdb', folder, address: null, number: 0, moment: null })
}

function refusalOf({ said }: Ended): { code?: string; hint?: string } {
  const [line = '{}'] = said.filter((one) => one.startsWith('{'))
  return JSON.parse(line) as { code?: string; hint?: string }
}

function saidBy({ code, signal, said }: Ended): string {
  return `${code ?? signal} ${said.join(' ')}`
}
