import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** Runs this same command line again with another environment and gives its exit code. */
export function restartWith(environment: NodeJS.ProcessEnv): Promise<number> {
  const [, ...words] = process.argv
  const child = spawn(process.execPath, [...process.execArgv, ...words], {
    stdio: 'inherit',
    env: environment,
  })
  const forward = (signal: NodeJS.Signals) => {
    // A terminal sends Ctrl-C to the child as well; a second one would mean "quit without tidying up".
    if (signal !== 'SIGINT' || process.stdin.isTTY !== true) child.kill(signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, forward)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(name, forward)
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0))
    })
  })
}
