import { useState } from 'react'
import { type DateRange, DayPicker } from 'react-day-picker'
import { rangeText } from '../../src/display/day-text.ts'
import type { DayRange } from '../../src/model/day.ts'
import { Button } from '../controls/button.tsx'
import type { View } from '../view.ts'

interface CalendarProps {
  readonly view: View
  readonly onChoose: (range: DayRange) => void
}

/** Two clicks choose the first and last day. The picker thinks in local dates, we in days as text. */
export function Calendar({ view, onChoose }: CalendarProps) {
  const [chosen, setChosen] = useState<DateRange | undefined>({
    from: toDate(view.range.from),
    to: toDate(view.range.to),
  })
  const range = toRange(chosen)
  const { period, today } = view.shop
  const first = toDate(period?.from ?? today)
  const last = toDate(period && period.to > today ? period.to : today)
  return (
    <div className="calendar p-3">
      <DayPicker
        mode="range"
        captionLayout="dropdown"
        weekStartsOn={1}
        resetOnSelect
        selected={chosen}
        onSelect={setChosen}
        defaultMonth={toDate(view.range.to)}
        disabled={[{ before: first }, { after: last }]}
        startMonth={first}
        endMonth={last}
      />
      <div className="mt-2 flex items-center justify-between gap-3 border-t border-border pt-3">
        <span className="text-meta text-text-2">
          {range ? rangeText(range) : 'Choose the last day'}
        </span>
        <Button look="primary" disabled={!range} onClick={() => range && onChoose(range)}>
          Apply
        </Button>
      </div>
    </div>
  )
}

function toDate(day: string): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date)
}

function toDay(date: Date): string {
  const part = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${part(date.getMonth() + 1)}-${part(date.getDate())}`
}

function toRange(chosen: DateRange | undefined): DayRange | null {
  if (!chosen?.from || !chosen.to) return null
  return { from: toDay(chosen.from), to: toDay(chosen.to) }
}
