import { readdirSync, statSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { TakingsError } from '../model/errors.ts'

const wildcard = /[*?[{]/

/**
 * The files that the given paths mean: files as they are, folders with all they hold (hidden files left
 * out), patterns with `*`, `**` and `?`. In the order given, each once.
 */
export function expandPaths(paths: readonly string[]): string[] {
  if (paths.length === 0) throw new TakingsError('no_files')
  const found = paths.flatMap((path) => expand(path))
  return [...new Set(found)]
}

function expand(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats?.isDirectory()) {
    const files = walk(path)
    if (files.length === 0) {
      throw new TakingsError('not_a_file', { path, problem: 'it is a folder without files' })
    }
    return files
  }
  if (stats) return [resolve(path)]
  const matches = wildcard.test(path) ? match(path) : []
  if (matches.length === 0) throw new TakingsError('file_not_found', { path })
  return matches
}

function walk(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap((entry) => {
    const path = resolve(folder, entry.name)
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return walk(path)
    return [path]
  })
}

function match(pattern: string): string[] {
  const segments = resolve(pattern).split(sep)
  const fixed = segments.findIndex((segment) => wildcard.test(segment))
  const root = segments.slice(0, fixed).join(sep) || sep
  const rest = segments.slice(fixed).join('/')
  const expression = new RegExp(`^${toExpression(rest)}$`)
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) return []
  return walk(root).filter((path) => expression.test(path.slice(join(root, sep).length)))
}

function toExpression(glob: string): string {
  return glob.replace(/\*\*\/|\*|\?|\{[^}]*\}|[^*?{}]+/g, (part) => {
    if (part === '**/') return '(?:.*/)?'
    if (part === '*') return '[^/]*'
    if (part === '?') return '[^/]'
    if (part.startsWith('{')) return `(?:${part.slice(1, -1).split(',').map(literal).join('|')})`
    return literal(part)
  })
}

function literal(text: string): string {
  return text.replace(/[.+^$()|[\]\\{}]/g, '\\$&')
}
