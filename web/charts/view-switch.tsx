import { ChartNoAxesColumn, Table2 } from 'lucide-react'

interface ViewSwitchProps {
  readonly title: string
  readonly asTable: boolean
  readonly onChange: (asTable: boolean) => void
}

/** From a picture to its table and back. */
export function ViewSwitch({ title, asTable, onChange }: ViewSwitchProps) {
  const Icon = asTable ? ChartNoAxesColumn : Table2
  const words = asTable ? `${title} as a chart` : `${title} as a table`
  return (
    <button
      type="button"
      aria-label={words}
      title={asTable ? 'Show as a chart' : 'Show as a table'}
      onClick={() => onChange(!asTable)}
      className="grid size-8 shrink-0 place-items-center rounded-control text-text-3 hover:bg-surface-2 hover:text-text max-md:-mt-1.5 max-md:size-11"
    >
      <Icon aria-hidden className="size-4" />
    </button>
  )
}
