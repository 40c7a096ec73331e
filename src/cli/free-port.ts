import { createServer } from 'node:net'
import { TakingsError } from '../model/errors.ts'
import type { Config } from './config.ts'

/** How many ports after the default one are tried. */
const attempts = 50

/** The port to listen at: the one asked for, or the first free one from the default on. Throws `port_unavailable`. */
export async function findPort({
  host,
  port,
  portIsGiven,
}: Pick<Config, 'host' | 'port' | 'portIsGiven'>): Promise<number> {
  const last = portIsGiven ? port : port + attempts
  for (let candidate = port; ; candidate += 1) {
    const problem = await problemWith(candidate, host)
    if (problem === null) return candidate
    if (problem.code === 'EADDRINUSE' && candidate < last) continue
    throw new TakingsError('port_unavailable', {
      port: candidate,
      problem: wordProblem(problem, host),
    })
  }
}

function problemWith(port: number, host: string): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (error) => resolve(error))
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(null)))
  })
}

function wordProblem(error: NodeJS.ErrnoException, host: string): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return 'another program listens there'
    case 'EACCES':
      return 'this user may not listen there'
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine`
    default:
      return error.message
  }
}
