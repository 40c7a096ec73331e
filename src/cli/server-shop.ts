import { openAsBlob } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { AlertDelivery, AlertsState } from '../model/alert.ts'
import { TakingsError } from '../model/errors.ts'
import type { ImportReport } from '../model/import.ts'
import type { Result } from '../model/query.ts'
import type { Answer, ImportSession, ShopSettings } from '../model/wire.ts'
import type { LockOwner } from '../warehouse/warehouse.ts'
import { createServerClient, type ServerClient } from './server-client.ts'
import { exportOverHttp } from './server-export.ts'
import type { AlertAccess, ImportOrder, ShopAccess } from './shop-access.ts'
import { spoolPaths } from './spool-paths.ts'

const pollMs = 200

/** A shop that a running server owns: everything is asked over HTTP. */
export function serverShop(
  owner: LockOwner & { readonly url: string },
  dataFolder: string,
): ShopAccess {
  const client = createServerClient(owner, dataFolder)
  return {
    query: (query) => client.send<Result>('POST', '/query', query),
    shop: () => client.get('/shop'),
    runs: ({ limit, live }) => client.get('/runs', { limit, live: String(live === true) }),
    run: (runId) => client.get(`/runs/${runId}`),
    restatements: (filter) => client.get('/restatements', { ...filter }),
    rejectGroups: ({ runId, outcome }) => client.get('/rejects', { run: runId, outcome }),
    rejectedRows: ({ runId, ...rest }) => client.get('/rejects/rows', { run: runId, ...rest }),
    exportRejects: ({ runId, reason }) => client.get('/rejects/files', { run: runId, reason }),
    audit: () => client.get('/audit'),
    auditRollups: () => client.get('/audit', { rollups: 'true' }),
    // A server is asked in the stead of a folder that it owns, whose file has none.
    months: null,
    async rebuildRollups() {
      await client.send('POST', '/rollups/rebuild')
    },
    settings: () => client.get('/settings'),
    async changeSettings(change) {
      const answer = await client.send<Answer<ShopSettings>>('PUT', '/settings', change)
      return answer.data
    },
    importFiles: (order) => importOverHttp(client, order, dataFolder),
    exportTables: (order) => exportOverHttp(client, order),
    rememberedAnswers: () => client.get('/answers'),
    forgetAnswers: (id) => client.send('DELETE', `/answers/${encodeURIComponent(id)}`),
    alerts: serverAlerts(client),
    close: async () => undefined,
  }
}

function serverAlerts(client: ServerClient): AlertAccess {
  return {
    state: () => client.get('/alerts'),
    history: (limit) => client.get('/alerts/incidents', { limit }),
    check: async () => (await client.send<Answer<AlertsState>>('POST', '/alerts/check')).data,
    async test(id) {
      const path = `/alerts/webhooks/${encodeURIComponent(id)}/test`
      return (await client.send<Answer<AlertDelivery>>('POST', path)).data
    },
    snooze: (what, id, until) =>
      client.send('POST', `/alerts/${what}s/${encodeURIComponent(id)}/snooze`, { until }),
    dismiss: (id) => client.send('POST', `/alerts/incidents/${encodeURIComponent(id)}/dismiss`),
    hearsImports: true,
    async importEnded(problem, files) {
      await client.send('POST', '/alerts/imports', { files: await files(), problem })
    },
  }
}

/** Uploads, and waits until it is loaded, previewed, or a question is open. */
async function importOverHttp(
  client: ServerClient,
  order: ImportOrder,
  dataFolder: string,
): Promise<ImportReport> {
  const spooled = await spoolPaths(order.paths, dataFolder)
  try {
    const form = await formOf(order, spooled.paths)
    const begun = await client.upload<Answer<ImportSession>>('/imports', form, order.signal)
    return await followImport(client, begun.data.id, order)
  } finally {
    await spooled.remove()
  }
}

async function followImport(
  client: ServerClient,
  id: string,
  order: ImportOrder,
): Promise<ImportReport> {
  const path = `/imports/${id}`
  try {
    return await settled(client, path, order)
  } finally {
    await client.send('DELETE', path).catch(() => undefined)
  }
}

async function settled(
  client: ServerClient,
  path: string,
  { onProgress, signal }: ImportOrder,
): Promise<ImportReport> {
  for (;;) {
    const session = await client.get<ImportSession>(path)
    if (session.progress) onProgress(session.progress)
    if (session.state !== 'working' && session.report) return session.report
    await pause(pollMs, undefined, { signal })
  }
}

/** Files are read from disk while they are sent; none is held in memory. */
async function formOf(order: ImportOrder, paths: readonly string[]): Promise<FormData> {
  if (paths.length === 0) throw new TakingsError('no_files')
  const form = new FormData()
  if (order.source !== undefined) form.set('source', order.source)
  if (order.maxRejects !== undefined) form.set('maxRejects', JSON.stringify(order.maxRejects))
  if (!order.dryRun) form.set('commit', 'true')
  form.set('answers', JSON.stringify(order.answers))
  if (order.columns !== undefined) form.set('columns', JSON.stringify(order.columns))
  if (order.askAgain) form.set('askAgain', 'true')
  for (const path of paths) form.append('files', await openAsBlob(path), basename(path))
  if (order.mapFile !== undefined) {
    form.set('map', await openAsBlob(order.mapFile), basename(order.mapFile))
  }
  return form
}
