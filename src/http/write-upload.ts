import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { safeName, type Upload } from './receive-upload.ts'

/**
 * Files that the server itself makes, as if they were uploaded, to be loaded without a preview. However many of
 * their rows are rejected, the others are loaded: they were rejected before.
 */
export async function writeUpload(
  files: readonly { readonly fileName: string; readonly text: string }[],
  uploadFolder: string,
): Promise<Upload> {
  const folder = join(uploadFolder, randomUUID())
  await mkdir(folder, { recursive: true })
  const names: Record<string, string> = {}
  for (const [index, { fileName, text }] of files.entries()) {
    const name = safeName(fileName)
    const path = join(folder, `${index + 1}-${name}`)
    await writeFile(path, text, { mode: 0o600 })
    names[path] = name
  }
  return {
    folder,
    answers: {},
    askAgain: false,
    commit: true,
    request: { paths: Object.keys(names), names, maxRejects: 1 },
  }
}
