import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openAlerts } from '../../src/alerts/alerts.ts'
import { openWarehouse } from '../../src/warehouse/warehouse.ts'
import { startServer, takings, workingFolder } from './run-takings.ts'

/** What imports of a command mean to alerts on imports. Nobody sits before these: they run in a pipe. */

const header = 'order number,order date,product,customer,quantity,unit price,currency'
const orders = `${header}\n1001,2011-03-14,Lamp,Ada,2,10.00,EUR\n`
/** Nothing tells days from months. */
const doubtful = `${header}\n1004,03/04/2011,Lamp,Ada,1,10.00,EUR\n1005,05/06/2011,Lamp,Bob,1,10.00,EUR\n`
const answer = ['--answer', 'day-order=day-first']

/** A shop with one import, and an alert on those that fail. */
async function watchedFolder(): Promise<string> {
  const cwd = await workingFolder()
  await writeFile(join(cwd, 'first.csv'), orders)
  expect((await takings(['import', 'first.csv'], { cwd })).exitCode).toBe(0)
  const now = () => new Date()
  const warehouse = await openWarehouse({ folder: join(cwd, 'takings-data'), now })
  const current = async () => ({ warehouse, demo: false })
  await openAlerts({ current, now, link: () => null }).saveRule(null, {
    condition: { kind: 'import_failed' },
    isOn: true,
    webhooks: [],
  })
  await warehouse.close()
  return cwd
}

async function openIn(cwd: string): Promise<{ id: string; subject: { name: string } }[]> {
  const { stdout } = await takings(['alerts', '--json'], { cwd })
  return JSON.parse(stdout).data.open
}
const namesIn = async (cwd: string) => (await openIn(cwd)).map(({ subject }) => subject.name).sort()

describe('alerts on imports', { timeout: 240_000 }, () => {
  it('end when a file that failed in a watched folder is imported by hand, and not by its name', async () => {
    const cwd = await watchedFolder()
    const drop = join(cwd, 'drop')
    await mkdir(drop)
    await writeFile(join(drop, 'daily.csv'), doubtful)
    await copyFile(join(drop, 'daily.csv'), join(cwd, 'kept.csv'))
    const watch = ['watch', 'drop', '--once', '--settle', '0.2']
    expect((await takings(watch, { cwd })).exitCode).toBe(4)
    expect(await namesIn(cwd)).toEqual(['daily.csv'])
    await writeFile(join(drop, 'daily.csv'), orders.replace('1001', '1002'))
    expect((await takings(watch, { cwd })).exitCode).toBe(0)
    expect(await namesIn(cwd)).toEqual(['daily.csv'])
    // A look only loads nothing.
    await takings(['import', 'kept.csv', ...answer, '--dry-run'], { cwd })
    expect(await namesIn(cwd)).toEqual(['daily.csv'])
    expect((await takings(['import', 'kept.csv', ...answer], { cwd })).exitCode).toBe(0)
    expect(await namesIn(cwd)).toEqual([])
  })

  it('fire where a command fails that nobody sits before, until it goes well or is put aside', async () => {
    const cwd = await watchedFolder()
    await writeFile(join(cwd, 'letter.csv'), 'Dear Sir or Madam')
    await writeFile(join(cwd, 'doubtful.csv'), doubtful)
    expect((await takings(['import', 'letter.csv'], { cwd })).exitCode).toBe(4)
    expect((await takings(['import', 'doubtful.csv'], { cwd })).exitCode).toBe(4)
    expect((await takings(['import', 'exports/*.csv'], { cwd })).exitCode).toBe(3)
    expect((await takings(['import', 'letter.csv'], { cwd })).exitCode).toBe(4)
    expect(await namesIn(cwd)).toEqual(['*.csv', 'doubtful.csv', 'letter.csv'])
    await mkdir(join(cwd, 'exports'))
    await writeFile(join(cwd, 'exports', 'a.csv'), doubtful)
    const loaded = await takings(['import', 'exports/*.csv', ...answer], { cwd })
    expect(loaded.exitCode).toBe(0)
    expect(await namesIn(cwd)).toEqual(['letter.csv'])
    const [incident] = await openIn(cwd)
    const aside = await takings(['alerts', 'dismiss', incident?.id.slice(0, 8) ?? ''], { cwd })
    expect(aside).toMatchObject({ exitCode: 0, stdout: 'Put aside: letter.csv.\n' })
    expect(await namesIn(cwd)).toEqual([])
    expect((await takings(['alerts', 'dismiss', 'nothing'], { cwd })).exitCode).not.toBe(0)
  })

  it('are one whether the server or the command tells of it', async () => {
    const cwd = await watchedFolder()
    await writeFile(join(cwd, 'empty.csv'), '')
    await writeFile(join(cwd, 'doubtful.csv'), doubtful)
    const server = await startServer(['--port', '0'], { cwd })
    expect((await takings(['import', 'empty.csv'], { cwd })).exitCode).not.toBe(0)
    expect((await takings(['import', 'doubtful.csv'], { cwd })).exitCode).toBe(4)
    await takings(['alerts', 'check'], { cwd })
    expect(await namesIn(cwd)).toEqual(['doubtful.csv', 'empty.csv'])
    expect((await takings(['import', 'doubtful.csv', ...answer], { cwd })).exitCode).toBe(0)
    await takings(['alerts', 'check'], { cwd })
    expect(await namesIn(cwd)).toEqual(['empty.csv'])
    await server.stop()
  })
})
