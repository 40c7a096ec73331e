import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { basename } from 'node:path'
import {
  CorrectableImport,
  contentHash,
  type ImportRequest,
  importFiles,
} from '../ingest/ingest.ts'
import type { ImportedFile } from '../model/alert.ts'
import { TakingsError } from '../model/errors.ts'
import type { ImportProgress, ImportReport } from '../model/import.ts'
import type { ImportSession } from '../model/wire.ts'
import { describeError } from './error-handler.ts'
import { failedReport } from './failed-report.ts'
import type { Upload } from './receive-upload.ts'
import type { Shops } from './shops.ts'

export interface SessionOptions {
  readonly shops: Shops
  readonly now: () => Date
  /** For the import's own work; uploads have folders of their own. */
  readonly workFolder: string
  /** What an import needs beside its files: memory limit, time zone. */
  readonly settings: Pick<ImportRequest, 'memoryLimit' | 'timeZone'>
  readonly onBug: (error: Error) => void
  /** Told of an import that loaded its files, and why of one that nothing can mend. `files` reads all of them. */
  readonly onEnd?: (
    problem: string | null,
    files: () => Promise<readonly ImportedFile[]>,
  ) => Promise<void>
}

/** Uploads on their way from files to figures: previewed, answered, committed, forgotten after an hour. */
export interface ImportSessions {
  /** Starts the preview of an upload, or its commit where that was asked for at once. */
  begin(upload: Upload): ImportSession
  /** Throws `import_not_found`. */
  find(id: string): ImportSession
  /** Adds answers and corrected columns, and previews again. Throws `import_not_found`, `busy`. */
  answer(id: string, said: Said): ImportSession
  /** Loads what the preview showed. Throws `import_not_found`, `busy`, `open_question`. */
  commit(id: string): ImportSession
  /** Stops what runs and removes the files. Throws `import_not_found`. */
  remove(id: string): Promise<void>
  /** Forgets sessions that nobody asked for in an hour. */
  expire(): Promise<void>
  close(): Promise<void>
}

/** What the columns of single files are; nothing is said of them with the upload. */
type FileCorrections = NonNullable<ImportRequest['files']>

/** What a person says of an upload; what is absent stays as it was said before. */
export interface Said {
  readonly answers?: Readonly<Record<string, string>> | undefined
  readonly files?: FileCorrections | undefined
  readonly askAgain?: boolean | undefined
  /** The system that issued the order numbers. */
  readonly source?: string | undefined
}

interface Session {
  readonly id: string
  readonly upload: Upload
  readonly abort: AbortController
  answers: Readonly<Record<string, string>>
  files: FileCorrections
  askAgain: boolean
  source: string | undefined
  state: ImportSession['state']
  progress: ImportProgress | null
  report: ImportReport | null
  /** Why the preview cannot be loaded, where corrected columns may mend it. */
  fault: CorrectableImport | null
  touchedAt: number
  work: Promise<void>
}

const lifetime = 60 * 60 * 1000

export function createImportSessions(options: SessionOptions): ImportSessions {
  const sessions = new Map<string, Session>()
  const inTurn = { preview: Promise.resolve(), commit: Promise.resolve() }

  const demand = (id: string): Session => {
    const session = sessions.get(id)
    if (!session) throw new TakingsError('import_not_found', { id })
    session.touchedAt = options.now().getTime()
    return session
  }

  /** One preview and one commit at a time: each may use all the memory that imports are given. */
  const start = (session: Session, kind: 'preview' | 'commit'): ImportSession => {
    session.state = 'working'
    session.progress = null
    session.work = inTurn[kind].then(() => run(session, kind === 'preview', options))
    inTurn[kind] = session.work
    return view(session)
  }

  const remove = async (session: Session): Promise<void> => {
    sessions.delete(session.id)
    session.abort.abort(
      new TakingsError('staging_stopped', { problem: 'the import was cancelled' }),
    )
    await session.work
    await rm(session.upload.folder, { recursive: true, force: true })
  }

  return {
    begin(upload) {
      const session = newSession(upload, options.now().getTime())
      sessions.set(session.id, session)
      return start(session, upload.commit ? 'commit' : 'preview')
    },
    find: (id) => view(demand(id)),
    answer(id, { answers, files, askAgain, source }) {
      const session = demand(id)
      refuseWhileWorking(session)
      if (isOver(session)) throw new TakingsError('import_not_found', { id })
      session.answers = { ...session.answers, ...answers }
      session.files = withCorrections(session.files, files ?? {})
      session.askAgain ||= askAgain === true
      session.source = source ?? session.source
      return start(session, 'preview')
    },
    commit(id) {
      const session = demand(id)
      refuseWhileWorking(session)
      if (isOver(session)) return view(session)
      refuseOpenQuestion(session)
      refuseFault(session)
      return start(session, 'commit')
    },
    remove: (id) => remove(demand(id)),
    async expire() {
      const oldest = options.now().getTime() - lifetime
      const idle = [...sessions.values()].filter(
        ({ state, touchedAt }) => state !== 'working' && touchedAt < oldest,
      )
      await Promise.all(idle.map(remove))
    },
    async close() {
      await Promise.all([...sessions.values()].map(remove))
    },
  }
}

