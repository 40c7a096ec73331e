import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TakingsError, type WireError } from '../model/errors.ts'
import type { Answer, ShopSettings } from '../model/wire.ts'
import type { CommandContext } from './command.ts'
import { problemOf, readAnswer, silent } from './live-answer.ts'
import { findServer } from './open-shop.ts'
import { thrownAgain } from './server-client.ts'

/** A server that takes live records. */
export interface LiveTarget {
  readonly url: string
  readonly token: string
  /** Where the token stands. */
  readonly tokenFile: string
}

/**
 * The server that records are sent to, asked anew each time: one that starts again may listen elsewhere. `to`: the
 * address of a server elsewhere, without which it is the one that owns the data folder. Throws `no_server`,
 * `invalid_option`, `file_not_found`.
 */
export async function findTarget(
  to: string | undefined,
  context: CommandContext,
): Promise<LiveTarget> {
  const { dataFolder, tokenFile } = context.config
  const url = to === undefined ? (await findServer(context))?.url : addressFrom(to)
  if (url === undefined) throw new TakingsError('no_server', { path: dataFolder })
  const path = tokenFile ?? join(dataFolder, 'access-token')
  const token = await readFile(path, 'utf8').catch(() => null)
  if (token === null || token.trim() === '') throw new TakingsError('file_not_found', { path })
  return { url, token: token.trim(), tokenFile: path }
}

/** What the shop of a server has settled. Throws `server_not_answering`, `token_refused`. */
export async function settingsOf({ url, token, tokenFile }: LiveTarget): Promise<ShopSettings> {
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(`${url}/api/v1/settings`, { headers }).catch((error: unknown) => {
    throw silent(url, problemOf(error))
  })
  if (response.status === 401) throw new TakingsError('token_refused', { url, path: tokenFile })
  const answer = readAnswer<Answer<ShopSettings> | WireError>(await response.text(), url)
  if ('error' in answer) throw thrownAgain(answer.error, response.status)
  return answer.data
}

function addressFrom(text: string): string {
  const isAddress = /^https?:\/\/[^/]+/.test(text) && URL.canParse(text)
  if (isAddress) return new URL(text).origin
  throw new TakingsError('invalid_option', {
    option: '--to',
    problem: `${text} is no address of a server`,
    advice: 'Write it as http://shop-server:4160.',
  })
}
