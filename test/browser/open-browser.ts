import { existsSync } from 'node:fs'
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Page,
  type Request,
} from 'playwright-core'

/** `npm test` says where a browser is; Debian's stands at a known place. Null: browser tests are skipped. */
const known = [process.env.TAKINGS_BROWSER, '/usr/bin/chromium']
export const browserPath = known.find((path) => path !== undefined && existsSync(path)) ?? null

export async function openBrowser(): Promise<Browser> {
  if (browserPath === null) throw new Error('no browser was found')
  return chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] })
}

export interface Screen {
  readonly width: number
  readonly height: number
  readonly colorScheme: 'light' | 'dark'
}

/** Every look a page must hold in. */
export const screens: readonly Screen[] = [1440, 390].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, height: 900, colorScheme })),
)

export interface OpenPage {
  readonly page: Page
  readonly context: BrowserContext
  /** Errors of the page and what its security policy refused; a sound page has none. */
  readonly problems: readonly string[]
}

export async function openPage(
  browser: Browser,
  { width, height, colorScheme }: Screen = { width: 1440, height: 900, colorScheme: 'light' },
): Promise<OpenPage> {
  const viewport = { width, height }
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const problems: string[] = []
  followRequests(page)
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    const refused = message.type() === 'error' && !message.text().includes('the server responded')
    if (refused) problems.push(message.text())
  })
  return { page, context, problems }
}

/** What each page has asked and not been answered, but for the feed of changes, which stays open. */
const pending = new WeakMap<Page, Set<Request>>()

/** Before its first request, of every page that is to be `settled`. */
export function followRequests(page: Page): void {
  const requests = new Set<Request>()
  pending.set(page, requests)
  page.on('request', (request) => {
    if (!request.url().includes('/api/v1/live')) requests.add(request)
  })
  page.on('requestfinished', (request) => requests.delete(request))
  page.on('requestfailed', (request) => requests.delete(request))
}

/** Milliseconds without a request after which a page asks no more by itself. */
const quiet = 300

async function askedNoMore(page: Page): Promise<void> {
  const requests = pending.get(page)
  if (!requests) throw new Error('the page was not opened by openPage')
  for (let since = performance.now(); performance.now() - since < quiet; ) {
    if (requests.size > 0) since = performance.now()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** All figures and charts are there. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('load')
  await askedNoMore(page)
  await page.waitForFunction(() => {
    const pictures = document.querySelectorAll('main [role="img"]')
    const drawn = [...pictures].every(
      (picture) => picture instanceof SVGElement || picture.querySelector('canvas'),
    )
    return drawn && document.querySelector('main .skeleton, main[aria-busy="true"]') === null
  })
}
