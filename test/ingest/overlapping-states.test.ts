import { describe, expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** Exports of one shop that overlap, given in one import: an order counts as it stood last. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

const plain = ['order number', 'order date', 'status', 'product', 'quantity', 'unit price']
const versioned = [...plain, 'updated at']

async function sales(): Promise<string[]> {
  const rows = await shop.query(
    `SELECT concat_ws(' ', order_number, product_name, quantity::INTEGER, total_price::DECIMAL(18,2)) AS line
     FROM sales_fact JOIN orders ON orders.order_id = sales_fact.order_id
     JOIN products ON products.product_id = sales_fact.product_id ORDER BY line`,
  )
  return rows.map(({ line }) => String(line))
}

async function returns(): Promise<string[]> {
  const rows = await shop.query(
    `SELECT concat_ws(' ', product_name, quantity::INTEGER, amount::DECIMAL(18,2)) AS line FROM returns_fact
     JOIN products ON products.product_id = returns_fact.product_id ORDER BY line`,
  )
  return rows.map(({ line }) => String(line))
}

describe('overlapping exports in one import', () => {
  it.each([
    ['first', ['refunded.csv', 'paid.csv']],
    ['last', ['paid.csv', 'refunded.csv']],
  ])('count what a later export calls refunded, given %s', async (_place, names) => {
    const paid = [
      ['1', '2025-01-01', 'paid', 'Cup', 2, '5.00'],
      ['2', '2025-01-02', 'paid', 'Pot', 1, '7.00'],
    ]
    const files = {
      'paid.csv': csv(plain, ...paid),
      'refunded.csv': csv(
        plain,
        ['1', '2025-01-01', 'refunded', 'Cup', 2, '5.00'],
        ['3', '2025-01-03', 'paid', 'Pan', 1, '9.00'],
      ),
    }
    const report = await shop.import(
      names.map((name) => shop.file(name, files[name as keyof typeof files])),
    )
    expect(await sales()).toEqual(['1 Cup 2 10.00', '2 Pot 1 7.00', '3 Pan 1 9.00'])
    expect(await returns()).toEqual(['Cup 2 10.00'])
    expect(report.rows).toEqual({ in: 4, accepted: 3, rejected: 0, duplicate: 1, ignored: 0 })
    expect(report.totals).toMatchObject({ revenue: '26.00', returns: '10.00', orders: 3 })
  })

  it('leave out what another export calls cancelled', async () => {
    const report = await shop.import([
      shop.file(
        'january.csv',
        csv(
          plain,
          ['1', '2025-01-01', 'paid', 'Cup', 2, '5.00'],
          ['2', '2025-01-02', 'paid', 'Pot', 1, '7.00'],
        ),
      ),
      shop.file('february.csv', csv(plain, ['1', '2025-01-01', 'cancelled', 'Cup', 2, '5.00'])),
    ])
    expect(await sales()).toEqual(['2 Pot 1 7.00'])
    expect(report.rows).toEqual({ in: 3, accepted: 1, rejected: 0, duplicate: 1, ignored: 1 })
    expect(await shop.value(`SELECT state FROM orders WHERE order_number = '1'`)).toBe('cancelled')
  })

  it('take an order whole from the export in which it was changed last', async () => {
    const report = await shop.import([
      shop.file(
        'new.csv',
        csv(
          versioned,
          ['1', '2025-01-01', 'paid', 'Cup', 3, '5.00', '2025-01-09 10:00:00'],
          ['2', '2025-01-02', 'paid', 'Pot', 1, '7.00', '2025-01-02 10:00:00'],
        ),
      ),
      shop.file(
        'old.csv',
        csv(
          versioned,
          ['1', '2025-01-01', 'paid', 'Cup', 2, '5.00', '2025-01-01 10:00:00'],
          ['2', '2025-01-02', 'cancelled', 'Pot', 1, '7.00', '2025-01-01 10:00:00'],
        ),
      ),
    ])
    expect(await sales()).toEqual(['1 Cup 3 15.00', '2 Pot 1 7.00'])
    expect(report.rows).toEqual({ in: 4, accepted: 2, rejected: 0, duplicate: 1, ignored: 1 })
  })

  it('ask where one product of an order comes in different quantities and nothing says which is newer', async () => {
    const report = await shop.import([
      shop.file('a.csv', csv(plain, ['1', '2025-01-01', 'paid', 'Cup', 2, '5.00'])),
      shop.file('b.csv', csv(plain, ['1', '2025-01-01', 'paid', 'Cup', 3, '5.00'])),
    ])
    expect(report.state).toBe('question')
    expect(report.questions.map(({ key }) => key)).toEqual(['repeated-lines'])
  })

  it('take an order from the export in which it was changed last, though it has lost a line', async () => {
    await shop.import([
      shop.file(
        'january.csv',
        csv(
          versioned,
          ['1', '2025-01-01', 'paid', 'Hat', 1, '10.00', '2025-01-02 10:00:00'],
          ['1', '2025-01-01', 'paid', 'Cup', 1, '5.00', '2025-01-02 10:00:00'],
        ),
      ),
      shop.file(
        'february.csv',
        csv(versioned, ['1', '2025-01-01', 'paid', 'Hat', 2, '10.00', '2025-01-03 10:00:00']),
      ),
    ])
    expect(await sales()).toEqual(['1 Hat 2 20.00'])
  })

  it('take the later of two exports where that is the answer, whatever their names', async () => {
    const files = [
      shop.file('january.csv', csv(plain, ['1', '2025-01-01', 'paid', 'Hat', 1, '10.00'])),
      shop.file(
        'february.csv',
        csv(
          plain,
          ['1', '2025-01-01', 'paid', 'Hat', 2, '10.00'],
          ['2', '2025-02-01', 'paid', 'Cup', 1, '5.00'],
        ),
      ),
    ]
    const asked = await shop.import(files)
    const [question] = asked.questions
    expect(question?.choices.map(({ value, effect }) => [value, effect.split(',')[0]])).toEqual([
      ['newest', 'revenue 25.00'],
      ['once', 'revenue 35.00'],
      ['all', 'revenue 35.00'],
    ])
    await shop.import(files, { answers: { 'repeated-lines': 'newest' } })
    expect(await sales()).toEqual(['1 Hat 2 20.00', '2 Cup 1 5.00'])
  })

  it('join the halves of an order that was cut between two files', async () => {
    await shop.import([
      shop.file(
        'a.csv',
        csv(versioned, ['1', '2025-01-01', 'paid', 'Cup', 2, '5.00', '2025-01-01 10:00:00']),
      ),
      shop.file(
        'b.csv',
        csv(versioned, ['1', '2025-01-01', 'paid', 'Pot', 1, '7.00', '2025-01-05 10:00:00']),
      ),
    ])
    expect(await sales()).toEqual(['1 Cup 2 10.00', '1 Pot 1 7.00'])
  })

  it('count the same credit note once', async () => {
    const lines = csv(
      plain,
      ['1', '2025-01-01', 'paid', 'Cup', 2, '5.00'],
      ['C1', '2025-01-03', 'paid', 'Cup', -1, '5.00'],
    )
    const report = await shop.import([shop.file('a.csv', lines), shop.file('b.csv', lines)])
    expect(await returns()).toEqual(['Cup 1 5.00'])
    expect(report.rows).toEqual({ in: 4, accepted: 2, rejected: 0, duplicate: 2, ignored: 0 })
  })

  it('take the last of several versions of an order in one stream of documents', async () => {
    const order = (version: string, status: string, quantity: number) =>
      JSON.stringify({
        order_number: '1',
        created_at: '2025-01-01T10:00:00',
        updated_at: version,
        status,
        items: [{ id: 4_000_000_000_001, name: 'Cup', quantity, price: '5.00' }],
      })
    const report = await shop.importText(
      'orders.ndjson',
      `${[
        order('2025-01-01T10:00:00', 'paid', 2),
        order('2025-01-03T10:00:00', 'refunded', 3),
        order('2025-01-02T10:00:00', 'paid', 3),
        order('2025-01-03T10:00:00', 'refunded', 3),
      ].join('\n')}\n`,
    )
    expect(await sales()).toEqual(['1 Cup 3 15.00'])
    expect(await returns()).toEqual(['Cup 3 15.00'])
    expect(report.rows).toEqual({ in: 4, accepted: 1, rejected: 0, duplicate: 3, ignored: 0 })
  })
})
