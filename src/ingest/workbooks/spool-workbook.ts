import { fileURLToPath } from 'node:url'
import { TakingsError } from '../../model/errors.ts'
import { forkWorker } from '../../staging/staging.ts'
import type { SpooledWorkbook, SpoolReply, SpoolRequest } from './message.ts'

/** Megabytes of objects that reading a workbook may use; its rows are never held. */
const memoryLimit = 384

/**
 * Writes the sheets of a workbook as text, in a process of its own: neither its time nor its memory are ours.
 * Throws `damaged_file`, `unreadable_format`, `disk_full`.
 */
export function spoolWorkbook(
  request: SpoolRequest,
  signal?: AbortSignal,
): Promise<SpooledWorkbook> {
  signal?.throwIfAborted()
  const self = fileURLToPath(import.meta.url)
  const child = forkWorker(self.replace(/spool-workbook\.(ts|js)$/, 'worker.$1'), { memoryLimit })
  child.stderr?.resume()
  const stop = () => child.kill('SIGKILL')
  signal?.addEventListener('abort', stop)
  const spooled = new Promise<SpooledWorkbook>((resolve, reject) => {
    child.once('message', (reply: SpoolReply) => {
      if (reply.kind === 'done') resolve(reply.workbook)
      else if (reply.code === null) reject(new Error(reply.message))
      else reject(new TakingsError(reply.code, reply.details))
    })
    child.once('error', reject)
    child.once('exit', (code, ended) => {
      reject(signal?.aborted ? signal.reason : epitaph(request, { code, ended }))
    })
  })
  child.send(request)
  return spooled.finally(() => {
    signal?.removeEventListener('abort', stop)
    stop()
  })
}

/** Why no reply came. The engine of JavaScript aborts when its memory is used up. */
function epitaph(
  { name }: SpoolRequest,
  { code, ended }: { readonly code: number | null; readonly ended: string | null },
): TakingsError {
  if (ended === 'SIGABRT' || ended === 'SIGTRAP' || code === 134) {
    const problem = 'it needs more memory than reading a workbook may use; export its sheets as CSV'
    return new TakingsError('unreadable_format', { path: name, problem })
  }
  return new TakingsError('staging_stopped', {
    problem: `reading ${name} ended with ${ended ?? code}`,
  })
}
