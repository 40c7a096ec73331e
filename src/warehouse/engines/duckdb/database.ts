import { explained, openingFailure } from './failures.ts'
import { Session, type SessionOptions } from './session.ts'

/** The session broke down under the work; what the engine said is the cause. */
export class SessionLost extends Error {
  constructor(cause: unknown) {
    super('the database was closed because it invalidated itself', { cause })
    this.name = 'SessionLost'
  }
}

/**
 * The database file over its life. Opens it when it is needed, and again after the engine invalidated
 * itself; never twice at once, because a second instance on one file corrupts it.
 */
export class Database {
  readonly #options: SessionOptions
  #opened: Promise<Session> | null = null
  #closing: Promise<void> = Promise.resolve()

  constructor(options: SessionOptions) {
    this.#options = options
  }

  /** Opens the file now rather than at its first use, and throws why that cannot be. */
  async open(): Promise<void> {
    await this.#open()
  }

  /** Throws `SessionLost` when the session broke down, else what `work` throws, explained. */
  async use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.#open()
    try {
      return await session.use(() => work(session))
    } catch (error) {
      if (!session.broken) throw explained(error, this.#options.path)
      this.#retire(session)
      throw new SessionLost(error)
    }
  }

  async close(): Promise<void> {
    const opened = this.#opened
    this.#opened = null
    if (opened) this.#closing = opened.then((session) => session.close())
    await this.#closing
  }

  async #open(): Promise<Session> {
    if (!this.#opened) {
      const opened = this.#closing.then(() => Session.open(this.#options))
      this.#opened = opened
      opened.catch(() => {
        if (this.#opened === opened) this.#opened = null
      })
    }
    const session = await this.#opened.catch((error) => {
      throw openingFailure(error, this.#options.path)
    })
    if (!session.broken) return session
    this.#retire(session)
    return this.#open()
  }

  /** Nothing for a session that others found broken before. */
  #retire(session: Session): void {
    if (session.closing) return
    this.#opened = null
    this.#closing = session.close()
    // Whoever opens next hears of a failure: the file cannot be opened while it may still be open.
    this.#closing.catch(() => undefined)
  }
}
