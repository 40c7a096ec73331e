/**
 * Every error a person can meet: code, sentence, what to do, HTTP status, exit code, and whether trying
 * again can help. `docs/errors.md` documents each; a test holds both in step. A bug in Takings never
 * wears one of these codes.
 */

interface ErrorKind {
  /** What happened; `{name}` is replaced from the details. */
  readonly message: string
  /** What to do. */
  readonly hint: string
  readonly status: number
  readonly exitCode: 2 | 3 | 4 | 5
  readonly transient?: true
}

export const errorTable = {
  invalid_request: {
    message: 'The request is not valid: {problem}.',
    hint: 'See /docs for what this route takes.',
    status: 400,
    exitCode: 2,
  },
  unknown_metric: {
    message: 'There is no metric {metric}.',
    hint: 'Metrics are: {valid}.',
    status: 400,
    exitCode: 2,
  },
  unknown_dimension: {
    message: 'There is no dimension {dimension}.',
    hint: 'Dimensions are: {valid}.',
    status: 400,
    exitCode: 2,
  },
  dimension_not_available: {
    message: '{metric} cannot be split or filtered by {dimension}.',
    hint: '{metric} knows: {valid}.',
    status: 400,
    exitCode: 2,
  },
  invalid_range: {
    message: 'The range {from} to {to} is not valid: {problem}.',
    hint: 'Give days as yyyy-mm-dd, the first not after the last.',
    status: 400,
    exitCode: 2,
  },
  invalid_query: {
    message: 'The query is not valid: {problem}.',
    hint: '{advice}',
    status: 400,
    exitCode: 2,
  },
  invalid_option: {
    message: 'The option {option} is not valid: {problem}.',
    hint: '{advice}',
    status: 400,
    exitCode: 2,
  },
  route_not_found: {
    message: 'There is nothing at {path}.',
    hint: 'See /docs for all routes.',
    status: 404,
    exitCode: 3,
  },
  run_not_found: {
    message: 'There is no run {run}.',
    hint: '`takings runs` lists all runs.',
    status: 404,
    exitCode: 3,
  },
  no_shop: {
    message: 'There is no shop in {path} yet.',
    hint: '`takings import orders.csv` loads your own, `takings demo` makes an example.',
    status: 404,
    exitCode: 3,
  },
  import_not_found: {
    message: 'There is no import {id} in progress.',
    hint: 'Uploads are kept for an hour; drop the files again.',
    status: 404,
    exitCode: 3,
  },
  answers_not_found: {
    message: 'Nothing is remembered under {id}.',
    hint: '`takings answers` lists what is remembered of which files.',
    status: 404,
    exitCode: 3,
  },
  alert_not_found: {
    message: 'There is no {what} {id}.',
    hint: '`takings alerts` lists what there is.',
    status: 404,
    exitCode: 3,
  },
  export_not_found: {
    message: 'There is no export {id}.',
    hint: 'Exports are kept for an hour; ask for another.',
    status: 404,
    exitCode: 3,
  },
  file_not_found: {
    message: 'There is no file {path}.',
    hint: 'Check the path; patterns such as exports/*.csv and folders work too.',
    status: 404,
    exitCode: 3,
  },
  no_files: {
    message: 'No files were given.',
    hint: 'takings import orders.csv — files, folders, patterns, or - for standard input.',
    status: 400,
    exitCode: 2,
  },
  own_export: {
    message: '{path} was exported by Takings: its sales would count twice.',
    hint: 'Name the files of your shop itself. What `takings export` wrote into {folder} is for other programs.',
    status: 422,
    exitCode: 4,
  },
  empty_file: {
    message: '{path} is empty.',
    hint: 'Export it again, or leave it out.',
    status: 422,
    exitCode: 4,
  },
  not_a_file: {
    message: '{path} is not a readable file: {problem}.',
    hint: 'Give a file, or a folder that holds files.',
    status: 422,
    exitCode: 4,
  },
  too_many_files: {
    message: 'More than {limit} files were given at once.',
    hint: 'Name a smaller folder, or a pattern such as exports/*.csv. Imports add up, so parts do as well.',
    status: 413,
    exitCode: 4,
  },
  unreadable_format: {
    message: '{path} is not a file that Takings reads: {problem}.',
    hint: 'CSV (any delimiter), Excel (.xlsx, .xls), JSON, NDJSON and Parquet are read, also gzipped or zipped. Export it as one of these.',
    status: 422,
    exitCode: 4,
  },
  damaged_file: {
    message: '{path} is damaged: {problem}.',
    hint: 'Copy or export it again; nothing of it was loaded.',
    status: 422,
    exitCode: 4,
  },
  unreadable_encoding: {
    message: '{path} is in no text encoding that Takings reads: {problem}.',
    hint: 'Save it as UTF-8 and import it again.',
    status: 422,
    exitCode: 4,
  },
  not_recognised: {
    message: 'Takings does not see what {path} holds: {problem}.',
    hint: 'Say which column is what: on the Data page, or with --column "HEADER=ROLE" for each (see docs/user-guide.md, "When a file is not recognised").',
    status: 422,
    exitCode: 4,
  },
  several_systems: {
    message: 'The files come from several systems: {systems}.',
    hint: 'Import the files of each system by themselves, so that order numbers of one never meet those of another; the figures come together. With --source NAME all of them count as one.',
    status: 422,
    exitCode: 4,
  },
  too_many_rejects: {
    message:
      '{rejected} of {rows} rows in {path} would be rejected, more than {limit}: nothing was loaded. Most often: {reasons}.',
    hint: 'Look at the rows with --dry-run, or raise --max-rejects.',
    status: 422,
    exitCode: 4,
  },
  open_question: {
    message: 'A question is open, and nothing was loaded: {question}',
    hint: 'Answer with --answer {key}=VALUE, one of: {values}.',
    status: 409,
    exitCode: 4,
  },
  unknown_answer: {
    message: 'The answer {answer} fits no question of this import.',
    hint: 'Questions and their values: {valid}.',
    status: 400,
    exitCode: 2,
  },
  invalid_map: {
    message: 'The map file {path} is not valid: {problem}.',
    hint: 'See docs/user-guide.md, "When a file is not recognised".',
    status: 422,
    exitCode: 4,
  },
  rows_do_not_add_up: {
    message: 'The rows of {path} do not add up: {in} in, {out} accounted for. Nothing was loaded.',
    hint: 'This is a fault in Takings. Please report it with the file, or its first lines.',
    status: 500,
    exitCode: 4,
  },
  order_id_collision: {
    message: 'Two orders share one id: {first} and {second}. Nothing was loaded.',
    hint: 'Import one of them under another --source.',
    status: 409,
    exitCode: 4,
  },
  staging_out_of_memory: {
    message: '{path} needs more memory than the import may use ({limit}).',
    hint: 'Raise TAKINGS_STAGING_MEMORY, or split the file.',
    status: 507,
    exitCode: 4,
  },
  staging_stopped: {
    message: 'Reading stopped before it was done: {problem}. Nothing was loaded.',
    hint: 'Import again; if it stops again, check free memory and disk space.',
    status: 503,
    exitCode: 4,
    transient: true,
  },
  disk_full: {
    message: 'The disk is full: {problem}. Nothing was loaded or written.',
    hint: 'Free some space in {path} and try again.',
    status: 507,
    exitCode: 5,
    transient: true,
  },
  journal_unreadable: {
    message: 'The journal of live orders in {path} cannot be opened: {problem}.',
    hint: 'Nothing was changed. Keep a copy of that folder; if it is damaged, move it away, start again, and import the orders of the last days from the shop.',
    status: 503,
    exitCode: 5,
  },
  journal_damaged: {
    message:
      'Record {sequence} of the journal of live orders is not as it was written: the disk or somebody changed it.',
    hint: 'Nothing after it is applied, and nothing is lost yet. Stop the server, keep a copy of the folder `journal`, move it away, start again, and import the orders since then from the shop.',
    status: 503,
    exitCode: 5,
  },
  journal_unwritable: {
    message: 'The journal of live orders cannot be written: {problem}. Nothing was accepted.',
    hint: 'Look at the disk of the data folder, then send the same again.',
    status: 503,
    exitCode: 5,
    transient: true,
  },
  queue_full: {
    message:
      'Too many records wait to be applied: {waiting}. The first {accepted} of this request were taken, the others were not.',
    hint: 'Send the others again in a few seconds, as Retry-After says.',
    status: 429,
    exitCode: 5,
    transient: true,
  },
  stream_stopped: {
    message: 'Only the first {accepted} records of this request were taken: {problem}.',
    hint: 'Those are safe. Look at the disk of the data folder, then send the others.',
    status: 507,
    exitCode: 5,
    transient: true,
  },
  too_many_records: {
    message: 'The request holds {records} records, only {limit} can wait. Nothing was accepted.',
    hint: 'Send them in parts, or one per line as application/x-ndjson without an Idempotency-Key, which is read as it comes.',
    status: 413,
    exitCode: 4,
  },
  idempotency_key_reused: {
    message: 'The idempotency key {key} came before with another body.',
    hint: 'Send every different body with a key of its own; the same body may come again under its key.',
    status: 422,
    exitCode: 4,
  },
  records_rejected: {
    message: 'None of {records} records was taken: {problem}.',
    hint: 'They are kept among the rejected rows. Mend them as /docs says, then send them again.',
    status: 422,
    exitCode: 4,
  },
  export_stopped: {
    message: 'The export stopped: {problem}. Nothing was exported.',
    hint: 'Check that {path} is there and can be written to, then export again.',
    status: 503,
    exitCode: 5,
    transient: true,
  },
  export_does_not_add_up: {
    message:
      'The export of {table} has {written} rows where {rows} are held. Nothing was exported.',
    hint: '`takings doctor` says which rule the data break.',
    status: 500,
    exitCode: 5,
  },
  warehouse_locked: {
    message: 'The data folder {path} is in use by another Takings (process {pid}).',
    hint: 'Stop it, or use another folder with --data.',
    status: 503,
    exitCode: 5,
    transient: true,
  },
  warehouse_unreachable: {
    message: 'The warehouse {path} cannot be opened: {problem}.',
    hint: 'Check that the folder exists, is writable and has free space.',
    status: 503,
    exitCode: 5,
    transient: true,
  },
  database_unreachable: {
    message: 'The database {path} cannot be used: {problem}.',
    hint: 'Check its address, user and password, and that its server runs.',
    status: 503,
    exitCode: 5,
    transient: true,
  },
  warehouse_damaged: {
    message: 'The warehouse {path} is damaged and cannot be opened: {problem}.',
    hint: 'Nothing was changed. Keep a copy of its folder, have the disk looked at, and put back the folder from your backup. Without one, move the folder away and import your files again.',
    status: 503,
    exitCode: 5,
  },
  runs_missing: {
    message: 'The warehouse {path} lacks {missing}, which had been committed.',
    hint: 'Figures without it would be wrong, so nothing is shown. Put back the data folder as it was. If it is gone, or you put an older copy there on purpose, `takings doctor --accept-missing` takes the warehouse for what it is; then import those files again.',
    status: 503,
    exitCode: 5,
  },
  warehouse_newer: {
    message:
      'The warehouse was written by a newer Takings (schema {found}, this one knows {known}).',
    hint: 'Update Takings, or use another folder with --data.',
    status: 503,
    exitCode: 5,
  },
  commit_unknown: {
    message: 'It is not known whether the load was committed: {problem}.',
    hint: 'Start Takings again: it reads the ledger and tells. Importing the same files again is safe.',
    status: 503,
    exitCode: 5,
    transient: true,
  },
  server_unreachable: {
    message: 'A Takings server owns {path} but does not answer at {url}: {problem}.',
    hint: 'Stop that server (process {pid}) or wait until it is ready.',
    status: 503,
    exitCode: 5,
    transient: true,
  },
  no_server: {
    message: 'No Takings server runs in the data folder {path}.',
    hint: 'Start one with `takings start` in another terminal, or name one elsewhere with --to URL.',
    status: 503,
    exitCode: 5,
  },
  server_not_answering: {
    message: 'The server at {url} does not answer as Takings does: {problem}.',
    hint: 'Check the address, and that `takings start` runs there. Sending the same again doubles nothing.',
    status: 503,
    exitCode: 5,
    transient: true,
  },
  token_refused: {
    message: 'The server at {url} does not take the access token that stands in {path}.',
    hint: 'Copy the file access-token of the data folder on its machine, and name the copy with --token-file.',
    status: 401,
    exitCode: 5,
  },
  not_to_be_sent: {
    message:
      '{path} holds rows that were rejected once: they are parts of orders, and live orders are whole.',
    hint: '`takings import` adds them to their orders.',
    status: 422,
    exitCode: 4,
  },
  busy: {
    message: 'Takings is busy: {problem}.',
    hint: 'Try again in a moment.',
    status: 503,
    exitCode: 5,
    transient: true,
  },
  port_unavailable: {
    message: 'Port {port} cannot be used: {problem}.',
    hint: 'Choose another with --port.',
    status: 503,
    exitCode: 5,
  },
  upload_too_large: {
    message: 'The upload is larger than {limit}.',
    hint: 'Use the command line: takings import FILE reads files of any size.',
    status: 413,
    exitCode: 4,
  },
  host_refused: {
    message: 'Requests for the host {host} are refused.',
    hint: 'Open the address that Takings printed at its start.',
    status: 403,
    exitCode: 5,
  },
  origin_refused: {
    message: 'Writes from the origin {origin} are refused.',
    hint: 'Only the pages of this server may write.',
    status: 403,
    exitCode: 5,
  },
  token_required: {
    message: 'This address needs the access token.',
    hint: 'It stands in {path}. Send it as "Authorization: Bearer TOKEN".',
    status: 401,
    exitCode: 5,
  },
  hook_not_configured: {
    message: 'Webhooks of {platform} are not set up here: there is no secret to know them by.',
    hint: 'Set {variable} to the secret that {platform} signs them with, and start Takings again: docs/webhooks.md.',
    status: 503,
    exitCode: 5,
    transient: true,
  },
  hook_signature_refused: {
    message: 'The signature of this webhook does not fit its body.',
    hint: 'Set {variable} to the secret that {platform} signs with; while it is changed, to both with a comma between them.',
    status: 401,
    exitCode: 5,
  },
  currency_stated: {
    message: 'The currency cannot be {currency}: imported sales state {stated}.',
    hint: 'Amounts are never converted. Import sales in {currency} into a data folder of their own, with --data.',
    status: 409,
    exitCode: 2,
  },
  partitions_refused: {
    message: 'Partitions: {problem}.',
    hint: '{advice}',
    status: 409,
    exitCode: 2,
  },
  month_set_aside: {
    message: '{month} was set aside, so orders of that month cannot be imported.',
    hint: 'Put it back with `takings partitions attach {key}`, or leave these orders out of the files.',
    status: 409,
    exitCode: 4,
  },
  demo_over_real_data: {
    message: 'The data folder {path} holds a real shop; the demo shop never mixes with it.',
    hint: 'Write the demo to files with --out DIR, or use another folder with --data.',
    status: 409,
    exitCode: 2,
  },
  demo_takes_no_files: {
    message: 'This server keeps the demo shop alive; files do not go into it.',
    hint: 'Stop it with Ctrl-C; `takings start orders.csv` then shows your own shop.',
    status: 409,
    exitCode: 2,
  },
} as const satisfies Readonly<Record<string, ErrorKind>>

export type ErrorCode = keyof typeof errorTable
export type ErrorDetails = Readonly<Record<string, string | number | readonly string[]>>

/** The one error shape on the wire and in `--json`. */
export interface WireError {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly hint: string
    readonly details: ErrorDetails
    readonly requestId?: string
  }
}

/** Something a person can understand and act on. Anything else thrown is a bug. */
export class TakingsError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails
  readonly hint: string
  readonly status: number
  readonly exitCode: number
  readonly transient: boolean

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: ErrorOptions) {
    const kind: ErrorKind = errorTable[code]
    super(fill(kind.message, details), options)
    this.name = 'TakingsError'
    this.code = code
    this.details = details
    this.hint = fill(kind.hint, details)
    this.status = kind.status
    this.exitCode = kind.exitCode
    this.transient = kind.transient ?? false
  }

  toWire(requestId?: string): WireError {
    const { code, message, hint, details } = this
    return { error: { code, message, hint, details, ...(requestId ? { requestId } : {}) } }
  }
}

function fill(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const { [name]: value = whole } = details
    return Array.isArray(value) ? value.join(', ') : String(value)
  })
}
