import type { Node } from 'oxc-parser'
import { type Check, lineOf, parse, type SourceFile, type Violation, walk } from './source-tree.ts'

export const limits = {
  file: { soft: 300, hard: 500 },
  function: { soft: 40, hard: 70 },
  parameters: 3,
} as const

const inSource = (file: SourceFile) => file.path.startsWith('src/')
const outside = (...folders: string[]) => {
  return (file: SourceFile) => !folders.some((folder) => file.path.startsWith(folder))
}

/** Engines are named in one room: a second engine must not find the first one's name all over. */
export const enginesNamedAtHome: Check = (tree) =>
  tree
    .filter(outside('src/staging/', 'src/warehouse/engines/', 'src/cli/config.ts'))
    .flatMap((file) => matches(file, /duckdb/gi, 'engine-name'))
    .concat(
      tree
        .filter(outside('src/warehouse/engines/', 'src/cli/config.ts'))
        .flatMap((file) => matches(file, /postgres(ql)?\b/gi, 'engine-name')),
    )

/** The environment is read in one file, so that every setting is known and documented. */
export const environmentInConfig: Check = (tree) =>
  tree
    .filter(inSource)
    .filter(outside('src/cli/config.ts'))
    .flatMap((file) =>
      nodes(file, 'process.env', (node) => {
        if (node.type === 'ImportSpecifier') return file.text.slice(node.start, node.end) === 'env'
        return node.type === 'MemberExpression' && member(file, node) === 'process.env'
      }),
    )

/** The clock is passed in as `now`: whoever reads it cannot be tested on another day. */
export const clockPassedIn: Check = (tree) =>
  tree.filter(outside('src/cli/')).flatMap((file) =>
    nodes(file, 'clock', (node) => {
      if (node.type === 'NewExpression' || node.type === 'CallExpression') {
        const callee = file.text.slice(node.callee.start, node.callee.end)
        if (callee === 'Date.now') return true
        return callee === 'Date' && node.arguments.length === 0
      }
      return false
    }),
  )

export const noConsole: Check = (tree) =>
  tree
    .filter(outside('src/cli/'))
    .flatMap((file) =>
      nodes(
        file,
        'console',
        (node) => node.type === 'MemberExpression' && member(file, node).startsWith('console.'),
      ),
    )

export const noDefaultExports: Check = (tree) =>
  tree
    .filter(inSource)
    .flatMap((file) =>
      nodes(file, 'default-export', (node) => node.type === 'ExportDefaultDeclaration'),
    )

export const noAny: Check = (tree) =>
  tree.flatMap((file) => nodes(file, 'any', (node) => node.type === 'TSAnyKeyword'))

/**
 * A file that only passes on what others export hides where things live, and makes circles. An entry file
 * may: it is the one place where others look, and nothing inside its module imports it.
 */
export const noBarrels: Check = (tree) =>
  tree
    .filter(({ path }) => !/^src\/([a-z]+)\/\1\.ts$/.test(path))
    .filter((file) => {
      const { body } = parse(file).program
      return body.length > 0 && body.every(passesOn)
    })
    .map(({ path }) => ({ rule: 'barrel', path, line: 1, text: 'the file only re-exports' }))

function passesOn(node: Node): boolean {
  if (node.type === 'ExportAllDeclaration') return true
  return node.type === 'ExportNamedDeclaration' && node.source !== null
}

const drawers = new Set(['utils', 'util', 'common', 'helpers', 'helper', 'lib', 'shared', 'misc'])

/** A drawer's name says nothing of what is in it. */
export const noDrawers: Check = (tree) =>
  tree.flatMap(({ path }) => {
    const words = path.replace(/\.tsx?$/, '').split('/')
    const drawer = words.find((word) => drawers.has(word))
    if (!drawer) return []
    return [{ rule: 'drawer', path, line: 1, text: `${drawer} says nothing of what is in it` }]
  })

export const kebabCaseNames: Check = (tree) =>
  tree
    .filter(
      ({ path }) => !/^([a-z0-9]+(-[a-z0-9]+)*\/)+[a-z0-9]+([-.][a-z0-9]+)*\.tsx?$/.test(path),
    )
    .map(({ path }) => ({ rule: 'file-name', path, line: 1, text: 'file names are kebab-case' }))

export const noLeftovers: Check = (tree) =>
  tree.flatMap((file) =>
    matches(
      file,
      /\b(TODO|FIXME|XXX|HACK)\b|\bdebugger\b|\.only\(|@ts-ignore|@ts-nocheck/g,
      'leftover',
    ),
  )

export const fileSizes: Check = (tree) =>
  tree
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > limits.file.hard)
    .map(({ path, lines }) => ({
      rule: 'file-size',
      path,
      line: 1,
      text: `${lines} lines, ${limits.file.hard} at most`,
    }))

export const functionSizes: Check = (tree) =>
  tree.flatMap((file) =>
    functionsOf(file)
      .filter(({ lines }) => lines > limits.function.hard)
      .map(({ line, lines }) => ({
        rule: 'function-size',
        path: file.path,
        line,
        text: `${lines} lines, ${limits.function.hard} at most`,
      })),
  )

export const parameterCounts: Check = (tree) =>
  tree.flatMap((file) =>
    functionsOf(file)
      .filter(({ parameters }) => parameters > limits.parameters)
      .map(({ line, parameters }) => ({
        rule: 'parameters',
        path: file.path,
        line,
        text: `${parameters} parameters: make them one options object`,
      })),
  )

/** Share of files and functions above the soft limit, 0 to 1. */
export function aboveSoftLimits(tree: readonly SourceFile[]): { files: number; functions: number } {
  const all = tree.flatMap(functionsOf)
  const longFiles = tree.filter(({ text }) => text.split('\n').length > limits.file.soft + 1)
  const longFunctions = all.filter(({ lines }) => lines > limits.function.soft)
  return {
    files: longFiles.length / Math.max(1, tree.length),
    functions: longFunctions.length / Math.max(1, all.length),
  }
}

interface FunctionSize {
  readonly line: number
  readonly lines: number
  readonly parameters: number
}

function functionsOf(file: SourceFile): FunctionSize[] {
  const found: FunctionSize[] = []
  walk(file, (node) => {
    if (
      node.type !== 'FunctionDeclaration' &&
      node.type !== 'FunctionExpression' &&
      node.type !== 'ArrowFunctionExpression'
    ) {
      return
    }
    const line = lineOf(file, node.start)
    const lines = lineOf(file, node.end) - line + 1
    found.push({ line, lines, parameters: node.params.length })
  })
  return found
}

function member(file: SourceFile, node: Node): string {
  return file.text.slice(node.start, node.end).replaceAll(/\s|\?/g, '')
}

function nodes(file: SourceFile, rule: string, isBad: (node: Node) => boolean): Violation[] {
  const found: Violation[] = []
  walk(file, (node) => {
    if (!isBad(node)) return
    const line = lineOf(file, node.start)
    const text = file.text.slice(node.start, node.end).split('\n')[0] ?? ''
    found.push({ rule, path: file.path, line, text: text.slice(0, 80) })
  })
  return found
}

function matches(file: SourceFile, pattern: RegExp, rule: string): Violation[] {
  return [...file.text.matchAll(pattern)].map((match) => ({
    rule,
    path: file.path,
    line: lineOf(file, match.index),
    text: match[0],
  }))
}
