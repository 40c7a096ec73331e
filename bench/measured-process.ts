import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { root } from './product.ts'

/** What running a program cost, all processes that it started included. */
export interface ProcessCost {
  readonly stdout: string
  /** From the start of the process to its end. */
  readonly seconds: number
  /** User and system time of all processes together. */
  readonly cpuSeconds: number
  /** The largest sum of resident memory seen, in bytes; pages that processes share count for each. */
  readonly peakBytes: number
}

const sampleEvery = 50
const clockTicks = 100

export type Environment = Readonly<Record<string, string>>

/** Runs a program to its end. Throws with its last words when it fails. */
export async function runMeasured(
  command: readonly string[],
  environment: Environment = {},
): Promise<ProcessCost> {
  const cpuBefore = childCpuSeconds()
  const started = performance.now()
  const child = start(command, environment)
  let peakBytes = 0
  const sampling = setInterval(() => {
    if (child.pid !== undefined) peakBytes = Math.max(peakBytes, residentBytes(child.pid))
  }, sampleEvery)
  const output = collected(child)
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => resolve(performance.now()))
  })
  const seconds = ((await ended.finally(() => clearInterval(sampling))) - started) / 1000
  const { stdout, stderr } = await output
  if (child.exitCode !== 0) {
    throw new Error(`${command.join(' ')} ended with ${child.exitCode}: ${stderr}${stdout}`)
  }
  return { stdout, seconds, cpuSeconds: childCpuSeconds() - cpuBefore, peakBytes }
}

export function start(
  command: readonly string[],
  environment: Environment,
  input: 'ignore' | 'pipe' = 'ignore',
): ChildProcess {
  const [program = '', ...words] = command
  const child = spawn(program, words, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: [input, 'pipe', 'pipe'],
  })
  // A benchmark that fails leaves no server behind that holds its warehouse.
  const stop = () => child.kill()
  process.once('exit', stop)
  child.once('exit', () => process.off('exit', stop))
  return child
}

async function collected(child: ChildProcess): Promise<{ stdout: string; stderr: string }> {
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text
    })
  }
  await new Promise<void>((resolve) => child.once('close', () => resolve()))
  return texts
}

/** Resident memory of a process and all below it. */
export function residentBytes(pid: number): number {
  return residentByProcess(pid).reduce((sum, bytes) => sum + bytes, 0)
}

/** The same, parent first, one figure per process. */
export function residentByProcess(pid: number): number[] {
  return family(pid).map(ownResidentBytes)
}

/** Files, connections and the like that a process and all below it hold open. */
export function openFiles(pid: number): number {
  return family(pid).reduce((sum, one) => sum + descriptorsOf(one), 0)
}

function descriptorsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length
  } catch {
    return 0
  }
}

function family(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)
  return [pid, ...children.flatMap(family)]
}

function ownResidentBytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1]
  return Number(kibibytes ?? 0) * 1024
}

/** What all ended processes below this one have used; the kernel adds theirs when they are gone. */
function childCpuSeconds(): number {
  const stat = read('/proc/self/stat')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // Fields 16 and 17 of the whole line (cutime, cstime); what is left here begins with the third.
  return (Number(fields[13]) + Number(fields[14])) / clockTicks
}

/** Processes end between two looks. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
