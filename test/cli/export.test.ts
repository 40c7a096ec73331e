import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { exportCommand } from '../../src/cli/commands/export.ts'
import { openExportFolder } from '../../src/cli/export-folder.ts'
import { exportProgressText } from '../../src/cli/progress-line.ts'
import type { ExportManifest } from '../../src/model/export.ts'
import { reportingTables } from '../../src/model/reporting.ts'
import { outcomeOf, spawnTakings, startServer, takings, workingFolder } from './run-takings.ts'

const orders = `order number,order date,product,customer,country,quantity,unit price,currency
1001,2011-03-14,Lamp,Ada,Germany,2,10.00,EUR
1002,2011-04-15,Bulb,,France,3,1.25,EUR
`

async function shopFolder(): Promise<string> {
  const cwd = await workingFolder()
  await writeFile(join(cwd, 'orders.csv'), orders)
  return cwd
}

const filesOf = (format: string) =>
  ['export.json', ...reportingTables.map(({ name }) => `${name}.${format}`)].sort()

const listed = async (folder: string) => (await readdir(folder)).sort()

async function manifestIn(folder: string): Promise<ExportManifest> {
  return JSON.parse(await readFile(join(folder, 'export.json'), 'utf8'))
}

describe('takings export', { timeout: 120_000 }, () => {
  it('writes all tables and says what they are', async () => {
    const cwd = await shopFolder()
    await takings(['import', 'orders.csv'], { cwd })
    const first = await takings(['export', '--to', 'bi/new', '--format', 'csv'], { cwd })
    expect(first).toMatchObject({ exitCode: 0 })
    const lines = first.stdout.trimEnd().split('\n')
    expect(lines[0]).toBe('file\trows\tbytes')
    expect(lines).toHaveLength(1 + reportingTables.length)
    const folder = join(cwd, 'bi/new')
    const sales = await readFile(join(folder, 'sales.csv'), 'utf8')
    expect(lines[1]).toBe(`bi/new/sales.csv\t2\t${Buffer.byteLength(sales)}`)
    expect(sales.split('\n')[1]).toContain(',"1001",1,2011-03-14,,,')
    expect(sales.split('\n')[2]).toMatch(/,0,"Unknown",.*,3\.000,1\.2500,3\.7500,0\.0000,3\.7500,/)
    expect(await listed(folder)).toEqual(filesOf('csv'))
    const manifest = await manifestIn(folder)
    expect(manifest).toMatchObject({
      format: 'csv',
      shop: { name: 'My shop', demo: false, currency: 'EUR', timeZone: 'UTC' },
      data: { lastRun: 1, firstDay: '2011-03-14', lastDay: '2011-04-15' },
      warnings: [],
    })
    const price = manifest.tables[0]?.columns.find(({ name }) => name === 'total_price')
    expect(price).toMatchObject({ type: 'DECIMAL(18,4)', nullable: false })
    const meanings = manifest.tables.flatMap(({ columns }) => columns.map(({ meaning }) => meaning))
    expect(meanings.filter((meaning) => meaning.trim() === '')).toEqual([])
  })

  it('replaces an export only when it may, also by another format, and nothing else at all', async () => {
    const cwd = await shopFolder()
    await takings(['import', 'orders.csv'], { cwd })
    const folder = join(cwd, 'bi')
    expect(await takings(['export', '--to', 'bi', '--format', 'csv'], { cwd })).toMatchObject({
      exitCode: 0,
    })
    await writeFile(join(folder, 'dashboard.pbix'), 'mine')
    const before = await readFile(join(folder, 'export.json'), 'utf8')

    const refused = await takings(['export', '--to', 'bi'], { cwd })
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' })
    expect(refused.stderr).toMatch(
      /holds an export already \(export\.json, sales\.csv.*--overwrite/s,
    )
    expect(await readFile(join(folder, 'export.json'), 'utf8')).toBe(before)

    const words = ['export', '--to', 'bi', '--overwrite', '--json']
    const replaced = await takings(words, { cwd })
    expect(JSON.parse(replaced.stdout)).toMatchObject({ data: { folder, format: 'parquet' } })
    expect(await listed(folder)).toEqual([...filesOf('parquet'), 'dashboard.pbix'].sort())
    expect(await readFile(join(folder, 'dashboard.pbix'), 'utf8')).toBe('mine')
  })

  it('never replaces files that no export wrote', async () => {
    const cwd = await shopFolder()
    await takings(['import', 'orders.csv'], { cwd })
    const words = ['export', '--to', '.', '--format', 'csv', '--overwrite']
    const refused = await takings(words, { cwd })
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' })
    expect(refused.stderr).toContain('holds orders.csv, which no export wrote')
    expect(await readFile(join(cwd, 'orders.csv'), 'utf8')).toBe(orders)
    expect(await listed(cwd)).toEqual(['orders.csv', 'takings-data'])
  })

  it('goes through a running server and gives the same', async () => {
    const cwd = await shopFolder()
    await takings(['import', 'orders.csv'], { cwd })
    for (const format of ['csv', 'parquet']) {
      await takings(['export', '--to', `alone/${format}`, '--format', format], { cwd })
    }
    const server = await startServer(['--port', '0'], { cwd })
    for (const format of ['csv', 'parquet']) {
      const words = ['export', '--to', `beside/${format}`, '--format', format, '--json']
      const { stdout, exitCode } = await takings(words, { cwd })
      expect(exitCode).toBe(0)
      const { data } = JSON.parse(stdout)
      const folders = ['alone', 'beside'].map((name) => join(cwd, name, format))
      expect(await listed(folders[1] ?? '')).toEqual(filesOf(format))
      for (const { file } of data.tables) {
        const [alone, beside] = await Promise.all(folders.map((path) => readFile(join(path, file))))
        expect({ file, same: alone?.equals(beside ?? Buffer.of()) }).toEqual({ file, same: true })
      }
      const [alone, beside] = await Promise.all(folders.map(manifestIn))
      expect({ ...beside, exportedAt: '' }).toEqual({ ...alone, exportedAt: '' })
    }
    expect(await readdir(join(cwd, 'takings-data/work/exports'))).toEqual([])
    await server.stop()
  })

  it('of a warehouse that is empty has headers and no rows', async () => {
    const cwd = await workingFolder()
    await takings(['migrate'], { cwd })
    const { exitCode, stderr } = await takings(['export', '--to', 'bi', '--format', 'csv'], { cwd })
    expect(exitCode).toBe(0)
    expect(stderr).toContain('nothing is imported yet')
    expect(await readFile(join(cwd, 'bi/SalesFact.csv'), 'utf8')).toBe(
      'OrderID,CustomerID,ProductID,Quantity,TotalPrice,OrderDate,RegionID\n',
    )
  })

  it('says of the demo shop that it is one', async () => {
    const cwd = await workingFolder()
    await takings(['demo', '--orders', '100', '--years', '0.5'], { cwd })
    const { stderr } = await takings(['export', '--to', 'bi'], { cwd })
    expect(stderr).toContain('its figures are made up')
    expect(await manifestIn(join(cwd, 'bi'))).toMatchObject({
      shop: { name: 'Demo shop', demo: true },
    })
  })
})

/** A warehouse whose export takes a while. */
async function largeShop(): Promise<string> {
  const cwd = await workingFolder()
  await takings(['demo', '--orders', '150000', '--years', '2'], { cwd })
  return cwd
}

/** Empty also where the folder is not there yet. */
async function namesIn(folder: string): Promise<string> {
  return existsSync(folder) ? (await readdir(folder)).join() : ''
}

describe('an export that does not come to its end', { timeout: 240_000 }, () => {
  it('leaves nothing behind when it is interrupted, alone and beside a server', async () => {
    const cwd = await largeShop()
    await mkdir(join(cwd, 'there'))
    const interrupt = async (to: string, signal: NodeJS.Signals) => {
      const child = spawnTakings(['export', '--to', to, '--format', 'csv'], { cwd })
      const outcome = outcomeOf(child)
      await vi.waitUntil(async () => (await namesIn(join(cwd, to))) !== '', { timeout: 60_000 })
      child.kill(signal)
      return outcome
    }
    const alone = await interrupt('new/bi', 'SIGINT')
    expect(alone).toMatchObject({ exitCode: 130, stdout: '' })
    expect(alone.stderr).toMatch(/Nothing was exported into .*new\/bi\.\nStopped\.\n$/)
    expect(existsSync(join(cwd, 'new'))).toBe(false)

    const server = await startServer(['--port', '0'], { cwd })
    expect(await interrupt('there', 'SIGTERM')).toMatchObject({ exitCode: 130, stdout: '' })
    expect(await readdir(join(cwd, 'there'))).toEqual([])
    await vi.waitUntil(
      async () => (await readdir(join(cwd, 'takings-data/work/exports'))).length === 0,
      { timeout: 10_000 },
    )
    await server.stop()
  })

  it.skipIf(process.platform === 'win32')(
    'leaves what was there when the disk is full',
    async () => {
      const cwd = await workingFolder()
      await takings(['demo', '--orders', '30000', '--years', '2'], { cwd })
      await takings(['export', '--to', 'bi'], { cwd })
      const before = await manifestIn(join(cwd, 'bi'))
      // No file may grow beyond 8 MB, which fails a write as a full disk does; the one of sales is larger.
      const full = spawnTakings(['export', '--to', 'bi', '--format', 'csv', '--overwrite'], {
        cwd,
        largestFile: 8_000,
      })
      const { exitCode, stdout, stderr } = await outcomeOf(full)
      expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: '' })
      expect(stderr).toMatch(
        /error: The disk is full: .*Nothing was loaded or written\.\nFree some space in .*bi/,
      )
      expect(await listed(join(cwd, 'bi'))).toEqual(filesOf('parquet'))
      expect(await manifestIn(join(cwd, 'bi'))).toEqual(before)
    },
  )
})

