import { describe, expect, it } from 'vitest'
import { takings, workingFolder } from './run-takings.ts'

describe('help', () => {
  it('alone it is a few lines', async () => {
    const { exitCode, stdout } = await takings([], { cwd: await workingFolder() })
    expect(exitCode).toBe(0)
    expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(8)
    expect(stdout).toContain('takings start orders.csv')
  })

  it('has examples first, then all commands and the exit codes', async () => {
    const { exitCode, stdout } = await takings(['help'], { cwd: await workingFolder() })
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^Examples:\n {2}takings/)
    for (const name of [
      'start',
      'import',
      'overview',
      'query',
      'runs',
      'rejects',
      'demo',
      'doctor',
    ]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'))
    }
    expect(stdout).toContain('130 interrupted')
  })

  it('of a command has its examples first', async () => {
    const { exitCode, stdout } = await takings(['query', '--help'], { cwd: await workingFolder() })
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^Examples:\n {2}takings query/)
  })
})

/** Words that cannot be, what is said about them, and the exit code. */
const wrong: readonly (readonly [words: string, said: RegExp, exitCode: number])[] = [
  ['querry revenue', /Unknown command 'querry'[\s\S]*Did you mean query\?/, 2],
  ['query revenue --jsno', /Unknown option '--jsno'[\s\S]*Did you mean --json\?/, 2],
  ['query', /Missing required argument 'metrics'/, 2],
  ['query revenu', /There is no metric revenu\.\nMetrics are: revenue/, 2],
  ['query revenue --by colour', /There is no dimension colour/, 2],
  ['query revenue --top ten --by product', /--top is not valid/, 2],
  ['query revenue', /There is no shop in .*takings-data yet/, 3],
  ['overview', /There is no shop in/, 3],
  ['import', /No files were given/, 2],
  ['import gone.csv', /There is no file gone\.csv/, 3],
  ['import a.csv --answer nothing', /nothing is no KEY=VALUE/, 2],
  ['import a.csv --max-rejects many', /many is no share/, 2],
  ['rejects delete', /Allowed choices are list, show, export/, 2],
  ['export', /The option --to is not valid: no folder is named\.\ntakings export --to bi/, 2],
  ['export bi/', /it is missing before bi\/\.\ntakings export --to bi\//, 2],
  ['export --to bi more', /beside it stands more/, 2],
  ['export --to 2024-12-31', /looks like a day, and an export holds all days/, 2],
  ['export --to bi --format json', /Allowed choices are parquet, csv/, 2],
  ['export --out bi', /Unknown option '--out'[\s\S]*`takings help export` shows its options/, 2],
  ['export --to bi', /There is no shop in .*takings-data yet/, 3],
  ['export --to bi --warehouse postgres://u:secret@127.0.0.1:1/shop', /nothing listens/, 5],
  ['demo --format xlsx', /Allowed choices are/, 2],
  ['start --port 70000', /70000 is no port/, 2],
]

describe('wrong words', () => {
  it.each(wrong)('takings %s', async (words, said, exitCode) => {
    const outcome = await takings(words.split(' '), { cwd: await workingFolder() })
    expect(outcome.stderr).toMatch(said)
    expect(outcome.stderr).not.toMatch(/\n\s+at /)
    expect({ exitCode: outcome.exitCode, stdout: outcome.stdout }).toEqual({ exitCode, stdout: '' })
  })

  it.each([
    ['query revenu --json', 'unknown_metric'],
    ['query revenue --jsno --json', 'invalid_option'],
    ['overview --json', 'no_shop'],
  ])('takings %s gives the error as one document too', async (words, code) => {
    const outcome = await takings(words.split(' '), { cwd: await workingFolder() })
    expect(JSON.parse(outcome.stdout)).toMatchObject({ error: { code, details: {} } })
    expect(outcome.stdout.trimEnd().split('\n')).toHaveLength(1)
  })

  it('the stack is shown only with --debug', async () => {
    const words = ['import', 'gone.csv', '--debug']
    const { stderr } = await takings(words, { cwd: await workingFolder() })
    expect(stderr).toMatch(/\n\s+at /)
  })

  it('settings of the environment are checked, and flags win over them', async () => {
    const cwd = await workingFolder()
    const environment = { TAKINGS_LOG_LEVEL: 'loud' }
    const refused = await takings(['runs'], { cwd, environment })
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' })
    expect(refused.stderr).toContain('TAKINGS_LOG_LEVEL is not valid')
    const both = { TAKINGS_DATA: 'from-environment' }
    const { stderr } = await takings(['runs', '--data', 'from-flag'], { cwd, environment: both })
    expect(stderr).toContain('from-flag')
  })
})
