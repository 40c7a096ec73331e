import { exitCodes } from './exit-codes.ts'

/** The person pressed Ctrl-C, or the system asked to stop. */
export class Interruption extends Error {
  override readonly name = 'Interruption'
  readonly exitCode: number

  constructor(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') {
    super('Stopped.')
    // Being told to stop by the system is an orderly end; Ctrl-C is a wish to break off.
    this.exitCode = signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.done
  }
}

/** npm and terminals may deliver one Ctrl-C twice; a second one this soon is the same one. */
const echoMs = 500

/** Aborts at the first signal, so that work can tidy up; a second one ends the process at once. */
export function interruptionSignal(): AbortSignal {
  const controller = new AbortController()
  let firstAt: number | null = null
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      const time = performance.now()
      if (firstAt === null) {
        firstAt = time
        controller.abort(new Interruption(signal))
      } else if (time - firstAt > echoMs) {
        process.exit(exitCodes.interrupted)
      }
    })
  }
  return controller.signal
}
