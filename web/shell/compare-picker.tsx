import { ChevronDown } from 'lucide-react'
import { ChoiceMenu } from '../controls/choice-menu.tsx'
import { type CompareName, compareNames } from '../search.ts'
import { useViewActions, type View } from '../view.ts'

const words: Readonly<Record<CompareName, string>> = {
  previous: 'Previous period',
  previous_year: 'Previous year',
  none: 'No comparison',
}

const shortWords: Readonly<Record<CompareName, string>> = {
  previous: 'vs previous period',
  previous_year: 'vs previous year',
  none: 'No comparison',
}

export function ComparePicker({ view }: { readonly view: View }) {
  const { chooseCompare } = useViewActions()
  return (
    <ChoiceMenu
      label="Compare:"
      trigger={
        <>
          <span className="truncate">{shortWords[view.compare]}</span>
          <ChevronDown aria-hidden className="size-3.5 shrink-0 text-text-3" />
        </>
      }
      value={view.compare}
      choices={compareNames.map((value) => ({ value, text: words[value] }))}
      onChoose={chooseCompare}
    />
  )
}
