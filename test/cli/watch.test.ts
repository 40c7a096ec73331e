import { appendFile, mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { outcomeOf, spawnTakings, startServer, takings, workingFolder } from './run-takings.ts'

const header = 'order number,order date,product,customer,quantity,unit price,currency'
const orders = `${header}\n1001,2011-03-14,Lamp,Ada,2,10.00,EUR\n1002,2011-04-15,Bulb,Bob,3,1.25,EUR\n`
const later = `${header}\n1003,2011-05-16,Lamp,Cleo,1,10.00,EUR\n`
/** Nothing tells days from months. */
const doubtful = `${header}\n1004,03/04/2011,Lamp,Ada,1,10.00,EUR\n1005,05/06/2011,Lamp,Bob,1,10.00,EUR\n`

async function dropFolder(): Promise<{ cwd: string; drop: string }> {
  const cwd = await workingFolder()
  const drop = join(cwd, 'drop')
  await mkdir(drop)
  return { cwd, drop }
}

const once = ['watch', 'drop', '--once', '--settle', '0.2']

async function placesIn(drop: string, outcome: 'done' | 'failed'): Promise<string[]> {
  const names = await readdir(join(drop, outcome))
  return names.filter((name) => name !== 'taken.ndjson').sort()
}

async function revenueIn(cwd: string): Promise<string> {
  const { stdout } = await takings(['query', 'revenue,orders', '--json'], { cwd })
  const [row] = JSON.parse(stdout).data.rows
  return `${row.revenue} ${row.orders}`
}

describe('takings watch', { timeout: 120_000 }, () => {
  it('takes what lies together as one import, each content once, and puts it away with a report', async () => {
    const { cwd, drop } = await dropFolder()
    await writeFile(join(drop, 'orders.csv'), orders)
    await writeFile(join(drop, 'later.csv'), later)
    const first = await takings(once, { cwd })
    expect(first).toMatchObject({ exitCode: 0 })
    expect(first.stdout).toMatch(
      /^imported later\.csv and orders\.csv as run 1: 3 rows\. See drop\/done\/\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d\.\n$/,
    )
    const [place = ''] = await placesIn(drop, 'done')
    const reportPath = join(drop, 'done', place, 'takings-report')
    expect(await readFile(`${reportPath}.txt`, 'utf8')).toContain('Imported.')
    expect(JSON.parse(await readFile(`${reportPath}.json`, 'utf8')).data.runId).toBe(1)
    expect(await revenueIn(cwd)).toBe('33.75 3')

    await writeFile(join(drop, 'same.csv'), orders)
    const again = await takings(once, { cwd })
    expect(again.stdout).toMatch(/^not read again: same\.csv came before\. See drop\/done\//)
    const runs = JSON.parse((await takings(['runs', '--json'], { cwd })).stdout)
    expect(runs.data).toHaveLength(1)
    expect(await revenueIn(cwd)).toBe('33.75 3')
    expect((await readdir(drop)).sort()).toEqual(['done', 'failed'])
  })

  it('puts what cannot be loaded into failed, and says why and what to do', async () => {
    const { cwd, drop } = await dropFolder()
    await writeFile(join(drop, 'doubtful.csv'), doubtful)
    const asked = await takings(once, { cwd })
    expect(asked.exitCode).toBe(4)
    expect(asked.stdout).toMatch(/^failed: doubtful\.csv: a question is open: /)
    const [place = ''] = await placesIn(drop, 'failed')
    const report = await readFile(join(drop, 'failed', place, 'takings-report.txt'), 'utf8')
    expect(report).toContain(`takings import ${join(drop, 'failed', place)}/* --answer`)

    await writeFile(join(drop, 'letter.csv'), 'Dear Sir or Madam')
    const refused = await takings([...once, '--json'], { cwd })
    expect(refused.exitCode).toBe(4)
    expect(JSON.parse(refused.stdout).data).toMatchObject({
      outcome: 'failed',
      files: ['letter.csv'],
    })
    expect(await placesIn(drop, 'failed')).toHaveLength(2)
    expect(await placesIn(drop, 'done')).toHaveLength(0)

    const answered = await takings([...once, '--answer', 'day-order=day-first'], { cwd })
    expect(answered).toMatchObject({ exitCode: 0, stdout: '' })
    await writeFile(join(drop, 'doubtful.csv'), doubtful)
    const loaded = await takings([...once, '--answer', 'day-order=day-first'], { cwd })
    expect(loaded.stdout).toMatch(/^imported doubtful\.csv as run 1: 2 rows\./)
  })

  it('goes on until it is stopped, and reads no file that is still written', async () => {
    const { cwd, drop } = await dropFolder()
    const half = await open(join(drop, 'orders.csv'), 'a')
    await half.appendFile(`${header}\n1001,2011-03-14,Lamp,Ada,2,10.00,EUR\n`)
    await half.sync()
    const watching = spawnTakings(['watch', 'drop', '--settle', '0.2'], { cwd })
    const outcome = outcomeOf(watching)
    let said = ''
    watching.stdout?.on('data', (chunk) => {
      said += chunk
    })
    watching.stderr?.on('data', (chunk) => {
      said += chunk
    })
    await expect.poll(() => said, { timeout: 20_000 }).toContain('Watching drop')
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    expect(said).not.toContain('imported')
    await half.appendFile('1002,2011-04-15,Bulb,Bob,3,1.25,EUR\n')
    await half.close()
    await expect.poll(() => said, { timeout: 30_000 }).toContain('as run 1: 2 rows')
    await writeFile(join(drop, 'later.csv'), later)
    await expect.poll(() => said, { timeout: 30_000 }).toContain('as run 2: 1 row')
    watching.kill('SIGINT')
    expect(await outcome).toMatchObject({ exitCode: 130 })
    expect(await revenueIn(cwd)).toBe('33.75 3')
  })

  it('imports through a running server', async () => {
    const { cwd, drop } = await dropFolder()
    await writeFile(join(cwd, 'first.csv'), later)
    await takings(['import', 'first.csv'], { cwd })
    const server = await startServer(['--port', '0'], { cwd })
    await writeFile(join(drop, 'orders.csv'), orders)
    const taken = await takings(once, { cwd })
    expect(taken.stdout).toMatch(/^imported orders\.csv as run 2: 2 rows\./)
    await server.stop()
    expect(await revenueIn(cwd)).toBe('33.75 3')
  })

  it('says what is wrong with its words', async () => {
    const { cwd, drop } = await dropFolder()
    await appendFile(join(drop, 'orders.csv'), orders)
    for (const [words, problem] of [
      [['watch', 'nowhere'], 'There is no file'],
      [['watch', 'drop', '--daily', '25:00'], '25:00 is no time of day'],
      [['watch', 'drop', '--settle', 'long'], 'long is no number of seconds'],
      [['watch', 'takings-data', '--once'], 'There is no file'],
      [['watch'], "Missing required argument 'folder'"],
    ] as const) {
      const { exitCode, stderr } = await takings(words, { cwd })
      expect([2, 3]).toContain(exitCode)
      expect(stderr).toContain(problem)
    }
    expect(await readdir(drop)).toContain('orders.csv')
  })
})
