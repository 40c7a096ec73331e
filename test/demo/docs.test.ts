import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { customerFaults, productFaults, salesFaults } from '../../src/demo/planted-faults.ts'

const page = readFileSync(new URL('../../docs/demo.md', import.meta.url), 'utf8')

it('docs/demo.md lists every fault with what an import says of it', () => {
  const rows = page
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
    .filter((cells) => cells.length === 7)
    .map(([, fault, file, , outcome, reason]) => `${file} ${fault}: ${outcome} ${reason}`)
  const planted = { sales_fact: salesFaults, products: productFaults, customers: customerFaults }
  const expected = Object.entries(planted).flatMap(([file, faults]) =>
    faults.map(({ fault, outcome, reason }) => `${file} ${fault}: ${outcome} ${reason ?? ''}`),
  )
  expect(rows.filter((row) => !/^file fault|^-+/.test(row)).sort()).toEqual(expected.sort())
})
