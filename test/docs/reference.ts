import { roles } from '../../src/ingest/role.ts'
import { type ErrorCode, errorTable } from '../../src/model/errors.ts'
import { exportedColumn } from '../../src/model/export.ts'
import {
  ignoreReasons,
  rejectReasons,
  repairReasons,
  warningCodes,
} from '../../src/model/reasons.ts'
import { type ReportingTable, reportingTables } from '../../src/model/reporting.ts'
import { type Column, star, type Table } from '../../src/model/star.ts'

/** The parts of the documentation that are written from the code. */

export const generated: Readonly<Record<string, () => string>> = {
  'docs/bi-tools.md columns': () => reportingTables.map(reportingText).join('\n\n'),
  'docs/data-model.md diagram': diagram,
  'docs/data-model.md tables': tables,
  'docs/errors.md errors': errors,
  'docs/user-guide.md roles': () => codeTable(roles),
  'docs/errors.md rejected': () => codeTable(rejectReasons),
  'docs/errors.md ignored': () => codeTable(ignoreReasons),
  'docs/errors.md repairs': () => codeTable(repairReasons),
  'docs/errors.md warnings': () => codeTable(warningCodes),
}

/** Mermaid: which tables point to which. */
export function diagram(): string {
  const entities = star.flatMap((table) => [
    `  ${table.name} {`,
    ...table.columns.map((column) => `    ${column.type} ${column.name}${marks(table, column)}`),
    '  }',
  ])
  const relations = star.flatMap((table) =>
    table.columns.flatMap(({ name, references, nullable }) =>
      references ? [`  ${references} ${nullable ? '|o' : '||'}--o{ ${table.name} : ${name}`] : [],
    ),
  )
  return ['```mermaid', 'erDiagram', ...relations, ...entities, '```'].join('\n')
}

function marks(table: Table, column: Column): string {
  const found = [
    table.key.includes(column.name) ? 'PK' : '',
    column.references ? 'FK' : '',
    column.unique ? 'UK' : '',
  ].filter((mark) => mark !== '')
  return found.length > 0 ? ` ${found.join(',')}` : ''
}

function tables(): string {
  return star.map(tableText).join('\n\n')
}

function tableText(table: Table): string {
  const brief = table.brief ? `, \`reporting.${table.brief}\`` : ''
  const rows = table.columns.map((column) => {
    const facts = [column.type, column.nullable ? 'may be null' : ''].filter((fact) => fact !== '')
    const rule = column.check ? `; \`${column.check}\`` : ''
    const meaning = `${column.meaning}${rule}`.replaceAll('|', '\\|')
    return `| \`${column.name}\` | ${facts.join(', ')} | ${column.brief ?? ''} | ${meaning} |`
  })
  return [
    `### ${table.name}`,
    '',
    `A ${table.kind}${brief}. One row is ${table.grain}. Key: ${table.key.map((key) => `\`${key}\``).join(', ')}.`,
    '',
    '| column | type | brief | meaning |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n')
}

function reportingText({ name, meaning, columns }: ReportingTable): string {
  const rows = columns.map(exportedColumn).map((column) => {
    const type = column.nullable ? `${column.type}, may be null` : column.type
    return `| \`${column.name}\` | ${type} | ${column.meaning.replaceAll('|', '\\|')} |`
  })
  const head = [
    `### ${name}`,
    '',
    `One row is ${meaning}.`,
    '',
    '| column | type | meaning |',
    '|---|---|---|',
  ]
  return [...head, ...rows].join('\n')
}

function errors(): string {
  return (Object.keys(errorTable) as ErrorCode[])
    .map((code) => {
      const kind = errorTable[code]
      const again = 'transient' in kind ? ' Trying again can help.' : ''
      return [
        `### ${code}`,
        '',
        `${placeholders(kind.message)}`,
        '',
        `What to do: ${placeholders(kind.hint)}`,
        '',
        `HTTP ${kind.status}, exit code ${kind.exitCode}.${again}`,
      ].join('\n')
    })
    .join('\n\n')
}

/** `{path}` is shown as a value to come. */
function placeholders(text: string): string {
  return text.replace(/\{(\w+)\}/g, '*$1*')
}

function codeTable(codes: Readonly<Record<string, string>>): string {
  const rows = Object.entries(codes).map(([code, text]) => `| \`${code}\` | ${text} |`)
  return ['| code | meaning |', '|---|---|', ...rows].join('\n')
}

const begin = (name: string) => `<!-- ${name}: written from the code -->`
const end = '<!-- end -->'

/** What stands between the marks of one generated part; null when the marks are missing. */
export function readPart(text: string, name: string): string | null {
  const from = text.indexOf(begin(name))
  const to = text.indexOf(end, from)
  if (from < 0 || to < 0) return null
  return text.slice(from + begin(name).length, to).trim()
}

export function writePart(text: string, name: string, content: string): string {
  const from = text.indexOf(begin(name)) + begin(name).length
  const to = text.indexOf(end, from)
  return `${text.slice(0, from)}\n\n${content}\n\n${text.slice(to)}`
}
