import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { TakingsError } from '../model/errors.ts'
import { type App, apiPrefix } from './route.ts'

const year = 365 * 24 * 60 * 60

/** The page's HTML; null when no pages were built. */
export function readPage(webFolder: string | null): string | null {
  if (webFolder === null) return null
  const path = join(webFolder, 'index.html')
  return existsSync(path) ? readFileSync(path, 'utf8') : null
}

/**
 * Serves the built pages: files with a hash in their name are kept by browsers for a year, the page
 * itself is asked for anew, and every other address is the page, which knows its own routes.
 */
export async function servePages(app: App, webFolder: string | null): Promise<void> {
  const page = readPage(webFolder)
  if (webFolder !== null && page !== null) {
    await app.register(fastifyStatic, {
      root: webFolder,
      preCompressed: true,
      // Routes are made for the files that are there, so that all else is the page's own address.
      wildcard: false,
      globIgnore: ['**/*.br', '**/*.gz'],
      cacheControl: false,
      setHeaders: (response, path) => {
        const hashed = path.includes('/assets/')
        response.setHeader(
          'cache-control',
          hashed ? `public, max-age=${year}, immutable` : 'no-cache',
        )
      },
    })
  }
  app.setNotFoundHandler((request, reply) => {
    if (page === null || !isPageAddress(request)) {
      throw new TakingsError('route_not_found', { path: request.url.split('?')[0] ?? '/' })
    }
    return sendPage(reply)
  })
}

function isPageAddress(request: FastifyRequest): boolean {
  const path = request.url.split('?')[0] ?? '/'
  if (request.method !== 'GET' && request.method !== 'HEAD') return false
  const isFile = /\.\w+$/.test(path)
  return !isFile && !path.startsWith(`${apiPrefix}/`) && !path.startsWith('/api/')
}

function sendPage(reply: FastifyReply): FastifyReply {
  return reply.sendFile('index.html')
}
