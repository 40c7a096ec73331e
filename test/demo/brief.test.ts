import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cents, groupBy, type WrittenDemo, writtenDemo } from './written-demo.ts'

/** BRIEF B9 to the letter. */

let brief: WrittenDemo
beforeAll(async () => {
  brief = await writtenDemo({ preset: 'brief' })
})
afterAll(() => brief.remove())

const ids = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1))

describe('the data of the brief', () => {
  it('are five tables with exactly its columns', () => {
    const header = (table: string) => Object.keys(brief.table(table)[0] ?? {}).join(', ')
    expect(readdirSync(brief.folder).filter((name) => !name.startsWith('.'))).toEqual([
      'customers.csv',
      'dates.csv',
      'products.csv',
      'regions.csv',
      'sales_fact.csv',
    ])
    expect(header('sales_fact')).toBe(
      'OrderID, CustomerID, ProductID, Quantity, TotalPrice, OrderDate, RegionID',
    )
    expect(header('customers')).toBe('CustomerID, Name, Email, Age, RegionID')
    expect(header('products')).toBe('ProductID, ProductName, Category, Price, Stock')
    expect(header('regions')).toBe('RegionID, RegionName')
    expect(header('dates')).toBe('DateID, Date, Month, Year, Weekday')
  })

  it('have 5 regions', () => {
    expect(brief.table('regions').map((row) => row.RegionName)).toEqual([
      'North America',
      'Europe',
      'Asia',
      'South America',
      'Africa',
    ])
  })

  it('have 50 products in 4 categories, price 10 to 1000, stock 10 to 500', () => {
    const products = brief.table('products')
    expect(products.map((row) => row.ProductID)).toEqual(ids(50))
    expect(new Set(products.map((row) => row.ProductName)).size).toBe(50)
    expect([...groupBy(products, (row) => row.Category ?? '').keys()].sort()).toEqual([
      'Appliances',
      'Books',
      'Electronics',
      'Furniture',
    ])
    for (const { Price = '', Stock } of products) {
      expect(cents(Price) >= 1000n && cents(Price) <= 100_000n, Price).toBe(true)
      expect(Number(Stock) >= 10 && Number(Stock) <= 500, Stock).toBe(true)
    }
  })

  it('have every date of 2023', () => {
    const dates = brief.table('dates')
    expect(dates).toHaveLength(365)
    const start = Date.UTC(2023, 0, 1)
    const english = (options: Intl.DateTimeFormatOptions, instant: number) =>
      new Intl.DateTimeFormat('en', { timeZone: 'UTC', ...options }).format(instant)
    for (const [index, row] of dates.entries()) {
      const instant = start + index * 86_400_000
      const day = new Date(instant).toISOString().slice(0, 10)
      expect(row).toEqual({
        DateID: day.replaceAll('-', ''),
        Date: day,
        Month: english({ month: 'long' }, instant),
        Year: '2023',
        Weekday: english({ weekday: 'long' }, instant),
      })
    }
  })

  it('have 100 customers aged 18 to 70 with an e-mail of their own', () => {
    const customers = brief.table('customers')
    expect(customers.map((row) => row.CustomerID)).toEqual(ids(100))
    expect(new Set(customers.map((row) => row.Email)).size).toBe(100)
    const ages = customers.map((row) => Number(row.Age))
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(18)
    expect(Math.max(...ages)).toBeLessThanOrEqual(70)
    expect(customers.every((row) => ids(5).includes(row.RegionID ?? ''))).toBe(true)
  })

  it('have 500 sales of 1 to 10 pieces, total = quantity x price', () => {
    const prices = new Map(
      brief.table('products').map((row) => [row.ProductID, cents(row.Price ?? '')]),
    )
    const homes = new Map(brief.table('customers').map((row) => [row.CustomerID, row.RegionID]))
    const sales = brief.table('sales_fact')
    expect(sales.map((row) => row.OrderID)).toEqual(ids(500))
    let revenue = 0n
    for (const sale of sales) {
      const quantity = Number(sale.Quantity)
      expect(Number.isInteger(quantity) && quantity >= 1 && quantity <= 10).toBe(true)
      expect(sale.OrderDate).toMatch(/^2023-\d\d-\d\d$/)
      expect(sale.RegionID).toBe(homes.get(sale.CustomerID))
      const total = cents(sale.TotalPrice ?? '')
      expect(total).toBe(BigInt(quantity) * (prices.get(sale.ProductID) ?? 0n))
      revenue += total
    }
    expect(new Set(sales.map((sale) => sale.Quantity)).size).toBe(10)
    expect(cents(brief.summary.totals.revenue)).toBe(revenue)
  })
})
