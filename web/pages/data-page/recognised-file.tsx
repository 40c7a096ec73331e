import { ChevronRight } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { confidenceText, countText } from '../../../src/display/value-text.ts'
import { correctableHolds, heldNames } from '../../../src/model/held.ts'
import type { FileReport } from '../../../src/model/import.ts'
import { ignoreReasons, rejectReasons } from '../../../src/model/reasons.ts'
import { classNames } from '../../controls/class-names.ts'
import { DataTable } from '../../controls/data-table.tsx'
import { ColumnList, type ColumnWishes } from './column-list.tsx'

/** What a person wants a file to be read as, where that differs from what it was taken for. */
export interface FileWish {
  readonly columns: ColumnWishes
  readonly holds?: string
}

interface RecognisedFileProps {
  readonly file: FileReport
  readonly wish: FileWish
  readonly onWish: (wish: FileWish) => void
  /** Show the columns at once: they are what is to be corrected. */
  readonly open?: boolean
}

/** What one file was taken for, why, and how its first rows read; columns can be corrected. */
export function RecognisedFile({ file, wish, onWish, open = false }: RecognisedFileProps) {
  const used = file.columns.filter(({ role }) => role !== null).length
  return (
    <section aria-label={file.path} className="rounded-card border border-border">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 px-4 pt-3">
        <h3 className="min-w-0 text-body font-semibold wrap-anywhere">{file.path}</h3>
        <span className="text-control text-text-2">{countText(file.rows, 'row')}</span>
      </div>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-2 px-4 py-3 text-control md:grid-cols-4">
        <Fact name="Holds" value={<HoldsField file={file} wish={wish} onWish={onWish} />} />
        <Fact
          name="Layout"
          value={
            file.layout ? `${file.layout} (${confidenceText(file.confidence)})` : 'not recognised'
          }
        />
        <Fact name="Format" value={`${file.format}, ${file.encoding}`} />
        <Fact name="Notation" value={file.notation || 'plain'} />
      </dl>
      <Fold title={`Columns: ${used} of ${file.columns.length} used`} open={open}>
        <ColumnList
          file={file.path}
          columns={file.columns}
          wishes={wish.columns}
          onWish={
            isRead(file)
              ? undefined
              : (header, role) => onWish({ ...wish, columns: { ...wish.columns, [header]: role } })
          }
        />
      </Fold>
      {file.preview.length > 0 && (
        <Fold title="First rows, as understood" open={!open}>
          <Preview file={file} />
        </Fold>
      )}
    </section>
  )
}

/** A file that completes another has no columns of its own to correct. */
function isRead({ holds }: FileReport): boolean {
  return holds?.startsWith('read with ') ?? false
}

export function heldCode({ holds }: FileReport): string {
  return Object.entries(heldNames).find(([, text]) => text === holds)?.[0] ?? 'nothing'
}

function HoldsField({ file, wish, onWish }: Omit<RecognisedFileProps, 'open'>) {
  if (isRead(file)) return file.holds
  const code = heldCode(file)
  const value = wish.holds ?? code
  return (
    <select
      aria-label={`What ${file.path} holds`}
      value={value}
      onChange={({ target }) => onWish({ ...wish, holds: target.value })}
      className={classNames(
        'h-9 w-full min-w-0 rounded-control border bg-surface px-2 text-control max-md:h-11',
        value === code ? 'border-border-input' : 'border-accent bg-accent-weak',
      )}
    >
      {correctableHolds.map((each) => (
        <option key={each} value={each}>
          {heldNames[each]}
        </option>
      ))}
    </select>
  )
}

function Fact({ name, value }: { readonly name: string; readonly value: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-meta text-text-3">{name}</dt>
      <dd className="wrap-anywhere">{value}</dd>
    </div>
  )
}

interface FoldProps {
  readonly title: string
  readonly open?: boolean
  readonly children: ReactNode
}

function Fold({ title, open = false, children }: FoldProps) {
  // Hundreds of lists to choose from are made only where somebody looks.
  const [seen, setSeen] = useState(open)
  return (
    <details
      open={open}
      onToggle={({ currentTarget }) => setSeen(seen || currentTarget.open)}
      className="group border-t border-border px-4"
    >
      <summary className="flex h-10 list-none items-center gap-2 text-control font-medium max-md:h-11">
        <ChevronRight
          aria-hidden
          className="size-4 text-text-3 transition-transform group-open:rotate-90"
        />
        {title}
      </summary>
      {seen && <div className="pb-3">{children}</div>}
    </details>
  )
}

const reasons: Readonly<Record<string, string>> = { ...rejectReasons, ...ignoreReasons }

/** A value as it was understood, or in words why its row is not loaded. */
function cellText(role: string, value: string | null): string | null {
  return role === 'not loaded' && value !== null ? (reasons[value] ?? value) : value
}

function words(role: string): string {
  return role.replaceAll('_', ' ')
}

function Preview({ file }: { readonly file: FileReport }) {
  const roles = [...new Set(file.preview.flatMap((row) => Object.keys(row)))]
  return (
    <DataTable<FileReport['preview'][number]>
      caption={`First rows of ${file.path}`}
      rows={file.preview}
      rowKey={(_, index) => index}
      className="max-h-80"
      columns={roles.map((role) => ({
        name: role,
        label: words(role),
        cell: (row) => <Value text={cellText(role, row[role] ?? null)} />,
      }))}
    />
  )
}

/** A value as it stands; long ones are cut, with the whole in the title. */
export function Value({ text }: { readonly text: string | null }) {
  if (text === null || text === '') return <span className="text-text-3">empty</span>
  return (
    <span title={text} className="block max-w-56 truncate">
      {text}
    </span>
  )
}
