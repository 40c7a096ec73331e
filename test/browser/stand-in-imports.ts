import type {
  ImportReport,
  RejectedRow,
  RejectGroup,
  RememberedAnswers,
  RunSummary,
} from '../../src/model/import.ts'
import type { ImportSession, RoleEntry } from '../../src/model/wire.ts'

/** One import that asks a question, waits for its commit and then loads: for tests of the Data page alone. */

const rows = { in: 5_419, accepted: 5_402, rejected: 4, duplicate: 0, ignored: 13 }
const totals = {
  revenue: '106666.84',
  returns: '8968.12',
  net_sales: '97698.72',
  orders: 207,
  units: '56609',
  currency: 'GBP',
}
const period = { from: '2026-10-01', to: '2026-11-22' }

const question = {
  key: 'day_order',
  text: 'Is 03/04/2026 the 3rd of April or the 4th of March?',
  evidence: 'No day above 12 occurs in 5,419 rows.',
  choices: [
    {
      value: 'dmy',
      text: 'Day first: 3 April',
      evidence: 'Read so, the rows stand in order of time.',
      effect: 'Sales from 1 Oct to 22 Nov 2026, 53 days.',
      figures: [
        { name: 'Revenue', value: '106,666.84', differs: false },
        { name: 'First day', value: '1 Oct 2026', differs: true },
      ],
    },
    {
      value: 'mdy',
      text: 'Month first: 4 March',
      evidence: 'Read so, the rows are in no order of time.',
      effect: 'Sales from 10 Jan to 11 Nov 2026, 306 days.',
      figures: [
        { name: 'Revenue', value: '106,666.84', differs: false },
        { name: 'First day', value: '10 Jan 2026', differs: true },
      ],
    },
  ],
}

const report: ImportReport = {
  runId: null,
  state: 'question',
  source: 'shop',
  files: [
    {
      path: 'orders <b>2026</b>.csv',
      format: 'csv',
      layout: 'generic',
      holds: 'order lines',
      confidence: 0.94,
      encoding: 'windows-1252',
      notation: 'decimal comma, ; between columns',
      rows: 5_419,
      columns: [
        {
          name: 'InvoiceNo',
          role: 'order_number',
          confidence: 0.97,
          evidence: 'header means order number; repeats over lines',
          samples: ['536365', '536366', '536367'],
          read: ['536365', '536366', '536367'],
        },
        {
          name: 'Description',
          role: 'product_name',
          confidence: 0.92,
          evidence: 'header means name; text',
          samples: ['<img src=x onerror="window.hacked=1">', 'WHITE METAL LANTERN'],
          read: ['<img src=x onerror="window.hacked=1">', 'WHITE METAL LANTERN'],
        },
        {
          name: 'Quantity',
          role: 'quantity',
          confidence: 0.99,
          evidence: 'header means quantity; whole numbers',
          samples: ['6', '8', '2'],
          read: ['6', '8', '2'],
        },
        {
          name: 'Preis',
          role: 'unit_price',
          confidence: 0.88,
          evidence: 'header means price; decimal comma in all rows',
          samples: ['2,55', '3,39'],
          read: ['2.55', '3.39'],
        },
        {
          name: 'Notiz',
          role: null,
          confidence: 0,
          evidence: 'not used: its name says nothing that is loaded',
          samples: ['', 'x'],
          read: [],
        },
      ],
      preview: [
        {
          order_number: '536365',
          product_name: 'WHITE METAL LANTERN',
          quantity: '6',
          unit_price: '2.55',
        },
        {
          order_number: '536365',
          product_name: '<img src=x onerror="window.hacked=1">',
          quantity: '8',
          unit_price: null,
        },
        { order_number: '536366', product_name: 'HAND WARMER', quantity: '6', unit_price: '1.85' },
      ],
    },
  ],
  rows,
  ignoredBy: { stock_write_off: 13 },
  rejectedBy: { negative_price: 2, unreadable_date: 2 },
  orders: { new: 207, replaced: 0, unchanged: 0 },
  period,
  totals,
  questions: [question],
  remembered: [
    {
      file: 'orders <b>2026</b>.csv',
      kind: 'answer',
      name: 'decimal-sign',
      value: 'comma',
      text: 'the comma is the decimal sign',
      saidAt: '2026-11-12T10:00:00.000Z',
    },
  ],
  repairs: [
    {
      reason: 'email_lower_case',
      text: 'e-mail addresses written in lower case',
      rows: 1_204,
      examples: [
        {
          file: 'orders <b>2026</b>.csv',
          record: 17,
          column: 'E-Mail',
          before: '<img src=x onerror="window.hacked=1">@X.org',
          after: '<img src=x onerror="window.hacked=1">@x.org',
        },
      ],
    },
  ],
  warnings: [{ code: 'missing_customer', text: '1,350 of 5,402 lines have no customer (24.9 %).' }],
  error: null,
}

