import { once } from 'node:events'
import { openFiles, residentByProcess, start } from './measured-process.ts'
import { takingsCommand } from './product.ts'

export interface RunningServer {
  readonly url: string
  /** From the start of the process to its line `Ready: ...`. */
  readonly readySeconds: number
  /** Resident memory in bytes of the process that was started and those it started. */
  memory(): number[]
  /** Files and connections that the process and those that it started hold open. */
  descriptors(): number
  stop(): Promise<void>
}

/** Starts the server on a data folder as a person does; on any free port unless told otherwise. */
export async function startServer(folder: string, port = 0): Promise<RunningServer> {
  const words = ['start', '--data', folder, '--port', String(port), '--no-input']
  const started = performance.now()
  const child = start(takingsCommand(words), {})
  const ended = once(child, 'exit')
  const { url, at } = await new Promise<{ url: string; at: number }>((resolve, reject) => {
    let text = ''
    const listen = (chunk: Buffer) => {
      text += chunk.toString()
      const address = /^Ready: (\S+)/m.exec(text)?.[1]
      if (address) resolve({ url: address, at: performance.now() })
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${text}`)))
  })
  return {
    url,
    readySeconds: (at - started) / 1000,
    memory: () => (child.pid === undefined ? [] : residentByProcess(child.pid)),
    descriptors: () => (child.pid === undefined ? 0 : openFiles(child.pid)),
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
