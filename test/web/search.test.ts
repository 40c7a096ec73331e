import { describe, expect, it } from 'vitest'
import { filtersFromTexts, filterValueOf, toggleFilter } from '../../web/filters.ts'
import { parseSearch, readSearch, type Search, writeSearch } from '../../web/search.ts'

const read = (text: string): Search => readSearch(parseSearch(text))

describe('the address', () => {
  it('gives back what was written', () => {
    const search: Search = {
      from: '2011-01-01',
      to: '2011-03-31',
      compare: 'previous_year',
      where: ['country:in:Germany~France', 'product:in:#17'],
      metric: 'orders',
      run: 3,
    }
    expect(read(writeSearch(search))).toEqual(search)
  })

  it('survives hostile names', () => {
    const value = `a~b\\c&d=<img>:% é`
    const filters = toggleFilter([], 'category', value)
    const where = read(writeSearch({ where: filtersTexts(filters) })).where ?? []
    expect(filtersFromTexts(where)).toEqual(filters)
  })

  it('stays readable', () => {
    expect(writeSearch({ range: 'last28', where: ['country:in:Germany'] })).toBe(
      '?range=last28&where=country:in:Germany',
    )
  })

  it('leaves defaults out', () => {
    expect(read('?compare=previous&metric=net_sales')).toEqual({})
  })

  it.each([
    ['?range=forever', {}],
    ['?from=2011-02-30&to=2011-03-01', {}],
    ['?from=2011-03-02&to=2011-03-01', {}],
    ['?from=2011-03-01', {}],
    ['?compare=twice&metric=luck&run=-1', {}],
    ['?where=colour:in:red', {}],
    ['?where=country:in:', {}],
    ['?where=country:in:France&where=rubbish', { where: ['country:in:France'] }],
    ['?range=last7&from=2011-01-01&to=2011-01-02', { from: '2011-01-01', to: '2011-01-02' }],
  ])('%s falls back to what is understood', (text, search) => {
    expect(read(text)).toEqual(search)
  })
})

describe('choosing', () => {
  it('adds, stacks and takes away', () => {
    const one = toggleFilter([], 'country', 'France')
    const two = toggleFilter(one, 'country', 'Germany')
    expect(two).toEqual([{ dimension: 'country', op: 'in', values: ['France', 'Germany'] }])
    expect(toggleFilter(two, 'country', 'France')).toEqual([
      { dimension: 'country', op: 'in', values: ['Germany'] },
    ])
    expect(toggleFilter(one, 'country', 'France')).toEqual([])
  })

  it('takes ids where names may be shared, and nothing for the rest of a list', () => {
    expect(filterValueOf({ product: 'Lamp', product_key: '17' }, 'product')).toBe('#17')
    expect(filterValueOf({ product: 'Other', product_key: null }, 'product')).toBeNull()
    expect(filterValueOf({ country: 'France', country_key: 'FR' }, 'country')).toBe('France')
  })
})

function filtersTexts(filters: ReturnType<typeof toggleFilter>): readonly string[] {
  return filters.flatMap(({ dimension, op, values }) => [
    `${dimension}:${op}:${values.map((value) => value.replace(/[\\~]/g, '\\$&')).join('~')}`,
  ])
}