const preview: ImportReport = { ...report, state: 'preview', questions: [] }
const committed: ImportReport = { ...preview, state: 'committed', runId: 3 }
const waitsAfter = 3

export class StandInImports {
  private state: ImportSession['state'] = 'working'
  private current: ImportReport | null = null
  private polls = 0
  private target: ImportReport = report

  start(): ImportSession {
    return this.work(report)
  }

  answer(): void {
    this.work(preview)
  }

  commit(): void {
    this.work(committed)
  }

  /** Every question about it moves the work on; the fourth finds it done. */
  poll(): ImportSession {
    this.polls += 1
    if (this.state === 'working' && this.polls > waitsAfter) {
      this.current = this.target
      this.state = this.target.state === 'committed' ? 'committed' : 'waiting'
    }
    return this.session()
  }

  private work(target: ImportReport): ImportSession {
    this.state = 'working'
    this.polls = 0
    this.target = target
    return this.session()
  }

  private session(): ImportSession {
    const done = this.polls / (waitsAfter + 1)
    return {
      id: 'u1',
      state: this.state,
      progress:
        this.state === 'working'
          ? {
              step: 'cleaning',
              done,
              rows: 2_000 * this.polls,
              rowsPerSecond: 8_000,
              secondsLeft: 12,
            }
          : null,
      report: this.current,
    }
  }
}

export const runs: readonly RunSummary[] = [3, 2, 1].map((runId) => ({
  runId,
  source: 'shop',
  state: runId === 2 ? 'unchanged' : 'committed',
  startedAt: `2026-11-2${runId}T09:12:00.000Z`,
  finishedAt: `2026-11-2${runId}T09:12:04.000Z`,
  rows,
  period,
  files: ['orders <b>2026</b>.csv', 'customers.csv'],
  totals,
}))

export const committedRun = committed

export const rejectGroups: readonly RejectGroup[] = [
  {
    runId: 3,
    outcome: 'rejected',
    reason: 'negative_price',
    text: 'the unit price is negative',
    rows: 2,
    mended: 0,
  },
  {
    runId: 3,
    outcome: 'rejected',
    reason: 'unreadable_date',
    text: 'the date is not a date in the notation of its column',
    rows: 2,
    mended: 0,
  },
  {
    runId: 3,
    outcome: 'ignored',
    reason: 'stock_write_off',
    text: 'stock written off: a negative quantity without a price',
    rows: 13,
    mended: 0,
  },
]

export const rejectedRows: readonly RejectedRow[] = [1, 2].map((recordNumber) => ({
  runId: 3,
  file: 'orders <b>2026</b>.csv',
  recordNumber,
  outcome: 'rejected',
  reason: 'negative_price',
  text: 'the unit price is negative',
  column: 'Preis',
  value: '-11062,06',
  row: {
    InvoiceNo: 'A563186',
    Description: '<img src=x onerror="window.hacked=1">',
    Quantity: '1',
    Preis: '-11062,06',
    Notiz: null,
  },
  origin: `shop #3.1.${recordNumber}`,
}))

export const rememberedAnswers: readonly RememberedAnswers[] = [
  {
    id: '3f9c2a7b1d0e4f55',
    source: 'shop',
    file: 'orders <b>2026</b>.csv',
    headers: ['InvoiceNo', 'Description', 'Quantity', 'Preis', 'Notiz'],
    said: report.remembered,
  },
]

export const roles: readonly RoleEntry[] = [
  { role: 'order_number', text: 'order number', group: 'Order' },
  { role: 'product_name', text: 'product name', group: 'Product' },
  { role: 'quantity', text: 'quantity', group: 'Amounts' },
  { role: 'unit_price', text: 'unit price', group: 'Amounts' },
  { role: 'line_total', text: 'line total', group: 'Amounts' },
]
