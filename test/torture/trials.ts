import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chance, oneOf } from './chance.ts'
import type { Children } from './child-process.ts'
import { type Damage, damage, damageWays, openDamaged, targets } from './damages.ts'
import { diskSteps, type FullDisk, onFullDisk } from './full-disks.ts'
import { killAtEach, wrongAtLast } from './kills.ts'
import { type EngineName, type Moment, moments } from './moments.ts'

/** What is tried once, on a shop of its own. */
export type Trial =
  | { readonly kind: 'kills'; readonly engine: EngineName; readonly moments: readonly Moment[] }
  | { readonly kind: 'damage'; readonly moments: readonly Moment[]; readonly damage: Damage }
  | { readonly kind: 'full disk'; readonly disk: FullDisk }

/** Kills of one shop, one after another. */
const killsOfShop = 10
/** For a thousand kills. */
const ofThousand = { damages: 40, disks: 20 }

/** How many trials of each kind, for so many kills. */
export interface TrialCounts {
  readonly kills: number
  readonly damages: number
  readonly disks: number
}

export function countsFor(kills: number): TrialCounts {
  return {
    kills: Math.ceil(kills / killsOfShop),
    damages: Math.ceil((kills * ofThousand.damages) / 1_000),
    disks: Math.ceil((kills * ofThousand.disks) / 1_000),
  }
}

/** The kinds mixed, so that the beginning of a long run tells of all of them; the same for the same seed. */
export function trialsOf(seed: number, counts: TrialCounts): Trial[] {
  const places = [
    ...spread('kills', counts.kills),
    ...spread('damage', counts.damages),
    ...spread('full disk', counts.disks),
  ]
  return places
    .sort((one, other) => one.at - other.at)
    .map(({ kind }, index) => trialOf(kind, chance(seed * 1_000_003 + index)))
}

function spread(kind: Trial['kind'], count: number) {
  return Array.from({ length: count }, (_, index) => ({ kind, at: (index + 0.5) / count }))
}

function trialOf(kind: Trial['kind'], random: () => number): Trial {
  if (kind === 'kills') {
    const engine = oneOf(random, ['duckdb', 'duckdb', 'postgres'] as const)
    const possible = moments.filter(({ engines }) => engines.includes(engine))
    return {
      ...{ kind, engine },
      moments: Array.from({ length: killsOfShop }, () => oneOf(random, possible)),
    }
  }
  if (kind === 'full disk') {
    const leaves = Math.floor(random() ** 3 * 3_000_000)
    return { kind, disk: { step: oneOf(random, diskSteps), leaves } }
  }
  const target = oneOf(random, ['log', 'journal', 'file', 'notes'] as const)
  const named = ['import loading', 'any moment of all that goes on', 'after commit']
  return {
    kind,
    moments: Array.from({ length: 2 }, () =>
      oneOf(
        random,
        moments.filter(({ name }) => named.includes(name)),
      ),
    ),
    damage: { target, how: oneOf(random, waysOf(target)), share: random() },
  }
}

/** A journal that is gone may have been moved away, as Takings tells people to: a new one begins. */
function waysOf(target: Damage['target']): readonly Damage['how'][] {
  return target === 'journal' ? damageWays.filter((how) => how !== 'removed') : damageWays
}

/** In words, for reports. */
export function trialText(trial: Trial): string {
  if (trial.kind === 'kills')
    return `kills on ${trial.engine}: ${trial.moments.map(({ name }) => name).join(', ')}`
  if (trial.kind === 'full disk')
    return `full disk with ${trial.disk.leaves} bytes left: ${trial.disk.step}`
  const { target, how, share } = trial.damage
  return `damage of ${targets[target]}: ${how} at ${share.toFixed(3)}`
}

export interface TrialPlace {
  readonly children: Children
  /** Empty; kept by the caller where something is wrong. */
  readonly folder: string
  readonly newAddress: () => Promise<string>
  /** Of the first kill. */
  readonly number: number
  readonly onKill?: (moment: Moment) => void
}

export interface TrialOutcome {
  readonly wrong: readonly string[]
  /** Orders that were acknowledged. */
  readonly acknowledged: number
  /** Codes of loud refusals. */
  readonly refusals: readonly string[]
}

/** What is wrong afterwards: nothing, whatever the trial. */
export async function runTrial(trial: Trial, place: TrialPlace): Promise<TrialOutcome> {
  if (trial.kind === 'kills') return runKills(trial, place)
  if (trial.kind === 'damage') return runDamage(trial, place)
  const { wrong, wentOn, failed } = await onFullDisk([trial.disk])
  const all = wentOn ? wrong : ['it did not go on when there was room again', ...wrong]
  return { wrong: all, acknowledged: 0, refusals: failed }
}

async function runKills(
  trial: Trial & { kind: 'kills' },
  { children, folder, newAddress, number, onKill }: TrialPlace,
): Promise<TrialOutcome> {
  const { engine } = trial
  const address = engine === 'postgres' ? await newAddress() : null
  const place = { engine, folder, address }
  const accepted = await killAtEach(children, {
    ...{ ...place, moments: trial.moments, first: number },
    ...(onKill ? { onKill } : {}),
  })
  const wrong = await wrongAtLast(children, place, accepted)
  return { wrong, acknowledged: accepted.size, refusals: [] }
}

async function runDamage(
  trial: Trial & { kind: 'damage' },
  { children, folder, number }: TrialPlace,
): Promise<TrialOutcome> {
  const whole = join(folder, 'whole')
  mkdirSync(whole)
  const accepted = await killAtEach(children, {
    ...{ engine: 'duckdb', folder: whole, address: null },
    ...{ moments: trial.moments, first: number },
  })
  const damaged = join(folder, 'damaged')
  cpSync(whole, damaged, { recursive: true })
  damage(damaged, trial.damage)
  const { refused, wrong } = await openDamaged(children, damaged, { accepted, whole })
  return { wrong, acknowledged: accepted.size, refusals: refused === null ? [] : [refused] }
}
