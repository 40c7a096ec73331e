import { browserPath, openBrowser } from '../test/browser/open-browser.ts'

/** A page that stays open. */
export interface SoakPage {
  /** Bytes of objects that its scripts hold once what nobody holds was cleared away. */
  heap(): Promise<number>
  close(): Promise<void>
}

/** Null where there is no browser. */
export async function openSoakPage(address: string): Promise<SoakPage | null> {
  if (browserPath === null) return null
  const browser = await openBrowser()
  const page = await browser.newPage()
  await page.goto(address)
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.enable')
  return {
    async heap() {
      await session.send('HeapProfiler.collectGarbage')
      const { usedSize } = await session.send('Runtime.getHeapUsage')
      return usedSize
    },
    close: () => browser.close(),
  }
}
