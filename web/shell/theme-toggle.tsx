import { Monitor, Moon, Sun } from 'lucide-react'
import { ChoiceMenu } from '../controls/choice-menu.tsx'
import { chooseScheme, schemeChoices, useSchemeChoice } from './color-scheme.ts'

const icons = { light: Sun, dark: Moon, system: Monitor } as const
const words = { light: 'Light', dark: 'Dark', system: 'As the system' } as const

export function ThemeToggle() {
  const choice = useSchemeChoice()
  const Icon = icons[choice]
  return (
    <ChoiceMenu
      label={`Appearance: ${words[choice]}`}
      look="quiet"
      trigger={<Icon aria-hidden className="size-4" />}
      value={choice}
      choices={schemeChoices.map((value) => ({ value, text: words[value] }))}
      onChoose={chooseScheme}
    />
  )
}
