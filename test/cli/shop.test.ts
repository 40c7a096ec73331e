import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomeOf, spawnTakings, takings, workingFolder } from './run-takings.ts'

/** Revenue 2 x 10.00 + 3 x 1.25 = 23.75, two orders, five units; one row with a negative price. */
const orders = `order number,order date,product,customer,country,quantity,unit price
1001,2011-03-14,Lamp,Ada,Germany,2,10.00
1002,2011-04-15,Bulb,Grace,France,3,1.25
1003,2011-04-16,Bulb,Grace,France,1,-1.25
`
const ambiguous = `order number,order date,product,customer,quantity,unit price
1001,03/04/2011,Lamp,Ada,2,10.00
1002,05/06/2011,Bulb,Grace,3,1.25
`

async function fillShop(cwd: string): Promise<void> {
  await writeFile(join(cwd, 'orders.csv'), orders)
  const imported = await takings(['import', 'orders.csv', '--max-rejects', '50%'], { cwd })
  expect(imported.exitCode).toBe(0)
}

describe('an import', { timeout: 120_000 }, () => {
  it('gives one document with the whole report', async () => {
    const cwd = await workingFolder()
    await writeFile(join(cwd, 'orders.csv'), orders)
    const words = ['import', 'orders.csv', '--max-rejects', '50%', '--json']
    const first = await takings(words, { cwd })
    expect(first.exitCode).toBe(0)
    const { data, meta } = JSON.parse(first.stdout)
    expect(data).toMatchObject({
      runId: 1,
      state: 'committed',
      rows: { in: 3, accepted: 2, rejected: 1, duplicate: 0, ignored: 0 },
      rejectedBy: { negative_price: 1 },
      orders: { new: 2, replaced: 0, unchanged: 0 },
      period: { from: '2011-03-14', to: '2011-04-15' },
      error: null,
    })
    expect(Number(data.totals.revenue)).toBe(23.75)
    expect(meta.tookMs).toBeGreaterThan(0)

    const again = await takings(words, { cwd })
    expect(JSON.parse(again.stdout).data).toMatchObject({
      state: 'unchanged',
      orders: { new: 0, replaced: 0, unchanged: 2 },
    })
  })

  it('for people adds its rows up and says what to do next', async () => {
    const cwd = await workingFolder()
    await writeFile(join(cwd, 'orders.csv'), orders)
    const { stdout } = await takings(['import', 'orders.csv', '--dry-run', '--max-rejects', '1'], {
      cwd,
    })
    expect(stdout).toContain('Dry run: nothing was loaded.')
    expect(stdout).toContain('3 in = 2 accepted + 1 rejected + 0 duplicate + 0 ignored')
    expect(stdout).toContain('1 rejected: the unit price is negative')
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(
      'next: the same command without --dry-run loads it',
    )
    expect((await takings(['runs', '--json'], { cwd })).stdout).toContain('"data":[]')
  })

  it('reads standard input', async () => {
    const cwd = await workingFolder()
    const words = ['import', '-', '--json', '--max-rejects', '1']
    const { exitCode, stdout } = await takings(words, { cwd, input: orders })
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout).data).toMatchObject({ state: 'committed', rows: { in: 3 } })
  })

  it('stops at an open question, unattended, with 4 and the choices', async () => {
    const cwd = await workingFolder()
    await writeFile(join(cwd, 'orders.csv'), ambiguous)
    const asked = await takings(['import', 'orders.csv', '--json'], { cwd })
    expect(asked.exitCode).toBe(4)
    const { data } = JSON.parse(asked.stdout)
    expect(data).toMatchObject({ state: 'question', runId: null })
    const [question] = data.questions
    expect(question.choices.length).toBeGreaterThan(1)
    const answer = `${question.key}=${question.choices[0].value}`
    const answered = await takings(['import', 'orders.csv', '--answer', answer], { cwd })
    expect(answered.exitCode).toBe(0)
    expect(answered.stdout).toContain('Imported.')
  })

  it('of bad input ends with 4 and loads nothing', async () => {
    const cwd = await workingFolder()
    await writeFile(join(cwd, 'empty.csv'), '')
    const { exitCode, stderr } = await takings(['import', 'empty.csv'], { cwd })
    expect(exitCode).toBe(4)
    expect(stderr).toMatch(/empty\.csv is empty\.\nExport it again/)
  })

  it('that is interrupted ends with 130', async () => {
    const cwd = await workingFolder()
    const lines = Array.from(
      { length: 200_000 },
      (_, index) => `${index},2011-03-14,Lamp,Ada,Germany,2,10.00`,
    )
    await writeFile(join(cwd, 'orders.csv'), `${orders.split('\n')[0]}\n${lines.join('\n')}\n`)
    const child = spawnTakings(['import', 'orders.csv'], { cwd })
    const outcome = outcomeOf(child)
    const work = join(cwd, 'takings-data', 'takings.lock')
    await expect
      .poll(() => readFile(work, 'utf8').catch(() => ''), { timeout: 20_000 })
      .not.toBe('')
    child.kill('SIGINT')
    expect(await outcome).toMatchObject({ exitCode: 130, stdout: '' })
    expect((await takings(['runs', '--json'], { cwd })).stdout).toContain('"data":[]')
  })
})

