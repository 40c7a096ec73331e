import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cents, groupBy, type Row, sum, type WrittenDemo, writtenDemo } from './written-demo.ts'

/** Everything here is recounted from the files' text, without the engine that wrote them. */

let shop: WrittenDemo
let sales: Row[]
let returns: Row[]
let stock: Row[]
let products: Map<string, Row>
let customers: Map<string, Row>
let lineOf: Map<string, Row>

beforeAll(async () => {
  shop = await writtenDemo({ orders: 30_000, years: 2, seed: 1 })
  sales = shop.table('sales_fact')
  returns = shop.table('returns')
  stock = shop.table('stock')
  products = new Map(shop.table('products').map((row) => [row.ProductID ?? '', row]))
  customers = new Map(shop.table('customers').map((row) => [row.CustomerID ?? '', row]))
  lineOf = new Map(sales.map((line) => [`${line.OrderID}/${line.ProductID}`, line]))
})
afterAll(() => shop.remove())

const quantity = (row: Row) => Number(row.Quantity)
const revenue = (row: Row) => Number(cents(row.TotalPrice ?? '')) / 100
const categoryOf = (row: Row) => products.get(row.ProductID ?? '')?.Category ?? ''

describe('every line', () => {
  it('has a total of quantity x unit price - discount, to the cent', () => {
    let total = 0n
    let discounts = 0n
    for (const line of sales) {
      const expected =
        BigInt(line.Quantity ?? '') * cents(line.UnitPrice ?? '') - cents(line.Discount ?? '')
      if (cents(line.TotalPrice ?? '') !== expected) expect(line).toBe('right')
      expect(expected > 0n).toBe(true)
      total += expected
      discounts += cents(line.Discount ?? '')
    }
    const { totals } = shop.summary
    expect(cents(totals.revenue)).toBe(total)
    expect(cents(totals.discounts)).toBe(discounts)
    expect(cents(totals.grossSales)).toBe(total + discounts)
    expect(totals.units).toBe(sum(sales, quantity))
    expect(totals.lines).toBe(sales.length)
  })

  it('has a discount of a whole rate, rounded half up to the cent', () => {
    const rates = new Set<bigint>()
    for (const line of sales) {
      const gross = BigInt(line.Quantity ?? '') * cents(line.UnitPrice ?? '')
      const rate = [0n, 10n, 15n, 20n, 25n, 35n].find(
        (percent) => (gross * percent + 50n) / 100n === cents(line.Discount ?? ''),
      )
      if (rate === undefined) expect(line).toBe('discounted at a rate')
      else rates.add(rate)
    }
    expect(rates.size).toBe(6)
  })

  it('points to a customer, a product, a region and a day that are there', () => {
    const regions = new Set(shop.table('regions').map((row) => row.RegionID))
    const days = new Set(shop.table('dates').map((row) => row.Date))
    for (const line of sales) {
      const known =
        customers.has(line.CustomerID ?? '') &&
        products.has(line.ProductID ?? '') &&
        regions.has(line.RegionID) &&
        days.has(line.OrderDate)
      if (!known) expect(line).toBe('known')
    }
    expect([...customers.values()].every((row) => regions.has(row.RegionID))).toBe(true)
  })

  it('stands with its order, orders in order of time, each product once', () => {
    let before: Row | undefined
    for (const line of sales) {
      const follows = line.OrderID === before?.OrderID
      const expected = follows ? Number(before?.LineNumber) + 1 : 1
      if (Number(line.LineNumber) !== expected) expect(line).toBe('in order')
      if (!follows && before && Number(line.OrderID) !== Number(before.OrderID) + 1) {
        expect(line).toBe('the next order')
      }
      if (before && (line.OrderedAt ?? '') < (before.OrderedAt ?? '')) expect(line).toBe('later')
      if (!line.OrderedAt?.startsWith(`${line.OrderDate} `)) expect(line).toBe('on its day')
      before = line
    }
    expect(lineOf.size).toBe(sales.length)
    const orders = [...groupBy(sales, (line) => line.OrderID ?? '').values()]
    expect(orders).toHaveLength(30_000)
    expect(Math.max(...orders.map((lines) => lines.length))).toBe(6)
    for (const lines of orders) {
      const same = new Set(
        lines.map((line) => `${line.CustomerID} ${line.RegionID} ${line.OrderedAt}`),
      )
      if (same.size !== 1) expect(lines).toBe('one customer, place and time')
    }
  })
})

describe('the dimensions', () => {
  it('follow the rules of the brief', () => {
    const rows = [...customers.values()]
    expect(new Set(rows.map((row) => row.Email)).size).toBe(rows.length)
    expect(rows.every((row) => Number(row.Age) >= 18 && row.Name !== '' && row.Email !== '')).toBe(
      true,
    )
    for (const row of products.values()) {
      expect(cents(row.Price ?? '') > cents(row.UnitCost ?? '')).toBe(true)
      expect(Number(row.Stock)).toBeGreaterThanOrEqual(0)
    }
    const names = [...products.values()].map((row) => row.ProductName)
    expect(new Set(names).size).toBe(names.length)
    const used = new Set(sales.map((line) => line.CustomerID))
    expect(used.size).toBe(rows.length)
  })

  it('hold every day of the period once, with its names', () => {
    const dates = shop.table('dates')
    expect(dates).toHaveLength(731)
    expect(dates[0]).toEqual({
      DateID: '20230701',
      Date: '2023-07-01',
      Month: 'July',
      Year: '2023',
      Weekday: 'Saturday',
    })
    expect(dates.at(-1)?.Date).toBe('2025-06-30')
  })
})