async function run(session: Session, dryRun: boolean, options: SessionOptions): Promise<void> {
  const { upload, abort } = session
  try {
    abort.signal.throwIfAborted()
    options.shops.refuseFiles?.()
    const report = await importFiles(await options.shops.real(), {
      ...options.settings,
      ...upload.request,
      ...(session.source === undefined ? {} : { source: session.source }),
      dryRun,
      answers: session.answers,
      files: session.files,
      askAgain: session.askAgain,
      now: options.now,
      workFolder: options.workFolder,
      signal: abort.signal,
      onProgress: (progress) => {
        session.progress = progress
      },
    })
    session.report = report
    session.fault = null
    session.state = stateAfter(report)
  } catch (error) {
    const thrown = error instanceof Error ? error : new Error(String(error))
    if (!(thrown instanceof TakingsError)) options.onBug(thrown)
    const { error: described } = describeError(thrown, session.id).body
    const correctable = thrown instanceof CorrectableImport
    session.report = failedReport(described, session.report, correctable ? thrown.files : null)
    session.fault = correctable ? thrown : null
    session.state = correctable ? 'waiting' : 'failed'
  }
  await tellEnd(session, options)
}

/** What a person stopped did not fail, and what waits for a person's word has not ended. */
async function tellEnd({ upload, abort, state, report }: Session, options: SessionOptions) {
  if (!options.onEnd || abort.signal.aborted || state === 'waiting' || state === 'working') return
  const problem = state === 'failed' ? (report?.error?.message ?? 'nothing was loaded') : null
  await options
    .onEnd(problem, () => filesOf(upload))
    .catch((error: unknown) => {
      if (!(error instanceof TakingsError)) options.onBug(error as Error)
    })
}

async function filesOf({ request: { paths, names } }: Upload): Promise<ImportedFile[]> {
  const files: ImportedFile[] = []
  for (const path of paths)
    files.push({ name: basename(names?.[path] ?? path), sha256: await contentHash(path) })
  return files
}

function newSession(upload: Upload, touchedAt: number): Session {
  return {
    id: randomUUID(),
    upload,
    abort: new AbortController(),
    answers: upload.answers,
    files: {},
    askAgain: upload.askAgain,
    source: upload.request.source,
    state: 'working',
    progress: null,
    report: null,
    fault: null,
    touchedAt,
    work: Promise.resolve(),
  }
}

function stateAfter(report: ImportReport): ImportSession['state'] {
  return report.state === 'preview' || report.state === 'question' ? 'waiting' : report.state
}

function isOver(session: Session): boolean {
  return session.state !== 'working' && session.state !== 'waiting'
}

function refuseWhileWorking(session: Session): void {
  if (session.state === 'working')
    throw new TakingsError('busy', { problem: 'the import is being worked on' })
}

function refuseOpenQuestion(session: Session): void {
  const question = session.report?.state === 'question' ? session.report.questions[0] : undefined
  if (!question) return
  throw new TakingsError('open_question', {
    question: question.text,
    key: question.key,
    values: question.choices.map(({ value }) => value),
  })
}

/** What the preview failed with, the commit would fail with too. */
function refuseFault({ fault }: Session): void {
  if (fault) throw fault
}

/** Later words count over earlier ones, column by column. */
function withCorrections(before: FileCorrections, said: FileCorrections): FileCorrections {
  const files = { ...before }
  for (const [name, { columns, holds }] of Object.entries(said)) {
    const known = files[name]
    files[name] = {
      ...known,
      columns: { ...known?.columns, ...columns },
      ...(holds === undefined ? {} : { holds }),
    }
  }
  return files
}

function view({ id, state, progress, report }: Session): ImportSession {
  return { id, state, progress, report }
}
