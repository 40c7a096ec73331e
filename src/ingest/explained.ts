import { TakingsError } from '../model/errors.ts'
import { StagingFault } from '../staging/staging.ts'

/** What an error is told by: the files of the import, and what it was allowed to use. */
interface Circumstances {
  readonly paths: readonly string[]
  readonly names?: Readonly<Record<string, string>>
  readonly memoryLimit?: string
  readonly workFolder: string
  readonly signal?: AbortSignal
}

/** What the engine or the system said, as an error that a person can act on. */
export function explained(error: unknown, request: Circumstances): unknown {
  if (!(error instanceof StagingFault)) return error
  request.signal?.throwIfAborted()
  const path = request.paths.map((one) => request.names?.[one] ?? one).join(', ')
  if (error.outOfMemory) {
    const limit = request.memoryLimit ?? '1GB'
    return new TakingsError('staging_out_of_memory', { path, limit }, { cause: error })
  }
  if (error.diskFull) {
    return new TakingsError(
      'disk_full',
      { problem: 'cleaning a file', path: request.workFolder },
      { cause: error },
    )
  }
  if (
    /^(Invalid Input|IO|Serialization|Conversion) Error|^(CSV|Parquet|JSON)/i.test(error.message)
  ) {
    const problem = error.message.split('\n')[0] ?? error.message
    return new TakingsError('damaged_file', { path, problem }, { cause: error })
  }
  return error
}
