import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startServer, takings, workingFolder } from './run-takings.ts'

const header = 'order number,order date,product,quantity,unit price'
const orders = (first: number) =>
  `${header}\n${first},03/04/2011,Lamp,2,10.00\n${first + 1},05/06/2011,Bulb,3,1.25\n`

async function shopFolder(): Promise<string> {
  const cwd = await workingFolder()
  await writeFile(join(cwd, 'orders.csv'), orders(1001))
  await writeFile(join(cwd, 'later.csv'), orders(2001))
  return cwd
}

describe('takings answers', { timeout: 180_000 }, () => {
  it('lists what holds for later files, and forgets it', async () => {
    const cwd = await shopFolder()
    const looked = await takings(['answers'], { cwd })
    expect(looked).toMatchObject({ exitCode: 3, stdout: '' })
    const asked = await takings(['import', 'orders.csv'], { cwd })
    expect(asked.exitCode).toBe(4)
    expect(asked.stdout).toContain('  takings import orders.csv --answer day-order=day-first\n')
    expect(asked.stdout).toContain('  takings import orders.csv --answer day-order=month-first\n')
    expect(asked.stdout).toContain('the same either way: revenue 23.75, ')
    const answer = ['--answer', 'day-order=day-first']
    await takings(['import', 'orders.csv', ...answer], { cwd })

    const later = await takings(['import', 'later.csv'], { cwd })
    expect(later.exitCode).toBe(0)
    expect(later.stdout).toMatch(
      /remembered: \S*later\.csv, the day stands first, as answered on .*; change it with --answer day-order=month-first/,
    )
    const list = await takings(['answers', '--json'], { cwd })
    const [kept] = JSON.parse(list.stdout).data
    expect(kept.said).toMatchObject([{ name: 'day-order', value: 'day-first' }])
    const again = await takings(['import', 'later.csv', '--ask-again'], { cwd })
    expect(again.exitCode).toBe(4)

    expect(await takings(['answers', 'forget'], { cwd })).toMatchObject({ exitCode: 2 })
    expect(await takings(['answers', 'forget', 'zzz'], { cwd })).toMatchObject({ exitCode: 3 })
    const short = kept.id.slice(0, 6)
    expect(await takings(['answers', 'forget', short], { cwd })).toMatchObject({ exitCode: 0 })
    expect(JSON.parse((await takings(['answers', '--json'], { cwd })).stdout).data).toEqual([])
  })

  it('goes through a running server, and so do corrected columns', async () => {
    const cwd = await shopFolder()
    await startServer(['--port', '0'], { cwd })
    const odd = `${header.replace('unit price', 'each one')}\n1,2011-04-13,Lamp,2,10.00\n`
    await writeFile(join(cwd, 'odd.csv'), odd)
    const refused = await takings(['import', 'odd.csv', '--column', 'each=unit_price'], { cwd })
    expect(refused.exitCode).toBe(2)
    expect(`${refused.stdout}${refused.stderr}`).toContain('no file has a column "each"')
    const words = ['import', 'odd.csv', '--column', 'each one=unit_price']
    expect(await takings(words, { cwd })).toMatchObject({ exitCode: 0 })
    await takings(['import', 'orders.csv', '--answer', 'day-order=day-first'], { cwd })
    const later = await takings(['import', 'later.csv', '--json'], { cwd })
    expect(JSON.parse(later.stdout).data).toMatchObject({
      state: 'committed',
      remembered: [{ name: 'day-order', value: 'day-first' }],
    })
    const list = await takings(['answers', '--json'], { cwd })
    const said = JSON.parse(list.stdout).data.flatMap((one: { said: { name: string }[] }) =>
      one.said.map(({ name }) => name),
    )
    expect(said.sort()).toEqual(['day-order', 'each one'])
    expect(await takings(['answers', 'forget', '--all'], { cwd })).toMatchObject({ exitCode: 0 })
    expect(JSON.parse((await takings(['answers', '--json'], { cwd })).stdout).data).toEqual([])
  })
})

describe('a dry run', { timeout: 60_000 }, () => {
  it('shows every column with its first values, and why one is not used', async () => {
    const cwd = await shopFolder()
    await writeFile(join(cwd, 'sales.csv'), `${header},note\n1,2011-04-13,Lamp,2,"10,50",hello\n`)
    const { stdout } = await takings(['import', 'sales.csv', '--dry-run'], { cwd })
    expect(stdout).toMatch(/unit price +unit_price +\S+ +10,50 is 10\.5 +the header "unit price"/)
    expect(stdout).toMatch(/note +- +hello +not used: /)
    await writeFile(join(cwd, 'odd.csv'), 'ref,thing\n1,Mug\n')
    const odd = await takings(['import', 'odd.csv', '--dry-run'], { cwd })
    expect(odd.exitCode).toBe(4)
    expect(odd.stderr).toMatch(/thing +- +Mug/)
    expect(odd.stderr).toContain('--column "HEADER=ROLE"')
  })
})
