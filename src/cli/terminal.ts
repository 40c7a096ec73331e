import { createInterface } from 'node:readline/promises'
import pc from 'picocolors'
import { Interruption } from './interruption.ts'

type Colors = ReturnType<typeof pc.createColors>

/** Results go to stdout; progress, notes, questions and errors to stderr. */
export interface Terminal {
  /** True when results are read by a person rather than a program. */
  readonly isForPeople: boolean
  /** True when questions can be asked. */
  readonly canAsk: boolean
  /** True when a line can be written over. */
  readonly canOverwrite: boolean
  /** Columns. */
  readonly width: number
  /** For stdout. */
  readonly colors: Colors
  /** For stderr. */
  readonly noteColors: Colors
  /** Writes a line, or several, of the result. */
  result(text: string): void
  /** Writes the one JSON document of `--json`. */
  document(data: unknown, meta: object): void
  /** Writes a line to stderr. */
  note(text: string): void
  /** Writes over the last line of stderr; the empty text removes it. */
  overwrite(text: string): void
  /** Asks on stderr; the empty text when the person only pressed Enter. Throws `Interruption`. */
  ask(prompt: string, signal: AbortSignal): Promise<string>
}

export function openTerminal(color: boolean | null): Terminal {
  const { stdin, stdout, stderr } = process
  return {
    isForPeople: stdout.isTTY === true,
    canAsk: stdin.isTTY === true && stderr.isTTY === true,
    canOverwrite: stderr.isTTY === true,
    width: (stdout.columns ?? stderr.columns) || 80,
    colors: pc.createColors(color ?? stdout.isTTY === true),
    noteColors: pc.createColors(color ?? stderr.isTTY === true),
    result: (text) => void stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    document: (data, meta) => void stdout.write(`${JSON.stringify({ data, meta })}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    overwrite: (text) => void stderr.write(`\r\u001b[K${text}`),
    async ask(prompt, signal) {
      const reader = createInterface({ input: stdin, output: stderr })
      // While a line is read, Ctrl-C and Ctrl-D come to the reader, not as signals.
      const stopped = new Promise<never>((_, reject) => {
        reader.once('SIGINT', () => reject(new Interruption('SIGINT')))
        reader.once('close', () => reject(new Interruption('SIGINT')))
      })
      try {
        const answer = await Promise.race([reader.question(prompt, { signal }), stopped])
        return answer.trim()
      } finally {
        reader.close()
      }
    },
  }
}
