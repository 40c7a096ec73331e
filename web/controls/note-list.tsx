import { classNames } from './class-names.ts'

interface NoteListProps {
  readonly texts: readonly string[]
  readonly className?: string
}

/** Sentences under figures, in small. */
export function NoteList({ texts, className }: NoteListProps) {
  return (
    <ul className={classNames('space-y-1 text-meta text-text-3', className)}>
      {texts.map((text) => (
        <li key={text} className="wrap-anywhere">
          {text}
        </li>
      ))}
    </ul>
  )
}
