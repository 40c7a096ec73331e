import { figureText } from './figures.ts'
import { type Detail, type Finding, isMet, type Outcome } from './finding.ts'

/** Everything one run of the benchmark found, and where. */
export interface Report extends Outcome {
  readonly machine: readonly string[]
  /** ISO instants. */
  readonly startedAt: string
  readonly endedAt: string
  readonly loadBefore: number
  readonly loadAfter: number
  readonly command: string
}

/** The findings as a table that reads in a terminal and as Markdown alike. */
export function findingsTable(findings: readonly Finding[]): string {
  return table(
    ['part', 'lines', 'what', 'target', 'measured', 'of target', '', 'detail'],
    findings.map(({ part, size, what, value, unit, target, detail }) => [
      part,
      size,
      what,
      target ? `${target.bound} ${figureText(target.value, unit)}` : '',
      figureText(value, unit),
      target && target.value !== 0 ? `${Math.round((value / target.value) * 100)} %` : '',
      target ? (isMet(value, target) ? 'pass' : 'MISS') : '',
      detail,
    ]),
  )
}

/** `bench/RESULTS.md`. */
export function resultsText(report: Report): string {
  const { findings, details, machine, startedAt, endedAt, loadBefore, loadAfter } = report
  const judged = findings.filter(({ target }) => target !== null)
  const missed = judged.filter(({ value, target }) => target && !isMet(value, target))
  return `# Benchmark results

The next run with \`--results\` replaces this page. Ratios and medians count, single figures depend on the
machine.

- \`${report.command}\`
${machine.map((line) => `- ${line}`).join('\n')}
- ${startedAt} to ${endedAt}
- load average when it began ${loadBefore.toFixed(2)}, when it ended ${loadAfter.toFixed(2)}: ${loadRemark(loadBefore)}

${judged.length - missed.length} of ${judged.length} targets met.

${findingsTable(findings)}

${details.map(detailText).join('\n\n')}
`
}

/** A benchmark loads the machine itself, so only what ran before it tells of others. */
function loadRemark(before: number): string {
  return before < 0.5
    ? 'the machine was idle'
    : 'other work ran on the machine, so times are longer than they would be alone'
}

function detailText({ title, head, rows }: Detail): string {
  return `## ${title}\n\n${table(head, rows)}`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((word, column) =>
    Math.max(3, word.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  return [line(head), rule, ...rows.map(line)].join('\n')
}
