import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { darkTheme, lightTheme, type Theme } from '../../src/display/theme.ts'

const css = readFileSync(new URL('../../web/theme.css', import.meta.url), 'utf8')

function variables(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`)
  const block = css.slice(start, css.indexOf('\n}', start))
  return new Map(
    [...block.matchAll(/--([\w-]+): (#\w{6});/g)].map(([, name = '', value = '']) => [name, value]),
  )
}

const names: readonly (readonly [keyof Theme, string])[] = [
  ['surface', 'surface'],
  ['raised', 'raised'],
  ['border', 'border'],
  ['borderStrong', 'border-strong'],
  ['text', 'text'],
  ['textSecondary', 'text-2'],
  ['textMuted', 'text-3'],
  ['accent', 'accent'],
]

describe.each([
  [':root', lightTheme],
  ['[data-theme="dark"]', darkTheme],
] as const)('the colours of %s', (selector, theme) => {
  const found = variables(selector)

  it.each(names)('%s are the same in charts and page', (token, variable) => {
    expect(found.get(variable)).toBe(theme[token])
  })

  it('keep text readable on every surface it stands on', () => {
    for (const text of ['text', 'text-2', 'text-3', 'accent', 'positive', 'negative', 'warning']) {
      for (const surface of ['bg', 'surface', 'surface-2']) {
        const ratio = contrast(found.get(text) ?? '', found.get(surface) ?? '')
        expect(ratio, `${text} on ${surface}`).toBeGreaterThanOrEqual(4.5)
      }
    }
  })

  it('keep marks apart from the surface', () => {
    for (const color of theme.categorical) {
      expect(contrast(color, theme.surface), color).toBeGreaterThanOrEqual(3)
    }
  })
})

/** WCAG 2.2 contrast ratio of two colours. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
