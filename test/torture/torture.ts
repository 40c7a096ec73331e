import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type PostgresServer, startPostgres } from '../engines/postgres-server.ts'
import { Children } from './child-process.ts'
import { whyNoDisk } from './full-disks.ts'
import {
  countsFor,
  runTrial,
  type Trial,
  type TrialOutcome,
  trialsOf,
  trialText,
} from './trials.ts'

const usage = `npm run torture -- [KILLS] [options]

Kills processes that take orders in, damages their files, and fills their disks: whatever was acknowledged is
there exactly once afterwards, or Takings refuses and says what to do. Needs what \`npm run build:src\` made.

  KILLS          1000 unless told otherwise; with them come 40 damages and 20 full disks for each thousand
  --seed NUMBER  the same trials again; else one by chance, which is told
  --only TRIAL   that trial alone

Ctrl+C ends it with what came of the trials that are over.
`

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

async function torture(): Promise<void> {
  // Processes run what was just built.
  process.env.TAKINGS_BUILT = '1'
  const kills = Number(positionals[0] ?? 1_000)
  const seed = Number(options.seed ?? Math.floor(Math.random() * 1_000_000))
  const noDisk = whyNoDisk()
  if (noDisk !== null) say(`No disk is filled, because none can be made here: ${noDisk}`)
  const counts = countsFor(kills)
  const trials = trialsOf(seed, counts)
  say(`seed ${seed}: ${trials.length} trials`)
  const server = await startPostgres()
  const children = new Children()
  const tally = new Tally()
  process.once('SIGINT', () => {
    process.stdout.write(tally.text())
    void Promise.allSettled([children.close(), server.stop()]).then(() => process.exit(130))
  })
  try {
    for (const [index, trial] of trials.entries()) {
      const number = index + 1
      if (options.only !== undefined && Number(options.only) !== number) continue
      if (trial.kind === 'full disk' && noDisk !== null) continue
      await attempt(trial, { number, of: trials.length, server, children, tally })
    }
  } finally {
    await children.close()
    await server.stop()
  }
  process.stdout.write(tally.text())
  if (tally.wrong > 0) say(`\nAgain: npm run torture -- ${kills} --seed ${seed} --only TRIAL`)
  process.exit(tally.wrong > 0 ? 1 : 0)
}

interface Attempt {
  readonly number: number
  readonly of: number
  readonly server: PostgresServer
  readonly children: Children
  readonly tally: Tally
}

/** A shop that something is wrong with is kept. */
async function attempt(trial: Trial, own: Attempt): Promise<void> {
  const { number, of, server, children, tally } = own
  const folder = mkdtempSync(join(tmpdir(), 'takings-torture-'))
  const started = performance.now()
  const outcome = await runTrial(trial, {
    ...{ children, folder, number: number * 100 },
    newAddress: () => server.newDatabase(),
    onKill: ({ kind }) => tally.add(`killed: ${kind}`),
  }).catch((error: unknown): TrialOutcome => {
    const text = error instanceof Error ? error.message : String(error)
    return { wrong: [text], acknowledged: 0, refusals: [] }
  })
  tally.note(trial, outcome)
  const isWrong = outcome.wrong.length > 0
  if (!isWrong) rmSync(folder, { recursive: true, force: true })
  const seconds = Math.round((performance.now() - started) / 1000)
  const told = [
    isWrong ? 'WRONG' : 'ok',
    ...outcome.refusals.map((code) => `refused (${code})`),
    `${outcome.acknowledged} acknowledged, ${seconds} s`,
  ]
  say(`${number} of ${of}: ${trialText(trial)}: ${told.join(', ')}`)
  if (!isWrong) return
  for (const one of outcome.wrong.slice(0, 20)) say(`    ${one}`)
  say(`    kept: ${folder}`)
}

/** What was done and what came of it. */
class Tally {
  wrong = 0
  #acknowledged = 0
  readonly #counts = new Map<string, number>()

  add(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1)
  }

  note(trial: Trial, { wrong, acknowledged, refusals }: TrialOutcome): void {
    this.#acknowledged += acknowledged
    if (wrong.length > 0) this.wrong += 1
    if (trial.kind === 'damage') this.add(`damaged: ${trial.damage.target}`)
    if (trial.kind === 'full disk') this.add(`full disk: ${trial.disk.step}`)
    for (const code of refusals) this.add(`refused: ${code}`)
  }

  text(): string {
    const lines = [...this.#counts].sort().map(([what, count]) => `${what} ${count}\n`)
    return `${lines.join('')}orders acknowledged ${this.#acknowledged}\ntrials in which something was wrong ${this.wrong}\n`
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

if (options.help) process.stdout.write(usage)
else await torture()
