import { performance } from 'node:perf_hooks'
import {
  CorrectableImport,
  type LiveDocument,
  type LiveDocuments,
  type ReadFiles,
  readDocuments,
  sendingOrder,
} from '../../ingest/ingest.ts'
import { TakingsError } from '../../model/errors.ts'
import type { LiveKind } from '../../model/live.ts'
import { collect } from '../collect.ts'
import { columnLines } from '../column-lines.ts'
import type { Command, CommandContext } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { Interruption } from '../interruption.ts'
import { findTarget, type LiveTarget, settingsOf } from '../live-target.ts'
import { mostAtOnce, Pace, rateFrom } from '../pace.ts'
import { progressLine } from '../progress-line.ts'
import { RecordSender } from '../record-sender.ts'
import { reportText } from '../report-text.ts'
import { type ImportWish, type ImportWords, runImport, wishFrom } from '../run-import.ts'
import { type SendOutcome, sendingText, sendOutcome, sendText } from '../send-text.ts'
import { commandOf } from './import.ts'

interface Options extends ImportWords {
  readonly rate?: string
  readonly to?: string
}

export const sendCommand: Command = {
  examples: [
    'takings send orders.csv',
    'takings send orders.csv --rate 50',
    'takings send exports/ --to http://shop-server:4160 --token-file token.txt',
    'takings send orders.csv --dry-run',
  ],
  configure(parser) {
    parser
      .argument('[path...]', 'files, folders, patterns such as "exports/*.csv", or -')
      .option('--rate <n>', 'orders a second (default: as fast as the server takes them)')
      .option('--to <url>', 'a server elsewhere (default: the one of the data folder)')
      .option('--token-file <file>', 'holds its access token (default: access-token of the data)')
      .option('--source <name>', 'the system that issued the order numbers, for a second shop')
      .option('--dry-run', 'show what would be sent, and send nothing')
      .option('--map <file>', 'say which column is what (see docs/user-guide.md)')
      .option('--answer <key=value>', 'answer a question; may be repeated', collect)
      .option(
        '--column <header=role>',
        'say what a column is; nothing after = is not used',
        collect,
      )
      .option('--max-rejects <share>', 'stop when more rows of a file are rejected (default 20%)')
  },
  async run(parser, context) {
    const options = parser.opts<Options>()
    if (parser.args.length === 0) throw new TakingsError('no_files')
    const rate = options.rate === undefined ? null : rateFrom(options.rate)
    const { dryRun, ...wish } = { paths: parser.args, ...wishFrom(options) }
    const target = await findTarget(options.to, context)
    const { report, documents } = await read({ ...wish, dryRun: false }, target, context)
    const command = commandOf(parser.args, options, 'takings send')
    if (documents === null) {
      if (context.json) context.terminal.document(report, {})
      else context.terminal.result(reportText(report, command))
      return exitCodes.openQuestion
    }
    try {
      const sending = new Sending(documents, { rate, to: options.to, context })
      const outcome = dryRun ? sending.planned(report) : await sending.run(report)
      if (context.json) context.terminal.document(outcome, {})
      else context.terminal.result(sendText(outcome))
      return outcome.state === 'stopped'
        ? exitCodes.interrupted
        : outcome.isWhole
          ? exitCodes.done
          : exitCodes.found
    } finally {
      documents.remove()
    }
  },
}

/** Reads the files by what the shop has settled; a question is asked in the terminal as by an import. */
async function read(
  wish: ImportWish,
  target: LiveTarget,
  context: CommandContext,
): Promise<ReadFiles> {
  const { config, now } = context
  const { currency, timeZone } = await settingsOf(target)
  let documents: LiveDocuments | null = null
  try {
    const report = await runImport(
      {
        async importFiles(order) {
          const own = await readDocuments(
            { currency, time_zone: timeZone },
            {
              ...order,
              now,
              dataFolder: config.dataFolder,
              workFolder: config.workFolder,
              memoryLimit: config.stagingMemory,
              timeZone: config.timeZone,
              standardInput: process.stdin,
            },
          )
          documents = own.documents
          return own.report
        },
      },
      wish,
      context,
    )
    return { report, documents }
  } catch (error) {
    const known = error instanceof CorrectableImport && !context.json ? error.files : []
    for (const file of known) context.terminal.note([file.path, ...columnLines(file)].join('\n'))
    throw error
  }
}

interface SendingOptions {
  /** Orders a second; null: as fast as the server takes them. */
  readonly rate: number | null
  readonly to: string | undefined
  readonly context: CommandContext
}

class Sending {
  readonly #documents: LiveDocuments
  readonly #options: SendingOptions
  readonly #sender: RecordSender
  readonly #started = performance.now()
  #wait: string | null = null
  #url = ''

  constructor(documents: LiveDocuments, options: SendingOptions) {
    this.#documents = documents
    this.#options = options
    const { context, to } = options
    this.#sender = new RecordSender({
      source: documents.source,
      signal: context.signal,
      target: async () => {
        const target = await findTarget(to, context)
        this.#url = target.url
        return target
      },
      onWait: (reason) => {
        if (reason !== null && this.#wait !== reason) context.terminal.note(`Waiting: ${reason}.`)
        this.#wait = reason
      },
    })
  }

  planned(report: ReadFiles['report']): SendOutcome {
    return this.#outcome(report, 'planned')
  }

  /** Ctrl-C lets what is under way be acknowledged. */
  async run(report: ReadFiles['report']): Promise<SendOutcome> {
    const { signal, terminal } = this.#options.context
    const line = progressLine(terminal, () => this.#progress())
    try {
      for (const kind of sendingOrder) {
        // Goods and customers come before the first order; what came back and what lies in stock after the last.
        const pace = new Pace(kind === 'orders' ? this.#options.rate : null)
        await this.#sendAll(kind, pace, () => line.show(undefined))
      }
      await this.#sender.untilVisible()
      return this.#outcome(report, 'sent')
    } catch (error) {
      if (!(signal.reason instanceof Interruption) || error instanceof TakingsError) throw error
      return this.#outcome(report, 'stopped')
    } finally {
      line.end()
    }
  }

  async #sendAll(kind: LiveKind, pace: Pace, onSent: () => void): Promise<void> {
    const { signal } = this.#options.context
    let waiting: LiveDocument[] = []
    let room = 0
    for await (const document of this.#documents.read(kind)) {
      if (waiting.length === 0) room = Math.min(mostAtOnce, await pace.due(signal))
      waiting.push(document)
      if (waiting.length < room) continue
      await this.#sender.send(kind, waiting)
      waiting = []
      onSent()
    }
    await this.#sender.send(kind, waiting)
  }

  #progress(): string {
    const { sent, acknowledged } = this.#sender
    return sendingText({
      sent,
      planned: this.#documents.counts,
      seconds: this.#seconds(),
      acknowledged,
      wait: this.#wait,
    })
  }

  #seconds(): number {
    return (performance.now() - this.#started) / 1_000
  }

  #outcome(report: ReadFiles['report'], state: SendOutcome['state']): SendOutcome {
    return sendOutcome({
      state,
      server: this.#url,
      seconds: this.#seconds(),
      sender: this.#sender,
      documents: this.#documents,
      report,
    })
  }
}
