import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'

/** `npm test` has just built what people run; a single test file runs the source as it stands. */
const isBuilt = process.env.TAKINGS_BUILT === '1'
const main = isBuilt ? '../../dist/cli/main.js' : '../../src/cli/main.ts'
const mainPath = fileURLToPath(new URL(main, import.meta.url))
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const loader = isBuilt ? [] : ['--import', tsx]

export interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd: string
  readonly input?: string
  readonly environment?: Record<string, string>
  /** Modules that are loaded before the first line of Takings. */
  readonly preload?: readonly string[]
  /** No file may grow beyond so many blocks of 1,024 bytes, which fails a write as a full disk does. */
  readonly largestFile?: number
}

/** Runs `takings` as a person types it, in a pipe. */
export async function takings(words: readonly string[], options: RunOptions): Promise<Outcome> {
  const child = spawnTakings(words, options)
  child.stdin?.end(options.input ?? '')
  return outcomeOf(child)
}

export function spawnTakings(words: readonly string[], options: RunOptions): ChildProcess {
  const preload = (options.preload ?? []).flatMap((path) => ['--import', path])
  const line = [process.execPath, ...preload, ...loader, mainPath, ...words]
  const limited = ['-c', `ulimit -f ${options.largestFile}; exec "$@"`, 'bash', ...line]
  const [program = '', ...rest] = options.largestFile === undefined ? line : ['bash', ...limited]
  return spawn(program, rest, {
    cwd: options.cwd,
    env: { ...cleanEnvironment(), ...options.environment },
    stdio: 'pipe',
  })
}

export async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  const exitCode = await new Promise<number>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? (signal ? 999 : -1)))
  })
  return { exitCode, stdout, stderr }
}

/** A folder of its own, gone when the test is over. */
export async function workingFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'takings-cli-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A server that listens, and how to stop it; ended at the latest with the test. */
export interface RunningServer {
  readonly url: string
  readonly readyLine: string
  readonly child: ChildProcess
  readonly stderr: () => string
  stop(signal?: NodeJS.Signals): Promise<Outcome>
}

export async function startServer(
  words: readonly string[],
  options: RunOptions,
): Promise<RunningServer> {
  const child = spawnTakings(['start', ...words], options)
  const outcome = outcomeOf(child)
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await outcome
  })
  let stderr = ''
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  const readyLine = await new Promise<string>((resolve, reject) => {
    let seen = ''
    child.stdout?.on('data', (chunk) => {
      seen += chunk
      const line = seen.split('\n').find((text) => text.startsWith('Ready: '))
      if (line) resolve(line)
    })
    void outcome.then((ended) => reject(new Error(`it ended: ${JSON.stringify(ended)}`)))
  })
  const url = /http:\/\/\S+/.exec(readyLine)?.[0] ?? ''
  return {
    url,
    readyLine,
    child,
    stderr: () => stderr,
    stop(signal = 'SIGTERM') {
      child.kill(signal)
      return outcome
    },
  }
}

/** Settings of the machine that tests run on must not matter. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(TAKINGS_|NO_COLOR$|FORCE_COLOR$|UV_THREADPOOL_SIZE$|NODE_OPTIONS$|VITEST)/.test(name),
  )
  return { ...Object.fromEntries(kept), TZ: 'UTC' }
}
