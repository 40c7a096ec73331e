import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultStockRules } from '../../src/model/inventory.ts'
import { startServer, takings, workingFolder } from './run-takings.ts'

const orders = `order number,order date,product,customer,country,quantity,unit price
1001,2011-03-14,Lamp,Ada,Germany,2,10.00
1002,2011-04-15,Bulb,Grace,France,3,1.25
`

async function shopFolder(): Promise<string> {
  const cwd = await workingFolder()
  await writeFile(join(cwd, 'orders.csv'), orders)
  return cwd
}

describe('takings settings', { timeout: 120_000 }, () => {
  it('states what no file states, and figures carry it', async () => {
    const cwd = await shopFolder()
    await takings(['import', 'orders.csv'], { cwd })
    const before = await takings(['settings'], { cwd })
    expect(before.stdout).toBe('setting\tvalue\nname\t\ncurrency\t\ntime_zone\tUTC\n')

    const stated = await takings(['settings', 'currency', 'gbp', '--json'], { cwd })
    expect(JSON.parse(stated.stdout)).toEqual({
      data: { shopName: null, currency: 'GBP', timeZone: 'UTC', stock: defaultStockRules },
      meta: expect.anything(),
    })
    expect(await takings(['settings', 'name', 'My lamps'], { cwd })).toMatchObject({ exitCode: 0 })
    const overview = await takings(['overview'], { cwd })
    expect(overview.stdout).toContain('My lamps')
    expect(overview.stdout).toContain('£23.75')
  })

  it('refuses what is no currency, no setting and no value, and looking makes no shop', async () => {
    const cwd = await shopFolder()
    const looked = await takings(['settings'], { cwd })
    expect(looked).toMatchObject({ exitCode: 3, stdout: '' })
    expect(existsSync(join(cwd, 'takings-data', 'takings.duckdb'))).toBe(false)
    const pence = await takings(['settings', 'currency', 'GBX'], { cwd })
    expect(pence).toMatchObject({ exitCode: 2, stdout: '' })
    expect(pence.stderr).toContain('"GBX" is no currency')
    expect(await takings(['settings', 'colour', 'red'], { cwd })).toMatchObject({ exitCode: 2 })
    expect(await takings(['settings', 'currency'], { cwd })).toMatchObject({ exitCode: 2 })
  })

  it('goes through a running server, whose refusals keep their code', async () => {
    const cwd = await shopFolder()
    const stated = orders
      .split('\n')
      .map((line, index) => (line === '' ? '' : `${line},${index === 0 ? 'currency' : 'EUR'}`))
    await writeFile(join(cwd, 'orders.csv'), stated.join('\n'))
    const server = await startServer(['orders.csv', '--port', '0'], { cwd })
    const named = await takings(['settings', 'name', 'My lamps', '--json'], { cwd })
    const own = { shopName: 'My lamps', currency: 'EUR', timeZone: 'UTC' }
    const settings = { ...own, stock: defaultStockRules }
    expect(JSON.parse(named.stdout).data).toEqual(settings)
    const refused = await takings(['settings', 'currency', 'GBP', '--json'], { cwd })
    expect(refused.exitCode).toBe(2)
    expect(`${refused.stdout}${refused.stderr}`).toContain('"code":"currency_stated"')
    const shown = await takings(['settings', '--json'], { cwd })
    expect(JSON.parse(shown.stdout).data).toEqual(settings)
    await server.stop()
  })

  it('states the time zone before the first import, and keeps it after', async () => {
    const cwd = await shopFolder()
    const shown = await takings(['settings', 'time-zone', 'europe/berlin', '--json'], { cwd })
    expect(JSON.parse(shown.stdout).data).toMatchObject({ timeZone: 'Europe/Berlin' })
    expect(await takings(['import', 'orders.csv'], { cwd })).toMatchObject({ exitCode: 0 })
    for (const no of ['Europe/Atlantis', '+02:00'])
      expect(await takings(['settings', 'time-zone', no], { cwd })).toMatchObject({ exitCode: 2 })
    const moved = await takings(['settings', 'time-zone', 'America/New_York'], { cwd })
    expect(moved).toMatchObject({ exitCode: 2, stdout: '' })
    expect(moved.stderr).toContain('are those of Europe/Berlin')
    expect(moved.stderr).toContain('new data folder')
    const same = await takings(['settings', 'time-zone', 'Europe/Berlin'], { cwd })
    expect(same).toMatchObject({ exitCode: 0 })
  })

  it('takes the zone of the machine where nothing says another one', async () => {
    const cwd = await shopFolder()
    // One without a name is none.
    const named = await takings(['settings', '--json'], { cwd, environment: { TZ: '' } })
    expect(named.exitCode).toBe(3)
    await takings(['import', 'orders.csv'], { cwd, environment: { TZ: 'America/New_York' } })
    const { stdout } = await takings(['settings', '--json'], { cwd })
    expect(JSON.parse(stdout).data).toMatchObject({ timeZone: 'America/New_York' })
  })
})