describe('returns', () => {
  it('go back to a line, later, for no more than was paid', () => {
    let amount = 0n
    for (const row of returns) {
      const line = lineOf.get(`${row.OrderID}/${row.ProductID}`)
      const fits =
        line !== undefined &&
        quantity(row) <= quantity(line) &&
        cents(row.Amount ?? '') <= cents(line.TotalPrice ?? '') &&
        line.CustomerID === row.CustomerID &&
        (row.ReturnDate ?? '') > (line.OrderDate ?? '') &&
        (row.ReturnDate ?? '') <= '2025-06-30'
      if (!fits) expect(row).toBe('a return of a line')
      amount += cents(row.Amount ?? '')
    }
    expect(cents(shop.summary.totals.returns)).toBe(amount)
    expect(shop.summary.totals.returnedLines).toBe(returns.length)
  })

  it('are 2 to 9 % of the lines of each category', () => {
    const back = groupBy(returns, categoryOf)
    for (const [category, lines] of groupBy(sales, categoryOf)) {
      const share = (back.get(category)?.length ?? 0) / lines.length
      expect(share, category).toBeGreaterThan(0.02)
      expect(share, category).toBeLessThan(0.09)
    }
  })
})

describe('stock', () => {
  /** Text that sorts by time: sales and deliveries by the second, returns at the end of their day. */
  function movesOf(productId: string) {
    const own = (rows: Row[]) => rows.filter((row) => row.ProductID === productId)
    return [
      ...own(sales).map((row) => ({ at: row.OrderedAt ?? '', units: -quantity(row) })),
      ...own(returns).map((row) => ({ at: `${row.ReturnDate} 12:00:00`, units: quantity(row) })),
      ...own(stock)
        .filter((row) => row.Kind === 'receipt')
        .map((row) => ({ at: row.CountedAt ?? '', units: quantity(row) })),
    ]
  }

  it('equals the count before, less sales, plus returns and receipts, at every count and at the end', () => {
    const counts = groupBy(
      stock.filter((row) => row.Kind === 'count'),
      (row) => row.ProductID ?? '',
    )
    expect(counts.size).toBe(products.size)
    for (const [productId, rows] of counts) {
      const moves = movesOf(productId)
      const [first] = rows
      const onHand = (at: string) =>
        quantity(first as Row) +
        sum(
          moves.filter((move) => move.at > (first?.CountedAt ?? '') && move.at <= at),
          (move) => move.units,
        )
      for (const row of rows) {
        expect(onHand(row.CountedAt ?? ''), `${productId} ${row.CountedAt}`).toBe(quantity(row))
      }
      expect(onHand('9999'), productId).toBe(Number(products.get(productId)?.Stock))
    }
  })
})

