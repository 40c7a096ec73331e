import { useQuery } from '@tanstack/react-query'
import { confidenceText } from '../../../src/display/value-text.ts'
import type { ColumnReport } from '../../../src/model/import.ts'
import type { RoleEntry } from '../../../src/model/wire.ts'
import { classNames } from '../../controls/class-names.ts'
import { rolesQuery } from '../../queries.ts'

/** Headers to roles as a person wants them; null for a column that is not used. */
export type ColumnWishes = Readonly<Record<string, string | null>>

interface ColumnListProps {
  readonly file: string
  readonly columns: readonly ColumnReport[]
  readonly wishes: ColumnWishes
  /** Absent where nothing can be corrected. */
  readonly onWish?: ((header: string, role: string | null) => void) | undefined
}

const grid =
  'md:grid md:grid-cols-[minmax(0,3fr)_minmax(0,4fr)_minmax(0,5fr)_minmax(0,4fr)] md:gap-x-4'

/** Every column of a file: what it was taken for, how its first values read, and why; each can be corrected. */
export function ColumnList({ file, columns, wishes, onWish }: ColumnListProps) {
  const roles = useQuery(rolesQuery)
  return (
    <div>
      <div aria-hidden className={classNames('pb-1 text-meta text-text-3 max-md:hidden', grid)}>
        <span>Column</span>
        <span>Taken for</span>
        <span>First values</span>
        <span>Because</span>
      </div>
      <ul aria-label={`Columns of ${file}`}>
        {columns.map((column) => (
          <li
            key={column.name}
            className={classNames(
              'flex flex-col gap-1 border-t border-border py-2 text-control md:items-center',
              grid,
            )}
          >
            <span className="min-w-0 font-medium wrap-anywhere">{column.name}</span>
            <RoleField
              column={column}
              wish={wishes[column.name]}
              roles={roles.data ?? []}
              onWish={onWish && ((role) => onWish(column.name, role))}
            />
            <Values column={column} />
            <span className="min-w-0 text-text-2 wrap-anywhere">{column.evidence}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

interface RoleFieldProps {
  readonly column: ColumnReport
  readonly wish: string | null | undefined
  readonly roles: readonly RoleEntry[]
  readonly onWish?: ((role: string | null) => void) | undefined
}

const unused = '-'

function RoleField({ column, wish, roles, onWish }: RoleFieldProps) {
  const role = wish === undefined ? column.role : wish
  const changed = role !== column.role
  const sure = column.role === null || changed ? '' : confidenceText(column.confidence)
  if (!onWish) {
    const known = roles.find((entry) => entry.role === role)?.text
    return (
      <span className={role === null ? 'text-text-3' : ''}>
        {role === null ? 'not used' : (known ?? role.replaceAll('_', ' '))}{' '}
        {sure && <span className="text-text-3">({sure})</span>}
      </span>
    )
  }
  const groups = [...new Set(roles.map(({ group }) => group))]
  return (
    <span className="flex min-w-0 items-center gap-2">
      <select
        aria-label={`What “${column.name}” is`}
        value={role ?? unused}
        onChange={({ target }) => onWish(target.value === unused ? null : target.value)}
        className={classNames(
          'h-9 min-w-0 flex-1 rounded-control border bg-surface px-2 text-control max-md:h-11',
          changed ? 'border-accent bg-accent-weak' : 'border-border-input',
          role === null && 'text-text-2',
        )}
      >
        <option value={unused}>not used</option>
        {role !== null && !roles.some((entry) => entry.role === role) && (
          <option value={role}>{role.replaceAll('_', ' ')}</option>
        )}
        {groups.map((group) => (
          <optgroup key={group} label={group}>
            {roles
              .filter((entry) => entry.group === group)
              .map((entry) => (
                <option key={entry.role} value={entry.role}>
                  {entry.text}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
      <span
        className={classNames('w-14 shrink-0 text-meta', changed ? 'text-accent' : 'text-text-3')}
      >
        {changed ? 'changed' : sure}
      </span>
    </span>
  )
}

const shown = 3

/** The values as they stand, and as they are read where that differs. */
function Values({ column: { samples, read } }: { readonly column: ColumnReport }) {
  const filled = samples.filter((text) => text !== '').slice(0, shown)
  if (filled.length === 0) return <span className="text-text-3">blank</span>
  return (
    <span className="flex min-w-0 flex-wrap gap-x-3 gap-y-0.5">
      {filled.map((text, index) => {
        const value = read[samples.indexOf(text)]
        const differs = read.length > 0 && value !== text
        return (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: values may stand twice and never move
            key={index}
            className="flex max-w-full min-w-0 gap-1"
          >
            <span title={text} className={classNames('truncate', differs && 'text-text-2')}>
              {text}
            </span>
            {differs && (
              <span className="flex shrink-0 gap-1">
                <span aria-hidden className="text-text-3">
                  →
                </span>
                <span className="sr-only">read as</span>
                {value === null || value === undefined ? (
                  <span className="text-text-3">blank</span>
                ) : (
                  <span className="font-medium">{value}</span>
                )}
              </span>
            )}
          </span>
        )
      })}
    </span>
  )
}
