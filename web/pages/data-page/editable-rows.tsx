import { useEffect, useId, useRef, useState } from 'react'
import { countText, wholeText } from '../../../src/display/value-text.ts'
import type { MendedRow, RejectedRow } from '../../../src/model/import.ts'
import { whyHeader } from '../../../src/model/reasons.ts'
import { Button } from '../../controls/button.tsx'
import { classNames } from '../../controls/class-names.ts'
import { Failure } from '../../controls/states.tsx'
import type { Mending } from './use-mending.ts'

interface EditableRowsProps {
  readonly caption: string
  /** Why all of them were rejected. */
  readonly reason: string
  readonly rows: readonly RejectedRow[]
  readonly mending: Mending
}

/** New texts of cells by origin and header. */
type Edits = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Rejected rows whole, as fields: what is at fault first, marked and focused. Changed rows are imported again. */
export function EditableRows({ caption, reason, rows, mending }: EditableRowsProps) {
  const [edits, setEdits] = useState<Edits>({})
  const first = useFirstFault()
  const why = useId()
  const headers = headersOf(rows)
  const mended = mendedIn(rows, edits)
  const edit = (row: RejectedRow, header: string, text: string) => {
    const origin = row.origin ?? ''
    setEdits({ ...edits, [origin]: { ...edits[origin], [header]: text } })
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (mended.length > 0) mending.send(rows, mended)
      }}
    >
      <p id={why} className="mb-1 text-meta text-text-2">
        Correct what is wrong ({reason}); empty fields are blank.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a place that scrolls must be reachable by keyboard */}
      <section aria-label={caption} tabIndex={0} className="max-h-[28rem] overflow-auto">
        <table ref={first} className="border-collapse text-control">
          <caption className="sr-only">{caption}</caption>
          <thead>
            <tr>
              {['Record', ...headers].map((header) => (
                <th
                  key={header}
                  scope="col"
                  className="sticky top-0 z-[1] border-b border-border bg-surface px-1 py-2 text-left text-meta font-medium whitespace-nowrap text-text-3 first:pl-0"
                >
                  {header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.origin} className="border-b border-border last:border-0">
                <th
                  scope="row"
                  title={row.file}
                  className="py-1 pr-2 text-left font-normal whitespace-nowrap text-text-2"
                >
                  {wholeText(row.recordNumber)}
                </th>
                {headers.map((header) => (
                  <td key={header} className="px-1 py-1">
                    {header in row.row && (
                      <Cell
                        label={`${header} of record ${row.recordNumber}`}
                        before={row.row[header] ?? ''}
                        text={edits[row.origin ?? '']?.[header] ?? row.row[header] ?? ''}
                        fault={row.column === header ? why : null}
                        onEdit={(text) => edit(row, header, text)}
                      />
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <div className="mt-2 flex flex-wrap items-center gap-3">
        <Button type="submit" look="primary" disabled={mended.length === 0 || mending.busy}>
          {mending.busy ? 'Importing again' : `Import ${countText(mended.length, 'row')} again`}
        </Button>
        <span className="text-meta text-text-2">
          {mended.length === 0
            ? 'Change a row to import it again. Each row counts once, however often it comes.'
            : `${countText(mended.length, 'row')} changed.`}
        </span>
      </div>
      {mending.error && <Failure error={mending.error} />}
    </form>
  )
}

interface CellProps {
  readonly label: string
  readonly before: string
  readonly text: string
  /** Id of the reason where this is what was at fault. */
  readonly fault: string | null
  readonly onEdit: (text: string) => void
}

function Cell({ label, before, text, fault, onEdit }: CellProps) {
  const changed = text !== before
  const look = changed
    ? 'border-accent bg-accent-weak'
    : fault
      ? 'border-negative bg-surface'
      : 'border-transparent bg-surface hover:border-border-input focus:border-border-input'
  return (
    <input
      aria-label={label}
      aria-invalid={fault !== null && !changed}
      aria-describedby={fault ?? undefined}
      data-fault={fault !== null}
      value={text}
      spellCheck={false}
      autoComplete="off"
      onChange={({ target }) => onEdit(target.value)}
      style={{ width: `${Math.min(Math.max(before.length, text.length, 8), 28) + 3}ch` }}
      className={classNames('h-9 rounded-control border px-2 text-control max-md:h-11', look)}
    />
  )
}

/** Once the rows are there, the first field at fault is where to type. */
function useFirstFault() {
  const table = useRef<HTMLTableElement>(null)
  useEffect(() => {
    const fault = table.current?.querySelector<HTMLInputElement>('input[data-fault="true"]')
    fault?.focus({ preventScroll: true })
  }, [])
  return table
}

/** What is at fault in some row first, then the others as they stand in the file. */
function headersOf(rows: readonly RejectedRow[]): string[] {
  const faults = rows.flatMap(({ column }) => column ?? [])
  const all = new Set([...faults, ...rows.flatMap(({ row }) => Object.keys(row))])
  // Of a row that came corrected and is wrong still; the server writes it anew.
  all.delete(whyHeader)
  return [...all]
}

/** Rows in which something differs from what was rejected, with only that. */
function mendedIn(rows: readonly RejectedRow[], edits: Edits): MendedRow[] {
  return rows.flatMap(({ origin, row }) => {
    const edited = Object.entries(edits[origin ?? ''] ?? {})
    const changed = edited.filter(([header, text]) => text !== (row[header] ?? ''))
    if (origin === null || changed.length === 0) return []
    const texts = changed.map(([header, text]) => [header, text === '' ? null : text])
    return [{ origin, row: Object.fromEntries(texts) }]
  })
}