describe('figures', () => {
  let cwd: string
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'takings-cli-'))
    await fillShop(cwd)
  })
  afterAll(() => rm(cwd, { recursive: true, force: true }))

  it('in a pipe are tabs, and notes stay on stderr', async () => {
    const { stdout, stderr, exitCode } = await takings(
      ['query', 'revenue,orders', '--by', 'month'],
      { cwd },
    )
    expect(exitCode).toBe(0)
    const [head, ...rows] = stdout.trimEnd().split('\n')
    expect(head).toBe('month\trevenue\torders')
    expect(
      rows.map((row) => row.split('\t').map((cell, index) => (index === 1 ? Number(cell) : cell))),
    ).toEqual([
      ['2011-03-01', 20, '1'],
      ['2011-04-01', 3.75, '1'],
    ])
    expect(stderr).toMatch(/^note: /m)
    expect(stdout).not.toContain('\u001b')
  })

  it('as CSV and as JSON are the same figures', async () => {
    const words = ['query', 'revenue', '--by', 'product', '--top', '1', '--other']
    const csv = await takings([...words, '--csv'], { cwd })
    expect(csv.stdout.split('\n')[0]).toBe('product,product_key,revenue')
    const json = JSON.parse((await takings([...words, '--json'], { cwd })).stdout)
    expect(json.data.rows.map((row: { product: string }) => row.product)).toEqual(['Lamp', 'Other'])
    expect(csv.stdout).toContain(
      `Lamp,${json.data.rows[0].product_key},${json.data.rows[0].revenue}`,
    )
    expect(json.meta).toMatchObject({ range: { from: '2011-03-14', to: '2011-04-15' } })
  })

  it('at a glance', async () => {
    const { stdout, exitCode } = await takings(['overview', '--compare', 'none'], { cwd })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('14 Mar – 15 Apr 2011')
    expect(stdout).toMatch(/Net sales +23\.75/)
    expect(stdout).toMatch(/1 +Lamp +█+ +20\.00/)
    const { data } = JSON.parse((await takings(['overview', '--json'], { cwd })).stdout)
    expect(Object.keys(data)).toEqual(['figures', 'series', 'products', 'customers'])
  })

  it.each([
    ['stock_on_hand --by hour', /stock_on_hand cannot be split or filtered by hour/],
    ['revenue --from 2011-13-01', /2011-13-01/],
    ['revenue --from 2011-12-01 --to 2011-01-01', /first|before|after/],
  ])('that cannot be asked: takings query %s', async (words, said) => {
    const outcome = await takings(['query', ...words.split(' ')], { cwd })
    expect(outcome).toMatchObject({ exitCode: 2, stdout: '' })
    expect(outcome.stderr).toMatch(said)
  })

  it('are checked by doctor', async () => {
    expect(await takings(['doctor'], { cwd })).toMatchObject({ exitCode: 0 })
    expect(await takings(['doctor', '--rollups', '--rebuild'], { cwd })).toMatchObject({
      exitCode: 0,
      stdout: 'All is well: every rollup holds what a recount of all facts gives.\n',
    })
    expect(JSON.parse((await takings(['doctor', '--json'], { cwd })).stdout)).toEqual({
      data: [],
      meta: {},
    })
  })
})

