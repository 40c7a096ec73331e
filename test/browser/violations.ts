import axe from 'axe-core'
import type { Page } from 'playwright-core'

const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe finds on the page as it stands; none on a sound one. */
export async function violations(page: Page): Promise<string[]> {
  // Not as a script tag, which the page's security policy refuses.
  await page.evaluate(axe.source)
  return page.evaluate(async (tags) => {
    const { axe: checker } = window as unknown as { axe: typeof import('axe-core') }
    const { violations: found } = await checker.run(document, { runOnly: tags })
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
  }, axeTags)
}
