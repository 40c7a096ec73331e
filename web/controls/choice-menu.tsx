import { Menu } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { buttonClass } from './button.tsx'
import { classNames } from './class-names.ts'

interface ChoiceMenuProps<Value extends string> {
  /** Said before what the trigger shows, to those who do not see it. */
  readonly label: string
  readonly trigger: ReactNode
  readonly look?: 'plain' | 'quiet'
  readonly value: Value
  readonly choices: readonly { readonly value: Value; readonly text: string }[]
  readonly onChoose: (value: Value) => void
}

/** A button that opens a list of which one is chosen. */
export function ChoiceMenu<Value extends string>(props: ChoiceMenuProps<Value>) {
  return (
    <Menu.Root>
      <Menu.Trigger className={classNames(buttonClass(props.look ?? 'plain'), 'max-md:px-2.5')}>
        <span className="sr-only">{props.label} </span>
        {props.trigger}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="end" className="z-30">
          <Menu.Popup className="reveal min-w-44 rounded-card border border-border bg-raised p-1 shadow-float outline-none">
            <Menu.RadioGroup
              value={props.value}
              onValueChange={(value: Value) => props.onChoose(value)}
            >
              {props.choices.map((choice) => (
                <Menu.RadioItem
                  key={choice.value}
                  value={choice.value}
                  closeOnClick
                  className="flex h-8 items-center gap-2 rounded-control px-2 text-control outline-none select-none data-highlighted:bg-surface-2 max-md:h-11"
                >
                  <span className="w-4">
                    <Menu.RadioItemIndicator>
                      <Check aria-hidden className="size-4 text-accent" />
                    </Menu.RadioItemIndicator>
                  </span>
                  {choice.text}
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
