import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export interface AccessToken {
  readonly token: string
  readonly path: string
}

/** The token that other machines need: made at the first start, readable by its owner only. */
export async function readAccessToken(dataFolder: string): Promise<AccessToken> {
  const path = join(dataFolder, 'access-token')
  const known = await readFile(path, 'utf8').catch(() => null)
  if (known !== null && known.trim() !== '') return { token: known.trim(), path }
  const token = newToken()
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFile(path, `${token}\n`, { mode: 0o600 })
  return { token, path }
}

export function newToken(): string {
  return randomBytes(24).toString('base64url')
}
