import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { TakingsError } from '../model/errors.ts'
import { filesOfManifest, manifestName } from '../model/export.ts'
import { isClutter } from './beside-data.ts'

const wildcard = /[*?[{]/
/** A folder that holds more was not meant: somebody gave their whole disk. */
const mostFiles = 10_000

/**
 * The files that the given paths mean: files as they are, folders with all they hold (hidden files and the
 * folder `leaveOut` left out), patterns with `*`, `**` and `?`. In the order given, each once. Throws `no_files`, `file_not_found`,
 * `not_a_file`, `too_many_files`, `own_export`.
 */
export function expandPaths(paths: readonly string[], leaveOut?: string): string[] {
  if (paths.length === 0) throw new TakingsError('no_files')
  const found = new Set(paths.flatMap((path) => expand(path, leaveOut)))
  refuseTooMany(found.size)
  refuseOwnExport(found)
  return [...found]
}

/** Tables that Takings exported look like files of the classic layout: every sale in them would count again. */
function refuseOwnExport(paths: ReadonlySet<string>): void {
  for (const folder of new Set([...paths].map((path) => dirname(path)))) {
    const manifest = join(folder, manifestName)
    if (!existsSync(manifest)) continue
    const own = new Set(filesOfManifest(readFileSync(manifest, 'utf8')))
    const [path] = [...paths].filter((file) => dirname(file) === folder && own.has(basename(file)))
    if (path !== undefined) throw new TakingsError('own_export', { path, folder })
  }
}

function expand(path: string, leaveOut: string | undefined): string[] {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats?.isDirectory()) {
    const files = walk(path, leaveOut)
    if (files.length === 0) {
      throw new TakingsError('not_a_file', {
        path,
        problem: 'it is a folder without files',
      })
    }
    return files
  }
  if (stats) return [resolve(path)]
  const matches = wildcard.test(path) ? match(path, leaveOut) : []
  if (matches.length === 0) throw new TakingsError('file_not_found', { path })
  return matches
}

function walk(folder: string, leaveOut: string | undefined): string[] {
  const files: string[] = []
  const visited = new Set(
    leaveOut !== undefined && existsSync(leaveOut) ? [realpathSync(leaveOut)] : [],
  )
  collect(folder, { files, visited })
  return files
}

interface Walk {
  readonly files: string[]
  /** Real paths: a link may lead back to a folder above it. */
  readonly visited: Set<string>
}

function collect(folder: string, walk: Walk): void {
  const real = realpathSync(folder)
  if (walk.visited.has(real)) return
  walk.visited.add(real)
  for (const name of namesIn(folder)) {
    const path = resolve(folder, name)
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) collect(path, walk)
    else walk.files.push(path)
    refuseTooMany(walk.files.length)
  }
}

/** Hidden ones and other clutter left out. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !isClutter(name))
      .sort((a, b) => (a < b ? -1 : 1))
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw new TakingsError('not_a_file', { path: folder, problem }, { cause: error })
  }
}

function refuseTooMany(files: number): void {
  if (files > mostFiles) throw new TakingsError('too_many_files', { limit: mostFiles })
}

function match(pattern: string, leaveOut: string | undefined): string[] {
  const segments = resolve(pattern).split(sep)
  const fixed = segments.findIndex((segment) => wildcard.test(segment))
  const root = segments.slice(0, fixed).join(sep) || sep
  const rest = segments.slice(fixed).join('/')
  const expression = new RegExp(`^${toExpression(rest)}$`)
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) return []
  return walk(root, leaveOut).filter((path) => expression.test(path.slice(join(root, sep).length)))
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
