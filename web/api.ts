import type {
  AlertDelivery,
  AlertIncident,
  AlertRule,
  AlertsState,
  AlertWebhookWish,
  AlertWish,
  MadeWebhook,
} from '../src/model/alert.ts'
import type { WireError } from '../src/model/errors.ts'
import type {
  ImportReport,
  MendedRow,
  RejectedRow,
  RejectGroup,
  RememberedAnswers,
  RunSummary,
} from '../src/model/import.ts'
import type { LiveFigures, LivePage, LiveTicker } from '../src/model/live-page.ts'
import type { Catalogue, Query, Result } from '../src/model/query.ts'
import type { Restatement, RestatementFilter } from '../src/model/restatement.ts'
import type {
  Answer,
  ImportAnswers,
  ImportSession,
  LiveBeat,
  LiveChange,
  RoleEntry,
  SettingsChange,
  Shop,
  ShopSettings,
} from '../src/model/wire.ts'

/** The only file that talks to the server. */

const root = '/api/v1'

/** What went wrong, in words for people; `code` is from the server's error table. */
export class ApiError extends Error {
  readonly code: string
  readonly hint: string

  constructor(code: string, message: string, hint: string) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.hint = hint
  }
}

const unreachable = new ApiError(
  'unreachable',
  'Takings does not answer.',
  'Check that it still runs in the terminal, then try again.',
)

export async function readShop(signal?: AbortSignal): Promise<Shop> {
  return (await ask<Answer<Shop>>('/shop', { signal })).data
}

/** Of the real shop, also while the demo is shown. */
export async function readSettings(signal?: AbortSignal): Promise<ShopSettings> {
  return (await ask<Answer<ShopSettings>>('/settings', { signal })).data
}

export async function changeSettings(change: SettingsChange): Promise<ShopSettings> {
  return (await ask<Answer<ShopSettings>>('/settings', { method: 'PUT', body: change })).data
}

export async function readCatalogue(signal?: AbortSignal): Promise<Catalogue> {
  return (await ask<Answer<Catalogue>>('/metrics', { signal })).data
}

export async function runQuery(query: Query, signal?: AbortSignal): Promise<Result> {
  return ask<Result>('/query', { method: 'POST', body: query, signal })
}

export async function readRuns(signal?: AbortSignal): Promise<readonly RunSummary[]> {
  return (await ask<Answer<readonly RunSummary[]>>('/runs', { signal })).data
}

export async function readRestatements(
  { from, to, since, limit }: RestatementFilter,
  signal?: AbortSignal,
): Promise<readonly Restatement[]> {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries({ from, to, since, limit }))
    if (value !== undefined) search.set(name, String(value))
  return (await ask<Answer<readonly Restatement[]>>(`/restatements?${search}`, { signal })).data
}

export async function readRun(runId: number, signal?: AbortSignal): Promise<ImportReport> {
  return (await ask<Answer<ImportReport>>(`/runs/${runId}`, { signal })).data
}

export async function readRejectGroups(signal?: AbortSignal): Promise<readonly RejectGroup[]> {
  return (await ask<Answer<readonly RejectGroup[]>>('/rejects', { signal })).data
}

export interface RejectedRowsRequest {
  readonly run: number
  readonly reason?: string
  readonly limit: number
  readonly offset: number
}

export async function readRejectedRows(
  request: RejectedRowsRequest,
  signal?: AbortSignal,
): Promise<readonly RejectedRow[]> {
  const search = new URLSearchParams(
    Object.entries(request).map(([name, value]) => [name, String(value)]),
  )
  return (await ask<Answer<readonly RejectedRow[]>>(`/rejects/rows?${search}`, { signal })).data
}

/** Address of a CSV with the original headers, for a link with `download`. */
export function rejectsExportAddress(run: number, reason: string): string {
  return `${root}/rejects/export?${new URLSearchParams({ run: String(run), reason })}`
}

export async function readAlerts(signal?: AbortSignal): Promise<AlertsState> {
  return (await ask<Answer<AlertsState>>('/alerts', { signal })).data
}

