import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { vi } from 'vitest'
import { type AppOptions, buildApp } from '../../src/http/app.ts'
import type { ImportSession } from '../../src/model/wire.ts'
import { openWarehouse, type Warehouse } from '../../src/warehouse/warehouse.ts'

export interface TestApp {
  readonly app: FastifyInstance
  readonly warehouse: Warehouse
  readonly folder: string
  close(): Promise<void>
}

export type TestAppOptions = Partial<Omit<AppOptions, 'shops'>> & {
  readonly shops?: Partial<AppOptions['shops']>
}

/** A warehouse as the real shop of a server, and the one that is shown. */
export function shopsOf(warehouse: Warehouse): AppOptions['shops'] {
  return {
    current: async () => ({ warehouse, demo: false }),
    real: async () => warehouse,
    onCommit: warehouse.onCommit,
  }
}

/** A server on a warehouse of its own; nothing listens, requests are injected. */
export async function openTestApp({ shops, ...options }: TestAppOptions = {}): Promise<TestApp> {
  const folder = await mkdtemp(join(tmpdir(), 'takings-http-'))
  const now = () => new Date('2026-03-10T12:00:00Z')
  const warehouse = await openWarehouse({ folder, now })
  const app = await buildApp({
    shops: { ...shopsOf(warehouse), ...shops },
    now,
    workFolder: join(folder, 'work'),
    dataFolder: folder,
    version: '1.2.3',
    webFolder: null,
    ...options,
  })
  return {
    app,
    warehouse,
    folder,
    async close() {
      await app.close()
      await warehouse.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The import once nothing works on it any more. */
export function settledImport(app: FastifyInstance, id: string): Promise<ImportSession> {
  return vi.waitUntil(
    async () => {
      const response = await app.inject({ url: `/api/v1/imports/${id}` })
      const { data } = response.json<{ data: ImportSession }>()
      return data.state === 'working' ? undefined : data
    },
    { timeout: 60_000, interval: 20 },
  )
}

/** A folder as the build of the pages leaves it. */
export async function writePages(folder: string): Promise<string> {
  const pages = join(folder, 'web')
  await mkdir(join(pages, 'assets'), { recursive: true })
  const script = '<script>document.documentElement.dataset.theme = "dark"</script>'
  await writeFile(join(pages, 'index.html'), `<!doctype html><title>Takings</title>${script}`)
  await writeFile(join(pages, 'assets', 'main-B1x2.js'), 'export const plain = true\n')
  await writeFile(join(pages, 'assets', 'main-B1x2.js.br'), 'brotli')
  return pages
}

export interface Part {
  readonly name: string
  readonly fileName?: string
  readonly content: string | Buffer
}

/** A multipart body as browsers send it. Source: RFC 7578. */
export function multipart(parts: readonly Part[]): {
  payload: Buffer
  headers: Record<string, string>
} {
  const boundary = 'takings-test-boundary'
  const chunks = parts.flatMap(({ name, fileName, content }) => {
    const file = fileName === undefined ? '' : `; filename="${fileName}"`
    const type = fileName === undefined ? '' : 'Content-Type: application/octet-stream\r\n'
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n${type}\r\n`
    return [Buffer.from(head), Buffer.from(content), Buffer.from('\r\n')]
  })
  const payload = Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)])
  return { payload, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } }
}
