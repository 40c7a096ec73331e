import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { TakingsError } from '../model/errors.ts'
import type { ExportManifest } from '../model/export.ts'
import type { Answer, ExportSession } from '../model/wire.ts'
import { type ServerClient, thrownAgain } from './server-client.ts'
import type { ExportOrder } from './shop-access.ts'

const pollMs = 200

/** The server writes all tables of one moment; then its files are fetched one after another. */
export async function exportOverHttp(
  client: ServerClient,
  order: ExportOrder,
): Promise<ExportManifest> {
  const { format, folder, signal } = order
  const begun = await client.send<Answer<ExportSession>>('POST', '/exports', { format })
  const path = `/exports/${begun.data.id}`
  try {
    const manifest = await finished(client, path, order)
    for (const { file, bytes } of manifest.tables) {
      const name = basename(file)
      const received = await client.download(`${path}/files/${name}`, join(folder, name), signal)
      if (received !== bytes) {
        const problem = `of the ${bytes} bytes of ${name} ${received} came`
        throw new TakingsError('export_stopped', { path: folder, problem })
      }
    }
    return manifest
  } finally {
    await client.send('DELETE', path).catch(() => undefined)
  }
}

async function finished(
  client: ServerClient,
  path: string,
  { onProgress, signal }: ExportOrder,
): Promise<ExportManifest> {
  for (;;) {
    const { manifest, progress, error } = await client.get<ExportSession>(path)
    if (manifest) return manifest
    if (error) throw thrownAgain(error, 500)
    if (progress) onProgress(progress)
    await pause(pollMs, undefined, { signal })
  }
}
