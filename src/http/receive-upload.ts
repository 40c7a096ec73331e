import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Multipart, MultipartFile } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ImportRequest } from '../ingest/ingest.ts'
import { TakingsError } from '../model/errors.ts'
import { columnRoles, sourceName } from './corrections.ts'

/** What was uploaded, on disk. */
export interface Upload {
  /** Holds the files and nothing else; whoever has the upload removes it. */
  readonly folder: string
  readonly request: Pick<
    ImportRequest,
    'paths' | 'names' | 'source' | 'mapFile' | 'maxRejects' | 'columns'
  >
  readonly answers: Readonly<Record<string, string>>
  /** Leave aside what is remembered. */
  readonly askAgain: boolean
  /** Load at once, without a preview; a question still stops it. */
  readonly commit: boolean
}

interface UploadLimits {
  /** Of all files together. */
  readonly bytes: number
  readonly files: number
}

/** What a page may send; more is for the command line. */
export const pageLimits: UploadLimits = { bytes: 2 * 1024 ** 3, files: 500 }
const limitText = '2 GB'
const noLimits: UploadLimits = {
  bytes: Number.MAX_SAFE_INTEGER,
  files: Number.MAX_SAFE_INTEGER - 1,
}
const mostFields = 20

const fields = z.object({
  source: sourceName.optional(),
  answers: z.record(z.string(), z.string()).optional(),
  columns: columnRoles.optional(),
  askAgain: z.boolean().optional(),
  maxRejects: z.number().min(0).max(1).optional(),
  commit: z.boolean().optional(),
})

/**
 * Streams an upload to disk, never holding a file in memory: `files` (repeated), and optionally `source`,
 * `answers` and `columns` (JSON), `askAgain` (true), `maxRejects` (0 to 1), `commit` (true) and the file `map`. Throws `no_files`, `too_many_files`,
 * `upload_too_large`, `invalid_request`; then nothing is left on disk.
 */
export async function receiveUpload(
  request: FastifyRequest,
  options: { readonly uploadFolder: string; readonly unlimited: boolean },
): Promise<Upload> {
  if (!request.isMultipart()) {
    throw new TakingsError('invalid_request', { problem: 'an upload is multipart/form-data' })
  }
  const folder = join(options.uploadFolder, randomUUID())
  await mkdir(folder, { recursive: true })
  try {
    return await receiveParts(request, folder, options.unlimited ? noLimits : pageLimits)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

async function receiveParts(
  request: FastifyRequest,
  folder: string,
  most: UploadLimits,
): Promise<Upload> {
  const names: Record<string, string> = {}
  const values: Record<string, unknown> = {}
  let mapFile: string | undefined
  let left = most.bytes
  // The one file too many is seen here, and refused in our words.
  const files = most.files + 1
  const limits = {
    fileSize: most.bytes,
    files,
    fields: mostFields,
    parts: files + mostFields,
    fieldSize: 100_000,
  }
  for await (const part of request.parts({ limits })) {
    if (part.type === 'field') {
      values[part.fieldname] = fieldValue(part)
      continue
    }
    if (Object.keys(names).length === most.files) {
      throw new TakingsError('too_many_files', { limit: most.files })
    }
    const name = safeName(part.filename)
    const path = join(folder, `${Object.keys(names).length + 1}-${name}`)
    left -= await save(part, path)
    if (left < 0) throw new TakingsError('upload_too_large', { limit: limitText })
    if (part.fieldname === 'map') mapFile = path
    else names[path] = name
  }
  const paths = Object.keys(names)
  if (paths.length === 0) throw new TakingsError('no_files')
  const said = readFields(values)
  const { answers = {}, columns, source, maxRejects } = said
  return {
    folder,
    answers,
    askAgain: said.askAgain ?? false,
    commit: said.commit ?? false,
    request: {
      paths,
      names,
      ...(source === undefined ? {} : { source }),
      ...(maxRejects === undefined ? {} : { maxRejects }),
      ...(mapFile === undefined ? {} : { mapFile }),
      ...(columns === undefined ? {} : { columns }),
    },
  }
}

/** Bytes written. */
async function save(part: MultipartFile, path: string): Promise<number> {
  const sink = createWriteStream(path, { flags: 'wx', mode: 0o600 })
  await pipeline(part.file, sink)
  if (part.file.truncated) throw new TakingsError('upload_too_large', { limit: limitText })
  return sink.bytesWritten
}

function fieldValue(part: Extract<Multipart, { type: 'field' }>): unknown {
  const text = String(part.value)
  if (part.fieldname === 'source') return text === '' ? undefined : text
  try {
    return JSON.parse(text)
  } catch {
    throw new TakingsError('invalid_request', {
      problem: `the field ${part.fieldname} is not JSON`,
    })
  }
}

function readFields(values: unknown): z.infer<typeof fields> {
  const read = fields.safeParse(values)
  if (read.success) return read.data
  const issue = read.error.issues[0]
  throw new TakingsError('invalid_request', {
    problem: `the field ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it does not fit'}`,
  })
}

/** A plain file name: no folders, no control characters, no more than 120 characters, the end kept. */
export function safeName(name: string): string {
  const last = basename(name.replaceAll('\\', '/'))
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  const plain = last.replace(/[\u0000-\u001f\u007f<>:"|?*]/g, '_').replace(/^\.+/, '')
  return plain.slice(-120) || 'file'
}