describe('the planted patterns', () => {
  const unitsBetween = (productId: number, from: string, to: string) =>
    sum(
      sales.filter(
        (line) =>
          line.ProductID === String(productId) &&
          (line.OrderDate ?? '') >= from &&
          (line.OrderDate ?? '') <= to,
      ),
      quantity,
    )
  const patterns = () => {
    const found = shop.summary.patterns
    if (!found) throw new Error('no patterns')
    return found
  }

  it('show a flash sale: three times the orders, half of the lines of one category, a third off', () => {
    const { day, category, percent } = patterns().flashSale
    const perDay = groupBy(sales, (line) => line.OrderDate ?? '')
    const orders = (of: string) => new Set(perDay.get(of)?.map((line) => line.OrderID)).size
    const usual =
      sum(
        [...perDay.keys()].filter((of) => of >= '2025-05-01' && of !== day),
        orders,
      ) / 60
    expect(orders(day)).toBeGreaterThan(2.5 * usual)
    const onSale = (perDay.get(day) ?? []).filter((line) => categoryOf(line) === category)
    expect(onSale.length / (perDay.get(day)?.length ?? 0)).toBeGreaterThan(0.35)
    const discount = sum(onSale, (line) => Number(line.Discount))
    expect(discount / (discount + sum(onSale, revenue))).toBeGreaterThan((percent - 4) / 100)
  })

  it('show a dying product', () => {
    const { productId } = patterns().dyingProduct
    expect(unitsBetween(productId, '2023-07-01', '2023-12-31')).toBeGreaterThan(150)
    expect(unitsBetween(productId, '2025-01-01', '2025-03-31')).toBeLessThan(60)
    expect(unitsBetween(productId, '2025-05-01', '2025-06-30')).toBe(0)
  })

  it('show a growing region', () => {
    const share = (from: string, to: string) => {
      const within = sales.filter(({ OrderDate = '' }) => OrderDate >= from && OrderDate <= to)
      const own = within.filter(
        (line) => line.RegionID === String(patterns().growingRegion.regionId),
      )
      return sum(own, revenue) / sum(within, revenue)
    }
    expect(share('2023-07-01', '2023-09-30')).toBeLessThan(0.045)
    expect(share('2025-04-01', '2025-06-30')).toBeGreaterThan(0.1)
  })

  it('show a best seller that is out of stock', () => {
    const { productId, lastSaleDay } = patterns().stockOut
    const days = sales
      .filter((line) => line.ProductID === String(productId))
      .map((line) => line.OrderDate ?? '')
    expect(days.at(-1)).toBe(lastSaleDay)
    expect(days.at(-1)?.slice(0, 7)).toBe('2025-06')
    expect(unitsBetween(productId, '2025-06-25', '2025-06-30')).toBe(0)
    expect(products.get(String(productId))?.Stock).toBe('0')
    const others = [...products.values()].filter((row) => row.Stock === '0')
    expect(others).toHaveLength(1)
  })

  it('show products that run out in days, and others that last for more than a year', () => {
    const perDay = (productId: number, from: string, days: number) =>
      unitsBetween(productId, from, '2025-06-30') / days
    expect(patterns().runningOut).toHaveLength(4)
    for (const { productId, stock: left } of patterns().runningOut) {
      expect(left).toBeGreaterThan(0)
      expect(left / perDay(productId, '2025-06-03', 28)).toBeLessThan(10)
    }
    expect(patterns().overstock).toHaveLength(3)
    for (const { productId, stock: left } of patterns().overstock) {
      expect(left / perDay(productId, '2025-01-01', 181)).toBeGreaterThan(365)
    }
  })

  it('show products that are bought together', () => {
    const baskets = [...groupBy(sales, (line) => line.OrderID ?? '').values()].map(
      (lines) => new Set(lines.map((line) => line.ProductID)),
    )
    expect(patterns().boughtTogether.length).toBeGreaterThanOrEqual(4)
    for (const { product, partner } of patterns().boughtTogether) {
      const [a, b] = [String(product.productId), String(partner.productId)]
      const withA = baskets.filter((basket) => basket.has(a))
      const both = withA.filter((basket) => basket.has(b)).length
      const withB = baskets.filter((basket) => basket.has(b)).length
      const lift = both / ((withA.length * withB) / baskets.length)
      expect(lift, `${product.productName} and ${partner.productName}`).toBeGreaterThan(2.5)
    }
  })
})

describe('the shop as a whole', () => {
  it('grows, peaks before Christmas and dips after it', () => {
    const months = groupBy(sales, (line) => line.OrderDate?.slice(0, 7) ?? '')
    const of = (month: string) => sum(months.get(month) ?? [], revenue)
    expect(of('2025-04')).toBeGreaterThan(1.1 * of('2024-04'))
    for (const year of [2023, 2024]) {
      expect(of(`${year}-11`)).toBeGreaterThan(1.2 * of(`${year}-09`))
      expect(of(`${year + 1}-01`)).toBeLessThan(0.8 * of(`${year}-12`))
    }
  })

  it('has hours, weekdays and channels', () => {
    const hours = groupBy(sales, (line) => line.OrderedAt?.slice(11, 13) ?? '')
    expect(hours.has('02')).toBe(false)
    expect(hours.get('20')?.length).toBeGreaterThan(5 * (hours.get('06')?.length ?? 0))
    const weekday = (line: Row) => new Date(`${line.OrderDate}T00:00:00Z`).getUTCDay()
    const saturdays = sales.filter((line) => weekday(line) === 6).length
    const sundays = sales.filter((line) => weekday(line) === 0).length
    expect(sundays).toBeGreaterThan(1.1 * saturdays)
    const channels = groupBy(sales, (line) => line.Channel ?? '')
    expect([...channels.keys()].sort()).toEqual(['marketplace', 'store', 'web'])
    const open = channels.get('store')?.map((line) => Number(line.OrderedAt?.slice(11, 13))) ?? []
    expect(Math.min(...open)).toBe(9)
    expect(Math.max(...open)).toBe(19)
  })

  it('lives on few products and on customers who come back', () => {
    const share = (key: (line: Row) => string, part: number) => {
      const groups = [...groupBy(sales, key).values()].map((lines) => sum(lines, revenue))
      groups.sort((a, b) => b - a)
      const top = groups.slice(0, Math.round(groups.length * part))
      return sum(top, (value) => value) / sum(groups, (value) => value)
    }
    expect(share((line) => line.ProductID ?? '', 0.1)).toBeGreaterThan(0.35)
    expect(share((line) => line.CustomerID ?? '', 0.1)).toBeGreaterThan(0.35)
    const orders = [...groupBy(sales, (line) => line.CustomerID ?? '').values()].map(
      (lines) => new Set(lines.map((line) => line.OrderID)).size,
    )
    const once = orders.filter((count) => count === 1).length / orders.length
    expect(once).toBeGreaterThan(0.4)
    expect(once).toBeLessThan(0.7)
  })
})