describe('the folder of an export', () => {
  const options = { format: 'csv', overwrite: false } as const
  const manifest = (files: readonly string[]) =>
    ({ takings: '1.2.3', tables: files.map((file) => ({ file })) }) as unknown as ExportManifest

  async function exportOf(path: string, text: string, overwrite = false): Promise<void> {
    const folder = await openExportFolder(path, { ...options, overwrite })
    await writeFile(join(folder.work, 'sales.csv'), text)
    await folder.publish(manifest(['sales.csv']))
    await folder.clear()
  }

  it('is no file, no folder below a file and none that cannot be written to', async () => {
    const cwd = await workingFolder()
    await writeFile(join(cwd, 'file'), 'x')
    for (const [path, said] of [
      ['file', 'is a file, not a folder'],
      ['file/below', 'lies below a file, not a folder'],
    ] as const) {
      await expect(openExportFolder(join(cwd, path), options)).rejects.toMatchObject({
        code: 'invalid_option',
        details: { option: '--to', problem: `${join(cwd, path)} ${said}` },
      })
    }
    await mkdir(join(cwd, 'locked'))
    await chmod(join(cwd, 'locked'), 0o500)
    // The superuser may write everywhere but where the system itself refuses.
    const locked = process.getuid?.() === 0 ? '/proc' : join(cwd, 'locked')
    await expect(openExportFolder(locked, options)).rejects.toMatchObject({
      code: 'invalid_option',
    })
  })

  it('is shown whole or as it was', async () => {
    const path = join(await workingFolder(), 'bi')
    await exportOf(path, 'first')
    const folder = await openExportFolder(path, { ...options, overwrite: true })
    await writeFile(join(folder.work, 'sales.csv'), 'second')
    // The manifest lists a file that nobody wrote: the second move fails.
    await expect(folder.publish(manifest(['sales.csv', 'orders.csv']))).rejects.toMatchObject({
      code: 'export_stopped',
    })
    await folder.clear()
    expect(await listed(path)).toEqual(['export.json', 'sales.csv'])
    expect(await readFile(join(path, 'sales.csv'), 'utf8')).toBe('first')
    expect((await manifestIn(path)).tables).toEqual([{ file: 'sales.csv' }])
  })

  it('takes away what a killed export left, and refuses beside one that is at work', async () => {
    const path = join(await workingFolder(), 'bi')
    await mkdir(join(path, '.takings-export-999999999-abc'), { recursive: true })
    await exportOf(path, 'first')
    expect(await listed(path)).toEqual(['export.json', 'sales.csv'])
    await mkdir(join(path, `.takings-export-${process.ppid}-abc`))
    await expect(openExportFolder(path, { ...options, overwrite: true })).rejects.toMatchObject({
      code: 'busy',
    })
  })

  it('refuses at its end what somebody else put there meanwhile', async () => {
    const path = join(await workingFolder(), 'bi')
    const folder = await openExportFolder(path, options)
    await writeFile(join(folder.work, 'sales.csv'), 'ours')
    await writeFile(join(path, 'sales.csv'), 'theirs')
    await expect(folder.publish(manifest(['sales.csv']))).rejects.toMatchObject({
      code: 'invalid_option',
    })
    await folder.clear()
    expect(await listed(path)).toEqual(['sales.csv'])
    expect(await readFile(join(path, 'sales.csv'), 'utf8')).toBe('theirs')
  })

  it('believes no document that names other files than exports write', async () => {
    const path = join(await workingFolder(), 'bi')
    await exportOf(path, 'first')
    await writeFile(join(path, 'notes.txt'), 'mine')
    await writeFile(
      join(path, 'export.json'),
      JSON.stringify(manifest(['sales.csv', 'notes.txt', '../bi/notes.txt'])),
    )
    await exportOf(path, 'second', true)
    expect(await listed(path)).toEqual(['export.json', 'notes.txt', 'sales.csv'])
    await rename(join(path, 'notes.txt'), join(path, 'export.json'))
    await expect(openExportFolder(path, { ...options, overwrite: true })).rejects.toMatchObject({
      details: {
        problem: expect.stringContaining('export.json, sales.csv, which no export wrote'),
      },
    })
  })
})

describe('words', () => {
  it('of progress tell the table and the rows so far', () => {
    expect(exportProgressText({ table: 'sales', done: 0.635, rows: 1_204_000 })).toBe(
      'Exporting    63% █████████████░░░░░░░ sales · 1,204,000 rows',
    )
  })

  it('of the examples are those of the command', () => {
    for (const example of exportCommand.examples) expect(example).toContain('takings export --to ')
  })
})
