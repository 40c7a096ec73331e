import { randomBytes } from 'node:crypto'
import type { AlertWebhook, AlertWebhookWish } from '../model/alert.ts'
import { invalid } from './invalid.ts'

/** A webhook with all that is needed to send to it; nothing of it but `shownWebhook` leaves the server. */
export interface KeptWebhook {
  readonly id: string
  readonly name: string
  readonly address: string
  /** `whsec_` and base64. */
  readonly secret: string
  readonly madeAt: string
}

const secretPrefix = 'whsec_'
/** Source: Standard Webhooks, "Secrets": 24 to 64 bytes. */
const secretBytes = { made: 32, least: 24, most: 64 } as const
const longest = { name: 60, address: 2_000 } as const

/** What may be shown: paths of such addresses are often secrets themselves. */
export function shownWebhook({ id, name, address, madeAt }: KeptWebhook): AlertWebhook {
  return { id, name, address: shownAddress(address), madeAt }
}

export function shownAddress(address: string): string {
  const { origin, pathname, search } = new URL(address)
  return pathname === '/' && search === '' ? origin : `${origin}/…`
}

/** Throws `invalid_option` for an address or a secret that cannot be used. */
export function webhookOf(
  wish: AlertWebhookWish,
  { id, at }: { readonly id: string; readonly at: Date },
): KeptWebhook {
  const address = addressOf(wish.address)
  const name = wish.name.trim().slice(0, longest.name) || new URL(address).host
  return {
    id,
    name,
    address,
    secret: wish.secret === undefined ? newSecret() : secretOf(wish.secret),
    madeAt: at.toISOString(),
  }
}

/** The bytes that sign. Source: Standard Webhooks. */
export function secretKey(secret: string): Buffer {
  return Buffer.from(secret.slice(secretPrefix.length), 'base64')
}

function newSecret(): string {
  return `${secretPrefix}${randomBytes(secretBytes.made).toString('base64')}`
}

function secretOf(text: string): string {
  const secret = text.trim()
  const encoded = secret.startsWith(secretPrefix) ? secret.slice(secretPrefix.length) : ''
  const { length } = Buffer.from(encoded, 'base64')
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(encoded)
  if (isBase64 && length >= secretBytes.least && length <= secretBytes.most) return secret
  throw invalid(
    'secret',
    'it is no secret of webhooks',
    `Write ${secretPrefix} and ${secretBytes.least} to ${secretBytes.most} bytes in base64, or leave it out: Takings makes one.`,
  )
}

/** What is written there is shown to nobody, so no name and password may stand in it. */
function addressOf(text: string): string {
  const address = text.trim()
  const refused = (problem: string) =>
    invalid('address', problem, 'Write an address such as https://hooks.example.com/takings.')
  if (address.length > longest.address)
    throw refused(`it has more than ${longest.address} characters`)
  if (!URL.canParse(address)) throw refused('it is no address')
  const { protocol, username, password, hash, href } = new URL(address)
  if (protocol !== 'https:' && protocol !== 'http:')
    throw refused(`webhooks are sent by https or http, not by ${protocol.slice(0, -1)}`)
  if (username !== '' || password !== '')
    throw refused(
      'it holds a name and a password, which webhooks do not send: the signature says who it is',
    )
  if (hash !== '') throw refused('what stands after # is never sent')
  return href
}
