import { expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** Orders that are known already under a number written otherwise, or from another source. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

const orders = (...numbers: readonly string[]) =>
  csv(
    ['order number', 'date', 'product', 'quantity', 'unit price'],
    ...numbers.map((number, at) => [number, `2025-01-${10 + at}`, 'Mug', 1, '5.00']),
  )
const codes = async (name: string, text: string, source = 'shop') => {
  const { warnings } = await shop.importText(name, text, { source })
  return warnings.map(({ code }) => code)
}

it('warns of orders that lost their zeros, in one import and in two', async () => {
  const paths = [shop.file('1.csv', orders('0001', '0002')), shop.file('2.csv', orders('1', '2'))]
  const together = await shop.import(paths, { source: 'together' })
  expect(together.warnings.map(({ code }) => code)).toContain('leading_zeros_lost')
  expect(await codes('a.csv', orders('0001', '0002'))).not.toContain('leading_zeros_lost')
  expect(await codes('b.csv', orders('1', '2'))).toContain('leading_zeros_lost')
})

it('warns of orders that another source holds, whatever stands before their number', async () => {
  await shop.importText('a.csv', orders('#1001', '#1002', '#1003', '#1004'), { source: 'one' })
  const other = orders('1001', '1002', '1003', '2004')
  expect(await codes('b.csv', other, 'two')).toContain('known_in_other_source')
})

it('says nothing of other shops whose numbers are alike by chance', async () => {
  await shop.importText('a.csv', orders('1', '2', '3', '4'), { source: 'one' })
  const other = orders('9', '1', '2', '3').replaceAll('2025-01', '2025-02')
  expect(await codes('b.csv', other, 'two')).not.toContain('known_in_other_source')
})
