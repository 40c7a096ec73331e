import { BellOff } from 'lucide-react'
import { ChoiceMenu } from '../../controls/choice-menu.tsx'

interface SnoozeMenuProps {
  /** `Snooze Lamp`. */
  readonly label: string
  readonly isSnoozed: boolean
  /** ISO instant; null ends it. */
  readonly onSnooze: (until: string | null) => void
}

const hour = 3_600_000
const lengths = {
  hour: { text: 'For an hour', length: hour },
  day: { text: 'For a day', length: 24 * hour },
  week: { text: 'For a week', length: 7 * 24 * hour },
} as const

type Choice = keyof typeof lengths | 'over'

/** Silence for a while; what still holds then is told again. */
export function SnoozeMenu({ label, isSnoozed, onSnooze }: SnoozeMenuProps) {
  const choices: { value: Choice; text: string }[] = [
    ...(Object.keys(lengths) as (keyof typeof lengths)[]).map((value) => ({
      value,
      text: lengths[value].text,
    })),
    ...(isSnoozed ? [{ value: 'over' as const, text: 'No longer' }] : []),
  ]
  return (
    <ChoiceMenu<Choice | 'none'>
      label={label}
      look="quiet"
      trigger={
        <>
          <BellOff aria-hidden className="size-4" />
          <span aria-hidden>{isSnoozed ? 'Snoozed' : 'Snooze'}</span>
        </>
      }
      value="none"
      choices={choices}
      onChoose={(value) => {
        if (value === 'none') return
        onSnooze(value === 'over' ? null : untilIn(lengths[value].length))
      }}
    />
  )
}

/** By the clock of the one who looks; the server refuses what is past. */
function untilIn(length: number): string {
  return new Date(performance.timeOrigin + performance.now() + length).toISOString()
}
