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
    try {
      return await this.#opened
    } catch (error) {
      throw openingFailure(error, this.#options.path)
    }
  }

  /** Others may have found the same session broken before. */
  #retire(session: Session): void {
    if (this.#retired.has(session)) return
    this.#retired.add(session)
    this.#opened = null
    this.#closing = session.close()
  }

  readonly #retired = new WeakSet<Session>()
}
