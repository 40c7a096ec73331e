import { ChevronRight } from 'lucide-react'
import { countText, wholeText } from '../../../src/display/value-text.ts'
import type { Repair } from '../../../src/model/import.ts'

/** Values that the import changed, by reason, with the first of them before and after. */
export function Repairs({ repairs }: { readonly repairs: readonly Repair[] }) {
  if (repairs.length === 0) return null
  return (
    <section aria-label="Repairs" className="rounded-card border border-border text-control">
      <h3 className="px-4 pt-3 pb-1 font-medium">Repaired values</h3>
      {repairs.map((repair) => (
        <details key={repair.reason} className="group border-b border-border px-4 last:border-0">
          <summary className="flex min-h-10 list-none items-center gap-2 py-1 max-md:min-h-11">
            <ChevronRight
              aria-hidden
              className="size-4 shrink-0 text-text-3 transition-transform group-open:rotate-90"
            />
            <span className="min-w-0 wrap-anywhere">
              <span className="font-medium">{wholeText(repair.rows)}</span>: {repair.text}
            </span>
          </summary>
          <ul className="flex flex-col gap-1 pb-3 pl-6">
            {repair.examples.map(({ file, record, column, before, after }) => (
              <li key={`${file} ${record} ${column}`} className="wrap-anywhere">
                <Part text={before} was />
                <span aria-hidden className="text-text-3">
                  {' → '}
                </span>
                <span className="sr-only"> became </span>
                <Part text={after} />
                <span className="text-text-3">
                  {' '}
                  · {column}, record {wholeText(record)} of {file}
                </span>
              </li>
            ))}
            {repair.rows > repair.examples.length && (
              <li className="text-text-3">
                and {countText(repair.rows - repair.examples.length, 'more', 'more')}
              </li>
            )}
          </ul>
        </details>
      ))}
    </section>
  )
}

function Part({ text, was = false }: { readonly text: string | null; readonly was?: boolean }) {
  if (text === null) return <span className="text-text-3">blank</span>
  return <span className={was ? 'text-text-2' : 'font-medium'}>{text}</span>
}
