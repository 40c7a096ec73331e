import type { DemoProgress } from '../demo/demo.ts'
import { countText, timeLeftText, wholeText } from '../display/value-text.ts'
import type { ExportProgress } from '../model/export.ts'
import type { ImportProgress, ImportStep } from '../model/import.ts'
import type { Terminal } from './terminal.ts'

const words: Readonly<Record<ImportStep, string>> = {
  reading: 'Reading',
  recognising: 'Recognising',
  cleaning: 'Cleaning',
  loading: 'Loading',
  finishing: 'Finishing',
}

/** Work that is over this soon needs no progress. */
const silenceMs = 200
const overwriteMs = 100
/** Where lines cannot be written over, a log should not fill with them. */
const lineMs = 10_000

export interface ProgressLine<Progress> {
  show(progress: Progress): void
  /** Removes the line. */
  end(): void
}

/** How far long work is, on stderr: one line that is written over, or a line every ten seconds. */
export function progressLine<Progress>(
  terminal: Terminal,
  textOf: (progress: Progress) => string,
): ProgressLine<Progress> {
  const started = performance.now()
  let shownAt = started
  let isShown = false
  return {
    show(progress) {
      const time = performance.now()
      const pause = terminal.canOverwrite ? overwriteMs : lineMs
      if (time - started < silenceMs || time - shownAt < pause) return
      shownAt = time
      if (!terminal.canOverwrite) return terminal.note(textOf(progress))
      isShown = true
      terminal.overwrite(textOf(progress).slice(0, terminal.width - 1))
    },
    end() {
      if (isShown) terminal.overwrite('')
      isShown = false
    },
  }
}

/** `Loading  63%  ██████░░░░  1,204,000 rows · 410,000 rows/s · 12 s left`. */
export function progressText(progress: ImportProgress): string {
  const facts = [
    progress.rows > 0 ? countText(progress.rows, 'row') : '',
    progress.rowsPerSecond > 0 ? `${wholeText(Math.round(progress.rowsPerSecond))} rows/s` : '',
    progress.secondsLeft === null ? '' : timeLeftText(progress.secondsLeft),
  ].filter((fact) => fact !== '')
  return barText(words[progress.step], progress.done, facts)
}

/** `Exporting  63%  ██████░░░░  sales · 1,204,000 rows`. */
export function exportProgressText({ table, done, rows }: ExportProgress): string {
  return barText('Exporting', done, [table, ...(rows > 0 ? [countText(rows, 'row')] : [])])
}

/** `Making      63%  ██████░░░░  orders`. */
export function demoProgressText({ step, done }: DemoProgress): string {
  return barText('Making', done, [step])
}

function barText(word: string, done: number, facts: readonly string[]): string {
  const share = Math.min(1, Math.max(0, done))
  const filled = Math.round(share * 20)
  const bar = '█'.repeat(filled) + '░'.repeat(20 - filled)
  const percent = `${Math.floor(share * 100)}%`.padStart(4)
  return `${word.padEnd(11)} ${percent} ${bar} ${facts.join(' · ')}`.trimEnd()
}
