import { type Check, importsOf, parse, type SourceFile, type Violation } from './source-tree.ts'

/** Which module may know which: the table of ARCHITECTURE.md. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'src/model': [],
  'src/display': ['src/model'],
  'src/warehouse': ['src/model'],
  'src/staging': ['src/model'],
  'src/journal': ['src/model'],
  'src/ingest': ['src/model', 'src/staging', 'src/journal', 'src/warehouse'],
  'src/metrics': ['src/model', 'src/warehouse'],
  'src/alerts': ['src/model', 'src/warehouse', 'src/metrics'],
  'src/demo': ['src/model', 'src/staging'],
  'src/http': ['src/model', 'src/ingest', 'src/metrics', 'src/alerts', 'src/warehouse', 'src/demo'],
  'src/cli': [
    'src/model',
    'src/display',
    'src/warehouse',
    'src/staging',
    'src/journal',
    'src/ingest',
    'src/metrics',
    'src/alerts',
    'src/demo',
    'src/http',
  ],
  web: ['src/model', 'src/display'],
}

/** Pure modules are words for all; any of their files may be imported. */
const openModules = new Set(['src/model', 'src/display'])

/** Modules whose entry file does not bear the module's name. */
const entryFiles: Readonly<Record<string, string>> = {
  'src/http': 'src/http/app.ts',
  'src/cli': 'src/cli/main.ts',
}

/** Packages with one home, so that replacing one touches one module. */
const packageHomes: readonly (readonly [pattern: RegExp, homes: readonly string[]])[] = [
  [/^node:/, Object.keys(mayImport).filter((name) => !openModules.has(name) && name !== 'web')],
  [/^@duckdb\//, ['src/staging', 'src/warehouse/engines']],
  [/^pg(-copy-streams)?$/, ['src/warehouse/engines']],
  [/^lmdb$/, ['src/journal']],
  [/^kysely(\/|$)/, ['src/metrics']],
  [/^(fastify|@fastify\/.*|fastify-type-provider-zod)$/, ['src/http']],
  [/^(commander|cli-table3|picocolors)$/, ['src/cli']],
  [/^@faker-js\//, ['src/demo']],
  [/^(react|react-dom|@tanstack\/|@base-ui\/|lucide-react)/, ['web']],
]

/** Build settings: they configure tools and are part of no module. */
const settings = new Set(['web/vite.config.ts'])

function moduleOf(path: string): string {
  const [first = '', second = ''] = path.split('/')
  return first === 'src' ? `src/${second}` : first
}

function entryOf(module: string): string {
  return entryFiles[module] ?? `${module}/${module.split('/')[1]}.ts`
}

/** Modules import only what the table allows, types included. */
export const importTable: Check = (tree) =>
  eachImport(tree, ({ file, target, line }) => {
    if (!target) return null
    const from = moduleOf(file.path)
    const to = moduleOf(target)
    if (from === to) return null
    const allowed = mayImport[from]
    if (!allowed)
      return { rule: 'import-table', path: file.path, line, text: `${from} is no module` }
    if (allowed.includes(to)) return null
    return { rule: 'import-table', path: file.path, line, text: `${from} may not import ${to}` }
  })

/** Across modules only the entry file is imported. */
export const entryFilesOnly: Check = (tree) =>
  eachImport(tree, ({ file, target, line }) => {
    if (!target) return null
    const to = moduleOf(target)
    if (to === moduleOf(file.path) || openModules.has(to) || target === entryOf(to)) return null
    const text = `${target} is internal; import ${entryOf(to)}`
    return { rule: 'entry-files', path: file.path, line, text }
  })

/** Packages are imported only in their home; pure modules know no Node. */
export const packagesAtHome: Check = (tree) =>
  eachImport(tree, ({ file, specifier, line }) => {
    if (specifier.startsWith('.')) return null
    const rule = 'package-home'
    if (moduleOf(file.path) === 'src/model') {
      return { rule, path: file.path, line, text: `src/model imports no package: ${specifier}` }
    }
    const home = packageHomes.find(([pattern]) => pattern.test(specifier))
    if (!home || home[1].some((folder) => file.path.startsWith(`${folder}/`))) return null
    return { rule, path: file.path, line, text: `${specifier} belongs to ${home[1].join(', ')}` }
  })

/** Relative specifiers name the file that is there, extension included. */
export const specifiersNameFiles: Check = (tree) => {
  const paths = new Set(tree.map((file) => file.path))
  return eachImport(tree, ({ file, specifier, target, line }) => {
    if (!target || /\.(css|json|svg)(\?\w+)?$/.test(specifier) || paths.has(target)) return null
    return { rule: 'specifier', path: file.path, line, text: `${specifier} names no file` }
  })
}

/** No file reaches itself again through its imports. */
export const noCircles: Check = (tree) => {
  const edges = new Map(
    tree.map((file) => [file.path, importsOf(file).flatMap(({ target }) => target ?? [])]),
  )
  const settled = new Set<string>()
  const violations: Violation[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      const circle = [...trail.slice(trail.indexOf(path)), path].join(' -> ')
      violations.push({ rule: 'circle', path, line: 1, text: circle })
      return
    }
    if (settled.has(path)) return
    for (const target of edges.get(path) ?? []) visit(target, [...trail, path])
    settled.add(path)
  }
  for (const path of edges.keys()) visit(path, [])
  return violations
}

/** Folders that grow by one file at a time, each with the list that names every file. */
const growing = [
  'src/warehouse/engines',
  'src/warehouse/migrations',
  'src/ingest/formats',
  'src/ingest/layouts',
  'src/ingest/rules',
  'src/metrics/definitions',
  'src/alerts/kinds',
  'src/http/routes',
  'src/cli/commands',
  'web/charts',
]

/**
 * Every file of a growing folder is imported by its list, the file in or beside it that bears its name.
 * Two kinds are not members and need no line there: parts of a member, and what the rest of the
 * code imports by itself. A file that nobody reaches was forgotten.
 */
export const listsComplete: Check = (tree) =>
  growing.flatMap((folder) => {
    const inside = tree.filter((file) => file.path.startsWith(`${folder}/`))
    const reached = new Set(
      tree.filter((file) => isListOf(file.path, folder) || !inside.includes(file)),
    )
    for (const file of reached) {
      const targets = new Set(importsOf(file).map(({ target }) => target))
      for (const member of inside) if (targets.has(member.path)) reached.add(member)
    }
    return inside
      .filter((file) => !reached.has(file) && exportsValues(file))
      .map(({ path }) => ({
        rule: 'list-complete',
        path,
        line: 1,
        text: `not in the list of ${folder}`,
      }))
  })

function isListOf(path: string, folder: string): boolean {
  const name = folder.split('/').at(-1)
  return new RegExp(`^${folder}(/${name})?\\.tsx?$`).test(path)
}

/** A file that exports types only is a contract. */
function exportsValues(file: SourceFile): boolean {
  return parse(file).module.staticExports.some(({ entries }) =>
    entries.some((entry) => !entry.isType),
  )
}

interface ImportSite {
  readonly file: SourceFile
  readonly specifier: string
  readonly target: string | null
  readonly line: number
}

function eachImport(
  tree: readonly SourceFile[],
  judge: (site: ImportSite) => Violation | null,
): Violation[] {
  return tree
    .filter((file) => !settings.has(file.path))
    .flatMap((file) => importsOf(file).flatMap((found) => judge({ file, ...found }) ?? []))
}
