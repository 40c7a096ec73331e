import { TakingsError } from '../model/errors.ts'

/** COMMIT gave an error: whether it took effect is not known. Holds what the work had given. */
export class CommitFailure extends Error {
  readonly value: unknown

  constructor(value: unknown, cause: unknown) {
    super('COMMIT failed', { cause })
    this.name = 'CommitFailure'
    this.value = value
  }
}

/** What is thrown where the ledger cannot tell either; `error` says why. */
export function commitUnknown(failure: CommitFailure, error: unknown): TakingsError {
  const problem = failure.cause instanceof Error ? failure.cause.message : String(failure.cause)
  return new TakingsError('commit_unknown', { problem }, { cause: error })
}
