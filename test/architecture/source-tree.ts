import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Node, type ParseResult, parseSync, visitorKeys } from 'oxc-parser'

/** The code as data, so that each house rule is a function that can be shown a bad example. */

export interface SourceFile {
  /** From the root of the project, with forward slashes: `src/http/app.ts`. */
  readonly path: string
  readonly text: string
}

export interface Violation {
  readonly rule: string
  readonly path: string
  /** 1 when the whole file is meant. */
  readonly line: number
  readonly text: string
}

export type Check = (tree: readonly SourceFile[]) => Violation[]

/** Every TypeScript file below the folders given. */
export function readTree(root: string, folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .sort()
      .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })),
  )
}

const parsed = new WeakMap<SourceFile, ParseResult>()

export function parse(file: SourceFile): ParseResult {
  const known = parsed.get(file)
  if (known) return known
  const result = parseSync(file.path, file.text)
  if (result.errors[0]) throw new Error(`${file.path}: ${result.errors[0].message}`)
  parsed.set(file, result)
  return result
}

/** Calls `visit` for every node of the file, parents before children. */
export function walk(file: SourceFile, visit: (node: Node) => void): void {
  const pending: Node[] = [parse(file).program]
  for (let node = pending.pop(); node; node = pending.pop()) {
    visit(node)
    const fields = node as unknown as Readonly<Record<string, unknown>>
    for (const key of visitorKeys[node.type] ?? []) {
      const value = fields[key]
      const children = Array.isArray(value) ? value : [value]
      pending.push(...children.filter((child) => child !== null && typeof child === 'object'))
    }
  }
}

export function lineOf(file: SourceFile, offset: number): number {
  return file.text.slice(0, offset).split('\n').length
}

export interface Import {
  readonly specifier: string
  /** Path of the imported file in the project; null for packages and Node. */
  readonly target: string | null
  readonly line: number
}

/** Static and dynamic imports, re-exports and `import('...')` types alike. */
export function importsOf(file: SourceFile): Import[] {
  const found: Import[] = []
  walk(file, (node) => {
    if (
      node.type === 'ImportDeclaration' ||
      node.type === 'ExportNamedDeclaration' ||
      node.type === 'ExportAllDeclaration' ||
      node.type === 'ImportExpression' ||
      node.type === 'TSImportType'
    ) {
      const source = node.source
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return
      const line = lineOf(file, node.start)
      found.push({ specifier: source.value, target: resolve(file.path, source.value), line })
    }
  })
  return found
}

function resolve(from: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null
  const parts = from.split('/').slice(0, -1)
  for (const step of specifier.split('/')) {
    if (step === '..') parts.pop()
    else if (step !== '.') parts.push(step)
  }
  return parts.join('/')
}
