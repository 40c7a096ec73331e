import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { TakingsError } from '../model/errors.ts'
import type { ExportFormat } from '../model/export.ts'
import type { ExportSession } from '../model/wire.ts'
import { writeExport } from '../warehouse/warehouse.ts'
import { describeError } from './error-handler.ts'
import type { Shops } from './shops.ts'

export interface ExportSessionOptions {
  readonly shops: Shops
  readonly now: () => Date
  readonly version: string
  /** Every export gets a folder of its own below it. */
  readonly exportFolder: string
  readonly onBug: (error: Error) => void
}

/** Exports on their way from facts to files: written, fetched, removed, forgotten after an hour. */
export interface ExportSessions {
  /** Starts an export of the shop that is shown, once those before it are done. Throws `busy`. */
  begin(format: ExportFormat): Promise<ExportSession>
  /** Throws `export_not_found`. */
  find(id: string): ExportSession
  /** Where a file of a finished export lies. Throws `export_not_found`. */
  fileOf(id: string, name: string): string
  /** Stops what runs and removes the files. Throws `export_not_found`. */
  remove(id: string): Promise<void>
  /** Removes what nobody asked for in an hour. */
  expire(): Promise<void>
  close(): Promise<void>
}

interface Session {
  readonly id: string
  readonly format: ExportFormat
  readonly folder: string
  readonly abort: AbortController
  view: ExportSession
  touchedAt: number
  /** What has begun of it: whoever removes an export that waits for others does not wait for them. */
  work: Promise<void>
}

const lifetime = 60 * 60 * 1000
/** Each may be as large as the warehouse, and stays on the disk until it is removed. */
const mostSessions = 5

export function createExportSessions(options: ExportSessionOptions): ExportSessions {
  const sessions = new Map<string, Session>()
  /** One at a time: each keeps a reader, and may sort as much as it is allowed in memory. */
  let last: Promise<void> = Promise.resolve()

  const demand = (id: string): Session => {
    const session = sessions.get(id)
    if (!session) throw new TakingsError('export_not_found', { id })
    session.touchedAt = options.now().getTime()
    return session
  }

  const remove = async (session: Session): Promise<void> => {
    sessions.delete(session.id)
    session.abort.abort(new TakingsError('export_not_found', { id: session.id }))
    await session.work
    await rm(session.folder, { recursive: true, force: true })
  }

  const expire = async (): Promise<void> => {
    const oldest = options.now().getTime() - lifetime
    const idle = [...sessions.values()].filter(
      ({ view, touchedAt }) => view.state !== 'working' && touchedAt < oldest,
    )
    await Promise.all(idle.map(remove))
  }

  return {
    async begin(format) {
      await expire()
      if (sessions.size >= mostSessions) {
        throw new TakingsError('busy', { problem: `${sessions.size} exports are kept already` })
      }
      const session = newSession(format, options)
      sessions.set(session.id, session)
      last = last.then(() => {
        session.work = run(session, options)
        return session.work
      })
      return session.view
    },
    find: (id) => demand(id).view,
    fileOf(id, name) {
      const { view, folder } = demand(id)
      const known = view.manifest?.tables.some(({ file }) => file === name)
      if (!known) throw new TakingsError('export_not_found', { id: `${id} with the file ${name}` })
      return join(folder, name)
    },
    remove: (id) => remove(demand(id)),
    expire,
    async close() {
      await Promise.all([...sessions.values()].map(remove))
    },
  }
}

function newSession(format: ExportFormat, { exportFolder, now }: ExportSessionOptions): Session {
  const id = randomUUID()
  return {
    id,
    format,
    folder: join(exportFolder, id),
    abort: new AbortController(),
    view: { id, state: 'working', progress: null, manifest: null, error: null },
    touchedAt: now().getTime(),
    work: Promise.resolve(),
  }
}

async function run(session: Session, options: ExportSessionOptions): Promise<void> {
  const { id, abort, folder, format } = session
  try {
    abort.signal.throwIfAborted()
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const { warehouse, demo } = await options.shops.current()
    const manifest = await writeExport(warehouse, {
      folder,
      format,
      demo,
      now: options.now,
      version: options.version,
      signal: abort.signal,
      onProgress: (progress) => {
        session.view = { ...session.view, progress }
      },
    })
    session.view = { ...session.view, state: 'done', manifest }
  } catch (error) {
    const thrown = error instanceof Error ? error : new Error(String(error))
    if (!(thrown instanceof TakingsError)) options.onBug(thrown)
    // Half an export is of use to nobody, and may be what filled the disk: whoever reads that it
    // failed finds it gone.
    await rm(folder, { recursive: true, force: true }).catch(() => undefined)
    session.view = { ...session.view, state: 'failed', error: describeError(thrown, id).body.error }
  }
}
