import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'

/** Budgets of the built page. They depend on no machine. */

const root = new URL('../../dist/web/', import.meta.url).pathname

interface Chunk {
  readonly file: string
  readonly imports?: readonly string[]
  readonly dynamicImports?: readonly string[]
  readonly css?: readonly string[]
  readonly assets?: readonly string[]
}

const manifest = JSON.parse(readFileSync(join(root, '.vite/manifest.json'), 'utf8')) as Readonly<
  Record<string, Chunk>
>

/** The chunk and everything it needs before it runs. */
function closure(key: string, seen = new Set<string>()): Set<string> {
  if (seen.has(key)) return seen
  seen.add(key)
  for (const next of manifest[key]?.imports ?? []) closure(next, seen)
  return seen
}

const kilobytes = (files: readonly string[], ending = '') =>
  files.reduce((sum, file) => sum + statSync(join(root, file + ending)).size, 0) / 1024
const filesOf = (keys: Iterable<string>) => [...keys].map((key) => manifest[key]?.file ?? '')

const entry = closure('index.html')
const chart = [...closure('charts/chart.tsx')].filter((key) => !entry.has(key))

describe('the built page', () => {
  it('sends at most 190 KB of script before the first figure', () => {
    expect(kilobytes(filesOf(entry), '.gz')).toBeLessThanOrEqual(190)
  })

  it('keeps ECharts out of it', () => {
    expect(filesOf(entry).join()).not.toMatch(/echarts|chart-/)
    expect(filesOf(chart).join()).toMatch(/echarts/)
  })

  it('sends at most 245 KB (200 KB brotli) for charts, later', () => {
    expect(kilobytes(filesOf(chart), '.gz')).toBeLessThanOrEqual(245)
    expect(kilobytes(filesOf(chart), '.br')).toBeLessThanOrEqual(200)
  })

  it('sends at most 65 KB for any other part', () => {
    const lazy = Object.keys(manifest).filter((key) => !entry.has(key) && !chart.includes(key))
    const scripts = filesOf(lazy).filter((file) => file.endsWith('.js'))
    expect(scripts.length).toBeGreaterThan(0)
    for (const file of scripts) expect(kilobytes([file], '.gz'), file).toBeLessThanOrEqual(65)
  })

  it('sends at most 15 KB of CSS and 50 KB of font before the first paint', () => {
    const css = [...entry].flatMap((key) => manifest[key]?.css ?? [])
    expect(css.length).toBeGreaterThan(0)
    expect(kilobytes(css, '.gz')).toBeLessThanOrEqual(15)
    const html = readFileSync(join(root, 'index.html'), 'utf8')
    const preloaded = [...html.matchAll(/rel="preload" as="font"[^>]*href="\/([^"]+)"/g)]
    expect(preloaded).toHaveLength(1)
    expect(kilobytes(preloaded.map(([, file = '']) => file))).toBeLessThanOrEqual(50)
  })

  it('stands compressed beside every text file', () => {
    for (const file of filesOf(entry)) {
      const plain = readFileSync(join(root, file))
      expect(brotliDecompressSync(readFileSync(join(root, `${file}.br`))).equals(plain)).toBe(true)
      expect(gunzipSync(readFileSync(join(root, `${file}.gz`))).equals(plain)).toBe(true)
    }
  })

  it('names nothing outside this machine in its HTML', () => {
    const html = readFileSync(join(root, 'index.html'), 'utf8')
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//)
  })
})
