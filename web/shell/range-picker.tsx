import { Popover } from '@base-ui/react/popover'
import { CalendarDays, ChevronDown } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { rangeText } from '../../src/display/day-text.ts'
import { buttonClass } from '../controls/button.tsx'
import { classNames } from '../controls/class-names.ts'
import { presetLabels, presetNames } from '../range-presets.ts'
import { useViewActions, type View } from '../view.ts'

/** The calendar is only fetched by those who open it. */
const Calendar = lazy(async () => ({ default: (await import('./calendar.tsx')).Calendar }))

export function RangePicker({ view }: { readonly view: View }) {
  const [open, setOpen] = useState(false)
  const { choosePreset, chooseRange } = useViewActions()
  const close = () => setOpen(false)
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        className={classNames(buttonClass('plain'), 'min-w-0 shrink max-md:flex-1 max-md:px-2.5')}
      >
        <span className="sr-only">Range: </span>
        <CalendarDays aria-hidden className="size-4 shrink-0 text-text-3" />
        <span className="truncate">
          {view.preset ? presetLabels[view.preset] : rangeText(view.range)}
        </span>
        <ChevronDown aria-hidden className="size-3.5 shrink-0 text-text-3" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" collisionPadding={12} className="z-30">
          <Popover.Popup
            aria-label="Range"
            className="reveal flex max-h-(--available-height) max-w-(--available-width) overflow-auto rounded-card border border-border bg-raised shadow-float outline-none max-md:flex-col"
          >
            <ul className="border-border p-2 max-md:grid max-md:grid-cols-2 max-md:border-b md:w-40 md:border-r">
              {presetNames.map((preset) => (
                <li key={preset}>
                  <button
                    type="button"
                    aria-pressed={view.preset === preset}
                    onClick={() => {
                      choosePreset(preset)
                      close()
                    }}
                    className="flex h-8 w-full items-center rounded-control px-2 text-control hover:bg-surface-2 aria-pressed:font-semibold aria-pressed:text-accent max-md:h-11"
                  >
                    {presetLabels[preset]}
                  </button>
                </li>
              ))}
            </ul>
            <Suspense fallback={<div className="h-[340px] w-[284px]" />}>
              <Calendar
                view={view}
                onChoose={(range) => {
                  chooseRange(range)
                  close()
                }}
              />
            </Suspense>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
