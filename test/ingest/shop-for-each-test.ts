import { afterEach, beforeEach, expect } from 'vitest'
import { TemporaryShop } from './temporary-shop.ts'

/** Opens a shop of its own for each test of the file; at its end it must be sound. */
export function shopForEachTest(use: (shop: TemporaryShop) => void): void {
  let shop: TemporaryShop
  beforeEach(async () => {
    shop = await TemporaryShop.open()
    use(shop)
  })
  afterEach(async () => {
    expect(await shop.warehouse.audit()).toEqual([])
    await shop.close()
  })
}
