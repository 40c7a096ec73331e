import { describe, expect, it } from 'vitest'
import { type ChangeInput, changeText } from '../../src/display/change-text.ts'

const base: ChangeInput = {
  value: '111.8',
  previous: '100',
  change: '0.118',
  unit: 'money',
  goodDirection: 'up',
}

describe('a change', () => {
  it.each([
    ['a rise', {}, '+11.8%', 'up', 'good'],
    ['a fall', { change: '-0.031' }, '−3.1%', 'down', 'bad'],
    ['a rise of what should fall', { goodDirection: 'down' }, '+11.8%', 'up', 'bad'],
    [
      'a fall of what should fall',
      { change: '-0.3', goodDirection: 'down' },
      '−30.0%',
      'down',
      'good',
    ],
    ['a rise that is neither', { goodDirection: 'none' }, '+11.8%', 'up', 'neutral'],
    ['nothing', { change: '0' }, '0.0%', 'flat', 'neutral'],
    ['less than the text can say', { change: '-0.0004' }, '0.0%', 'flat', 'neutral'],
    ['the last percent', { change: '9.99' }, '+999.0%', 'up', 'good'],
    ['a multiple', { change: '11' }, '×12', 'up', 'good'],
    ['points of a share', { unit: 'ratio', change: '0.012' }, '+1.2 pp', 'up', 'good'],
    ['from nothing', { previous: '0.00', change: null }, 'new', 'none', 'neutral'],
    ['nothing to nothing', { value: '0', previous: '0', change: null }, '0.0%', 'flat', 'neutral'],
    ['no earlier figure', { previous: null, change: null }, '—', 'none', 'neutral'],
    ['no figure now', { value: null, change: null }, '—', 'none', 'neutral'],
  ] as const)('%s', (_, input, text, direction, tone) => {
    expect(changeText({ ...base, ...input })).toEqual({ text, direction, tone })
  })
})