/** What alerts found, open and over, newest first. */
export async function readIncidents(signal?: AbortSignal): Promise<readonly AlertIncident[]> {
  return (await ask<Answer<readonly AlertIncident[]>>('/alerts/incidents', { signal })).data
}

/** Looks at all alerts now. */
export async function checkAlerts(): Promise<AlertsState> {
  return (await ask<Answer<AlertsState>>('/alerts/check', { method: 'POST' })).data
}

/** Makes an alert, or changes the one with this id. */
export async function saveAlert(id: string | null, wish: AlertWish): Promise<AlertRule> {
  const path = id === null ? '/alerts/rules' : `/alerts/rules/${encodeURIComponent(id)}`
  const method = id === null ? 'POST' : 'PUT'
  return (await ask<Answer<AlertRule>>(path, { method, body: wish })).data
}

export async function deleteAlert(id: string): Promise<void> {
  await ask<unknown>(`/alerts/rules/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

/** Until an instant (ISO); null ends it. */
export async function snoozeAlert(
  what: 'rule' | 'incident',
  id: string,
  until: string | null,
): Promise<void> {
  const path = `/alerts/${what}s/${encodeURIComponent(id)}/snooze`
  await ask<unknown>(path, { method: 'POST', body: { until } })
}

/** Puts a failed import aside. */
export async function dismissIncident(id: string): Promise<void> {
  await ask<unknown>(`/alerts/incidents/${encodeURIComponent(id)}/dismiss`, { method: 'POST' })
}

export async function addWebhook(wish: AlertWebhookWish): Promise<MadeWebhook> {
  return (await ask<Answer<MadeWebhook>>('/alerts/webhooks', { method: 'POST', body: wish })).data
}

export async function deleteWebhook(id: string): Promise<void> {
  await ask<unknown>(`/alerts/webhooks/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

export async function testWebhook(id: string): Promise<AlertDelivery> {
  const path = `/alerts/webhooks/${encodeURIComponent(id)}/test`
  return (await ask<Answer<AlertDelivery>>(path, { method: 'POST' })).data
}

export async function readImport(id: string, signal?: AbortSignal): Promise<ImportSession> {
  return (await ask<Answer<ImportSession>>(`/imports/${encodeURIComponent(id)}`, { signal })).data
}

/** Answers to questions and corrected columns; the preview is made again. */
export async function answerImport(id: string, said: ImportAnswers): Promise<void> {
  const path = `/imports/${encodeURIComponent(id)}/answers`
  await ask<unknown>(path, { method: 'POST', body: said })
}

/** What a column can be. */
export async function readRoles(signal?: AbortSignal): Promise<readonly RoleEntry[]> {
  return (await ask<Answer<readonly RoleEntry[]>>('/roles', { signal })).data
}

/** What was answered and corrected of files, and holds for later ones. */
export async function readRemembered(signal?: AbortSignal): Promise<readonly RememberedAnswers[]> {
  return (await ask<Answer<readonly RememberedAnswers[]>>('/answers', { signal })).data
}

export async function forgetRemembered(id: string): Promise<void> {
  await ask<unknown>(`/answers/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

/** Imports rejected rows again as they were corrected; answers like an upload. */
export async function mendRows(rows: readonly MendedRow[]): Promise<ImportSession> {
  return (await ask<Answer<ImportSession>>('/rejects/mend', { method: 'POST', body: { rows } }))
    .data
}

export async function commitImport(id: string): Promise<void> {
  await ask<unknown>(`/imports/${encodeURIComponent(id)}/commit`, { method: 'POST' })
}

export async function discardImport(id: string): Promise<void> {
  await ask<unknown>(`/imports/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

export interface Upload {
  /** Resolves when the server has every byte and has begun to read. */
  readonly session: Promise<ImportSession>
  stop(): void
}

/** `fetch` cannot tell how much was sent, so uploads go through the older request. */
export function uploadFiles(files: readonly File[], onSent: (share: number) => void): Upload {
  const form = new FormData()
  for (const file of files) form.append('files', file, file.webkitRelativePath || file.name)
  const request = new XMLHttpRequest()
  const session = new Promise<ImportSession>((resolve, reject) => {
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) onSent(event.loaded / event.total)
    })
    request.addEventListener('load', () => {
      if (request.status < 300)
        resolve((JSON.parse(request.responseText) as Answer<ImportSession>).data)
      else reject(errorFrom(request.status, request.responseText))
    })
    request.addEventListener('error', () => reject(unreachable))
    request.addEventListener('abort', () =>
      reject(new ApiError('stopped', 'The upload was stopped.', '')),
    )
    request.open('POST', `${root}/imports`)
    request.send(form)
  })
  return { session, stop: () => request.abort() }
}

/** The Live page as it was at an instant (ISO) of a day. */
export async function readReplay(
  { day, at }: { readonly day: string; readonly at: string },
  signal?: AbortSignal,
): Promise<LivePage> {
  const search = new URLSearchParams({ day, at })
  return (await ask<Answer<LivePage>>(`/live/replay?${search}`, { signal })).data
}

export interface ChangeListener {
  /** A commit, or some that may have been missed. */
  readonly onChange: (change: LiveChange, position: string) => void
  readonly onState: (isConnected: boolean) => void
  /** What time it is at the server (ISO): at first, and every few seconds. */
  readonly onMoment: (at: string) => void
  /** What the Live page shows, where it is wanted. */
  readonly figures?: {
    readonly onFigures: (figures: LiveFigures) => void
    readonly onTicker: (ticker: LiveTicker) => void
  }
}

/** Milliseconds before a feed that the server refused is asked for again; a lost one comes back by itself. */
const askAgainAfter = 5_000

/**
 * Milliseconds without a word after which the server is taken for lost: connections that died without an end, as in a
 * laptop that slept, stay open for ever. Of one that stands, two signs of life and a half; of one that is to begin.
 */
const longestSilence = 40_000
const longestWait = 10_000

/** Hears of every commit after a position. Gives a function that ends it. */
export function followChanges(since: string, listener: ChangeListener): () => void {
  const { onChange, onState, onMoment, figures } = listener
  let last = since
  let source: EventSource | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  const openAfter = (milliseconds: number): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      onState(false)
      source?.close()
      open()
    }, milliseconds)
  }
  const open = (): void => {
    const wishes = figures ? { since: last, figures: '1' } : { since: last }
    const opened = new EventSource(`${root}/live?${new URLSearchParams(wishes)}`)
    source = opened
    const hear = <Told>(name: string, told: (data: Told, position: string) => void): void => {
      opened.addEventListener(name, ({ data, lastEventId }) => {
        openAfter(longestSilence)
        told(JSON.parse(data) as Told, lastEventId)
      })
    }
    hear<LiveBeat>('hello', ({ at }) => {
      onState(true)
      onMoment(at)
    })
    hear<LiveBeat>('beat', ({ at }) => onMoment(at))
    hear<LiveChange>('change', (change, position) => {
      last = position
      onChange(change, position)
    })
    if (figures) hear('figures', figures.onFigures)
    if (figures) hear('ticker', figures.onTicker)
    opened.addEventListener('error', () => {
      onState(false)
      openAfter(opened.readyState === EventSource.CLOSED ? askAgainAfter : longestWait)
    })
    openAfter(longestWait)
  }
  open()
  return () => {
    clearTimeout(timer)
    source?.close()
  }
}

interface Asking {
  readonly method?: 'POST' | 'PUT' | 'DELETE'
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
}

async function ask<Reply>(path: string, { method, body, signal }: Asking): Promise<Reply> {
  const response = await send(`${root}${path}`, {
    method: method ?? 'GET',
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  })
  const text = await response.text()
  if (!response.ok) throw errorFrom(response.status, text)
  return (text === '' ? undefined : JSON.parse(text)) as Reply
}

async function send(address: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(address, options)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw unreachable
  }
}

function errorFrom(status: number, text: string): ApiError {
  try {
    const { error } = JSON.parse(text) as WireError
    return new ApiError(error.code, error.message, error.hint)
  } catch {
    return new ApiError('unexpected', `Takings answered with status ${status}.`, 'Try again.')
  }
}
