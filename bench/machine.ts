import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { version as engineVersion } from '@duckdb/node-api'

/** Where figures were measured, one line each, for readers who compare. */
export function machineLines(): string[] {
  const model = /^model name\s*: (.+)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]
  const gibibytes = Math.round(totalmem() / 1024 ** 3)
  return [
    `${cpus().length} cores, ${model ?? 'of unknown model'}, ${gibibytes} GiB of memory, Linux ${release()}`,
    `Node ${process.versions.node}, DuckDB ${engineVersion()} (${packageVersion('@duckdb/node-api')})`,
  ]
}

/** Mean number of processes that wanted to run in the last minute; above that of cores, figures suffer. */
export function loadAverage(): number {
  return loadavg()[0] ?? 0
}

function packageVersion(name: string): string {
  const path = new URL(`../node_modules/${name}/package.json`, import.meta.url)
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string }
  return `${name} ${version}`
}