describe('rejected rows', { timeout: 120_000 }, () => {
  it('are listed, shown, exported, corrected and imported again', async () => {
    const cwd = await workingFolder()
    await fillShop(cwd)
    const list = JSON.parse((await takings(['rejects', '--json'], { cwd })).stdout)
    expect(list.data).toMatchObject([{ reason: 'negative_price', rows: 1 }])
    const show = await takings(['rejects', 'show', '--reason', 'negative_price'], { cwd })
    expect(show.stdout).toContain('unit price')
    const exported = await takings(['rejects', 'export'], { cwd })
    expect(exported.stdout).toMatch(/^order number,order date,.*\r?\n1003,.*-1\.25/)
    const fixed = exported.stdout.replaceAll('-1.25', '1.25')
    await writeFile(join(cwd, 'fixed.csv'), fixed)
    const again = await takings(['import', 'fixed.csv', '--json'], { cwd })
    expect(JSON.parse(again.stdout).data).toMatchObject({
      state: 'committed',
      rows: { accepted: 1 },
    })
    const query = await takings(['query', 'revenue,orders', '--json'], { cwd })
    const [row] = JSON.parse(query.stdout).data.rows
    expect([Number(row.revenue), row.orders]).toEqual([25, 3])
  })
})

describe('the schema', () => {
  it('is printed without making anything', async () => {
    const cwd = await workingFolder()
    const { exitCode, stdout } = await takings(['migrate', '--print'], { cwd })
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/create table "?sales_fact/i)
    await expect(readFile(join(cwd, 'takings-data', 'takings.lock'))).rejects.toThrow()
  })
})

describe('the demo shop', { timeout: 120_000 }, () => {
  it('is a warehouse of its own, labelled, and never beside real data', async () => {
    const cwd = await workingFolder()
    const made = await takings(['demo', '--orders', '300', '--years', '1'], { cwd })
    expect(made).toMatchObject({ exitCode: 0 })
    expect(made.stderr).toContain('next: takings start')
    const asked = await takings(['query', 'orders', '--json'], { cwd })
    expect(asked.stderr).toContain('This is the demo shop: its figures are made up.')
    expect(JSON.parse(asked.stdout).data.rows[0].orders).toBeGreaterThan(200)

    await writeFile(join(cwd, 'orders.csv'), orders)
    await takings(['import', 'orders.csv', '--max-rejects', '1'], { cwd })
    const real = await takings(['query', 'orders', '--json'], { cwd })
    expect(JSON.parse(real.stdout).data.rows[0].orders).toBe(2)
    expect(real.stderr).not.toContain('demo')
    const refused = await takings(['demo', '--orders', '300'], { cwd })
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' })
  })

  it('is written as files', async () => {
    const cwd = await workingFolder()
    const words = [
      'demo',
      '--orders',
      '50',
      '--years',
      '0.5',
      '--out',
      'files',
      '--format',
      'ndjson',
      '--json',
    ]
    const { exitCode, stdout } = await takings(words, { cwd })
    expect(exitCode).toBe(0)
    const { data } = JSON.parse(stdout)
    expect(data.files.map(({ name }: { name: string }) => name)).toContain('sales_fact.ndjson')
  })
})
