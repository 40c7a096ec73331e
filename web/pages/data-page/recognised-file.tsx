import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { confidenceText, countText } from '../../../src/display/value-text.ts'
import type { ColumnReport, FileReport } from '../../../src/model/import.ts'
import { DataTable } from '../../controls/data-table.tsx'

/** What one file was taken for, why, and how its first rows read. */
export function RecognisedFile({ file }: { readonly file: FileReport }) {
  const used = file.columns.filter(({ role }) => role !== null).length
  return (
    <section aria-label={file.path} className="rounded-card border border-border">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 px-4 pt-3">
        <h3 className="min-w-0 text-body font-semibold wrap-anywhere">{file.path}</h3>
        <span className="text-control text-text-2">{countText(file.rows, 'row')}</span>
      </div>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-2 px-4 py-3 text-control md:grid-cols-4">
        <Fact name="Holds" value={file.holds ?? 'nothing that is loaded'} />
        <Fact
          name="Layout"
          value={
            file.layout ? `${file.layout} (${confidenceText(file.confidence)})` : 'not recognised'
          }
        />
        <Fact name="Format" value={`${file.format}, ${file.encoding}`} />
        <Fact name="Notation" value={file.notation || 'plain'} />
      </dl>
      <Fold title="First rows, as understood" open>
        <Preview file={file} />
      </Fold>
      <Fold title={`Columns: ${used} of ${file.columns.length} used`}>
        <Columns file={file} />
      </Fold>
    </section>
  )
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
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
  return (
    <details open={open} className="group border-t border-border px-4">
      <summary className="flex h-10 list-none items-center gap-2 text-control font-medium max-md:h-11">
        <ChevronRight
          aria-hidden
          className="size-4 text-text-3 transition-transform group-open:rotate-90"
        />
        {title}
      </summary>
      <div className="pb-3">{children}</div>
    </details>
  )
}

function words(role: string): string {
  return role.replaceAll('_', ' ')
}

function Preview({ file }: { readonly file: FileReport }) {
  const roles = [...new Set(file.preview.flatMap((row) => Object.keys(row)))]
  if (roles.length === 0) return <p className="text-control text-text-2">No rows.</p>
  return (
    <DataTable<FileReport['preview'][number]>
      caption={`First rows of ${file.path}`}
      rows={file.preview}
      rowKey={(_, index) => index}
      className="max-h-80"
      columns={roles.map((role) => ({
        name: role,
        label: words(role),
        cell: (row) => <Value text={row[role] ?? null} />,
      }))}
    />
  )
}

function Columns({ file }: { readonly file: FileReport }) {
  return (
    <DataTable<ColumnReport>
      caption={`Columns of ${file.path}`}
      rows={file.columns}
      rowKey={({ name }) => name}
      className="max-h-96"
      columns={[
        { name: 'name', label: 'Column', cell: ({ name }) => <Value text={name} /> },
        {
          name: 'role',
          label: 'Taken for',
          cell: ({ role, confidence }) =>
            role === null ? (
              <span className="text-text-3">not used</span>
            ) : (
              <>
                {words(role)} <span className="text-text-3">({confidenceText(confidence)})</span>
              </>
            ),
        },
        { name: 'evidence', label: 'Because', cell: ({ evidence }) => evidence },
        {
          name: 'samples',
          label: 'First values',
          cell: ({ samples }) => <Value text={samples.join(', ')} />,
        },
      ]}
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
