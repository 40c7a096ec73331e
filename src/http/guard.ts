import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { TakingsError } from '../model/errors.ts'

/**
 * Who may ask at all. A page of another site can send requests to this machine's own address, and a
 * name that its owner points here makes them look local (DNS rebinding): so unknown Host headers
 * and writes from other origins are refused before anything else happens.
 */

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]']
const writes = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const cookieName = 'takings_token'

export interface GuardOptions {
  /** Names beside the loopback ones under which this server is reached, without port. */
  readonly hosts: readonly string[]
  /** Needed with every request when set. */
  readonly accessToken: string | null
  /** Where the token stands, for the error's hint. */
  readonly accessTokenPath: string
}

/** Throws `host_refused`, `origin_refused` or `token_required`; redirects a link that carries the token. */
export function createGuard(options: GuardOptions) {
  const known = new Set([...loopbackNames, ...options.hosts.map(bracketed)].map(lower))
  return async (
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply | undefined> => {
    // Its signature says who sends it, and tunnels and proxies ask under names of their own.
    if (request.routeOptions.config.signed) return undefined
    checkHost(request, known)
    checkOrigin(request)
    if (options.accessToken === null || isAuthorised(request, options.accessToken)) return undefined
    const linked = tokenInLink(request)
    if (linked !== null && isSame(linked, options.accessToken)) {
      const cookie = `${cookieName}=${options.accessToken}; Path=/; HttpOnly; SameSite=Strict`
      return reply.header('set-cookie', cookie).redirect(withoutToken(request.url), 302)
    }
    throw new TakingsError('token_required', { path: options.accessTokenPath })
  }
}

/** True when the request carries the token as `Authorization: Bearer TOKEN`. */
export function carriesToken(request: FastifyRequest, token: string | null): boolean {
  const sent = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  return token !== null && sent !== undefined && isSame(sent, token)
}

function checkHost(request: FastifyRequest, known: ReadonlySet<string>): void {
  const host = request.headers.host ?? ''
  const name = host.replace(/:\d*$/, '').toLowerCase()
  if (!known.has(name)) throw new TakingsError('host_refused', { host: host || '(none)' })
}

/** Browsers name the origin of every write; other programs send none and are let through. */
function checkOrigin(request: FastifyRequest): void {
  if (!writes.has(request.method)) return
  const { origin, host } = request.headers
  const site = request.headers['sec-fetch-site']
  const foreignOrigin = origin !== undefined && hostOf(origin) !== host?.toLowerCase()
  const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none'
  if (!foreignOrigin && !foreignSite) return
  throw new TakingsError('origin_refused', { origin: origin ?? `(${String(site)})` })
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}

function isAuthorised(request: FastifyRequest, token: string): boolean {
  if (carriesToken(request, token)) return true
  const cookies = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim())
  const sent = cookies.find((pair) => pair.startsWith(`${cookieName}=`))
  return sent !== undefined && isSame(sent.slice(cookieName.length + 1), token)
}

function tokenInLink(request: FastifyRequest): string | null {
  if (request.method !== 'GET') return null
  return new URL(request.url, 'http://localhost').searchParams.get('token')
}

/** Stays on this server: only path and search of the link are kept. */
function withoutToken(url: string): string {
  const link = new URL(url, 'http://localhost')
  link.searchParams.delete('token')
  return `${link.pathname.replace(/^\/+/, '/')}${link.search}`
}

/** Compares digests, so that the time taken tells nothing of the token. */
function isSame(sent: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(sent), digest(token))
}

function bracketed(name: string): string {
  return name.includes(':') && !name.startsWith('[') ? `[${name}]` : name
}

function lower(name: string): string {
  return name.toLowerCase()
}
