import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { commands } from '../src/cli/commands/commands.ts'
import { settings } from '../src/cli/config.ts'
import { buildProgram } from '../src/cli/program.ts'
import { catalogue } from '../src/metrics/metrics.ts'
import { errorTable } from '../src/model/errors.ts'
import { dimensionNames, metricNames } from '../src/model/query.ts'
import { generated, readPart, writePart } from './docs/reference.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
/** `UPDATE_DOCS=1 npx vitest run test/docs.test.ts` writes the generated parts anew. */
const update = process.env.UPDATE_DOCS === '1'

const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

describe('generated parts of the documentation', () => {
  it.each(Object.keys(generated))('%s is what the code says', (place) => {
    const [path = '', name = ''] = place.split(' ')
    const content = generated[place]?.() ?? ''
    if (update) writeFileSync(join(root, path), writePart(read(path), name, content))
    expect(readPart(read(path), name)).toBe(content)
  })

  it('a part that was edited by hand is noticed', () => {
    const page = '<!-- part: written from the code -->\n\nfive\n\n<!-- end -->'
    expect(readPart(page, 'part')).toBe('five')
    expect(readPart(writePart(page, 'part', 'six'), 'part')).toBe('six')
    expect(readPart(page, 'other')).toBeNull()
  })
})

describe('every thing has its place, and every place its thing', () => {
  it('errors', () => {
    const section = sectionOf(read('docs/errors.md'), 'Errors')
    expect(headings(section, 3)).toEqual(Object.keys(errorTable))
  })

  it('metrics', () => {
    const documented = headings(read('docs/metrics.md'), 2).filter((name) => /^[a-z_]+$/.test(name))
    expect([...documented].sort()).toEqual([...metricNames].sort())
    expect(catalogue().metrics.map(({ name }) => name)).toEqual([...metricNames])
  })

  it('dimensions', () => {
    const text = read('docs/metrics.md')
    const missing = dimensionNames.filter((name) => !text.includes(`\`${name}\``))
    expect(missing).toEqual([])
  })

  it('commands and their options', async () => {
    const section = sectionOf(read('docs/user-guide.md'), 'Commands')
    expect(headings(section, 3)).toEqual(commands.map(({ name }) => `takings ${name}`))
    const program = await buildProgram('0', commands, async () => undefined)
    for (const command of program.commands) {
      const text = sectionOf(section, `takings ${command.name()}`, 3)
      const own = command.options.map(({ long }) => long).filter((long) => !common.has(long ?? ''))
      expect(optionsIn(text), command.name()).toEqual([...own].sort())
    }
    expect(optionsIn(sectionOf(section, 'Options of every command', 4))).toEqual([...common].sort())
  })

  it('environment variables and settings', () => {
    const section = sectionOf(read('docs/user-guide.md'), 'Settings')
    const documented = [...section.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name)
    expect(documented).toEqual(settings.map(({ variable }) => variable))
    for (const { variable, flag } of settings) {
      const line = section.split('\n').find((text) => text.startsWith(`| \`${variable}\``)) ?? ''
      if (flag) expect(line).toContain(`\`${flag}\``)
    }
    const used = [...read('src/cli/config.ts').matchAll(/'(TAKINGS_[A-Z_]+)'/g)].map(
      ([, name]) => name,
    )
    expect([...new Set(used)].sort()).toEqual(
      documented.filter((name) => name?.startsWith('TAKINGS_')).sort(),
    )
  })

  it('exit codes', () => {
    const section = sectionOf(read('docs/user-guide.md'), 'Exit codes')
    const documented = [...section.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))
    expect(documented).toEqual([0, 1, 2, 3, 4, 5, 6, 130])
  })
})

describe('pages', () => {
  it.each(pages)('links of %s lead somewhere', (page) => {
    const broken = linksOf(read(page)).filter((link) => !leadsSomewhere(page, link))
    expect(broken).toEqual([])
  })

  it.each(pages)('files that %s names are there', (page) => {
    const named = read(page).matchAll(
      /`((?:src|web|test|scripts|docs|bench)\/[\w./-]+\.(?:ts|tsx|mjs|md))`/g,
    )
    const gone = [...named]
      .map(([, path = '']) => path)
      .filter((path) => !existsSync(join(root, path)))
    expect(gone).toEqual([])
  })

  it('the change log has an Unreleased section with something in it', () => {
    expect(sectionOf(read('CHANGELOG.md'), 'Unreleased').trim()).not.toBe('')
  })

  it('commands in pages exist', () => {
    const names = new Set([...commands.map(({ name }) => name), 'help'])
    const used = pages.flatMap((page) =>
      [...read(page).matchAll(/^(?:\$ )?takings ([a-z]+)/gm)].map(([, name]) => name ?? ''),
    )
    expect(used.filter((name) => !names.has(name))).toEqual([])
  })
})

const common = new Set(['--data', '--warehouse', '--json', '--no-input', '--no-color', '--debug'])

function optionsIn(text: string): string[] {
  return [...text.matchAll(/^\| `(--[a-z-]+)/gm)].map(([, name]) => name ?? '').sort()
}

function headings(text: string, level: number): string[] {
  const pattern = new RegExp(`^${'#'.repeat(level)} (.+)$`, 'gm')
  return [...text.matchAll(pattern)].map(([, title = '']) => title.replaceAll('`', ''))
}

/** The text under a heading, up to the next one of its level or above. */
function sectionOf(text: string, title: string, level = 2): string {
  const lines = text.split('\n')
  const isHeading = (line: string) => /^#{1,6} /.test(line)
  const from = lines.findIndex((line) =>
    line.replaceAll('`', '').startsWith(`${'#'.repeat(level)} ${title}`),
  )
  if (from < 0) return ''
  const rest = lines.slice(from + 1)
  const to = rest.findIndex((line) => isHeading(line) && line.indexOf(' ') <= level)
  return rest.slice(0, to < 0 ? rest.length : to).join('\n')
}

function linksOf(text: string): string[] {
  const withoutCode = text.replace(/```[\s\S]*?```/g, '')
  return [...withoutCode.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
}

function leadsSomewhere(page: string, link: string): boolean {
  if (/^(https?|mailto):/.test(link)) return true
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? join(root, page) : resolve(root, dirname(page), path)
  if (!existsSync(target)) return false
  if (anchor === undefined || !target.endsWith('.md')) return true
  const text = readFileSync(target, 'utf8')
  const anchors = [2, 3, 4].flatMap((level) => headings(text, level)).map(anchorOf)
  return anchors.includes(anchor)
}

/** As GitHub makes anchors of headings. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
}
