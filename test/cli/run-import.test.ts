import { afterEach, describe, expect, it, vi } from 'vitest'
import { progressLine, progressText } from '../../src/cli/progress-line.ts'
import { runImport } from '../../src/cli/run-import.ts'
import type { ImportOrder, ShopAccess } from '../../src/cli/shop-access.ts'
import type { ImportProgress, ImportReport, Question } from '../../src/model/import.ts'
import { fakeContext, fakeTerminal } from './fake-terminal.ts'

const question: Question = {
  key: 'day-order',
  text: 'Is 03/04/2011 in March or in April?',
  evidence: '',
  choices: [
    {
      value: 'day-first',
      text: 'April',
      evidence: '',
      effect: 'revenue 10.00 in April',
      figures: [],
    },
    {
      value: 'month-first',
      text: 'March',
      evidence: '',
      effect: 'revenue 10.00 in March',
      figures: [],
    },
  ],
}

/** A shop that asks until the question is answered, and remembers what it was asked to import. */
function askingShop() {
  const orders: ImportOrder[] = []
  const shop = {
    importFiles: async (order: ImportOrder) => {
      orders.push(order)
      const state = order.answers['day-order'] ? 'committed' : 'question'
      const questions = state === 'question' ? [question] : []
      return { state, questions } as unknown as ImportReport
    },
  } as unknown as ShopAccess
  return { shop, orders }
}

const wish = { paths: ['orders.csv'], dryRun: false, answers: {} }

describe('an open question', () => {
  it.each(['2', 'month-first'])('is asked in the terminal and answered by %s', async (line) => {
    const { shop, orders } = askingShop()
    const terminal = fakeTerminal({ lines: ['3', 'perhaps', line] })
    const report = await runImport(shop, wish, fakeContext(terminal))
    expect(report.state).toBe('committed')
    expect(orders.map(({ answers }) => answers)).toEqual([{}, { 'day-order': 'month-first' }])
    expect(terminal.notes.join()).toContain('2) March: revenue 10.00 in March')
    expect(terminal.results).toEqual([])
  })

  it.each([
    ['with --no-input', { noInput: true }, true, 'orders.csv'],
    ['with --json', { json: true }, true, 'orders.csv'],
    ['without a terminal', {}, false, 'orders.csv'],
    ['when standard input is the file', {}, true, '-'],
  ])('is left open %s', async (_case, changes, person, path) => {
    const { shop, orders } = askingShop()
    const context = fakeContext(fakeTerminal({ person, lines: ['1'] }), changes)
    const report = await runImport(shop, { ...wish, paths: [path] }, context)
    expect(report.state).toBe('question')
    expect(orders).toHaveLength(1)
  })
})

describe('the line of progress', () => {
  afterEach(() => void vi.useRealTimers())

  const progress: ImportProgress = {
    step: 'reading',
    done: 0.5,
    rows: 10,
    rowsPerSecond: 5,
    secondsLeft: 2,
  }

  /** Tells its progress every 50 ms for some seconds. */
  function watch(terminal: ReturnType<typeof fakeTerminal>, seconds: number): void {
    vi.useFakeTimers({ toFake: ['performance'] })
    const line = progressLine(terminal, progressText)
    for (let time = 0; time < seconds * 1000; time += 50) {
      line.show(progress)
      vi.advanceTimersByTime(50)
    }
    line.end()
  }

  it('is silent for work that is over at once', () => {
    const terminal = fakeTerminal()
    watch(terminal, 0.2)
    expect([...terminal.overwritten, ...terminal.notes]).toEqual([])
  })

  it('is written over in a terminal and gone in the end', () => {
    const terminal = fakeTerminal()
    watch(terminal, 2)
    expect(terminal.overwritten.length).toBeGreaterThan(10)
    expect(terminal.overwritten[0]).toContain('50%')
    expect(terminal.overwritten.at(-1)).toBe('')
    expect(terminal.notes).toEqual([])
  })

  it('is a line every ten seconds in a log', () => {
    const terminal = fakeTerminal({ person: false })
    watch(terminal, 35)
    expect(terminal.notes).toHaveLength(3)
    expect(terminal.overwritten).toEqual([])
  })
})
