import type { Page } from 'playwright-core'
import { settled } from '../test/browser/open-browser.ts'

/** Milliseconds from pressing a bar, as the page itself counts them. */
export interface ClickTime {
  /** Until the filter stands above the figures. */
  readonly chip: number
  /** Until the first key figure is the filtered one. */
  readonly figure: number
  /** Until no card waits for newer figures. */
  readonly all: number
}

declare global {
  interface Window {
    takingsClick: Promise<ClickTime>
  }
}

const barsPerChart = 8
const clicksPerChart = 5
const chartTitles = ['Top products', 'Top customers']

/** Filters by ten different bars, one after another, each from the page without filters. */
export async function clickBars(page: Page): Promise<ClickTime[]> {
  const times: ClickTime[] = []
  for (const title of chartTitles) {
    for (let row = 0; row < clicksPerChart; row++) times.push(await clickBar(page, title, row))
  }
  return times
}

async function clickBar(page: Page, title: string, row: number): Promise<ClickTime> {
  const bars = page.getByRole('region', { name: title, exact: true }).getByRole('img')
  await bars.scrollIntoViewIfNeeded()
  const box = await bars.boundingBox()
  if (!box) throw new Error(`${title} has no picture`)
  await page.mouse.move(box.x + 60, box.y + ((row + 0.5) * box.height) / barsPerChart)
  await page.evaluate(watchClick)
  await page.mouse.down()
  await page.mouse.up()
  const time = await page.evaluate(() => window.takingsClick)
  await settled(page)
  await page.getByRole('button', { name: /^Remove filter/ }).click()
  await page.getByRole('list', { name: 'Filters' }).waitFor({ state: 'detached' })
  await settled(page)
  return time
}

/** Runs in the page: from the next press on, looks at it in every frame. */
function watchClick(): void {
  const figure = () =>
    document.querySelector('section[aria-label="Key figures"] span[title]')?.getAttribute('title')
  const hasChip = () => document.querySelector('ul[aria-label="Filters"]') !== null
  const isBusy = () => document.querySelector('main section[aria-busy="true"]') !== null
  const before = figure()
  window.takingsClick = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('the click changed nothing')), 30_000)
    const watch = ({ timeStamp }: Event) => {
      const seen: { chip?: number; figure?: number } = {}
      const look = () => {
        const passed = performance.now() - timeStamp
        if (hasChip()) seen.chip ??= passed
        if (figure() !== before) seen.figure ??= passed
        const { chip, figure: changed } = seen
        if (chip !== undefined && changed !== undefined && !isBusy()) {
          resolve({ chip, figure: changed, all: passed })
        } else requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    }
    document.addEventListener('pointerdown', watch, { once: true, capture: true })
  })
}
